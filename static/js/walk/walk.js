// Walking into a mosaic: a window over the page, the picture to zoom in, and what is known of each tile.
import { Cells } from "./cells.js";
import { Over } from "./over.js";
import { Panel, sentence } from "./panel.js";
import { open } from "./picture.js";

const HASH = "#walk";
const REST = 140; // ms the pointer stays on a tile before it is looked up
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SORRY = "The picture could not be opened. Check the connection, close this and try again.";
const count = new Intl.NumberFormat("en");

class Walk {
  constructor(dialog) {
    const { cols, rows, cellPx, cellAt } = dialog.dataset;
    this.dialog = dialog;
    this.host = dialog.querySelector("[data-picture]");
    this.status = dialog.querySelector("[data-says]");
    this.cells = new Cells(Number(cols), Number(rows), Number(cellPx));
    this.panel = new Panel(dialog.querySelector("[data-panel]"), cellAt);
    this.hint = [...this.panel.element.children];
    this.kept = false;
    this.listen();
  }

  async enter() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    document.documentElement.classList.add("is-walking");
    this.host.focus();
    if (this.picture) return;
    try {
      this.picture = await (this.opening ??= open(this.host, this.dialog.dataset, this.cells));
      this.over = new Over(this.cells, this.host, () => this.picture.where());
      this.picture.onChange(() => this.over.draw());
      // A panel that comes up on a phone takes room from the picture.
      this.picture.onResize(() => this.kept && this.picture.keepInSight(this.over.chosen));
      this.picture.onPoint((cell) => (cell === null ? this.letGo() : this.keep(cell)));
      this.over.draw();
      this.dialog.dataset.ready = "";
    } catch {
      this.opening = null;
      this.says(SORRY);
      this.panel.element.replaceChildren(Object.assign(document.createElement("p"), { textContent: SORRY }));
    }
  }

  says(text) {
    this.status.textContent = text;
  }

  // The panel stays with this tile until another one is chosen.
  async keep(cell, { focus = false } = {}) {
    clearTimeout(this.resting);
    this.kept = true;
    this.dialog.dataset.kept = "";
    if (this.over.chosen !== cell) this.showPlaces([]);
    this.over.set({ chosen: cell, under: null });
    const article = await this.panel.show(cell);
    if (!article) return;
    this.says(sentence(article));
    if (focus) article.querySelector(".laid-name").focus();
  }

  letGo() {
    this.kept = false;
    delete this.dialog.dataset.kept;
    this.showPlaces([]);
    this.panel.clear();
    this.panel.element.replaceChildren(...this.hint);
    this.over.set({ chosen: null });
    this.host.focus();
  }

  showPlaces(places) {
    this.over.set({ places });
    const button = this.panel.element.querySelector("[data-places]");
    button?.setAttribute("aria-pressed", String(places.length > 0));
    if (!places.length) return;
    this.says(`${count.format(places.length)} places with this tile`);
    this.picture.whole();
  }

  togglePlaces(button) {
    const shown = this.over.places.length > 0;
    this.showPlaces(shown ? [] : button.dataset.places.split(" ").map(Number));
  }

  hover(event) {
    if (!this.picture || event.pointerType !== "mouse" || event.buttons) return;
    const { left, top } = this.host.getBoundingClientRect();
    const cell = this.picture.cellUnder({ x: event.clientX - left, y: event.clientY - top });
    if (cell === this.over.under) return;
    this.over.set({ under: cell });
    clearTimeout(this.resting);
    if (cell === null || this.kept) return;
    this.resting = setTimeout(() => this.panel.show(cell), REST);
  }

  // From tile to tile, beginning in the middle of what is seen.
  move(right, down) {
    const { clientWidth, clientHeight } = this.host;
    const middle = this.picture.cellUnder({ x: clientWidth / 2, y: clientHeight / 2 }) ?? 0;
    const from = this.over.chosen;
    const cell = from === null ? middle : this.cells.step(from, right, down);
    this.showPlaces([]);
    this.over.set({ chosen: cell, under: null });
    this.picture.keepInSight(cell);
    this.says(this.cells.says(cell));
    if (this.kept) this.panel.show(cell);
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.picture) return;
    const act = this.act(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  act({ key, shiftKey }) {
    const { picture } = this;
    if (STEPS[key]) return () => (shiftKey ? picture.panBy(...STEPS[key]) : this.move(...STEPS[key]));
    return {
      "+": () => this.nearer(),
      "=": () => this.nearer(),
      "-": () => picture.zoomBy(1 / 1.6),
      0: () => picture.whole(),
      Home: () => picture.whole(),
      Enter: () => this.over.chosen !== null && this.keep(this.over.chosen, { focus: true }),
      p: () => this.panel.element.querySelector("[data-places]")?.click(),
    }[key];
  }

  // Towards the tile that was chosen, if one was.
  nearer() {
    this.picture.zoomBy(1.6);
    if (this.over.chosen !== null) this.picture.keepInSight(this.over.chosen);
  }

  // Escape and Back go one step: out of the places, then the tile, then the mosaic.
  back() {
    if (this.over?.places.length) this.showPlaces([]);
    else if (this.kept) this.letGo();
    else this.leave();
  }

  leave() {
    if (history.state?.walk) history.back();
    else this.close();
  }

  close() {
    this.dialog.close();
  }

  // However it was closed: browsers close a window by themselves where Escape is pressed twice.
  left() {
    if (location.hash === HASH) history.replaceState(null, "", location.pathname + location.search);
    for (const video of this.dialog.querySelectorAll("video")) video.pause();
    document.documentElement.classList.remove("is-walking");
  }

  listen() {
    this.host.addEventListener("pointermove", (event) => this.hover(event));
    this.host.addEventListener("pointerleave", () => {
      clearTimeout(this.resting);
      this.over?.set({ under: null });
    });
    this.host.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.back();
    });
    // Before the browser makes a "cancel" of it, of which it lets us stop one and not the next.
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.back();
    });
    this.dialog.addEventListener("close", () => this.left());
    this.dialog.addEventListener("click", ({ target }) => {
      const places = target.closest("[data-places]");
      if (places) this.togglePlaces(places);
      if (target.closest("[data-let-go]")) this.letGo();
      const acts = {
        nearer: () => this.nearer(),
        farther: () => this.picture.zoomBy(1 / 1.6),
        whole: () => this.picture.whole(),
        leave: () => this.leave(),
      };
      const act = target.closest("[data-do]")?.dataset.do;
      if (act && (this.picture || act === "leave")) acts[act]();
    });
  }
}

export function walkIn(dialog) {
  const walk = new Walk(dialog);
  const button = document.querySelector("[data-walk-open]");
  button.addEventListener("click", () => {
    history.pushState({ walk: true }, "", HASH);
    walk.enter();
  });
  addEventListener("popstate", () => (location.hash === HASH ? walk.enter() : dialog.open && walk.close()));
  dialog.addEventListener("close", () => button.focus({ preventScroll: true }));
  if (location.hash === HASH) walk.enter();
}
