// Code blocks get a button that copies them, and wide ones can be scrolled by keyboard.
const canCopy = Boolean(navigator.clipboard);

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Could not copy";
  }
  setTimeout(() => {
    button.textContent = "Copy";
  }, 2000);
}

for (const block of document.querySelectorAll(".prose pre")) {
  if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  if (!canCopy) continue;
  const frame = document.createElement("div");
  frame.className = "code-frame";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.ariaLive = "polite";
  button.textContent = "Copy";
  button.addEventListener("click", () => copy(button, block.innerText));
  block.replaceWith(frame);
  frame.append(block, button);
}
