// A kept version or the photo, laid over the mosaic that is being tuned or over another version.
import { compare, zoom } from "./compare.js";

function paint(picture, option) {
  picture.src = option.value;
  picture.alt = option.textContent.trim();
}

// The box holds the live picture; the layers over it are in a template until they are wanted.
export function split(box, layers) {
  let begun = false;
  function begin() {
    if (begun) return;
    begun = true;
    box.append(layers.content.cloneNode(true));
    compare(box);
  }
  return (left, right) => {
    if (left?.value) {
      begin();
      zoom(box, left.dataset);
      paint(box.querySelector("[data-left-picture]"), left);
      const under = box.querySelector("[data-right-picture]");
      under.hidden = !right?.value;
      if (right?.value) paint(under, right);
    } else if (begun) {
      begun = false;
      box.classList.remove("is-live");
      for (const layer of box.querySelectorAll(":scope > :not([data-now], [data-cells])")) layer.remove();
    }
  };
}
