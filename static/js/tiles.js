// A tile set: files and folders dropped anywhere, sent in parts, gone on with after a lost connection or a reload.
import { Arrivals } from "./arrivals.js";
import { chosen, dropped } from "./dropped.js";
import { followLive } from "./live.js";
import { Upload } from "./upload.js";
import { n } from "./words.js";

const status = document.querySelector("#status");
let current = null;

function say(sentence) {
  const mistake = document.querySelector("[data-files-mistake]");
  mistake.textContent = sentence;
  mistake.hidden = !sentence;
}

function newUpload(form) {
  const { begin, small, file, batch, batchFiles } = form.dataset;
  return new Upload({
    begin,
    token: form.querySelector("[name=csrf_token]").value,
    limits: { small: Number(small), file: Number(file), batch: Number(batch), batchFiles: Number(batchFiles) },
    changed: () => show(),
  });
}

function show() {
  const { upload, arrivals } = current;
  arrivals.show();
  const form = document.querySelector("[data-add]");
  const go = form.querySelector("[data-add-go]");
  go.hidden = upload.running || Boolean(upload.end);
  // What to press next stands out.
  const first = go.classList.contains("button-main") && !upload.files.length;
  form.querySelector("[data-choose]").classList.toggle("button-main", first);
  document.body.toggleAttribute("data-running-upload", upload.running);
  for (const notice of document.querySelectorAll("[data-interrupted]")) notice.hidden = upload.running;
  if (upload.end) {
    status.textContent = "All here. The pictures are being read.";
    location.assign(upload.end);
    return;
  }
  const wrong = upload.files.filter((each) => each.mistake).length;
  const refused = wrong === 1 ? "One file could not be sent" : `${n(wrong)} files could not be sent`;
  if (upload.mistake) say(upload.mistake);
  else if (wrong && !upload.running) say(`${refused}; the reason stands beside it. Take it off the list, then go on.`);
  else say("");
}

// On a phone all about the set is folded away.
function unfold(form) {
  form.closest("details").open = true;
}

function take(form, files) {
  if (current.upload.files.length + files.length > Number(form.dataset.maxFiles)) {
    say(`One upload takes up to ${n(form.dataset.maxFiles)} files. Send these in parts: a set can be added to as often as you like.`);
    return;
  }
  unfold(form);
  current.upload.add(files);
  status.textContent = `${n(current.upload.files.length)} files chosen`;
}

function begin() {
  const form = document.querySelector("[data-add]:not([data-begun])");
  if (!form) return;
  form.dataset.begun = "";
  const box = form.querySelector("[data-sending]");
  // The page around a running upload changes when a reading ends.
  const upload = current?.upload.running ? current.upload : newUpload(form);
  current?.arrivals.end();
  current = { upload, arrivals: new Arrivals(box, upload, status) };
  if (upload.running) unfold(form);
  const files = form.querySelector("#files");
  const folder = form.querySelector("[data-folder]");
  files.required = false;
  for (const input of [files, folder]) {
    const took = () => {
      take(form, chosen(input.files));
      input.value = ""; // the same files may be chosen again
    };
    input.addEventListener("change", took);
    if (input.files.length) took(); // chosen before this script was there
  }
  form.querySelector("[data-choose]").addEventListener("click", () => files.click());
  form.querySelector("[data-choose-folder]").addEventListener("click", () => folder.click());
  box.querySelector("[data-pause]").addEventListener("click", () => hand(box, "[data-resume]", () => upload.pause()));
  box.querySelector("[data-resume]").addEventListener("click", () => hand(box, "[data-pause]", () => upload.resume()));
  box.querySelector("[data-as-it-is]").addEventListener("click", () => upload.addWhatIsHere());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (upload.files.length) hand(box, "[data-pause]", () => upload.start());
    else say("No file was chosen. Choose pictures (JPEG, PNG, WebP) or a zip of them.");
  });
  show();
  lookAround(form);
}

// Another tab may be sending it just now.
async function lookAround(form) {
  const { held } = (await navigator.locks?.query()) ?? { held: [] };
  if (!held.some(({ name }) => name === form.dataset.begin) || current.upload.running) return;
  for (const notice of document.querySelectorAll("[data-interrupted]")) {
    const says = document.createElement("p");
    says.textContent = "Files are on their way to this set from another tab.";
    notice.replaceChildren(says);
  }
}

// A button that hides itself hands the focus on.
function hand(box, to, act) {
  act();
  show();
  box.querySelector(to).focus();
}

const hasFiles = (event) => event.dataTransfer?.types.includes("Files") && document.querySelector("[data-add]");
addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  document.body.classList.add("dragging");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dragging");
});
addEventListener("drop", async (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  document.body.classList.remove("dragging");
  status.textContent = "Looking through what was dropped";
  try {
    take(document.querySelector("[data-add]"), await dropped(event.dataTransfer));
  } catch {
    say("What was dropped could not be read. Choose it with the buttons instead; nothing was added.");
  }
});

begin();
document.addEventListener("htmx:afterSettle", begin);
followLive();
