// A follow button changes in place; without script it posts and leads back.
import { post } from "./post.js";

let line;

function say(sentence) {
  clearTimeout(line?.timer);
  line?.remove();
  line = document.createElement("p");
  line.className = "said";
  line.role = "status";
  document.body.append(line);
  // Screen readers tell what changes in a status that is there already.
  requestAnimationFrame(() => (line.textContent = sentence));
  line.timer = setTimeout(() => line.remove(), 6000);
}

function showCount(name, count) {
  for (const link of document.querySelectorAll("[data-followers]")) {
    if (link.dataset.followers !== name) continue;
    const number = document.createElement("strong");
    number.textContent = count.toLocaleString("en");
    link.replaceChildren(number, count === 1 ? " follower" : " followers");
  }
}

function showButton(name, html, pressed) {
  for (const form of document.querySelectorAll("form[data-follow]")) {
    if (form.dataset.follow !== name) continue;
    const made = document.createElement("template");
    made.innerHTML = html;
    const fresh = made.content.firstElementChild;
    form.replaceWith(made.content);
    if (form === pressed) fresh?.querySelector("button")?.focus();
  }
}

async function change(form) {
  const answer = await post(form.action, new FormData(form));
  if (!answer.ok) throw new Error(String(answer.status));
  const { button, followers, said } = await answer.json();
  showButton(form.dataset.follow, button, form);
  showCount(form.dataset.follow, followers);
  say(said);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-follow]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  // Where that does not work the form goes its usual way, which says why.
  change(form).catch(() => form.submit());
});
