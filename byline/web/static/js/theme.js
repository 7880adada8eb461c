// Runs before the first paint, so that a page never flashes in the colours the reader did not choose.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.bsTheme = chosen;
} catch {
  // Storage may be forbidden; the colours of the device are right then.
}
