// The panel of a cell: asked for when a cell is chosen, and anew whenever the picture has changed. Its buttons decide about single tiles.
import { after, less } from "./acts.js";
import { cells } from "./cells.js";
import { read } from "./look.js";
import { toServer } from "./long.js";

const SORRY = "This could not be sent. Your settings are still here: try again in a moment.";
const TOLD = { ban: "Banned", allow: "Allowed again", pin: "Pinned", unpin: "Unpinned", everywhere: "Banned in the whole set", clear: "All taken back" };

export function panel(form, layer, { say, tell, decide }) {
  const box = form.querySelector("[data-panel]");
  const token = form.elements.csrf_token.value;
  let cell = box.querySelector("[data-cell]")?.value ?? "";
  let asked = null;
  let shown = "";

  const query = () => new URLSearchParams({ ...read(form), cell }).toString();
  // What the answer depends on.
  const wanted = () => `${query()} ${form.elements.everywhere.value}`;

  async function show(toHeading = false) {
    const want = wanted();
    asked?.abort();
    asked = new AbortController();
    box.setAttribute("aria-busy", "true");
    const answer = await toServer(box.dataset.panelAt, query(), token, asked.signal).catch((error) => ({ ok: false, given: error.name === "AbortError" }));
    if (answer.given) return;
    box.removeAttribute("aria-busy");
    if (!answer.ok) return say(SORRY, true);
    const focused = box.contains(document.activeElement) ? document.activeElement.value : null;
    box.innerHTML = await answer.text(); // our own server's, with names escaped
    shown = want;
    if (toHeading || focused !== null) {
      const same = focused && [...box.querySelectorAll("button")].find((button) => button.value === focused);
      (same || box.querySelector("h2")).focus({ preventScroll: true });
    }
  }

  async function choose(chosen, byKey) {
    cell = chosen;
    await show(byKey);
    if (!byKey) box.querySelector(".cell-acts")?.scrollIntoView({ block: "nearest" });
  }

  const place = cells(layer, { choose, tell });

  // What is banned in the set is the server's to keep: it is told before the picture is asked for.
  async function keepEverywhere(text) {
    const field = form.elements.everywhere;
    for (const [address, tiles] of [[box.dataset.bansAt, less(text, field.value)], [`${box.dataset.bansAt}/allow`, less(field.value, text)]]) {
      if (!tiles) continue;
      const body = new URLSearchParams({ csrf_token: token, tile: tiles });
      const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok) return say((await answer?.json().catch(() => null))?.sentence ?? SORRY, true) ?? false;
    }
    field.value = text;
    return true;
  }

  box.addEventListener("click", async (event) => {
    const step = event.target.closest("[data-step]");
    if (step) {
      cell = place.by(...step.dataset.step.split(".").map(Number));
      return show();
    }
    const button = event.target.closest("button[name=act]");
    if (!button) return;
    event.preventDefault();
    const { bans, pins, everywhere } = Object.fromEntries(["bans", "pins", "everywhere"].map((name) => [name, form.elements[name].value]));
    const next = after({ bans, pins, everywhere }, button.value);
    if (!(await decide(next))) return;
    tell(TOLD[button.value.split(".")[0]]);
    show();
  });
  box.addEventListener("keydown", (event) => event.key === "Escape" && place.focus());
  // Once the hand rests, what the panel says is told anew, if it can have changed.
  form.addEventListener("tuned", ({ detail }) => {
    const { bans, pins } = form.elements;
    if (detail.sharp && wanted() !== shown && (shown || cell || bans.value || pins.value)) show();
  });
  return { keepEverywhere };
}
