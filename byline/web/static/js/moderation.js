// The queue by keyboard, like a mail program. Every act is a form of the page: this sends it and shows the answer in
// place, so that nothing here decides anything and all of it works without script.
import { post } from "./post.js";

const LEAVES = "a,button,input,select,textarea,summary";
let busy = false;
const ahead = new Map();

const desk = () => document.querySelector("[data-desk]");
const inPane = (selector) => [...(desk()?.querySelectorAll(`.desk-pane ${selector}`) ?? [])];
const items = () => inPane("[data-item]");
const current = () => document.querySelector("[data-item].is-current");

function ready() {
  desk()?.classList.add("has-keys");
  for (const keys of inPane("[data-keys]")) keys.hidden = false;
  mark(items()[0]);
  document.querySelector("[data-line][aria-current]")?.scrollIntoView({ block: "nearest" });
  fetchAhead();
}

function mark(item) {
  for (const other of items()) other.classList.toggle("is-current", other === item);
}

// The line after this one is asked for while this one is read, so that going on takes no time.
function fetchAhead() {
  ahead.clear();
  const next = line(1);
  if (next) ahead.set(next.href, fetch(next.href, { headers: { Accept: "text/html" } }).then((answer) => answer.text()).catch(() => null));
}

function line(step) {
  const lines = [...document.querySelectorAll("[data-line]")];
  const at = lines.findIndex((one) => one.hasAttribute("aria-current"));
  return lines[at + step];
}

function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh?.querySelector("[data-desk]")) return false;
  const list = document.querySelector(".desk-list");
  const scrolled = list?.scrollTop ?? 0;
  document.querySelector("main").replaceChildren(...fresh.childNodes);
  document.title = page.title;
  const again = document.querySelector(".desk-list");
  if (again) again.scrollTop = scrolled;
  if (address) history.replaceState(null, "", address);
  ready();
  document.dispatchEvent(new CustomEvent("byline:shown"));
  const wrong = document.querySelector(".desk-pane [role=alert]");
  (wrong ?? document.querySelector("#pane"))?.focus({ preventScroll: !wrong });
  return true;
}

async function open(address) {
  if (busy) return;
  busy = true;
  try {
    const text = (await ahead.get(address)) ?? (await (await fetch(address, { headers: { Accept: "text/html" } })).text());
    if (!show(text, address)) location.assign(address);
  } catch {
    location.assign(address);
  } finally {
    busy = false;
  }
}

async function send(form, button) {
  if (busy) return;
  busy = true;
  desk().setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await post(form.action, body, { headers: { Accept: "text/html" } });
    const address = answer.redirected ? answer.url : null;
    if (!show(await answer.text(), address)) location.assign(address ?? location.href);
  } catch {
    say("It was not sent: there is no answer from the site. Nothing is lost; try again.");
  } finally {
    busy = false;
    desk()?.removeAttribute("aria-busy");
  }
}

function say(sentence) {
  const note = document.createElement("p");
  note.className = "note-line danger";
  note.role = "alert";
  note.textContent = sentence;
  document.querySelector("#pane").prepend(note);
}

function press(key) {
  const named = `[data-key="${CSS.escape(key)}"]`;
  const found = current()?.querySelector(named) ?? inPane(named)[0];
  if (!found) return false;
  if (found.tagName === "DETAILS") {
    found.open = true;
    found.querySelector("input:not([type=hidden]), button").focus();
    found.scrollIntoView({ block: "nearest" });
  } else if (found.tagName === "BUTTON") found.click();
  else found.focus();
  return true;
}

function walk(key) {
  if (key === "j" || key === "k") {
    const there = line(key === "j" ? 1 : -1);
    if (there) open(there.href);
    return true;
  }
  if (key !== "n" && key !== "p") return false;
  const all = items();
  const there = all[all.indexOf(current()) + (key === "n" ? 1 : -1)];
  if (there) {
    mark(there);
    there.scrollIntoView({ block: "nearest" });
  }
  return true;
}

addEventListener("keydown", (event) => {
  if (!desk() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && desk().contains(event.target)) {
    const opened = event.target.closest("details.deed-more");
    if (opened) opened.open = false;
    document.querySelector("#pane").focus({ preventScroll: true });
    return;
  }
  if (field || event.repeat) return;
  if (walk(event.key) || press(event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const there = event.target.closest("[data-line]");
  if (there && !event.ctrlKey && !event.metaKey && !event.shiftKey && matchMedia("(min-width: 64rem)").matches) {
    event.preventDefault();
    open(there.href);
    return;
  }
  const item = event.target.closest("[data-item]");
  if (item && !event.target.closest(LEAVES)) mark(item);
});

document.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-desk]") || event.target.method !== "post" || busy) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

ready();
