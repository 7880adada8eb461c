// The switch that leaves this browser out of the counts. It is remembered here alone; the beacon looks for it.
const KEY = "byline_ignore";

for (const line of document.querySelectorAll("[data-counting]")) {
  const button = line.querySelector("button");
  const state = line.querySelector("[role=status]");
  const show = () => {
    const left = Boolean(localStorage.getItem(KEY));
    button.textContent = left ? "Count this browser again" : "Do not count this browser";
    state.textContent = left ? "This browser is not counted." : "This browser is counted.";
  };
  button.addEventListener("click", () => {
    if (localStorage.getItem(KEY)) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "1");
    show();
  });
  try {
    show();
    line.hidden = false;
  } catch {
    // A browser that keeps nothing for this site has nowhere to remember it.
  }
}
