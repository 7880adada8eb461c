// A text area that grows with its text and takes edits so that Undo knows them.

export function apply(area, edit) {
  area.focus();
  area.setSelectionRange(edit.from, edit.to);
  // Deprecated, and still the only way to edit a text area that Undo can take back.
  const done = edit.insert ? document.execCommand("insertText", false, edit.insert) : document.execCommand("delete");
  if (!done) {
    area.setRangeText(edit.insert, edit.from, edit.to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(edit.start, edit.end);
}

export function insertAt(area, from, to, insert) {
  apply(area, { from, to, insert, start: from + insert.length, end: from + insert.length });
}

export function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };
  area.addEventListener("input", fit);
  addEventListener("resize", fit);
  fit();
}
