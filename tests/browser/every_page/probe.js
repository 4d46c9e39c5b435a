// Runs in each page before the page's own scripts, and answers what the tests ask.
window.probe = (() => {
  const TARGET = 44;
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  let shift = 0;
  const moved = [];

  function note(entries) {
    for (const entry of entries) {
      if (entry.hadRecentInput) continue;
      shift += entry.value;
      for (const { node } of entry.sources) if (node) moved.push(named(node));
    }
  }

  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });

  const painted = () => new Promise((go) => {
    new PerformanceObserver((list) => list.getEntriesByName("first-contentful-paint").length && go()).observe({ type: "paint", buffered: true });
  });

  const frame = () => new Promise(requestAnimationFrame);

  async function settled() {
    await Promise.all([...document.images].filter((one) => one.loading !== "lazy" && one.currentSrc).map((one) => one.decode().catch(() => {})));
    for (let i = 0; i < 3; i += 1) await frame();
  }

  function named(element) {
    if (!element?.tagName) return String(element?.nodeName);
    const name = element.id || element.getAttribute("name") || element.textContent.trim().slice(0, 30) || element.getAttribute("aria-label") || "";
    return `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} ${name}`.trim();
  }

  function shown(element) {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1 && !style.clipPath.startsWith("inset(50%");
  }

  // What a finger meets: a tick box together with its label; a link within a sentence is as tall as the sentence.
  function target(element) {
    const label = element.labels?.[0];
    if (["radio", "checkbox", "file"].includes(element.type) && label && shown(label)) return label;
    return element;
  }

  function small() {
    return [...document.querySelectorAll(CONTROLS)]
      .map(target)
      .filter((one) => shown(one) && getComputedStyle(one).display !== "inline")
      .map((one) => [named(one), one.getBoundingClientRect()])
      .filter(([, box]) => Math.min(box.width, box.height) < TARGET - 0.5)
      .map(([name, box]) => `${name}: ${box.width.toFixed()} x ${box.height.toFixed()}`);
  }

  const seconds = (list) => Math.max(...list.split(",").map((one) => parseFloat(one)));

  function moving() {
    return [...document.querySelectorAll("*")].filter((one) => ["", "::before", "::after"].some((part) => {
      const style = getComputedStyle(one, part);
      return seconds(style.transitionDuration) > 0 || (style.animationName !== "none" && seconds(style.animationDuration) > 0);
    })).map(named);
  }

  // As the server would send it, less the foot of the page.
  function into1998() {
    document.documentElement.dataset.theme = "1998";
    return new Promise((go) => {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/static/css/1998.css", onload: go });
      document.head.append(link);
    });
  }

  function sendEmpty() {
    const form = document.querySelector("main form[method=post]:has(input[required])");
    form.noValidate = true;
    form.requestSubmit();
  }

  function openAll() {
    for (const one of document.querySelectorAll("details")) one.open = true;
  }

  // As it travelled, whether it did so now or for another page before.
  function weight() {
    return performance.getEntries()
      .filter((one) => one.entryType === "navigation" || /\.(css|js)(\?|$)/.test(one.name))
      .map((one) => [one.name, one.encodedBodySize]);
  }

  // Stops of the Tab key: all of the page's, or those of the window that is open over it. Of the radio buttons of one name the
  // ticked one is a stop, or else any.
  function stops() {
    const groups = new Set();
    const within = document.querySelector("dialog:modal") ?? document;
    return [...within.querySelectorAll(CONTROLS)].filter((one) => {
      if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
      if (one.type !== "radio") return true;
      const group = one.form ? [...document.querySelectorAll(`input[type=radio][name="${one.name}"]`)].filter((other) => other.form === one.form && !other.disabled) : [one];
      if (group.some((other) => other.checked) ? !one.checked : groups.has(one.name)) return false;
      groups.add(one.name);
      return true;
    });
  }

  // Whoever gets the focus, and how it and what is around it look then; beside it how they look at rest.
  let reached = new Map();

  function begin() {
    document.activeElement?.blur();
    const all = stops();
    const rest = new Map(all.map((one) => [one, looks(one)]));
    reached = new Map();
    document.addEventListener("focusin", ({ target }) => reached.set(target, looks(target) !== (rest.get(target) ?? "")));
    return all.length;
  }

  // A script may have drawn parts of the page again: an element that is no more needs not be reached.
  function end() {
    const all = stops();
    return {
      missed: all.filter((one) => !reached.has(one)).map(named),
      unseen: all.filter((one) => reached.get(one) === false).map(named),
    };
  }

  function around(element) {
    const next = element.nextElementSibling;
    return [element, next, next?.querySelector("svg"), element.closest("label"), element.closest("li"), element.parentElement].filter(Boolean);
  }

  function looks(element) {
    return around(element).flatMap((one) => ["", "::before", "::after"].map((part) => {
      const style = getComputedStyle(one, part);
      return [style.outlineStyle !== "none" && style.outlineWidth, style.outlineColor, style.boxShadow, style.content, style.borderTopColor, style.borderTopWidth, style.opacity, style.getPropertyValue("--handle-ring")].join();
    })).join("|");
  }

  return {
    painted, settled, into1998, sendEmpty, small, moving, openAll, weight, begin, end,
    shifted: () => (note(observer.takeRecords()), { shift, moved: [...new Set(moved)] }),
    width: () => document.documentElement.scrollWidth,
  };
})();
