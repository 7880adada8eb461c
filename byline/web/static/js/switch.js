// The colour switch in the foot: light, as on this device, dark. The choice stays in this browser and never leaves it.
const field = document.querySelector("[data-theme-switch]");
const root = document.documentElement;

function show(chosen) {
  if (chosen === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = chosen;
  for (const button of field.querySelectorAll("button")) button.ariaPressed = String(button.value === chosen);
}

function remember(chosen) {
  try {
    if (chosen === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", chosen);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

if (field) {
  field.hidden = false;
  show(root.dataset.bsTheme ?? "auto");
  field.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    show(button.value);
    remember(button.value);
  });
  addEventListener("storage", (event) => {
    if (event.key === "theme") show(event.newValue ?? "auto");
  });
}
