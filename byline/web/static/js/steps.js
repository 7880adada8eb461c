// The steps of a funnel: lines that are not needed yet are behind a button.
const form = document.querySelector("[data-steps]");
const SHOWN = 3;

if (form) {
  const lines = [...form.querySelectorAll("[data-step]")];
  const used = lines.findLastIndex((line) => line.querySelector("input").value || line.querySelector(".field-error"));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-small";
  button.textContent = "Add a step";
  const hide = () => (button.hidden = !lines.some((line) => line.hidden));
  lines.forEach((line, at) => (line.hidden = at >= SHOWN && at > used));
  button.addEventListener("click", () => {
    const next = lines.find((line) => line.hidden);
    next.hidden = false;
    next.querySelector("input").focus();
    hide();
  });
  form.append(button);
  hide();
}
