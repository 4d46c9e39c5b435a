// Two small charts, drawn by hand in the colours of the page: likeness against variety, and how often tiles are used.
import { n } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [320, 176];
const PLOT = { left: 40, right: 308, top: 12, bottom: 136 };

function draw(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function chart(title) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  caption.textContent = title;
  figure.append(caption, svg);
  return { figure, show: (says, ...shapes) => (svg.setAttribute("aria-label", says), svg.replaceChildren(...shapes)) };
}

function scale([low, high], [from, to]) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

const extent = (values) => [Math.min(...values), Math.max(...values)];
const two = (value) => value.toFixed(2);

function curveShapes(points, now) {
  const all = now ? [...points, now] : points;
  const [least, most] = extent(all.map((point) => point.variety));
  const [low, high] = extent(all.map((point) => point.likeness));
  const x = scale([least, most], [PLOT.left, PLOT.right]);
  const y = scale([low, high], [PLOT.bottom, PLOT.top]);
  const at = (point) => `${x(point.variety).toFixed(1)} ${y(point.likeness).toFixed(1)}`;
  const shapes = [
    draw("path", { class: "chart-axis", d: `M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}` }),
    draw("text", { x: PLOT.left - 6, y: PLOT.top + 5, "text-anchor": "end" }, two(high)),
    draw("text", { x: PLOT.left - 6, y: PLOT.bottom, "text-anchor": "end" }, two(low)),
    draw("text", { x: PLOT.left, y: PLOT.bottom + 18 }, n(least)),
    draw("text", { x: PLOT.right, y: PLOT.bottom + 18, "text-anchor": "end" }, n(most)),
    draw("text", { x: (PLOT.left + PLOT.right) / 2, y: PLOT.bottom + 34, "text-anchor": "middle" }, "different tiles"),
    draw("path", { class: "chart-line", d: `M${points.map(at).join("L")}` }),
    ...points.map((point) => draw("circle", { class: "chart-dot", cx: x(point.variety), cy: y(point.likeness), r: 2 })),
  ];
  if (now) shapes.push(draw("circle", { class: "chart-now", cx: x(now.variety), cy: y(now.likeness), r: 6 }));
  return shapes;
}

function curveSays(points, now) {
  const end = (point) => `${two(point.likeness)} with ${n(point.variety)} different tiles at penalty ${two(point.penalty)}`;
  const says = `Likeness from ${end(points[0])} to ${end(points.at(-1))}, without limits on repeats.`;
  return now ? `${says} Now ${two(now.likeness)} with ${n(now.variety)}.` : says;
}

// 1, 2, 3-4, 5-8 and so on: what the doublings of a receipt mean. Under a bar there is room for where it begins alone.
export function doubling(i) {
  if (i < 2) return ["once", "twice"][i];
  return `${n(2 ** (i - 1) + 1)}–${n(2 ** i)}`;
}

function usesShapes(uses) {
  const step = (PLOT.right - PLOT.left) / Math.max(uses.length, 6);
  const y = scale([0, Math.max(...uses)], [PLOT.bottom, PLOT.top + 16]);
  return uses.flatMap((tiles, i) => {
    const x = PLOT.left + i * step;
    const [top, middle] = [tiles ? Math.min(y(tiles), PLOT.bottom - 1) : PLOT.bottom, x + step / 2 - 1];
    return [
      draw("rect", { class: "chart-bar", x, y: top, width: step - 2, height: PLOT.bottom - top }),
      draw("text", { x: middle, y: top - 4, "text-anchor": "middle" }, n(tiles)),
      draw("text", { x: middle, y: PLOT.bottom + 18, "text-anchor": "middle" }, i < 2 ? i + 1 : `${n(2 ** (i - 1) + 1)}+`),
    ];
  }).concat(
    draw("path", { class: "chart-axis", d: `M${PLOT.left} ${PLOT.bottom}H${PLOT.right}` }),
    draw("text", { x: (PLOT.left + PLOT.right) / 2, y: PLOT.bottom + 34, "text-anchor": "middle" }, "times used"),
  );
}

const usesSay = (uses) =>
  `Tiles by how often they are used: ${uses.map((tiles, i) => `${n(tiles)} ${doubling(i)}${i < 2 ? "" : " times"}`).join(", ")}.`;

// Points and receipts come one by one, in any order; whatever is known is drawn.
export function charts(box) {
  const [curve, uses] = [chart("Likeness against variety"), chart("Uses of tiles")];
  box.append(curve.figure, uses.figure);
  let points = null;
  let now = null;

  function show() {
    if (points) curve.show(curveSays(points, now), ...curveShapes(points, now));
    if (now?.uses) uses.show(usesSay(now.uses), ...usesShapes(now.uses));
  }
  return {
    curve(found) {
      points = found;
      show();
    },
    now(point) {
      if (!("likeness" in point)) return;
      now = point;
      show();
    },
  };
}
