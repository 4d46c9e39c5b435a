// The mosaic under the hand: each move asks for the picture as it would be. Without this the same form makes a new mosaic.
import { newest } from "./newest.js";
import { render } from "./renders.js";
import { followSliders } from "./slider.js";

const FIELDS = ["penalty", "matcher", "placement", "mirrors", "shift", "max_uses", "min_distance", "use_all"];
// A hand that rests this long wants to see the tiles themselves.
const REST = 350;
// Figures take a worker longer than the picture: four times a second is as often as anybody reads them.
const READ = 250;
// What takes longer than this is worth a word.
const LONG = 700;
const SORRY = "There is no answer just now. Move the slider again in a moment.";
const LOOKING = "Looking for tiles";

const form = document.querySelector("[data-tune]");
const figure = form.querySelector("[data-picture]");
const says = form.querySelector("[data-says]");
const status = document.querySelector("#status");

function say(sentence, wrong = false) {
  says.textContent = sentence;
  says.hidden = !sentence;
  says.classList.toggle("is-wrong", wrong);
}

let figuresAsked = -READ;

function look(sharp) {
  const data = new FormData(form);
  const query = new URLSearchParams(FIELDS.map((name) => [name, data.get(name) ?? ""]));
  if (sharp) query.set("sharp", "yes");
  else if (performance.now() - figuresAsked < READ) query.set("bare", "yes");
  else figuresAsked = performance.now();
  return query;
}

async function pictureOf(blob) {
  const picture = figure.querySelector("img").cloneNode();
  picture.src = URL.createObjectURL(blob);
  await picture.decode();
  return picture;
}

async function ask(query, signal) {
  try {
    const answer = await fetch(`${form.dataset.live}?${query}`, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return { sentence: answer.status === 422 ? (await answer.json()).sentence : SORRY };
    const figures = JSON.parse(answer.headers.get("Tessera-Figures"));
    return { figures, picture: await pictureOf(await answer.blob()), sharp: query.has("sharp") };
  } catch (error) {
    if (signal.aborted) throw error;
    return { sentence: SORRY };
  }
}

let resting = 0;
let lateness = 0;

function show(answer, number, isLast) {
  if (isLast) clearTimeout(lateness);
  say(answer.sentence ?? "", true);
  if (answer.sentence) return;
  const before = figure.querySelector("img");
  before.replaceWith(answer.picture);
  URL.revokeObjectURL(before.src);
  for (const [name, text] of Object.entries(answer.figures)) form.querySelector(`[data-figure="${name}"]`).textContent = text;
  form.dispatchEvent(new CustomEvent("tuned", { detail: { number, sharp: answer.sharp } }));
  if (!isLast) return;
  clearTimeout(resting);
  if (answer.sharp) tell();
  else resting = setTimeout(() => question(look(true)), REST);
}

// Once the hand rests: whoever hears the page hears what came of it, and not every step on the way.
function tell() {
  status.textContent = [...form.querySelectorAll("[data-figure]")]
    .map((value) => `${value.previousElementSibling.textContent} ${value.textContent}`)
    .join(", ");
}

const question = newest(ask, show);

function move() {
  clearTimeout(resting);
  clearTimeout(lateness);
  if (!form.checkValidity()) return;
  lateness = setTimeout(() => say(LOOKING), LONG);
  form.dataset.asked = question(look(false));
}

function put(values) {
  for (const [name, text] of Object.entries(values)) {
    if (FIELDS.includes(name) && name !== "use_all") form.elements[name].value = text;
  }
  form.elements.penalty.dispatchEvent(new Event("input", { bubbles: true }));
}

form.addEventListener("input", move);
form.addEventListener("reset", () => setTimeout(() => put({})));
for (const mark of form.querySelectorAll("[data-look]")) {
  mark.addEventListener("click", () => put(JSON.parse(mark.dataset.look)));
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[data-render]");
  button.disabled = true;
  say(await render(form, `Penalty ${Number(form.elements.penalty.value).toFixed(2)}`), true);
  button.disabled = false;
});

followSliders(form);
// Candidates are found while the page is looked at.
question(look(true));
