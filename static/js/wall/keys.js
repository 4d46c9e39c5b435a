// One tile of the wall is reached by Tab; from there arrows, Home, End, Page Up and Page Down lead on.
export class Keys {
  constructor(window, place, signal) {
    Object.assign(this, { window, place });
    const { list } = window;
    list.tabIndex = -1;
    list.addEventListener("keydown", (event) => this.press(event), { signal });
    list.addEventListener("focusin", (event) => this.note(event.target), { signal });
    list.addEventListener("dressed", () => this.reach(), { signal });
    this.reach();
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = this.leadsTo(event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.go(Math.max(0, Math.min(to, this.window.total - 1)));
  }

  leadsTo(key) {
    const { columns, row, total } = this.window;
    const screen = Math.max(1, Math.floor(innerHeight / row) - 1) * columns;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -screen, PageDown: screen };
    if (key === "Home") return 0;
    if (key === "End") return total - 1;
    return key in steps ? this.place + steps[key] : undefined;
  }

  go(place) {
    this.place = place;
    this.window.bring(place);
    this.reach();
    this.control(place)?.focus({ preventScroll: true });
  }

  note(target) {
    const cell = target.closest("li");
    const index = this.window.cells.indexOf(cell);
    if (index >= 0) this.place = this.window.start + index;
    this.reach();
  }

  // The tile that was left last, or, once it is far away, the first that is seen.
  reach() {
    if (!this.window.cellAt(this.place)) this.place = this.window.firstSeen;
    for (const control of this.window.list.querySelectorAll("[tabindex='0']")) control.tabIndex = -1;
    const control = this.control(this.place);
    if (control) control.tabIndex = 0;
  }

  control(place) {
    return this.window.cellAt(place)?.querySelector("a, input");
  }
}
