// Comments without this work by links and forms. Here an answer is written below what it answers, more comments are
// read in place, and words that were typed stay until they are sent.
const KEPT = "comment:";
const SENT = "comment-sent";
const LIMIT = 10_000;

function formOf(section) {
  return section.querySelector("form[data-comment-form]");
}

const keyOf = (form) => `${KEPT}${form.action}#${form.elements.parent.value}`;

function watch(form) {
  const field = form.elements.body;
  const hint = form.querySelector(".comment-hint");
  const said = hint.textContent;
  try {
    if (!field.value) field.value = sessionStorage.getItem(keyOf(form)) ?? "";
  } catch {
    return; // Without storage nothing is kept, and nothing else is lost.
  }
  field.addEventListener("input", () => {
    sessionStorage.setItem(keyOf(form), field.value);
    const left = LIMIT - field.value.length;
    hint.classList.toggle("is-over", left < 0);
    hint.textContent = left < 500 ? (left < 0 ? `${-left} characters too many.` : `${left} characters left.`) : said;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    sessionStorage.setItem(SENT, keyOf(form));
    // A second click sends nothing; coming back to the page gives the button back.
    setTimeout(() => form.querySelector("button[type=submit]").setAttribute("aria-disabled", "true"));
  });
}

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-comment-form] button[type=submit]"))
    button.removeAttribute("aria-disabled");
});

function answer(link) {
  const section = link.closest("[data-comments]");
  const model = formOf(section);
  if (!model) return false;
  const body = link.closest(".remark").querySelector(":scope > .remark-body");
  const open = body.querySelector(":scope > form[data-comment-form]");
  section.querySelectorAll(".remark-body > form[data-comment-form]").forEach((form) => form.remove());
  if (open) {
    link.focus();
    return true;
  }
  const form = model.cloneNode(true);
  form.id = "reply";
  form.classList.add("is-reply");
  form.elements.parent.value = link.dataset.reply;
  const field = form.elements.body;
  field.value = "";
  field.id = "reply-body";
  field.removeAttribute("aria-invalid");
  field.placeholder = `Reply to ${link.dataset.to}`;
  form.querySelectorAll(".field-error").forEach((error) => error.remove());
  form.querySelector(".comment-write > label").htmlFor = field.id;
  form.querySelector(".comment-write > label").textContent = field.placeholder;
  form.querySelector("button[type=submit]").textContent = "Reply";
  body.append(form);
  watch(form);
  field.focus();
  return true;
}

async function pageAt(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(response.statusText);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function more(link) {
  link.setAttribute("aria-busy", "true");
  const page = await pageAt(link.href);
  const thread = link.closest("[data-comments]").querySelector("[data-thread]");
  const fresh = [...page.querySelectorAll("[data-thread] > .remark")].filter((one) => !document.getElementById(one.id));
  thread.append(...fresh);
  const next = page.querySelector("a[data-more]");
  if (next) {
    link.href = next.href;
    link.removeAttribute("aria-busy");
  } else link.closest("p").remove();
  focusOn(fresh[0]);
}

async function reorder(link) {
  const page = await pageAt(link.href);
  const section = link.closest("[data-comments]");
  for (const part of ["[data-thread]", ".comments-order", ".comments-more"]) {
    const [old, fresh] = [section.querySelector(part), page.querySelector(part)];
    if (old && fresh) old.replaceWith(fresh);
    else if (old) old.remove();
    else if (fresh) section.append(fresh);
  }
  section.querySelector(".comments-order [aria-current]")?.focus({ preventScroll: true });
}

async function moreReplies(link) {
  const page = await pageAt(link.href);
  const id = link.closest(".thread > .remark").id;
  const whole = page.getElementById(id);
  const hidden = link.closest("li").previousElementSibling;
  if (!whole) throw new Error("The thread is gone.");
  document.getElementById(id).replaceWith(whole);
  focusOn(hidden ? document.getElementById(hidden.id) : whole);
}

function focusOn(remark) {
  const link = remark?.querySelector(".remark-when");
  link?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-comments] a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.dataset.reply) {
    if (answer(link)) event.preventDefault();
    return;
  }
  const act = "more" in link.dataset ? more : "order" in link.dataset ? reorder : "moreReplies" in link.dataset ? moreReplies : null;
  if (!act) return;
  event.preventDefault();
  act(link)
    .then(() => document.dispatchEvent(new CustomEvent("byline:shown")))
    .catch(() => location.assign(link.href));
});

// The address of a comment, after one was sent, says that it arrived; its words need not be kept any longer.
try {
  const sent = sessionStorage.getItem(SENT);
  if (sent && /#comment-\d+$|\/comments\/\d+$/.test(location.href)) {
    sessionStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }
} catch {
  // Without storage nothing was kept.
}

document.querySelectorAll("form[data-comment-form]").forEach(watch);
