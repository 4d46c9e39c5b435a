// Where the cells of a mosaic lie: numbered row by row from 0, each `px` wide, in pixels of the whole picture.
const count = new Intl.NumberFormat("en");

export class Cells {
  constructor(cols, rows, px) {
    Object.assign(this, { cols, rows, px, width: cols * px, height: rows * px, length: cols * rows });
  }

  // The cell under a point; null beside the picture.
  at(x, y) {
    const [column, row] = [Math.floor(x / this.px), Math.floor(y / this.px)];
    const inside = column >= 0 && row >= 0 && column < this.cols && row < this.rows;
    return inside ? row * this.cols + column : null;
  }

  place(cell) {
    return [cell % this.cols, Math.floor(cell / this.cols)];
  }

  box(cell) {
    const [column, row] = this.place(cell);
    return { x: column * this.px, y: row * this.px, width: this.px, height: this.px };
  }

  // So many cells to the right and down, no farther than the edge.
  step(cell, right, down) {
    const [column, row] = this.place(cell);
    const within = (value, end) => Math.max(0, Math.min(end - 1, value));
    return within(row + down, this.rows) * this.cols + within(column + right, this.cols);
  }

  says(cell) {
    const [column, row] = this.place(cell);
    return `Row ${count.format(row + 1)}, column ${count.format(column + 1)}`;
  }
}
