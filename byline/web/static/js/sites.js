// Comfort on the pages of sites: a guess at the time zone, buttons that copy, and an eye on the first hit.

const zones = document.querySelector("select[data-guess-zone]");
if (zones) {
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zones.options].some((option) => option.value === guess)) zones.value = guess;
}

if (navigator.clipboard) {
  for (const frame of document.querySelectorAll("[data-snippet]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-plain btn-small";
    button.ariaLive = "polite";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(frame.querySelector("code").textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Could not copy";
      }
      setTimeout(() => {
        button.textContent = "Copy";
      }, 2000);
    });
    frame.append(button);
  }
}

const waiting = document.querySelector("[data-waits-for]");
if (waiting) {
  const every = 3000;
  const longest = 30 * 60 * 1000;
  const began = Date.now();
  const look = async () => {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(waiting.dataset.waitsFor, { headers: { Accept: "application/json" } });
        if (answer.ok && (await answer.json()).heard) {
          location.reload();
          return;
        }
      } catch {
        // Without a connection it looks again later.
      }
    }
    if (Date.now() - began < longest) setTimeout(look, every);
  };
  setTimeout(look, every);
}
