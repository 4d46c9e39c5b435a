// One mosaic: the handle over the picture, the slider for another one, and the news while it is being made.
import { compare, zoom } from "./compare.js";
import { followLive } from "./live.js";
import { followSliders } from "./slider.js";
import { walkIn } from "./walk/walk.js";

function again(form) {
  const go = form.querySelector("[data-again-go]");
  form.addEventListener("penalty", (event) => {
    const penalty = event.detail.toFixed(2);
    go.disabled = penalty === form.dataset.madeWith;
    go.textContent = go.disabled ? "Make it again with another penalty" : `Make it again with penalty ${penalty}`;
  });
}

function begin() {
  for (const box of document.querySelectorAll("[data-compare]:not(.is-live)")) {
    zoom(box, box.dataset);
    compare(box);
  }
  for (const form of document.querySelectorAll("[data-again]:not([data-begun])")) {
    form.dataset.begun = "";
    again(form);
  }
  for (const dialog of document.querySelectorAll("[data-walk]:not([data-begun])")) {
    dialog.dataset.begun = "";
    walkIn(dialog);
  }
  followSliders(document);
}

begin();
document.addEventListener("htmx:afterSettle", begin);
followLive();
