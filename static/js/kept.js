// The versions that are kept: a list that the server sends anew whenever it changes.
import { render } from "./renders.js";

const SORRY = "This could not be sent. Your settings are still here: try again in a moment.";

// What the server made of a form: the list, or what was wrong.
export async function send(address, body) {
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  return answer?.ok ? said : { sentence: said?.sentence ?? SORRY };
}

export function followKept(section, { say, restore, lay }) {
  const chosen = () => ["[data-left]", "[data-right]"].map((name) => section.querySelector(name));
  const layChosen = () => lay(...chosen().map((select) => select?.selectedOptions[0]));

  function show(list) {
    const before = chosen().map((select) => select?.value ?? "");
    section.innerHTML = list; // our own server's, with what people wrote escaped
    chosen().forEach((select, i) => {
      const still = [...(select?.options ?? [])].some((option) => option.value === before[i]);
      if (still) select.value = before[i];
    });
    layChosen();
  }

  section.addEventListener("change", (event) => event.target.matches("select") && layChosen());
  section.addEventListener("click", (event) => {
    const version = event.target.closest("[data-look]");
    if (!version || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    restore(JSON.parse(version.dataset.look));
  });
  section.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const title = form.dataset.renderVersion;
    if (title) return say(await render(form, title), true);
    const said = await send(form.action, new FormData(form));
    if (said.sentence) return say(said.sentence, true);
    show(said.list);
    section.querySelector("h2").focus();
  });
  return show;
}
