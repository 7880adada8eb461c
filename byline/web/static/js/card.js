// Somebody at a glance: a card beside a member's name, for whoever rests on it with a mouse or by keyboard.
const NAME = /^\/@([^/?#]+)$/;
const REST = 400;
const GRACE = 250;
const pieces = new Map();
let place;
let owner;
let timer;

function named(target) {
  const link = target instanceof Element ? target.closest("main a[href^='/@']") : null;
  if (!link || link.closest(".card-place, .profile-head, .people-head, .tabs") || link.querySelector("img")) return null;
  return NAME.test(link.getAttribute("href")) ? link : null;
}

function hide() {
  clearTimeout(timer);
  place?.remove();
  place = owner = undefined;
}

function later(act, milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(act, milliseconds);
}

function put(link, card) {
  const line = link.getClientRects()[0];
  if (!line) return hide();
  const { width, height } = card.getBoundingClientRect();
  const below = line.bottom + 6;
  const top = below + height > innerHeight && line.top > height + 12 ? line.top - height - 6 : below;
  card.style.top = `${top}px`;
  card.style.left = `${Math.max(12, Math.min(line.left, innerWidth - width - 12))}px`;
}

async function fetched(name) {
  if (!pieces.has(name)) {
    const answer = await fetch(`/user/${name}/card`, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    pieces.set(name, await answer.text());
  }
  return pieces.get(name);
}

async function show(link) {
  const html = await fetched(NAME.exec(link.getAttribute("href"))[1]).catch(() => null);
  if (!html || owner !== link || !link.isConnected) return;
  place = document.createElement("div");
  place.className = "card-place";
  place.popover = "manual";
  place.innerHTML = html;
  // Right after the name, so that the keyboard comes to its button next.
  link.after(place);
  place.showPopover();
  put(link, place);
}

function rest(link) {
  clearTimeout(timer);
  if (owner === link && place) return;
  hide();
  owner = link;
  later(() => show(link), REST);
}

// Whether the keyboard is on the name or in its card; what the mouse does then is no leaving.
function held() {
  return Boolean(owner?.matches(":focus-visible") || place?.querySelector(":focus-visible"));
}

function leave() {
  if (owner) later(hide, GRACE);
}

if ("popover" in HTMLElement.prototype) {
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = named(event.target);
    if (link) rest(link);
    else if (place?.contains(event.target)) clearTimeout(timer);
    else if (!held()) leave();
  });
  document.addEventListener("focusin", (event) => {
    const link = named(event.target);
    if (link?.matches(":focus-visible")) rest(link);
    else if (!place?.contains(event.target)) leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  // What the button changes is not in what was kept.
  document.addEventListener("submit", () => pieces.clear());
  const follow = () => {
    if (!place) return;
    if (held()) put(owner, place);
    else hide();
  };
  addEventListener("scroll", follow, { passive: true });
}
