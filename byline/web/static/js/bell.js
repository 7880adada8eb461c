// The number on the bell while a page stays open. Only a page in sight asks, ever more seldom while nothing is new, and
// what one page has learned it tells the others. The answer is "not modified" as long as nothing is.
import { post } from "./post.js";

const bell = document.querySelector("[data-bell]");
const FIRST_SECONDS = 60;
const LAST_SECONDS = 15 * 60;

if (bell) {
  const number = bell.querySelector("[data-bell-count]");
  const someNew = bell.querySelector("[data-bell-new]");
  const others = "BroadcastChannel" in window ? new BroadcastChannel("byline-bell") : null;
  let pause = FIRST_SECONDS;
  let asked = Date.now();
  let timer;

  const show = ({ unread, most }) => {
    const shown = unread > most ? `${most}+` : String(unread);
    if (shown !== number.textContent) pause = FIRST_SECONDS;
    number.textContent = shown;
    number.hidden = someNew.hidden = unread === 0;
  };

  const learn = (answer) => {
    asked = Date.now();
    show(answer);
    others?.postMessage(answer);
  };

  const ask = async () => {
    asked = Date.now();
    pause = Math.min(pause * 1.5, LAST_SECONDS);
    try {
      const answer = await fetch("/notifications/count", { cache: "no-cache", headers: { Accept: "application/json" } });
      if (answer.ok) learn(await answer.json());
      if (answer.status === 401 || answer.redirected) pause = Infinity;
    } catch {
      // Away for a moment; the next time will tell.
    }
    wait();
  };

  const wait = () => {
    clearTimeout(timer);
    if (document.hidden || pause === Infinity) return;
    // A little apart from one another, so that a thousand pages opened by one link do not ask in one second.
    const due = asked + pause * 1000 * (1 + Math.random() / 4) - Date.now();
    timer = setTimeout(ask, Math.max(due, 1000));
  };

  others?.addEventListener("message", ({ data }) => {
    asked = Date.now();
    show(data);
    wait();
  });
  document.addEventListener("visibilitychange", wait);
  wait();

  // The list counts as read once somebody has had it before their eyes for a moment.
  const form = document.querySelector("[data-read-when-seen]");
  const read = async () => {
    const answer = await post(form.action, new FormData(form)).catch(() => null);
    if (!answer?.ok) return;
    learn(await answer.json());
    form.hidden = true;
  };
  let looking;
  const look = () => {
    clearTimeout(looking);
    if (form && !form.hidden && !document.hidden) looking = setTimeout(read, 2000);
  };
  document.addEventListener("visibilitychange", look);
  look();
}
