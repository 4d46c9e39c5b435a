// Filters that send themselves, with an address that says only what was chosen.
export function followFilters() {
  const form = document.querySelector("[data-filters]:not([data-begun])");
  if (!form) return;
  form.dataset.begun = "";
  const { near, color } = form.elements;
  form.addEventListener("input", (event) => event.target.type === "text" && form.classList.add("is-typed"));
  form.addEventListener("change", (event) => {
    if (event.target === color) near.checked = true;
    if (event.target.type !== "text") form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      field.disabled = field.name !== "choose" && (!field.value || (field === color && !near.checked));
    }
  });
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}
