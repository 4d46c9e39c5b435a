// The reading beside a penalty slider, and how far its track is filled.
function follow(slider) {
  const input = slider.querySelector("input");
  const reading = slider.querySelector("[data-reading]");
  const show = () => {
    input.style.setProperty("--at", String((input.value - input.min) / (input.max - input.min)));
    reading.textContent = `penalty ${Number(input.value).toFixed(2)}`;
    input.dispatchEvent(new CustomEvent("penalty", { bubbles: true, detail: Number(input.value) }));
  };
  input.addEventListener("input", show);
  show();
}

export function followSliders(root) {
  for (const slider of root.querySelectorAll("[data-slider]:not([data-followed])")) {
    slider.dataset.followed = "";
    follow(slider);
  }
}
