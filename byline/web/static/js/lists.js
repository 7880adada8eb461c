// The order of a reading list: a line is dragged by its handle, or moved by the arrow keys while the handle has the
// focus. The buttons beside it do the same without script; here only the new place is sent.
import { post } from "./post.js";

const list = document.querySelector("[data-order]");
const said = document.querySelector("[data-order-said]");
const lines = () => [...list.children];
const LATER = 400;
let waiting = null;

if (list && lines().length > 1) {
  for (const handle of list.querySelectorAll("[data-handle]")) handle.hidden = false;
  list.addEventListener("keydown", byKey);
  list.addEventListener("pointerdown", byPointer);
}

function byKey(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.altKey || event.ctrlKey || event.metaKey) return;
  const line = handle.closest("li");
  const at = lines().indexOf(line);
  const last = lines().length - 1;
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (to < 0 || to > last || to === at) return;
  const before = lines();
  put(line, to);
  handle.focus();
  // Several presses in a row are one change.
  clearTimeout(waiting?.timer);
  const order = waiting?.line === line ? waiting.before : before;
  waiting = { line, before: order, timer: setTimeout(() => { waiting = null; keep(line, order); }, LATER) };
}

function byPointer(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  const line = handle.closest("li");
  const before = lines();
  handle.setPointerCapture(event.pointerId);
  line.classList.add("is-dragged");
  const follow = (move) => {
    const others = lines().filter((other) => other !== line);
    const to = others.filter((other) => middle(other) < move.clientY).length;
    // The others go round the dragged line: one that is taken out of the page loses the pointer.
    for (let at = lines().indexOf(line); at > to; at -= 1) line.after(line.previousElementSibling);
    for (let at = lines().indexOf(line); at < to; at += 1) line.before(line.nextElementSibling);
  };
  const end = (outcome) => {
    handle.removeEventListener("pointermove", follow);
    for (const kind of ["pointerup", "pointercancel", "keydown"]) handle.removeEventListener(kind, end);
    if (outcome.type === "keydown" && outcome.key !== "Escape") return again();
    line.classList.remove("is-dragged");
    if (outcome.type !== "pointerup") return restore(before);
    if (lines().some((other, place) => other !== before[place])) keep(line, before);
  };
  const again = () => {
    handle.addEventListener("pointermove", follow);
    for (const kind of ["pointerup", "pointercancel", "keydown"]) handle.addEventListener(kind, end);
  };
  again();
}

function middle(line) {
  const box = line.getBoundingClientRect();
  return box.top + box.height / 2;
}

function put(line, place) {
  const others = lines().filter((other) => other !== line);
  list.insertBefore(line, others[place] ?? null);
  say(line);
}

function restore(order) {
  list.append(...order);
}

function say(line) {
  const place = lines().indexOf(line) + 1;
  said.textContent = `${line.querySelector("[data-handle]").dataset.handle}: number ${place} of ${lines().length}`;
}

async function keep(line, before) {
  say(line);
  const form = line.querySelector("[data-move]");
  const body = new URLSearchParams(new FormData(form));
  body.set("to", "place");
  body.set("place", lines().indexOf(line));
  const answer = await post(form.action, body).catch(() => null);
  if (answer?.ok) return mark();
  restore(before);
  said.textContent = "The order could not be saved, so it is as it was. Load the page again and try once more.";
  said.classList.remove("visually-hidden");
}

// The buttons say again what they can do.
function mark() {
  said.classList.add("visually-hidden");
  const all = lines();
  for (const [place, line] of all.entries()) {
    const [up, down, top] = ["up", "down", "top"].map((to) => line.querySelector(`button[value="${to}"]`));
    up.disabled = place === 0;
    down.disabled = place === all.length - 1;
    if (top) top.hidden = place < 2;
  }
}
