// A colour that is written as text can also be chosen from the system's own picker.
for (const written of document.querySelectorAll("[data-colour]")) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.className = "colour-picker";
  picker.ariaLabel = "Choose the colour";
  picker.value = /^#[0-9a-f]{6}$/i.test(written.value) ? written.value : written.dataset.colour;
  const row = document.createElement("div");
  row.className = "colour-row";
  written.replaceWith(row);
  row.append(picker, written);
  picker.addEventListener("input", () => {
    written.value = picker.value;
  });
  written.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(written.value.trim())) picker.value = written.value.trim();
  });
}
