// The picture itself: OpenSeadragon over the squares of the zoom file. Loaded when somebody walks in, not before.
const SQUARE = 512;
// Screen px for one of the picture's own, at most: a tile fills a good part of a phone then.
const NEAREST = 6;
// A phone has three pixels of the screen for one of the page. Nobody tells three from two in tiles this small, and three are more
// than twice as many to draw in each frame, and to fetch.
const FINEST = 2;

export const fineness = () => Math.min(devicePixelRatio || 1, FINEST);

let loading = null;

function script(src) {
  loading ??= new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = src;
    element.addEventListener("load", done);
    element.addEventListener("error", () => {
      loading = null;
      element.remove();
      failed(new Error("the viewer could not be loaded"));
    });
    document.head.append(element);
  });
  return loading;
}

// OpenSeadragon counts levels from the smallest on, the zoom file from the whole picture on.
export function source({ squares }, { width, height }) {
  const last = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / SQUARE)));
  return {
    width,
    height,
    tileSize: SQUARE,
    minLevel: 0,
    maxLevel: last,
    getLevelScale: (level) => 1 / 2 ** (last - level),
    getTileUrl: (level, x, y) => squares.replace("{level}", last - level).replace("{x}", x).replace("{y}", y),
  };
}

// It would write a style sheet into the page, which our policy forbids, unless it finds its own there already: here is an
// element of that name that is no style sheet to any browser.
function noStyleSheet() {
  const sheet = document.createElementNS(null, "style");
  sheet.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(sheet);
}

export async function open(element, data, cells) {
  await script(data.script);
  noStyleSheet();
  window.OpenSeadragon.getCurrentPixelDensityRatio = fineness;
  window.OpenSeadragon.pixelDensityRatio = fineness();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const gestures = { clickToZoom: false, dblClickToZoom: true, flickEnabled: !still };
  const viewer = new window.OpenSeadragon({
    element,
    tileSources: source(data, cells),
    tabIndex: "",
    drawer: "canvas",
    showNavigationControl: false,
    keyboardNavEnabled: false,
    animationTime: still ? 0 : 0.6,
    blendTime: 0,
    immediateRender: still,
    maxZoomPixelRatio: NEAREST,
    minZoomImageRatio: 0.9,
    visibilityRatio: 0.6,
    constrainDuringPan: false,
    gestureSettingsMouse: gestures,
    gestureSettingsTouch: gestures,
    gestureSettingsPen: gestures,
  });
  await new Promise((done, failed) => {
    viewer.addOnceHandler("open", done);
    viewer.addOnceHandler("open-failed", failed);
  });
  return new Picture(viewer, cells, still);
}

class Picture {
  constructor(viewer, cells, still) {
    Object.assign(this, { viewer, cells, still, view: viewer.viewport });
  }

  onChange(call) {
    for (const event of ["update-viewport", "resize"]) this.viewer.addHandler(event, call);
  }

  onResize(call) {
    this.viewer.addHandler("after-resize", call);
  }

  // A click or tap that was no drag.
  onPoint(call) {
    this.viewer.addHandler("canvas-click", (event) => {
      if (event.quick) call(this.cellUnder(event.position));
    });
  }

  where() {
    if (!this.viewer.world.getItemCount()) return null;
    const origin = this.view.imageToViewerElementCoordinates(new window.OpenSeadragon.Point(0, 0));
    const end = this.view.imageToViewerElementCoordinates(new window.OpenSeadragon.Point(this.cells.width, 0));
    return { left: origin.x, top: origin.y, scale: (end.x - origin.x) / this.cells.width };
  }

  cellUnder({ x, y }) {
    const { left, top, scale } = this.where();
    return this.cells.at((x - left) / scale, (y - top) / scale);
  }

  zoomBy(factor) {
    this.view.zoomBy(factor, undefined, this.still);
    this.view.applyConstraints(this.still);
  }

  panBy(right, down) {
    const { width } = this.view.getBounds();
    this.view.panBy(new window.OpenSeadragon.Point((right * width) / 5, (down * width) / 5), this.still);
    this.view.applyConstraints(this.still);
  }

  whole() {
    this.view.goHome(this.still);
  }

  // Near enough to see the tiles around it.
  goTo(cell, around = 4) {
    const { x, y, width, height } = this.cells.box(cell);
    const box = [x - around * width, y - around * height, (2 * around + 1) * width, (2 * around + 1) * height];
    this.view.fitBounds(this.view.imageToViewportRectangle(...box), this.still);
  }

  // Moves no more than it must.
  keepInSight(cell) {
    const { left, top, scale } = this.where();
    const { x, y, width } = this.cells.box(cell);
    const { clientWidth, clientHeight } = this.viewer.element;
    const [px, py, side] = [left + x * scale, top + y * scale, width * scale];
    const over = (at, size) => Math.min(0, at - side) || Math.max(0, at + 2 * side - size);
    const by = new window.OpenSeadragon.Point(over(px, clientWidth), over(py, clientHeight));
    if (by.x || by.y) this.view.panBy(this.view.deltaPointsFromPixels(by), this.still);
  }
}
