// One tile: the arrows lead to the tiles beside it, Escape back to the wall.
const to = { ArrowLeft: "[rel=prev]", ArrowRight: "[rel=next]", Escape: "[data-back]" };

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, select")) return;
  document.querySelector(to[event.key] ?? "nothing")?.click();
});
