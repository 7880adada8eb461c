// Likes and bookmarks change in place; without script the same forms post and lead back.
import { post } from "./post.js";

async function send(form) {
  // Whoever presses and leaves at once has pressed all the same: the request outlives the page.
  const answer = await post(form.action, new FormData(form), { redirect: "manual", keepalive: true });
  const data = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  return { ok: answer.ok, data };
}

// The number stands in the button, or beside it as a link to those who pressed it.
function numberOf(form) {
  const beside = form.nextElementSibling;
  return form.querySelector("[data-count]") ?? (beside?.matches(".deed-people") ? beside.querySelector("[data-count]") : null);
}

function show(form, on, count) {
  const number = numberOf(form);
  form.querySelector("button").setAttribute("aria-pressed", String(on));
  form.setAttribute("action", on ? form.dataset.off : form.dataset.on);
  if (!number || count === undefined) return;
  number.textContent = count ? count.toLocaleString("en") : "";
}

// What was wrong is said below the row that the button stands in.
function say(form, sentence) {
  const row = form.parentElement;
  let line = row.parentElement.querySelector(":scope > [data-said]");
  if (!line && !sentence) return;
  if (!line) {
    line = document.createElement("p");
    line.className = "deeds-said";
    line.dataset.said = "";
    line.setAttribute("role", "status");
    row.after(line);
  }
  line.textContent = sentence;
  line.hidden = !sentence;
}

async function toggle(form) {
  const button = form.querySelector("button");
  const was = button.getAttribute("aria-pressed") === "true";
  const number = numberOf(form);
  const before = number ? Number(number.textContent.replace(/\D/g, "")) : undefined;
  form.dataset.busy = "yes";
  say(form, "");
  try {
    // The form's address is that of the change, so it is sent before the button says that it is done.
    const sending = send(form);
    show(form, !was, number ? Math.max(0, before + (was ? -1 : 1)) : undefined);
    const answer = await sending;
    if (answer.ok) show(form, answer.data.on, answer.data.count);
    else {
      show(form, was, before);
      say(form, answer.data.detail ?? "That did not work. Load the page again and try once more.");
    }
  } catch {
    show(form, was, before);
    say(form, "The site could not be reached. Try again in a moment.");
  } finally {
    delete form.dataset.busy;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-toggle]");
  if (!form) return;
  event.preventDefault();
  if (!form.dataset.busy) toggle(form);
});

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  const words = button.querySelector("span");
  const label = words.textContent;
  button.hidden = false;
  button.ariaLive = "polite";
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copy);
    words.textContent = await navigator.clipboard.writeText(field.value).then(
      () => "Copied",
      () => "Could not copy",
    );
    setTimeout(() => {
      words.textContent = label;
    }, 2000);
  });
}

for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    // Whoever closes the sheet again has decided, not failed.
    navigator.share({ title: button.dataset.title, url: button.dataset.address }).catch(() => {});
  });
}
