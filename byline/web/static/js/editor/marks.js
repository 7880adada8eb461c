// What a button of the toolbar does to a text: pure functions from a selection to an edit.
// An edit replaces [from, to) by `insert` and then selects [start, end).

function lineStart(text, at) {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function lineEnd(text, at) {
  const found = text.indexOf("\n", at);
  return found === -1 ? text.length : found;
}

function wrapped(text, start, end, mark, placeholder) {
  const chosen = text.slice(start, end);
  const length = mark.length;
  if (text.slice(start - length, start) === mark && text.slice(end, end + length) === mark) {
    return { from: start - length, to: end + length, insert: chosen, start: start - length, end: end - length };
  }
  if (chosen.length > 2 * length && chosen.startsWith(mark) && chosen.endsWith(mark)) {
    const bare = chosen.slice(length, -length);
    return { from: start, to: end, insert: bare, start, end: start + bare.length };
  }
  // Space around the words stays outside: `** word **` would not be bold.
  const before = chosen.length - chosen.trimStart().length;
  const words = chosen.trim() || placeholder;
  const after = chosen.trim() ? chosen.slice(chosen.trimEnd().length) : "";
  const insert = chosen.slice(0, before) + mark + words + mark + after;
  const first = start + before + length;
  return { from: start, to: end, insert, start: first, end: first + words.length };
}

function prefixed(text, start, end, make, pattern) {
  const from = lineStart(text, start);
  const to = lineEnd(text, end > start && text[end - 1] === "\n" ? end - 1 : end);
  const lines = text.slice(from, to).split("\n");
  const filled = lines.filter((line) => line.trim());
  const marked = filled.length > 0 && filled.every((line) => pattern.test(line));
  let number = 0;
  const changed = lines.map((line) => {
    if (!line.trim() && lines.length > 1) return line;
    const bare = line.replace(/^(?:[-*+] |\d+[.)] |> |#{1,6} )/, "");
    return marked ? line.replace(pattern, "") : make(number++) + bare;
  });
  const insert = changed.join("\n");
  const end2 = from + insert.length;
  return { from, to, insert, start: lines.length > 1 ? from : end2, end: end2 };
}

function heading(text, start, end) {
  const from = lineStart(text, start);
  const to = lineEnd(text, end);
  const line = text.slice(from, to);
  const level = /^(#{1,6}) /.exec(line)?.[1].length ?? 0;
  const bare = line.replace(/^#{1,6} /, "");
  // Body text becomes a section, a section a subsection, a subsection body text again.
  const insert = level === 2 ? `### ${bare}` : level === 0 ? `## ${bare}` : bare;
  return { from, to, insert, start: from + insert.length, end: from + insert.length };
}

function link(text, start, end) {
  const chosen = text.slice(start, end);
  if (/^https?:\/\/\S+$/.test(chosen)) {
    return { from: start, to: end, insert: `[text](${chosen})`, start: start + 1, end: start + 5 };
  }
  const words = chosen || "text";
  const at = start + words.length + 3;
  return { from: start, to: end, insert: `[${words}](https://)`, start: at, end: at + 8 };
}

function onLinesOfItsOwn(text, start, end, open, close, placeholder) {
  const chosen = text.slice(start, end) || placeholder;
  const before = start === 0 || text.slice(0, start).endsWith("\n\n") ? "" : text[start - 1] === "\n" ? "\n" : "\n\n";
  const after = text.slice(end).startsWith("\n") || end === text.length ? "\n" : "\n\n";
  const first = start + before.length + open.length + 1;
  return {
    from: start,
    to: end,
    insert: `${before}${open}\n${chosen}\n${close}${after}`,
    start: first,
    end: first + chosen.length,
  };
}

function code(text, start, end) {
  const chosen = text.slice(start, end);
  if (!chosen.includes("\n")) return wrapped(text, start, end, "`", "code");
  return onLinesOfItsOwn(text, start, end, "```", "```", "code");
}

export const acts = {
  bold: (text, start, end) => wrapped(text, start, end, "**", "bold"),
  italic: (text, start, end) => wrapped(text, start, end, "*", "italic"),
  heading,
  link,
  bullets: (text, start, end) => prefixed(text, start, end, () => "- ", /^[-*+] /),
  numbers: (text, start, end) => prefixed(text, start, end, (number) => `${number + 1}. `, /^\d+[.)] /),
  quote: (text, start, end) => prefixed(text, start, end, () => "> ", /^> ?/),
  code,
  note: (text, start, end) => onLinesOfItsOwn(text, start, end, "::: note", ":::", "What should be noted."),
};

// Enter in a list or a quote goes on with it; Enter in an empty item ends it. Null leaves Enter to the browser.
export function enter(text, at) {
  const from = lineStart(text, at);
  const line = text.slice(from, at);
  const found = /^(\s*)(?:([-*+])(?: \[[ xX]\])? |(\d+)([.)]) |(> ))/.exec(line);
  if (!found || text.slice(at, lineEnd(text, at)).trim()) return null;
  if (line.length === found[0].length) return { from, to: at, insert: "", start: from, end: from };
  const [, indent, bullet, number, dot, quote] = found;
  const task = /^\s*[-*+] \[/.test(line) ? "[ ] " : "";
  const mark = bullet ? `${bullet} ${task}` : number ? `${Number(number) + 1}${dot} ` : quote;
  const insert = `\n${indent}${mark}`;
  return { from: at, to: at, insert, start: at + insert.length, end: at + insert.length };
}
