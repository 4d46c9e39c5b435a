// The mosaic under the hand: each move asks for the picture as it would be. Without this the same form makes a new mosaic.
import { charts } from "./charts.js";
import { curves } from "./curve.js";
import { followKeys, history, overThemes } from "./history.js";
import { followKept, send } from "./kept.js";
import { read, write } from "./look.js";
import { toServer } from "./long.js";
import { newest } from "./newest.js";
import { panel } from "./panel.js";
import { followRenders, render } from "./renders.js";
import { followSliders } from "./slider.js";
import { split } from "./split.js";

// A hand that rests this long wants to see the tiles themselves.
const REST = 350;
// Figures take a worker longer than the picture: four times a second is as often as anybody reads them.
const READ = 250;
// What takes longer than this is worth a word.
const LONG = 700;
const SORRY = "There is no answer just now. Move the slider again in a moment.";
const LOOKING = "Looking for tiles";
// A worker that has just started gets ready while others wait; what it has worked out meanwhile is not lost, so asking again is right.
const PATIENCE = 12;
const AGAIN_AFTER = 2000;
const STARTING = "This takes longer than usual: Tessera may have just been started. The picture comes by itself.";

const form = document.querySelector("[data-tune]");
const figure = document.querySelector("[data-picture]");
const says = figure.querySelector("[data-says]");
const status = document.querySelector("#status");

function say(sentence, wrong = false) {
  says.textContent = sentence;
  says.hidden = !sentence;
  says.classList.toggle("is-wrong", wrong);
}

let figuresAsked = -READ;

function look(sharp) {
  const query = new URLSearchParams(read(form));
  if (sharp) query.set("sharp", "yes");
  else if (performance.now() - figuresAsked < READ) query.set("bare", "yes");
  else figuresAsked = performance.now();
  return query;
}

async function pictureOf(blob) {
  const picture = figure.querySelector("[data-now]").cloneNode();
  picture.src = URL.createObjectURL(blob);
  await picture.decode();
  return picture;
}

// Asked again while these are the settings; what is newer takes the place of what waits.
async function patiently(query, signal) {
  const settings = new URLSearchParams(read(form)).toString();
  for (let tries = 1; ; tries++) {
    const answer = await toServer(form.dataset.live, query.toString(), form.elements.csrf_token.value, signal);
    const moved = new URLSearchParams(read(form)).toString() !== settings;
    if (answer.status !== 503 || tries === PATIENCE || moved) return answer;
    say(STARTING);
    await new Promise((go) => setTimeout(go, AGAIN_AFTER));
    if (signal.aborted) throw new DOMException("Nobody waits any more", "AbortError");
  }
}

async function ask(query, signal) {
  try {
    const answer = await patiently(query, signal);
    if (!answer.ok) return { sentence: answer.status === 422 ? (await answer.json()).sentence : SORRY };
    const figures = JSON.parse(answer.headers.get("Tessera-Figures"));
    const point = JSON.parse(answer.headers.get("Tessera-Point"));
    return { figures, point, picture: await pictureOf(await answer.blob()), sharp: query.has("sharp") };
  } catch (error) {
    if (signal.aborted) throw error;
    return { sentence: SORRY };
  }
}

let resting = 0;
let lateness = 0;

function show(answer, number, isLast) {
  if (isLast) clearTimeout(lateness);
  // What is wrong with settings that were left behind is of no interest any more.
  else if (answer.sentence) return;
  say(answer.sentence ?? "", true);
  if (answer.sentence) return;
  const before = figure.querySelector("[data-now]");
  before.replaceWith(answer.picture);
  URL.revokeObjectURL(before.src);
  for (const [name, text] of Object.entries(answer.figures)) form.querySelector(`[data-figure="${name}"]`).textContent = text;
  drawn.now(answer.point);
  form.dispatchEvent(new CustomEvent("tuned", { detail: { number, sharp: answer.sharp } }));
  if (!isLast) return;
  clearTimeout(resting);
  if (answer.sharp) rested();
  else resting = setTimeout(() => question(look(true)), REST);
}

// Whoever hears the page hears what came of it, and not every step on the way.
function rested() {
  askCurve(read(form));
  status.textContent = [...form.querySelectorAll("[data-figure]")]
    .map((value) => `${value.previousElementSibling.textContent} ${value.textContent}`)
    .join(", ");
}

const question = newest(ask, show);
const drawn = charts(form.querySelector("[data-charts]"));
const askCurve = curves(form.dataset.curve, drawn.curve);

// Undo and redo go from rest to rest: a hand that slides makes one step.
const [undo, redo] = ["[data-undo]", "[data-redo]"].map((name) => form.querySelector(name));
const state = () => ({ ...read(form), everywhere: form.elements.everywhere.value });
const left = overThemes(() => {
  remember();
  return steps.kept;
});
const steps = history(state(), stepsShown, left);

function stepsShown() {
  undo.disabled = !steps.canUndo;
  redo.disabled = !steps.canRedo;
}

let remembering = 0;

function remember() {
  clearTimeout(remembering);
  if (form.checkValidity()) steps.push(state());
}

async function go(step) {
  remember();
  const there = steps[step]();
  if (!there) return;
  await tiles.keepEverywhere(there.everywhere);
  write(form, there);
}

function restore(look) {
  remember();
  write(form, look);
  remember();
}

// What was decided about single tiles. Says whether it could be.
async function decide({ everywhere, ...look }) {
  remember();
  if (!(await tiles.keepEverywhere(everywhere))) return false;
  restore(look);
  return true;
}

function move() {
  clearTimeout(resting);
  clearTimeout(lateness);
  clearTimeout(remembering);
  remembering = setTimeout(remember, REST);
  if (!form.checkValidity()) return;
  lateness = setTimeout(() => say(LOOKING), LONG);
  form.dataset.asked = question(look(false));
}

async function keep() {
  const said = await send(form.querySelector("[data-keep]").formAction, new FormData(form));
  say(said.sentence ?? "", true);
  if (said.sentence) return;
  showKept(said.list);
  status.textContent = "Kept";
}

form.addEventListener("input", move);
undo.addEventListener("click", () => go("undo"));
redo.addEventListener("click", () => go("redo"));
followKeys(() => go("undo"), () => go("redo"));
form.querySelector("[data-reset]").addEventListener("click", () => restore(JSON.parse(form.dataset.made)));
for (const mark of form.querySelectorAll("[data-look]")) {
  mark.addEventListener("click", () => restore(JSON.parse(mark.dataset.look)));
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // Enter in a field: what it says is seen already.
  if (!event.submitter || event.submitter.matches("[data-see]")) return;
  const button = event.submitter;
  button.disabled = true;
  if (button.matches("[data-keep]")) await keep();
  else say(await render(form, `Penalty ${Number(form.elements.penalty.value).toFixed(2)}`), true);
  button.disabled = false;
  button.focus({ preventScroll: true });
});

const lay = split(figure.querySelector("[data-compare]"), document.querySelector("[data-layers]"));
const showKept = followKept(document.querySelector("[data-kept]"), { say, restore, lay });
const tiles = panel(form, figure.querySelector("[data-cells]"), { say, tell: (words) => (status.textContent = words), decide });
followSliders(form);
followRenders();
drawn.now(JSON.parse(form.dataset.point));
if (left) {
  const there = JSON.parse(left.present);
  form.elements.everywhere.value = there.everywhere; // which the server knows already
  write(form, there);
  stepsShown();
}
// Candidates are found while the page is looked at.
question(look(true));
