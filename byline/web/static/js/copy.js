// Code blocks and lines to be taken along get a button that copies them; wide blocks can be scrolled by keyboard.
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

function copier(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.ariaLive = "polite";
  button.textContent = "Copy";
  button.addEventListener("click", () => copy(button, text()));
  return button;
}

for (const block of document.querySelectorAll(".prose pre")) {
  if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  if (!canCopy) continue;
  const frame = document.createElement("div");
  frame.className = "code-frame";
  const button = copier(() => block.innerText);
  button.className = "copy";
  block.replaceWith(frame);
  frame.append(block, button);
}

for (const line of document.querySelectorAll("[data-copy-line]")) {
  const field = line.querySelector("input");
  field.addEventListener("focus", () => field.select());
  if (!canCopy) continue;
  const button = copier(() => field.value);
  button.className = "btn btn-plain";
  line.append(button);
}
