// Copies a link to where it can be pasted.
const status = document.getElementById("status");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = button.parentElement.querySelector("[data-link]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    status.textContent = "The link is copied.";
    button.textContent = "Copied";
  } catch {
    // Not over HTTPS, or not allowed: it is selected, and a key copies it.
    status.textContent = "The link is selected: copy it with Ctrl-C.";
  }
});
