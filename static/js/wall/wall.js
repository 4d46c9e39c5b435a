// The wall of a set, all of it. Without a script the same list has pages.
import { Chosen } from "./chosen.js";
import { followFilters } from "./filters.js";
import { Keys } from "./keys.js";
import { Numbers, wordsOf } from "./numbers.js";
import { Bundles, Sheets } from "./pictures.js";
import { Window } from "./window.js";

const count = new Intl.NumberFormat("en-GB");
let stop = new AbortController();

function dresser(list, numbers, sheets, bundles, chosen) {
  const scattered = "scattered" in list.dataset;
  const [before, after] = list.dataset.tile.split("/t/0");
  const pictureOf = (place, number) => (!scattered && sheets.of(number)) || bundles.of(place, number);
  return (cell, place, withPictures) => {
    const number = numbers.at(place);
    const control = cell.querySelector("a, input");
    const img = cell.querySelector("img");
    cell.id = `tile-${number}`;
    cell.ariaPosInSet = place + 1;
    cell.ariaSetSize = numbers.total;
    control.ariaLabel = `Tile ${count.format(number + 1)}`;
    control.tabIndex = -1;
    if (chosen) Object.assign(control, { value: number, checked: chosen().has(number), name: "" });
    else control.href = `${before}/t/${number}${after}`;
    const picture = withPictures && pictureOf(place, number);
    cell.className = picture ? picture.look : "";
    img.hidden = !picture;
    if (picture && img.getAttribute("src") !== picture.src) img.src = picture.src;
  };
}

async function begin() {
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  followFilters();
  const list = document.querySelector("[data-wall]");
  if (!list) return;
  const answer = await fetch(list.dataset.numbers, { signal }).catch(() => null);
  if (!answer?.ok) return; // the pages are there
  const { runs, sheets } = await answer.json();
  const numbers = new Numbers(runs);
  if (!numbers.total) return;
  show(list, numbers, new Sheets(sheets, list.dataset.sheet), signal);
}

function show(list, numbers, sheets, signal) {
  const form = list.closest("[data-wall-form]");
  let wall = null;
  let chosen = null;
  const bundles = new Bundles(numbers, list.dataset.few, wordsOf, () => wall?.dressAgain());
  if ("choosing" in list.dataset) chosen = new Chosen(form, numbers, () => wall.dressAgain(), signal);
  for (const plain of list.querySelectorAll("noscript")) plain.remove();
  list.ariaLabel = `${count.format(numbers.total)} ${numbers.total === 1 ? "tile" : "tiles"}`;
  form.classList.add("is-whole");
  wall = new Window(list, numbers.total, dresser(list, numbers, sheets, bundles, chosen && (() => chosen.numbers)), signal);
  const keys = new Keys(wall, 0, signal);
  list.addEventListener("click", (event) => keep(event.target.closest("li")), { signal });
  const left = numbers.placeOf(Number(location.hash.replace("#tile-", "") || NaN));
  if (left >= 0) keys.go(left);
  else if (Number(list.dataset.first)) wall.bring(Number(list.dataset.first));
  list.dataset.ready = "";
}

// Coming back from a tile leads to it.
function keep(cell) {
  if (cell) history.replaceState(history.state, "", `#${cell.id}`);
}

begin();
document.addEventListener("htmx:afterSettle", (event) => event.target.id === "main" && begin());
