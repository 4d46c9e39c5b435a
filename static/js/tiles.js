// A tile set: pictures dropped anywhere, checked before they are sent, and the share sent while they travel.
import { followLive } from "./live.js";

const count = new Intl.NumberFormat("en-GB");

function wrongWith(files, form) {
  if (files.length > Number(form.dataset.maxFiles)) {
    return `These are ${count.format(files.length)} files; one upload takes up to ${count.format(form.dataset.maxFiles)}. Put them into a zip, or send them in parts.`;
  }
  const bytes = [...files].reduce((sum, file) => sum + file.size, 0);
  if (bytes > Number(form.dataset.max)) {
    return `These are ${(bytes / 1e9).toFixed(1)} GB; one upload takes up to ${form.dataset.max / 1e9} GB. Send them in parts: a set can be added to as often as you like.`;
  }
  return "";
}

function send(form) {
  const sending = form.querySelector("[data-sending]");
  const request = new XMLHttpRequest();
  const went = (share) => {
    sending.querySelector("progress").value = share * 100;
    sending.querySelector("[data-sent]").textContent = `${Math.floor(share * 100)} %`;
  };
  form.querySelector("[data-add-go]").disabled = true;
  sending.hidden = false;
  went(0);
  request.upload.addEventListener("progress", (event) => event.lengthComputable && went(event.loaded / event.total));
  request.addEventListener("load", () => {
    // The answer is a page either way: the set with its reading, or the sentence that says what was wrong.
    if (request.status < 400) location.assign(request.responseURL);
    else show(request.response);
  });
  request.addEventListener("error", () => {
    sending.hidden = true;
    form.querySelector("[data-add-go]").disabled = false;
    say(form, "The connection broke while sending. Nothing was added; try again.");
  });
  request.responseType = "document";
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function show(page) {
  document.querySelector("#main").replaceWith(page.querySelector("#main"));
  begin();
}

function say(form, sentence) {
  const mistake = form.querySelector("[data-files-mistake]");
  mistake.textContent = sentence;
  mistake.hidden = !sentence;
}

function begin() {
  const form = document.querySelector("[data-add]:not([data-begun])");
  if (!form) return;
  form.dataset.begun = "";
  const files = form.querySelector("#files");
  files.addEventListener("change", () => say(form, wrongWith(files.files, form)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = wrongWith(files.files, form);
    say(form, wrong);
    if (!wrong) send(form);
  });
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
addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  document.body.classList.remove("dragging");
  const files = document.querySelector("#files");
  files.files = event.dataTransfer.files;
  files.dispatchEvent(new Event("change"));
});

begin();
document.addEventListener("htmx:afterSettle", begin);
followLive();
