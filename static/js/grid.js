// The arithmetic of app/domain/grid.py for live numbers; a browser test holds the two equal.
const ENLARGE = 8;
const ORIGINAL_LONG_SIDE = 600;
const CELL_PX = 50;
const ROUNDING = 1e-9;

export function gridSize(width, height, cellsAcross = null) {
  const cell = cellsAcross
    ? width / cellsAcross
    : (CELL_PX / ENLARGE) * Math.max(1, Math.max(width, height) / ORIGINAL_LONG_SIDE);
  const cols = Math.floor(width / cell + ROUNDING);
  const rows = Math.floor(height / cell + ROUNDING);
  return { cols, rows, cells: cols * rows, width: cols * CELL_PX, height: rows * CELL_PX };
}
