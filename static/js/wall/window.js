// A list of any length of which only the rows near the screen exist. The list is as high as all of it would be, so the
// scroll bar tells the truth; cells that leave at one end come in again at the other.
const SPARE_SCREENS = 0.75;
// While somebody drags the scroll bar, pictures that fly past are not fetched.
const SETTLED = 90;

export class Window {
  constructor(list, total, dress, signal) {
    Object.assign(this, { list, total, dress, start: 0, cells: [...list.children], settling: 0 });
    this.model = this.cells[0].cloneNode(true);
    addEventListener("scroll", () => this.show(), { passive: true, signal });
    addEventListener("resize", () => this.measure(), { signal });
    this.measure();
  }

  measure() {
    const columns = getComputedStyle(this.list).gridTemplateColumns.split(" ");
    const gap = parseFloat(getComputedStyle(this.list).rowGap);
    this.columns = columns.length;
    this.row = parseFloat(columns[0]) + gap;
    this.rows = Math.ceil(this.total / this.columns);
    const rows = Math.ceil((innerHeight / this.row) * (1 + 2 * SPARE_SCREENS)) + 1;
    this.count = Math.min(rows, this.rows) * this.columns;
    this.list.style.height = `${this.rows * this.row - gap}px`;
    this.fill();
    this.show(true);
  }

  // As many cells as are wanted, no matter which.
  fill() {
    while (this.cells.length > this.count) this.cells.pop().remove();
    while (this.cells.length < this.count) {
      const cell = this.model.cloneNode(true);
      this.cells.push(cell);
      this.list.append(cell);
    }
  }

  show(anew = false) {
    const above = -this.list.getBoundingClientRect().top / this.row;
    const spare = (innerHeight / this.row) * SPARE_SCREENS;
    const first = Math.max(0, Math.min(Math.floor(above - spare), this.rows - this.count / this.columns));
    const shift = first * this.columns - this.start;
    if (!shift && !anew) return;
    this.start += shift;
    this.list.style.paddingTop = `${first * this.row}px`;
    const jump = anew || Math.abs(shift) >= this.count;
    if (!jump) this.turn(shift);
    this.leave(jump ? this.cells : this.fresh(shift));
    if (jump && !anew) this.settle();
    this.dressAll(jump ? this.cells : this.fresh(shift), !(jump && !anew));
  }

  // Move the cells that left to the other end.
  turn(shift) {
    if (shift > 0) {
      const moved = this.cells.splice(0, shift);
      this.list.append(...moved);
      this.cells.push(...moved);
    } else {
      const moved = this.cells.splice(shift);
      this.list.prepend(...moved);
      this.cells.unshift(...moved);
    }
  }

  fresh(shift) {
    return shift > 0 ? this.cells.slice(-shift) : this.cells.slice(0, -shift);
  }

  // Whoever has the focus does not become another tile under the hand: the list takes it.
  leave(cells) {
    const focused = document.activeElement.closest("li");
    if (focused && cells.includes(focused)) this.list.focus({ preventScroll: true });
  }

  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.dressAll(this.cells, true), SETTLED);
  }

  dressAll(cells, withPictures) {
    const first = this.start + this.cells.indexOf(cells[0]);
    cells.forEach((cell, i) => {
      cell.hidden = first + i >= this.total;
      if (!cell.hidden) this.dress(cell, first + i, withPictures);
    });
    this.list.dispatchEvent(new CustomEvent("dressed"));
  }

  dressAgain() {
    this.dressAll(this.cells, true);
  }

  get firstSeen() {
    const row = Math.max(0, Math.ceil(-this.list.getBoundingClientRect().top / this.row));
    return Math.min(row * this.columns, this.total - 1);
  }

  cellAt(place) {
    return place < this.total ? this.cells[place - this.start] : undefined;
  }

  // Scroll only as far as needed for the whole tile to be seen.
  bring(place) {
    const top = this.list.getBoundingClientRect().top + Math.floor(place / this.columns) * this.row;
    const below = top + this.row - innerHeight;
    if (top < 0) scrollBy({ top, behavior: "instant" });
    else if (below > 0) scrollBy({ top: below, behavior: "instant" });
    this.show();
  }
}
