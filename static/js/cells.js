// The cells of the picture under a finger, a mouse or the arrow keys: which one is meant, and a ring around it.
const FAR = 10;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], PageUp: [0, -FAR], PageDown: [0, FAR] };
const within = (value, count) => Math.max(0, Math.min(value, count - 1));

export function cells(layer, { choose, tell }) {
  const [cols, rows] = [Number(layer.dataset.cols), Number(layer.dataset.rows)];
  const ring = layer.querySelector("[data-cursor]");
  ring.style.setProperty("--cols", cols);
  ring.style.setProperty("--rows", rows);
  let at = [Math.floor(cols / 2), Math.floor(rows / 2)];

  function go([col, row]) {
    at = [within(col, cols), within(row, rows)];
    ring.style.setProperty("--col", at[0]);
    ring.style.setProperty("--row", at[1]);
    ring.hidden = false;
    return at.join(".");
  }

  layer.addEventListener("click", (event) => {
    // Enter and the space bar click too, and say no place.
    if (event.detail === 0) return choose(go(at), true);
    const box = layer.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    choose(go([Math.floor(x * cols), Math.floor(y * rows)]), false);
  });
  layer.addEventListener("focus", () => layer.matches(":focus-visible") && go(at));
  layer.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    const [x, y] = STEPS[key] ?? [0, 0];
    if (key === "Home" || key === "End") go([key === "Home" ? 0 : cols - 1, at[1]]);
    else if (x || y) go([at[0] + x * (event.shiftKey && !y ? FAR : 1), at[1] + y * (event.shiftKey && !x ? FAR : 1)]);
    else return;
    event.preventDefault();
    tell(`${at[0] + 1} across, ${at[1] + 1} down`);
  });
  return {
    by: (x, y) => go([at[0] + x, at[1] + y]),
    focus: () => layer.focus({ preventScroll: true }),
  };
}
