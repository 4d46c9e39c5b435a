// One mosaic: the handle over the picture, the slider for another one, and the news while it is being made.
import { followLive } from "./live.js";
import { followSliders } from "./slider.js";

function compare(box) {
  const range = box.querySelector("input");
  const show = () => box.style.setProperty("--at", String(range.value / 100));
  box.style.setProperty("--zoom-x", box.dataset.zoomX);
  box.style.setProperty("--zoom-y", box.dataset.zoomY);
  range.addEventListener("input", show);
  box.classList.add("is-live");
  show();
}

function again(form) {
  const go = form.querySelector("[data-again-go]");
  form.addEventListener("penalty", (event) => {
    const penalty = event.detail.toFixed(2);
    go.disabled = penalty === form.dataset.madeWith;
    go.textContent = go.disabled ? "Make it again with another penalty" : `Make it again with penalty ${penalty}`;
  });
}

function begin() {
  for (const box of document.querySelectorAll("[data-compare]:not(.is-live)")) compare(box);
  for (const form of document.querySelectorAll("[data-again]:not([data-begun])")) {
    form.dataset.begun = "";
    again(form);
  }
  followSliders(document);
}

begin();
document.addEventListener("htmx:afterSettle", begin);
followLive();
