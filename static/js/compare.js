// Two pictures on each other: how much of the upper one is seen is where the range stands, by hand or by arrow keys.
export function compare(box) {
  const range = box.querySelector("input[type=range]");
  const show = () => box.style.setProperty("--at", String(range.value / 100));
  range.addEventListener("input", show);
  box.classList.add("is-live");
  show();
}

// A photo that shows more than the cells do is drawn a little larger.
export function zoom(box, { zoomX = 1, zoomY = 1 }) {
  box.style.setProperty("--zoom-x", zoomX);
  box.style.setProperty("--zoom-y", zoomY);
}
