// News of a job: told to a screen reader at each new stage and each quarter, and a reload where no stream can be had.
const LOOK_AGAIN_AFTER = 5000;
const status = document.querySelector("#status");

let told = "";
function tell(part) {
  const stage = part.querySelector("[data-stage]")?.textContent;
  const percent = Number(part.querySelector("[data-percent]")?.textContent);
  if (!stage) return;
  const quarter = Math.floor(percent / 25) * 25;
  if (told === stage + quarter) return;
  told = stage + quarter;
  status.textContent = quarter ? `${stage}, ${quarter} %` : stage;
}

let fallBack = 0;
function lookAgain() {
  fallBack = setTimeout(async () => {
    // Only once the server answers: a reload into a broken connection would lose the page.
    const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
    if (answer?.ok) location.reload();
    else lookAgain();
  }, LOOK_AGAIN_AFTER);
}

export function followLive() {
  let hadFocus = false;
  document.addEventListener("htmx:sseMessage", (event) => tell(event.target));
  document.addEventListener("htmx:sseError", () => fallBack || lookAgain());
  document.addEventListener("htmx:sseOpen", () => {
    clearTimeout(fallBack);
    fallBack = 0;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "main") hadFocus = event.detail.target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "main") return;
    status.textContent = document.title;
    if (hadFocus) document.querySelector("#main").focus({ preventScroll: true });
  });
}
