// An upload: large files go in parts, small ones many at a time; what is there already is never sent again.
// Why this is no package from npm: docs/adr/0010-uploads.md
import { ask, Lost, put, Refused, Stopped } from "./send.js";

const FILES_AT_ONCE = 2;
const PARTS_AT_ONCE = 2; // with one batch of small files that is five of a browser's six connections
const NAMED_AT_ONCE = 500;
const WAIT_AT_MOST = 30_000;
const TRIES = 3;
const ONE_BY_ONE = /\.(zip|mp4|m4v|mov|webm|mkv)$/i;
const CHANGED = "This file was changed, moved or renamed since it was chosen. Take it off the list and choose it again.";

export class Upload {
  constructor({ begin, token, limits, changed }) {
    Object.assign(this, { begin, token, limits, changed, files: [], running: false, paused: false, lost: null, mistake: "" });
    this.known = new Set();
    this.asleep = [];
    this.removals = [];
    this.direct = true;
  }

  get bytes() {
    return this.files.reduce((sum, file) => sum + file.size, 0);
  }

  get sent() {
    return this.files.reduce((sum, file) => sum + sentOf(file), 0) + (this.flying ?? 0);
  }

  get waiting() {
    return this.files.filter((file) => !file.whole && !file.mistake);
  }

  add(chosen) {
    for (const { file, path } of chosen) {
      const name = `${path}\0${file.size}\0${file.lastModified}`;
      if (this.known.has(name)) continue;
      this.known.add(name);
      const small = file.size <= this.limits.small && !ONE_BY_ONE.test(path);
      const mistake = file.size > this.limits.file ? `This file is larger than ${this.limits.file / 1e9} GB, the largest we take. Cut it in two and add both.` : "";
      this.files.push({ file, path, name, small, mistake, size: file.size, sent: 0, flying: new Map(), stop: new AbortController() });
    }
    this.changed();
    if (this.running) this.more = true;
  }

  async start() {
    if (this.running) return;
    Object.assign(this, { running: true, paused: false, mistake: "" });
    // Held for as long as it runs, so that another tab of this browser does not take it for interrupted.
    if (navigator.locks) await navigator.locks.request(this.begin, { mode: "shared" }, () => this.run());
    else await this.run();
  }

  async run() {
    try {
      do {
        this.more = false;
        await this.sendAll();
      } while (this.more);
      await Promise.all(this.removals);
      if (!this.files.some((file) => file.mistake)) this.end = (await this.ask("/done")).url;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      Object.assign(this, { mistake: error.message });
    } finally {
      this.running = false;
      this.changed();
    }
  }

  pause() {
    this.paused = true;
    for (const file of this.files) this.cut(file);
    this.batchStop?.abort();
    this.changed();
  }

  resume() {
    this.paused = false;
    for (const wake of this.asleep.splice(0)) wake();
    this.changed();
  }

  remove(file) {
    this.files = this.files.filter((other) => other !== file);
    this.known.delete(file.name);
    file.removed = true;
    this.cut(file);
    this.changed();
    if (file.number !== undefined) this.removals.push(this.takeOff(file));
  }

  async takeOff(file) {
    try {
      await this.patiently(() => ask(`${this.url}/files/${file.number}/remove`, this.token), { whilePaused: true });
    } catch (error) {
      this.mistake = error.message;
      this.changed();
    }
  }

  async addWhatIsHere() {
    const form = new FormData();
    form.set("as_it_is", "1");
    try {
      this.end = (await this.ask("/done", { form })).url;
    } catch (error) {
      this.mistake = error.message;
    }
    this.changed();
  }

  cut(file) {
    file.stop.abort();
    file.stop = new AbortController();
    file.flying.clear();
  }

  async sendAll() {
    this.url ??= (await this.patiently(() => ask(this.begin, this.token))).url;
    await this.nameAll();
    const large = this.waiting.filter((file) => !file.small);
    await Promise.all([this.sendSmall(), sideBySide(large, FILES_AT_ONCE, (file) => this.sendLarge(file))]);
  }

  // Small ones first, so that their numbers follow one another.
  async nameAll() {
    const unnamed = this.waiting.filter((file) => file.number === undefined).sort((a, b) => b.small - a.small);
    while (unnamed.length) {
      const some = unnamed.splice(0, NAMED_AT_ONCE);
      const json = some.map((file) => [file.path, file.size, file.file.lastModified]);
      const { files } = await this.ask("/files", { json });
      files.forEach(([number, whole], at) => Object.assign(some[at], { number, whole, sent: whole ? some[at].size : 0 }));
      this.changed();
    }
  }

  async sendSmall() {
    for (;;) {
      const batch = nextBatch(this.waiting.filter((file) => file.small && file.number !== undefined), this.limits);
      if (!batch.length) return;
      const url = `${this.url}/files/${batch[0].number}-${batch.at(-1).number}`;
      const body = new Blob(batch.map((file) => file.file));
      try {
        await this.patiently(() => {
          this.batchStop = new AbortController();
          return this.put(url, body, { stop: this.batchStop.signal, went: (loaded) => (this.flying = loaded), files: batch });
        });
        for (const file of batch) Object.assign(file, { whole: true, sent: file.size });
      } catch (error) {
        this.refuse(batch, error);
      } finally {
        this.flying = 0;
      }
    }
  }

  async sendLarge(file) {
    try {
      while (await this.sendMissing(file));
      await this.ask(`/files/${file.number}/complete`);
      Object.assign(file, { whole: true, sent: file.size });
    } catch (error) {
      this.refuse([file], error);
    }
    this.changed();
  }

  // Whether anything may still be missing.
  async sendMissing(file) {
    const { parts, bytes } = await this.patiently(() => this.askFor(file));
    file.sent = file.size - bytes;
    if (!parts.length) return false;
    let again = true;
    await sideBySide(parts, PARTS_AT_ONCE, async (part) => {
      if (again) again = await this.sendPart(file, part).catch((error) => {
        again = false;
        throw error;
      });
    });
    this.count(file, again);
    return true;
  }

  // Old links are asked for anew; a bucket that refuses new ones too is gone round.
  count(file, taken) {
    file.refusals = taken ? 0 : (file.refusals ?? 0) + 1;
    if (file.refusals < TRIES) return;
    if (!this.direct) throw new Refused(403);
    Object.assign(this, { direct: false });
    file.refusals = 0;
  }

  askFor(file) {
    if (file.removed) throw new Stopped();
    return ask(`${this.url}/files/${file.number}${this.direct ? "" : "?by=us"}`, this.token);
  }

  // False where the link is of no use any more.
  async sendPart(file, { start, length, url }) {
    let tries = 0;
    try {
      await this.patiently(() => {
        if (file.removed) throw new Stopped();
        // So is one that cannot be reached from here, though the network is there.
        if (!url.startsWith("/") && navigator.onLine && tries++ === TRIES) this.direct = false;
        if (!url.startsWith("/") && !this.direct) throw new Refused(403);
        const went = (loaded) => file.flying.set(start, Math.min(loaded, length));
        return this.put(url, file.file.slice(start, start + length), { stop: file.stop.signal, went, files: [file] });
      });
      file.sent += length;
      return true;
    } catch (error) {
      if (error instanceof Refused && [403, 404].includes(error.status)) return false;
      throw error;
    } finally {
      file.flying.delete(start);
    }
  }

  async put(url, body, { stop, went, files }) {
    try {
      await put(url, body, { token: this.token, stop, went });
    } catch (error) {
      // A file that cannot be read any more looks like a lost connection.
      if (error instanceof Lost && !error.answered) await Promise.all(files.map(readable));
      throw error;
    }
  }

  ask(path, content) {
    return this.patiently(() => ask(this.url + path, this.token, content));
  }

  async patiently(send, { whilePaused = false } = {}) {
    for (let tries = 0; ; tries++) {
      while (this.paused && !whilePaused) await new Promise((resolve) => this.asleep.push(resolve));
      try {
        const answer = await send();
        this.lost = null;
        return answer;
      } catch (error) {
        if (error instanceof Stopped && this.paused) continue;
        if (!(error instanceof Lost)) throw error;
        this.lost = error;
        this.changed();
        await later(Math.min(WAIT_AT_MOST, 1000 * 2 ** tries));
      }
    }
  }

  refuse(files, error) {
    if (error instanceof Stopped) return;
    if (!(error instanceof Refused)) throw error;
    const guilty = error.file ? [error.file] : files;
    for (const file of guilty) file.mistake = error.message;
    this.changed();
  }
}

export function sentOf(file) {
  let flying = 0;
  for (const loaded of file.flying.values()) flying += loaded;
  return file.sent + flying;
}

async function readable(file) {
  try {
    await file.file.slice(0, 1).arrayBuffer();
  } catch {
    throw Object.assign(new Refused(0, CHANGED), { file });
  }
}

async function sideBySide(items, lanes, work) {
  const next = items[Symbol.iterator]();
  const lane = async () => {
    for (const item of next) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

// Files whose numbers follow one another, as many as fit.
function nextBatch(files, { batch, batchFiles }) {
  const some = [];
  let bytes = 0;
  for (const file of files.sort((a, b) => a.number - b.number)) {
    const follows = !some.length || some.at(-1).number + 1 === file.number;
    bytes += file.size;
    if (!follows || some.length === batchFiles || bytes > batch) break;
    some.push(file);
  }
  return some;
}

function later(wait) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, wait);
    addEventListener("online", () => resolve(clearTimeout(timer)), { once: true });
  });
}
