// Comfort in conversations: what is looked at is read, and Ctrl+Enter sends. Without script there are buttons for both.
import { post } from "./post.js";

const form = document.querySelector("[data-talk-form]");
if (form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

const unread = document.querySelector("form[data-read]");
if (unread) {
  const tell = async () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", tell);
    const answer = await post(unread.action, new FormData(unread)).catch(() => null);
    // Where it failed the button stays.
    if (answer?.ok) unread.hidden = true;
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}
