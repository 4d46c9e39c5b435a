// The first page, better: drop anywhere, a preview, live numbers. Without it the same form works.
import { gridSize } from "./grid.js";
import { followSliders } from "./slider.js";

const form = document.querySelector("[data-make]");
const file = form.querySelector("#photo");
const chosen = form.querySelector("[data-well-chosen]");
const mistake = form.querySelector("[data-photo-mistake]");
const cellsAcross = form.querySelector("#cells_across");
const goGrid = form.querySelector("[data-go-grid]");
const facts = form.querySelector("[data-facts]");
const photoMax = Number(form.dataset.photoMax);
const cellsMax = Number(form.dataset.cellsMax);
const count = new Intl.NumberFormat("en-GB");
const TAKEN = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/heif", "image/avif"];
// Most browsers cannot show these; a worker reads them all the same.
const UNSEEN = /\.hei[cf]$/i;
const WE_TAKE = "We take JPEG, PNG, WebP, GIF, HEIC and AVIF.";

const sent = form.querySelector("[data-photo-sent]");
let ticked = null; // the choice before a photo of one's own took its place
let going = false;
let own = null; // size of the photo from this machine, once one is chosen

function say(sentence) {
  mistake.textContent = sentence;
  mistake.hidden = !sentence;
}

function wrongWith(photo) {
  // Some systems do not know the type of a dropped file; then the picture itself decides.
  if (photo.type && !TAKEN.includes(photo.type)) return `“${photo.name}” is not a picture we can read. ${WE_TAKE} Choose another file.`;
  if (photo.size > photoMax) {
    return `This photo is ${count.format(Math.ceil(photo.size / 1e6))} MB; the largest we take is ${photoMax / 1e6} MB. Save it smaller and drop it again.`;
  }
  return "";
}

function forget() {
  file.value = "";
  if (sent.checked && ticked) ticked.checked = true;
  sent.disabled = true;
  own = null;
  chosen.hidden = true;
  form.classList.remove("has-file");
}

function preview() {
  const photo = file.files[0];
  if (!photo) return;
  const wrong = wrongWith(photo);
  say(wrong);
  if (wrong) {
    forget();
    tell();
    return;
  }
  URL.revokeObjectURL(chosen.src);
  chosen.src = URL.createObjectURL(photo);
  chosen.hidden = false;
  form.classList.add("has-file");
}

// The photo travels while its owner still chooses the rest; until it is there, the form sends it as ever.
async function send(photo) {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set("photo", photo);
  const answer = await fetch(form.dataset.photos, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || file.files[0] !== photo || going) return;
  ticked = [...form.querySelectorAll("[name=photo_id]:checked")].find((one) => one !== sent) ?? ticked;
  sent.value = (await answer.json()).id;
  sent.checked = true;
  sent.disabled = false;
  file.value = "";
  form.dispatchEvent(new Event("change"));
}

function size() {
  if (own) return own;
  const choice = form.querySelector("[name=photo_id]:checked");
  return choice && { width: Number(choice.dataset.width), height: Number(choice.dataset.height) };
}

function factsOf(grid) {
  if (grid.cells > cellsMax) {
    return `${count.format(grid.cells)} cells; the most we make is ${count.format(cellsMax)}. Choose fewer cells across.`;
  }
  return `${count.format(grid.cells)} cells, a picture of ${count.format(grid.width)} x ${count.format(grid.height)} px`;
}

function tell() {
  const photo = size();
  const known = photo && cellsAcross.validity.valid;
  const grid = known && gridSize(photo.width, photo.height, Number(cellsAcross.value) || null);
  goGrid.textContent = grid ? `, ${grid.cols} x ${grid.rows} tiles` : "";
  facts.textContent = grid ? factsOf(grid) : "";
}

file.addEventListener("change", preview);
cellsAcross.addEventListener("input", tell);
chosen.addEventListener("load", () => {
  own = { width: chosen.naturalWidth, height: chosen.naturalHeight };
  tell();
  send(file.files[0]);
});
chosen.addEventListener("error", () => {
  const photo = file.files[0];
  if (photo && UNSEEN.test(photo.name)) {
    chosen.hidden = true;
    own = null;
    tell();
    send(photo);
    return;
  }
  say(`This file is not a picture we can read, whatever its name says. ${WE_TAKE}`);
  forget();
  tell();
});
for (const radio of form.querySelectorAll("[name=photo_id]")) {
  // A click as well: the ticked one may be chosen again over a file.
  radio.addEventListener("click", () => {
    forget();
    say("");
    tell();
  });
}

let depth = 0; // dragenter and dragleave come for every element under the hand
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragenter", (event) => {
  if (hasFiles(event)) document.body.classList.toggle("dragging", ++depth > 0);
});
addEventListener("dragleave", (event) => {
  if (hasFiles(event)) document.body.classList.toggle("dragging", --depth > 0);
});
addEventListener("dragover", (event) => {
  if (hasFiles(event)) event.preventDefault();
});
addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  depth = 0;
  document.body.classList.remove("dragging");
  const first = new DataTransfer();
  first.items.add(event.dataTransfer.files[0]);
  file.files = first.files;
  preview();
});

const go = form.querySelector("[data-go]");
const goSays = [...go.childNodes];
form.addEventListener("submit", (event) => {
  // Enter in a field: how it fits is told already, and a mosaic is made by its button.
  if (event.submitter && event.submitter !== go) return event.preventDefault();
  going = true;
  go.setAttribute("aria-disabled", "true");
  go.textContent = file.files.length ? "Sending the photo" : "Starting";
});
addEventListener("pageshow", () => {
  going = false;
  go.removeAttribute("aria-disabled");
  go.replaceChildren(...goSays);
});

followSliders(form);
preview();
tell();
