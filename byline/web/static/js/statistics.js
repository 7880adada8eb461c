// Dashboards in place: links of the board fetch the same page and put its board here, the chart shows what is under the
// pointer, keys choose periods, and the number of visitors now is asked again while somebody looks.
const NOW_SECONDS = 20;
const REALTIME_SECONDS = 10;
// What somebody is in the middle of, which an update by itself must not take away.
const BUSY = "[data-board] [data-choices][open], [data-board] :is(input, select):focus, .chart-tip";
let asked = null;

const board = () => document.querySelector("[data-board]");

async function show(address, { remember = true, quiet = false } = {}) {
  asked?.abort();
  const mine = (asked = new AbortController());
  if (!quiet) board().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-board]");
    if (!answer.ok || !fresh) throw new Error("no board");
    if (quiet && document.querySelector(BUSY)) return;
    put(fresh);
    document.title = page.title;
    if (remember) history.pushState(null, "", answer.url + (new URL(address, location.href).hash || ""));
  } catch (error) {
    if (error.name !== "AbortError" && !quiet) location.assign(address);
  } finally {
    board()?.removeAttribute("aria-busy");
  }
}

function put(fresh) {
  const spot = spotOf(document.activeElement);
  const tables = [...document.querySelectorAll("[data-board] .chart-table")].map((each) => each.open);
  board().replaceWith(fresh);
  fresh.querySelectorAll(".chart-table").forEach((each, number) => (each.open = tables[number] ?? false));
  if (spot) {
    const there = spot.map((selector) => fresh.querySelector(selector)).find(Boolean) ?? fresh;
    if (there === fresh) fresh.tabIndex = -1;
    there.focus({ preventScroll: true });
  }
  document.dispatchEvent(new CustomEvent("byline:shown"));
}

// Where the focus is, as selectors that find the same place in a fresh board: the best first. Null outside a board.
function spotOf(element) {
  if (!element?.closest("[data-board]")) return null;
  const quoted = (text) => `"${CSS.escape(text)}"`;
  const row = element.closest("[data-key]");
  const tile = element.closest("[data-metric]");
  const panel = element.closest(".panel");
  const href = element.getAttribute("href");
  return [
    row?.dataset.dimension && `[data-dimension=${quoted(row.dataset.dimension)}][data-key=${quoted(row.dataset.key)}] a`,
    tile && `[data-metric=${quoted(tile.dataset.metric)}] a`,
    panel && element.closest(".panel-lists") && `#${panel.id} .panel-lists a[aria-current]`,
    element.closest(".chart-intervals") && ".chart-intervals a[aria-current]",
    element.closest(".period-steps") && element.ariaLabel && `.period-steps a[aria-label=${quoted(element.ariaLabel)}]`,
    element.closest(".filters") && ".filters a",
    href && `a[href=${quoted(href)}]`,
    panel && `#${panel.id} .panel-head a`,
  ].filter(Boolean);
}

const isHere = (link) => link.origin === location.origin && link.pathname === location.pathname && !link.target;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const inBoard = link && link.closest("[data-board]");
  for (const pick of document.querySelectorAll("[data-choices][open]")) if (!pick.contains(event.target)) pick.open = false;
  if (!inBoard || !isHere(link) || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || !form.closest("[data-board]")) return;
  event.preventDefault();
  show(`${location.pathname}?${new URLSearchParams(new FormData(form, event.submitter))}`);
});

addEventListener("popstate", () => board() && show(location.href, { remember: false }));

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const open = document.querySelector("[data-choices][open]");
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const link = (board() ?? document).querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (!link) return;
  event.preventDefault();
  if (board()) show(link.href);
  else location.assign(link.href);
});

// The chart: the spot under the pointer, in words.
function tip(spot) {
  const chart = spot.closest("[data-chart]");
  hideTip();
  spot.classList.add("is-at");
  const words = spot.querySelector("title") ?? spot.firstElementChild;
  const note = document.createElement("p");
  note.className = "chart-tip";
  note.setAttribute("aria-hidden", "true");
  note.append(...(words.dataset.words ?? words.textContent).split("; ").flatMap((line, at) => (at ? [document.createElement("br"), line] : [line])));
  words.dataset.words ??= words.textContent;
  words.textContent = ""; // The browser's own hint would come second, and later.
  chart.append(note);
  const frame = chart.getBoundingClientRect();
  const cursor = spot.querySelector("rect").getBoundingClientRect();
  const middle = cursor.left + cursor.width / 2 - frame.left;
  note.style.left = `${Math.min(Math.max(middle - note.offsetWidth / 2, 0), frame.width - note.offsetWidth)}px`;
  note.style.top = `${cursor.top - frame.top - 8}px`;
}

function hideTip() {
  document.querySelector(".chart-tip")?.remove();
  for (const spot of document.querySelectorAll(".chart-spot.is-at")) {
    spot.classList.remove("is-at");
    const words = spot.querySelector("title");
    if (words?.dataset.words) words.textContent = words.dataset.words;
  }
}

document.addEventListener("pointerover", (event) => {
  const spot = event.target.closest?.(".chart-spot");
  if (spot) tip(spot);
  else if (!event.target.closest?.("[data-chart] svg")) hideTip();
});

// Visitors now, while the page is in front of somebody.
async function lookAgain() {
  const here = board();
  if (!here || document.hidden) return;
  if (here.dataset.realtime !== undefined) return show(location.href, { remember: false, quiet: true });
  if (!here.dataset.now) return;
  try {
    const answer = await fetch(here.dataset.now, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { current_visitors: number } = await answer.json();
    const shown = here.querySelector("[data-current]");
    shown.dataset.current = shown.textContent = number;
    shown.nextSibling.textContent = number === 1 ? " visitor now" : " visitors now";
    here.querySelector(".now-dot").classList.toggle("is-quiet", !number);
  } catch {
    // The next time will do.
  }
}

function waitAndLook() {
  const seconds = board()?.dataset.realtime === undefined ? NOW_SECONDS : REALTIME_SECONDS;
  setTimeout(() => lookAgain().finally(waitAndLook), seconds * 1000);
}
waitAndLook();
