// What is known of one tile, beside the picture: fetched from the cell's own page.
const SORRY = "This tile could not be looked up just now. The mosaic is safe; try again.";

export class Panel {
  constructor(element, address) {
    this.element = element;
    this.address = address;
    this.cell = null;
    this.asked = null;
  }

  // The article, or null where another cell was asked for meanwhile.
  async show(cell) {
    if (this.cell === cell) return this.element.querySelector("[data-cell]");
    this.asked?.abort();
    this.asked = new AbortController();
    this.cell = cell;
    try {
      const answer = await fetch(this.address.replace("{cell}", cell), { signal: this.asked.signal });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const article = document.importNode(page.querySelector("[data-cell]"), true);
      if (this.cell !== cell) return null;
      this.element.replaceChildren(article);
      this.element.scrollTop = 0;
      return article;
    } catch (error) {
      if (error.name === "AbortError" || this.cell !== cell) return null;
      this.cell = null;
      this.element.replaceChildren(Object.assign(document.createElement("p"), { textContent: SORRY }));
      return null;
    }
  }

  clear() {
    this.asked?.abort();
    this.cell = null;
  }
}

export function sentence(article) {
  const text = (selector) => article.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") ?? "";
  const facts = [...article.querySelectorAll(".facts > div")].map(
    (fact) => `${fact.querySelector("dt").textContent} ${fact.querySelector("dd").innerText.replace(/\s+/g, " ")}`,
  );
  return [text(".laid-name"), text("h1 ~ .soft"), ...facts].join(". ");
}
