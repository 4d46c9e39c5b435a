// States to go back to and forth. A state is whatever JSON can write; it is kept as text, so nothing that is done to the object
// later changes it. One that equals the present is no step, and a new one ends what could be redone.
const KEPT = 200;

export function history(first, moved = () => {}, kept = null) {
  const past = kept?.past ?? [];
  const future = kept?.future ?? [];
  let present = kept?.present ?? JSON.stringify(first);

  function step(from, to) {
    if (!from.length) return null;
    to.push(present);
    present = from.pop();
    moved();
    return JSON.parse(present);
  }

  return {
    push(state) {
      const text = JSON.stringify(state);
      if (text === present) return;
      past.push(present);
      if (past.length > KEPT) past.shift();
      future.length = 0;
      present = text;
      moved();
    },
    // The state to be in now, or null where there is none.
    undo: () => step(past, future),
    redo: () => step(future, past),
    // All of it, to begin with on the same page loaded anew.
    get kept() {
      return { past, present, future };
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
  };
}

// Some themes are loaded with the page: what the page before left then is taken up by this one, in the same tab, once.
export function overThemes(kept) {
  const name = `steps ${location.pathname}`;
  addEventListener("submit", (event) => {
    if (event.target.matches("[data-theme-form]") && !event.defaultPrevented) sessionStorage.setItem(name, JSON.stringify(kept()));
  });
  const left = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return JSON.parse(left);
}

// Ctrl-Z and Ctrl-Shift-Z or Ctrl-Y (Cmd on a Mac), except where something is typed: there the browser undoes letters.
export function followKeys(undo, redo) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.matches("textarea, input:is([type=text], [type=number], :not([type]))")) return;
    const key = event.key.toLowerCase();
    const wanted = key === "z" ? (event.shiftKey ? redo : undo) : key === "y" ? redo : null;
    if (!wanted) return;
    event.preventDefault();
    wanted();
  });
}
