// Words and reading time while typing, counted nearly as the site does: without the marks of Markdown.

const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff";
const WORD = new RegExp(`(?:(?![${UNSPACED}])[\\p{L}\\p{N}_])+(?:['’.-](?:(?![${UNSPACED}])[\\p{L}\\p{N}_])+)*`, "gu");
const LETTER = new RegExp(`[${UNSPACED}]`, "gu");
// Lines that open or close code and notes say how to set it, not what is said.
const FENCES = /^ {0,3}(?:`{3,}|~{3,}|:{3,}[ \t]*$).*$/gm;
// A note is headed by its own words, or by one that says what kind it is.
const NOTES = /^ {0,3}:{3,}[ \t]*(\S+)[ \t]*(.*)$/gm;
const PICTURES = /!\[[^\]]*\]\([^)]*\)/g;
const ADDRESSES = /\]\([^)]*\)|<[^>]*>|https?:\/\/\S+/g;

export function count(source) {
  const text = source.replace(FENCES, "").replace(NOTES, (_, kind, words) => words || kind).replace(PICTURES, " ").replace(ADDRESSES, "] ");
  const words = text.match(WORD)?.length ?? 0;
  const letters = text.match(LETTER)?.length ?? 0;
  return { words: words + letters, minutes: Math.max(1, Math.round(words / 230 + letters / 500)) };
}

export function show(words, minutes) {
  const number = new Intl.NumberFormat("en").format(words);
  document.querySelector("[data-words]").textContent = `${number} ${words === 1 ? "word" : "words"}`;
  document.querySelector("[data-minutes]").textContent = words ? `${minutes} min read` : "";
}
