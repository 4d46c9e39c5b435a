// Tiles that are ticked, also those that scrolled away; sent as few words, not as thousands of fields.
import { wordsOf } from "./numbers.js";

const count = new Intl.NumberFormat("en-GB");

export class Chosen {
  constructor(form, numbers, dressAgain, signal) {
    this.numbers = new Set();
    this.go = form.querySelector("[data-chosen-go]");
    this.says = form.querySelector("[data-chosen-says]");
    this.last = null;
    form.addEventListener("click", (event) => event.target.matches("input[type=checkbox]") && this.tick(event, numbers, dressAgain), { signal });
    form.addEventListener("submit", () => {
      form.querySelector("[data-chosen]").value = wordsOf([...this.numbers].sort((a, b) => a - b));
    }, { signal });
    this.say();
  }

  tick(event, numbers, dressAgain) {
    const number = Number(event.target.value);
    const from = event.shiftKey && this.last !== null ? numbers.placeOf(this.last) : -1;
    const to = numbers.placeOf(number);
    const range = from < 0 ? [number] : numbers.between(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of range) this.numbers[event.target.checked ? "add" : "delete"](one);
    this.last = number;
    if (range.length > 1) dressAgain();
    this.say();
  }

  say() {
    const { size } = this.numbers;
    this.go.disabled = !size;
    this.says.textContent = size ? `${count.format(size)} ${size === 1 ? "tile" : "tiles"} chosen` : "Tick the tiles you do not want; with Shift all up to there.";
    this.go.textContent = size === 1 ? "Remove it" : "Remove them";
  }
}
