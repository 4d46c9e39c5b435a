// Mosaics that are rendered in the background: each has a line with its progress, a link, and a button that ends it.
const SORRY = "This could not be sent. Your settings are still here: try again in a moment.";

function follow(line, links, token) {
  const progress = line.querySelector("[data-progress]");
  const cancel = line.querySelector("[data-cancel]");
  const news = new EventSource(links.events);
  const over = () => {
    news.close();
    delete line.dataset.running;
    cancel.remove();
  };
  news.addEventListener("progress", (event) => {
    progress.innerHTML = event.data; // our own server's, with nothing in it that somebody wrote
  });
  news.addEventListener("end", over);
  news.addEventListener("error", () => news.readyState === EventSource.CLOSED && over());
  cancel.addEventListener("click", async () => {
    const body = new FormData();
    body.set("csrf_token", token);
    cancel.disabled = true;
    const sent = await fetch(links.cancel, { method: "POST", body, redirect: "manual" }).catch(() => null);
    cancel.disabled = Boolean(sent);
  });
}

// Those that were under way when the page was opened.
export function followRenders() {
  const token = document.querySelector("[data-tune] [name=csrf_token]").value;
  for (const line of document.querySelectorAll("[data-renders] > li")) {
    follow(line, { events: line.dataset.events, cancel: line.dataset.cancelAt }, token);
  }
}

// Says what was wrong, or "".
export async function render(form, title) {
  const body = new FormData(form);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (!answer?.ok) return said?.sentence ?? SORRY;
  const list = document.querySelector("[data-renders]");
  if (list.querySelector(`[href="${said.page}"]`)) return "";
  const line = document.querySelector("[data-rendering]").content.firstElementChild.cloneNode(true);
  const open = line.querySelector("[data-open]");
  open.href = said.page;
  open.textContent = title;
  list.prepend(line);
  follow(line, said, body.get("csrf_token"));
  return "";
}
