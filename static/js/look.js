// The settings in a form that tunes a mosaic, as one plain object of texts, and back into the form.
const FIELDS = ["penalty", "matcher", "placement", "mirrors", "shift", "max_uses", "min_distance", "use_all", "families", "bans", "pins"];

export function read(form) {
  const data = new FormData(form);
  return Object.fromEntries(FIELDS.map((name) => [name, data.get(name) ?? ""]));
}

// What is not among the values stays; what is not among the fields is left alone.
export function write(form, values) {
  for (const name of FIELDS.filter((name) => name in values)) {
    const field = form.elements[name];
    if (field.type === "checkbox") field.checked = values[name] === field.value;
    else field.value = values[name];
  }
  form.elements.penalty.dispatchEvent(new Event("input", { bubbles: true }));
}
