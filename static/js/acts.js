// What a button decides about single tiles, and the settings that follow: app/domain/acts.py in the browser; a test holds the two equal.
const numbersIn = (text) =>
  text.split(",").filter(Boolean).flatMap((run) => {
    const [first, last = first] = run.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });

const pinsIn = (text) =>
  new Map(text.split(",").filter(Boolean).map((pin) => [pin.slice(0, pin.lastIndexOf(".")), Number(pin.slice(pin.lastIndexOf(".") + 1))]));

const inOrder = (numbers) => [...numbers].sort((a, b) => a - b).join(",");

function byCell([one], [other]) {
  const [a, b] = [one, other].map((cell) => cell.split(".").map(Number));
  return a[0] - b[0] || a[1] - b[1];
}

// The texts of bans, pins and everywhere (banned in the set since the page was opened) after a button.
export function after({ bans, pins, everywhere }, act) {
  if (act === "clear") return { bans: "", pins: "", everywhere };
  const dot = act.indexOf(".");
  const [verb, what] = [act.slice(0, dot), act.slice(dot + 1)];
  const banned = new Set(numbersIn(bans));
  const all = new Set(numbersIn(everywhere));
  const pinned = pinsIn(pins);
  const tile = Number(what.slice(what.lastIndexOf(".") + 1));
  if (verb === "ban") banned.add(tile);
  if (verb === "everywhere") all.add(tile);
  if (verb === "allow" || verb === "everywhere" || verb === "pin") banned.delete(tile);
  if (verb === "ban" || verb === "everywhere") for (const [cell, its] of pinned) if (its === tile) pinned.delete(cell);
  if (verb === "pin") pinned.set(what.slice(0, what.lastIndexOf(".")), tile);
  if (verb === "unpin") pinned.delete(what);
  return {
    bans: inOrder(banned),
    pins: [...pinned].sort(byCell).map(([cell, its]) => `${cell}.${its}`).join(","),
    everywhere: inOrder(all),
  };
}

// Tiles in one text and not in the other.
export function less(text, other) {
  const others = new Set(numbersIn(other));
  return inOrder(numbersIn(text).filter((number) => !others.has(number)));
}
