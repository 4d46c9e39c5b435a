// Walking into a mosaic of one's own: the picture to zoom in, and what is known of each tile.
import { Over } from "./over.js";
import { Panel, sentence } from "./panel.js";
import { Viewer, lead } from "./viewer.js";

const REST = 140; // ms the pointer stays on a tile before it is looked up
const count = new Intl.NumberFormat("en");

class Walk extends Viewer {
  constructor(dialog) {
    super(dialog);
    this.panel = new Panel(dialog.querySelector("[data-panel]"), dialog.dataset.cellAt);
    this.hint = [...this.panel.element.children];
    this.kept = false;
  }

  opened() {
    this.over = new Over(this.cells, this.host, () => this.picture.where());
    this.picture.onChange(() => this.over.draw());
    // A panel that comes up on a phone takes room from the picture.
    this.picture.onResize(() => this.kept && this.picture.keepInSight(this.over.chosen));
    this.picture.onPoint((cell) => (cell === null ? this.letGo() : this.keep(cell)));
    this.over.draw();
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

  act(event) {
    const more = {
      Enter: () => this.over.chosen !== null && this.keep(this.over.chosen, { focus: true }),
      p: () => this.panel.element.querySelector("[data-places]")?.click(),
    };
    return more[event.key] ?? super.act(event);
  }

  // Towards the tile that was chosen, if one was.
  nearer() {
    super.nearer();
    if (this.over.chosen !== null) this.picture.keepInSight(this.over.chosen);
  }

  // Escape and Back go one step: out of the places, then the tile, then the mosaic.
  back() {
    if (this.over?.places.length) this.showPlaces([]);
    else if (this.kept) this.letGo();
    else this.leave();
  }

  left() {
    super.left();
    for (const video of this.dialog.querySelectorAll("video")) video.pause();
  }

  listen() {
    super.listen();
    this.host.addEventListener("pointermove", (event) => this.hover(event));
    this.host.addEventListener("pointerleave", () => {
      clearTimeout(this.resting);
      this.over?.set({ under: null });
    });
    this.dialog.addEventListener("click", ({ target }) => {
      const places = target.closest("[data-places]");
      if (places) this.togglePlaces(places);
      if (target.closest("[data-let-go]")) this.letGo();
    });
  }
}

export function walkIn(dialog) {
  lead(new Walk(dialog));
}
