// What is drawn over the picture: the cell under the pointer, the one that is chosen, and all places of a tile.
import { fineness } from "./picture.js";

const LEAST = 7; // px: a place is seen from afar, too

export class Over {
  constructor(cells, inside, where) {
    this.cells = cells;
    this.where = where; // () => where the picture lies now: its left and top, and px of the screen for one of its own
    this.canvas = document.createElement("canvas");
    this.canvas.className = "walk-over";
    this.canvas.setAttribute("aria-hidden", "true");
    inside.append(this.canvas);
    this.places = [];
    this.chosen = this.under = null;
  }

  set(marks) {
    Object.assign(this, marks);
    this.draw();
  }

  // Where nothing is marked there is no canvas: an empty one would cost each frame of a walk nearly as much as the picture does.
  draw() {
    this.canvas.hidden = !this.places.length && this.under === null && this.chosen === null;
    if (this.canvas.hidden) return;
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    const sharp = fineness();
    if (this.canvas.width !== Math.round(width * sharp) || this.canvas.height !== Math.round(height * sharp)) {
      this.canvas.width = Math.round(width * sharp);
      this.canvas.height = Math.round(height * sharp);
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.clearRect(0, 0, width, height);
    const view = this.where();
    if (!view) return;
    if (this.places.length) this.shade(pen, view, width, height);
    if (this.under !== null) this.outline(pen, view, this.under, 1.5);
    if (this.chosen !== null) this.outline(pen, view, this.chosen, 3);
  }

  // Everything is dimmed but the places; one path, however many there are.
  shade(pen, view, width, height) {
    const shown = [];
    for (const cell of this.places) {
      const box = this.onScreen(view, cell, LEAST);
      if (box.x < width && box.y < height && box.x + box.side > 0 && box.y + box.side > 0) shown.push(box);
    }
    pen.fillStyle = "rgb(0 0 0 / 72%)";
    pen.fillRect(0, 0, width, height);
    for (const { x, y, side } of shown) pen.clearRect(x, y, side, side);
    pen.beginPath();
    for (const { x, y, side } of shown) pen.rect(x - 1, y - 1, side + 2, side + 2);
    pen.strokeStyle = "#fff";
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  outline(pen, view, cell, width) {
    const { x, y, side } = this.onScreen(view, cell, LEAST);
    for (const [colour, more] of [["rgb(0 0 0 / 60%)", 2], ["#fff", 0]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width + more;
      pen.strokeRect(x, y, side, side);
    }
  }

  onScreen({ left, top, scale }, cell, least) {
    const box = this.cells.box(cell);
    const side = Math.max(box.width * scale, least);
    const off = (side - box.width * scale) / 2;
    return { x: left + box.x * scale - off, y: top + box.y * scale - off, side };
  }
}
