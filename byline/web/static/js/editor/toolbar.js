// The toolbar: one stop for Tab, arrows inside it, and keys for what is used most.
import { apply } from "./field.js";
import { acts, enter } from "./marks.js";

const KEYS = {
  "ctrl+b": "bold",
  "ctrl+i": "italic",
  "ctrl+k": "link",
  "ctrl+e": "code",
  "ctrl+alt+digit2": "heading",
  "ctrl+shift+digit7": "numbers",
  "ctrl+shift+digit8": "bullets",
  "ctrl+shift+digit9": "quote",
};

export function combination(event) {
  const key = event.code.startsWith("Digit") ? event.code.toLowerCase() : event.key.toLowerCase();
  const held = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.shiftKey ? "shift" : ""];
  return [...held.filter(Boolean), key].join("+");
}

function run(area, act) {
  apply(area, acts[act](area.value, area.selectionStart, area.selectionEnd));
}

export function toolbar(tools, area, pickPicture) {
  const buttons = [...tools.querySelectorAll("button")];
  tools.hidden = false;
  // A press must not take the focus, and with it the selection, away from the text.
  tools.addEventListener("mousedown", (event) => event.preventDefault());
  tools.addEventListener("click", (event) => {
    const act = event.target.closest("button")?.dataset.act;
    if (act === "picture") pickPicture();
    else if (act) run(area, act);
  });
  tools.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: buttons.length - 1 - at }[event.key];
    if (at === -1 || step === undefined) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  area.addEventListener("keydown", (event) => {
    const act = KEYS[combination(event)];
    if (act) {
      event.preventDefault();
      run(area, act);
    } else if (event.key === "Enter" && !event.isComposing && combination(event) === "enter") {
      const edit = area.selectionStart === area.selectionEnd ? enter(area.value, area.selectionStart) : null;
      if (!edit) return;
      event.preventDefault();
      apply(area, edit);
    }
  });
}
