// What an upload looks like: one line for each large file, one for all small ones, one for the whole.
import { n, size, timeLeft } from "./words.js";
import { sentOf } from "./upload.js";

const LINES = 40; // more are counted, not listed
const LOOK_EVERY = 400;
const SPEED_OVER = 10_000;

export class Arrivals {
  constructor(box, upload, status) {
    Object.assign(this, { box, upload, status, lines: new Map(), went: [], told: "" });
    this.list = box.querySelector("[data-list]");
    this.line = box.querySelector("template");
    this.timer = setInterval(() => upload.running && this.show(), LOOK_EVERY);
  }

  end() {
    clearInterval(this.timer);
  }

  show() {
    const { box, upload } = this;
    const some = upload.files.length > 0;
    box.hidden = !some;
    if (!some) return;
    this.measure();
    this.showWhole();
    this.showLines();
    box.querySelector("[data-pause]").hidden = !upload.running || upload.paused;
    box.querySelector("[data-resume]").hidden = !upload.running || !upload.paused;
    box.querySelector("[data-as-it-is]").hidden = upload.running || !upload.files.some((file) => file.whole);
  }

  measure() {
    const now = performance.now();
    if (!this.upload.running || this.upload.paused || this.upload.lost) this.went = [];
    else this.went.push([now, this.upload.sent]);
    while (this.went.length > 2 && this.went[0][0] < now - SPEED_OVER) this.went.shift();
  }

  get speed() {
    if (this.went.length < 3) return 0;
    const [[start, before], [end, after]] = [this.went[0], this.went.at(-1)];
    return Math.max(0, (after - before) / ((end - start) / 1000));
  }

  showWhole() {
    const { box, upload } = this;
    const { bytes, sent } = upload;
    const percent = bytes ? Math.floor((sent / bytes) * 100) : 0;
    const speed = this.speed;
    const figures = [`${sent ? size(sent) : 0} of ${size(bytes)}`];
    if (speed > 0) figures.push(`${size(speed)}/s`, timeLeft((bytes - sent) / speed));
    const stage = stageOf(upload);
    write(box.querySelector("[data-stage]"), stage);
    write(box.querySelector("[data-figures]"), upload.running ? figures.join(", ") : size(bytes));
    box.querySelector("[data-whole]").value = percent;
    box.querySelector("[data-whole]").hidden = !upload.running && !sent;
    const quarter = Math.floor(percent / 25) * 25;
    if (upload.running && this.told !== stage + quarter) {
      this.told = stage + quarter;
      this.status.textContent = quarter ? `${stage}, ${quarter} %` : stage;
    }
  }

  showLines() {
    const small = this.upload.files.filter((file) => file.small && !file.mistake);
    const rest = this.upload.files.filter((file) => !file.small || file.mistake);
    const wanted = [...(small.length > 1 ? [small] : small), ...rest.slice(0, LINES)];
    for (const [key, line] of this.lines) {
      if (wanted.includes(key) || (Array.isArray(key) && small.length > 1)) continue;
      line.remove();
      this.lines.delete(key);
    }
    for (const each of wanted) {
      if (Array.isArray(each)) this.showSmall(each);
      else this.showFile(each);
    }
    const more = this.box.querySelector("[data-more]");
    more.hidden = rest.length <= LINES;
    write(more, `And ${n(rest.length - LINES)} more files.`);
  }

  showSmall(files) {
    const key = [...this.lines.keys()].find(Array.isArray) ?? files;
    const here = files.filter((file) => file.whole).length;
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const sent = files.reduce((sum, file) => sum + sentOf(file), 0) + (this.upload.flying ?? 0);
    const says = this.upload.running || here ? `${n(here)} of ${n(files.length)} here` : size(bytes);
    this.fill(key, `${n(files.length)} small files`, says, bytes && sent / bytes);
  }

  showFile(file) {
    const says = file.mistake || (file.whole ? `${size(file.size)}, here` : size(file.size));
    this.fill(file, file.path, says, file.size && sentOf(file) / file.size, file);
  }

  fill(key, name, says, share, file) {
    let line = this.lines.get(key);
    if (!line) {
      line = this.line.content.firstElementChild.cloneNode(true);
      this.lines.set(key, line);
      this.list.append(line);
      line.querySelector("[data-remove]").addEventListener("click", () => this.takeOff(file, line));
    }
    write(line.querySelector("[data-name]"), name);
    write(line.querySelector("[data-says]"), says);
    line.classList.toggle("is-wrong", Boolean(file?.mistake));
    line.querySelector("progress").value = share * 100;
    line.querySelector("progress").hidden = !share || Boolean(file?.mistake) || share === 1;
    line.querySelector("progress").setAttribute("aria-label", `Share of ${name} sent`);
    line.querySelector("[data-remove]").hidden = !file || file.whole;
    line.querySelector("[data-remove]").setAttribute("aria-label", `Take ${name} off the list`);
  }

  takeOff(file, line) {
    const next = line.nextElementSibling ?? line.previousElementSibling;
    (next?.querySelector("[data-remove]:not([hidden])") ?? this.box).focus();
    this.status.textContent = `${file.path} taken off the list`;
    this.upload.remove(file);
  }
}

function stageOf(upload) {
  if (!upload.running) return `${n(upload.files.length)} ${upload.files.length === 1 ? "file" : "files"}`;
  if (upload.paused) return "Paused";
  if (upload.lost?.answered) return "Nothing can be stored just now; it goes on by itself";
  if (upload.lost) return "The connection is lost; it goes on by itself";
  return upload.waiting.length ? "Sending" : "All here";
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
