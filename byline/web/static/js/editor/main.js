// The writer's page: puts its parts together. Without this file the same form works by itself.
import { Autosave } from "./autosave.js";
import { grow } from "./field.js";
import { Pictures } from "./pictures.js";
import { Pocket } from "./pocket.js";
import { Preview } from "./preview.js";
import { Sheet } from "./sheet.js";
import { send } from "./site.js";
import { Notices, Status } from "./status.js";
import { combination, toolbar } from "./toolbar.js";
import * as words from "./words.js";

const form = document.querySelector("[data-desk]");
const { title, body, standfirst, tags } = form.elements;
const text = () => ({ title: title.value, body: body.value, standfirst: standfirst.value, tags: tags.value });
const windowName = Math.random().toString(36).slice(2, 14);

const status = new Status(document.querySelector("[data-saved]"));
const notices = new Notices(form.querySelector("[data-notices]"));
const pocket = new Pocket(form.dataset.owner, form.dataset.post, windowName);
const autosave = new Autosave({ form, text, status, notices, pocket, window: windowName });
const sheet = new Sheet(form);
const preview = new Preview({ form, title, body, onCount: words.show });
const pictures = new Pictures({ form, body, onSent: (url) => sheet.offer(url, url.replace("/media/", "")) });

form.classList.add("has-script");
toolbar(form.querySelector("[data-tools]"), body, () => pictures.pick());
grow(title);
grow(body);

function typed() {
  autosave.typed();
  preview.typed();
  if (preview.isShown) return;
  const counted = words.count(body.value);
  words.show(counted.words, counted.minutes);
}
for (const field of [title, body, standfirst, tags]) field.addEventListener("input", typed);

title.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  body.focus();
  body.setSelectionRange(0, 0);
});
title.addEventListener("input", () => {
  if (title.value.includes("\n")) title.value = title.value.replace(/\s*\n\s*/g, " ");
});

// The text as a save would leave it, to tell whether two are the same.
function asSaved(fields) {
  const line = (value) => value.trim().split(/\s+/).join(" ");
  const names = fields.tags.split(",").map(line).filter(Boolean);
  return JSON.stringify([line(fields.title), fields.body.trimEnd(), line(fields.standfirst), names]);
}

// A text that never reached the site is offered when the writer comes back.
function offerPocket() {
  const found = pocket.found();
  if (!found) return;
  const [key, { at, ...before }] = found;
  if (asSaved(before) === asSaved(text())) return pocket.forget(key);
  const when = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short" }).format(at);
  const bringBack = () => {
    for (const [name, value] of Object.entries(before)) form.elements[name].value = value;
    pocket.forget(key);
    body.dispatchEvent(new Event("input", { bubbles: true }));
    title.dispatchEvent(new Event("input", { bubbles: true }));
  };
  notices.show(
    "pocket",
    `This browser kept a text of ${when} that did not reach the site.`,
    [
      ["Bring it back", bringBack],
      ["Forget it", () => pocket.forget(key)],
    ],
    "info",
  );
}
offerPocket();
autosave.typed();

// Ctrl+S keeps a revision of a draft. What readers see changes by a button only, so for the rest it keeps the typing.
async function save() {
  const now = text();
  if (form.dataset.state !== "draft" || !form.dataset.post) {
    const done = await autosave.run();
    if (!done || form.dataset.state !== "draft") return;
  }
  status.say("Saving…");
  await autosave.underWay;
  const fields = Object.fromEntries(new FormData(form));
  const answer = await send(form.action, { ...fields, state: "keep" });
  if (answer.ok) {
    form.elements.based_on.value = answer.data.version;
    form.action = answer.data.edit_url;
    history.replaceState(null, "", answer.data.edit_url);
    autosave.seen = autosave.sequence = 0;
    autosave.done(now, "Saved");
    autosave.typed();
  } else if (answer.data.code === "changed-meanwhile") {
    submitted = true;
    form.requestSubmit(form.querySelector('button[value="keep"]'));
  } else {
    autosave.failed(answer);
  }
}

addEventListener("keydown", (event) => {
  const keys = combination(event);
  if (keys === "ctrl+s") {
    event.preventDefault();
    save();
  } else if (keys === "ctrl+enter" && document.querySelector(":modal") === null) {
    event.preventDefault();
    sheet.open();
  }
});

// Leaving asks only when neither the site nor a form under way has the text.
let submitted = false;
form.addEventListener("submit", async (event) => {
  if (submitted) return;
  const button = event.submitter;
  if (autosave.isUnsaved && !autosave.stopped) {
    // The typing goes first, so that it is safe whatever becomes of the page that follows.
    event.preventDefault();
    await autosave.run();
    if (autosave.failures > 0) return sheet.dialog.close();
  }
  submitted = true;
  clearTimeout(autosave.timer);
  autosave.stopped = true;
  if (event.defaultPrevented) form.requestSubmit(button);
});
addEventListener("beforeunload", (event) => {
  if (!submitted && !autosave.leaving && autosave.isUnsaved) event.preventDefault();
});
addEventListener("pageshow", (event) => {
  // Back to a page that the browser kept: it must not believe that its form is still under way.
  if (event.persisted) location.reload();
});
addEventListener("online", () => autosave.run());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && autosave.isUnsaved && !submitted) autosave.run();
});
