// News of a job: told to a screen reader at each new stage and each quarter, and a reload where no stream can be had.
const RELOAD_AFTER = 5000;
const status = document.querySelector("#status");

function tellOnce() {
  let told = "";
  return (part) => {
    const stage = part.querySelector("[data-stage]")?.textContent;
    const percent = Number(part.querySelector("[data-percent]")?.textContent);
    if (!stage) return;
    const quarter = Math.floor(percent / 25) * 25;
    if (told === stage + quarter) return;
    told = stage + quarter;
    status.textContent = quarter ? `${stage}, ${quarter} %` : stage;
  };
}

export function followLive() {
  const tell = tellOnce();
  let fallBack = 0;
  document.addEventListener("htmx:sseMessage", (event) => tell(event.target));
  document.addEventListener("htmx:sseError", () => {
    fallBack ||= setTimeout(() => location.reload(), RELOAD_AFTER);
  });
  document.addEventListener("htmx:sseOpen", () => {
    clearTimeout(fallBack);
    fallBack = 0;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "main") return;
    status.textContent = document.title;
  });
}
