// A mosaic for whoever has a link: the picture to zoom in, and a click on it that leads there.
import { Viewer, lead } from "./walk/viewer.js";

const dialog = document.querySelector("[data-walk]");
lead(new Viewer(dialog));
document.querySelector("[data-walk-too]").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  document.querySelector("[data-walk-open]").click();
});
