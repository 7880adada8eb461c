// Comfort in settings and administration: characters left, a link selected whole, a page that looks again by itself.

const room = document.querySelector("textarea[data-room]");
if (room) {
  const most = Number(room.dataset.room);
  const count = document.createElement("p");
  count.className = "field-hint room-left";
  count.id = `${room.id}-room`;
  room.setAttribute("aria-describedby", `${room.getAttribute("aria-describedby") ?? ""} ${count.id}`.trim());
  room.after(count);
  const show = () => {
    // The server counts as the browser does, without space at the ends.
    const left = most - room.value.trim().length;
    count.textContent = left >= 0 ? `${left} characters left` : `${-left} characters too many`;
    count.classList.toggle("is-over", left < 0);
  };
  room.addEventListener("input", show);
  show();
}

for (const link of document.querySelectorAll("[data-select]")) {
  link.addEventListener("focus", () => link.select());
}

const waiting = document.querySelector("[data-look-again]");
if (waiting) {
  setTimeout(() => {
    if (document.visibilityState === "visible") location.reload();
    else document.addEventListener("visibilitychange", () => location.reload(), { once: true });
  }, Number(waiting.dataset.lookAgain) * 1000);
}
