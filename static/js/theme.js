// The theme is a cookie that the server reads, so that no page flashes; with a script it changes without a reload.
const OWN_SHEET = "1998";
const root = document.documentElement;
const form = document.querySelector("[data-theme-form]");

form?.addEventListener("submit", (event) => {
  const theme = event.submitter?.value ?? "";
  // This one is more than colours: the server sends its sheet, and takes it away again.
  if ([theme, root.dataset.theme].includes(OWN_SHEET)) return;
  event.preventDefault();
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const body = new FormData(form);
  body.set("theme", theme);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
});
