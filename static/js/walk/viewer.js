// A window over the page with the picture to zoom in, for whoever may see it. What is known of its tiles is walk.js's.
import { Cells } from "./cells.js";
import { open } from "./picture.js";

const HASH = "#walk";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SORRY = "The picture could not be opened. Check the connection, close this and try again.";

export class Viewer {
  constructor(dialog) {
    const { cols, rows, cellPx } = dialog.dataset;
    this.dialog = dialog;
    this.host = dialog.querySelector("[data-picture]");
    this.status = dialog.querySelector("[data-says]");
    this.cells = new Cells(Number(cols), Number(rows), Number(cellPx));
    this.listen();
  }

  async enter() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    document.documentElement.classList.add("is-walking");
    this.host.focus();
    if (this.picture) return;
    try {
      const picture = await (this.opening ??= this.load());
      if (this.picture) return;
      this.picture = picture;
      this.opened();
      this.dialog.dataset.ready = "";
    } catch {
      this.opening = null;
      this.says(SORRY);
      this.failed(Object.assign(document.createElement("p"), { textContent: SORRY }));
    }
  }

  load() {
    this.host.replaceChildren();
    return open(this.host, this.dialog.dataset, this.cells);
  }

  opened() {}

  failed(sorry) {
    sorry.className = "walk-sorry";
    this.host.replaceChildren(sorry);
  }

  says(text) {
    this.status.textContent = text;
  }

  move(right, down) {
    this.picture.panBy(right, down);
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.picture) return;
    const act = this.act(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  act({ key, shiftKey }) {
    const { picture } = this;
    if (STEPS[key]) return () => (shiftKey ? picture.panBy(...STEPS[key]) : this.move(...STEPS[key]));
    return {
      "+": () => this.nearer(),
      "=": () => this.nearer(),
      "-": () => picture.zoomBy(1 / 1.6),
      0: () => picture.whole(),
      Home: () => picture.whole(),
    }[key];
  }

  nearer() {
    this.picture.zoomBy(1.6);
  }

  // Escape and Back go one step.
  back() {
    this.leave();
  }

  leave() {
    if (history.state?.walk) history.back();
    else this.close();
  }

  close() {
    this.dialog.close();
  }

  // However it was closed: browsers close a window by themselves where Escape is pressed twice.
  left() {
    if (location.hash === HASH) history.replaceState(null, "", location.pathname + location.search);
    document.documentElement.classList.remove("is-walking");
  }

  listen() {
    this.host.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.back();
    });
    // Before the browser makes a "cancel" of it, of which it lets us stop one and not the next.
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.back();
    });
    this.dialog.addEventListener("close", () => this.left());
    this.dialog.addEventListener("click", ({ target }) => {
      const acts = {
        nearer: () => this.nearer(),
        farther: () => this.picture.zoomBy(1 / 1.6),
        whole: () => this.picture.whole(),
        leave: () => this.leave(),
      };
      const act = target.closest("[data-do]")?.dataset.do;
      if (act && (this.picture || act === "leave")) acts[act]();
    });
  }
}

// The button leads in, and so does an address that ends with the hash; Back leads out.
export function lead(viewer) {
  const { dialog } = viewer;
  const button = document.querySelector("[data-walk-open]");
  button.addEventListener("click", () => {
    history.pushState({ walk: true }, "", HASH);
    viewer.enter();
  });
  addEventListener("popstate", () => (location.hash === HASH ? viewer.enter() : dialog.open && viewer.close()));
  dialog.addEventListener("close", () => button.focus({ preventScroll: true }));
  if (location.hash === HASH) viewer.enter();
}
