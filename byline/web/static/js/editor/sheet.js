// The sheet before publishing: a dialog, moments in the writer's own time, a button that says what will happen.

const pad = (number) => String(Math.abs(number)).padStart(2, "0");

function offsetOf(date) {
  const minutes = -date.getTimezoneOffset();
  return `${minutes < 0 ? "-" : "+"}${pad(Math.trunc(minutes / 60))}:${pad(minutes % 60)}`;
}

function localValue(date) {
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

export class Sheet {
  constructor(form) {
    this.form = form;
    this.dialog = form.querySelector("[data-sheet]");
    this.moment = form.elements.publish_at;
    this.offset = form.elements.publish_offset;
    this.dialog.close();
    this.openers();
    if (this.moment) this.keepTime();
    form.addEventListener("change", () => this.name());
    this.name();
    // A refusal inside the sheet is shown where it is.
    if (this.dialog.querySelector(".field-error")) this.open();
  }

  openers() {
    const close = this.dialog.querySelector("[data-close-sheet]");
    close.hidden = false;
    close.addEventListener("click", () => this.dialog.close());
    for (const opener of document.querySelectorAll("[data-open-sheet]")) {
      opener.setAttribute("role", "button");
      opener.setAttribute("aria-haspopup", "dialog");
      opener.addEventListener("click", (event) => {
        event.preventDefault();
        this.open();
      });
      opener.addEventListener("keydown", (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        this.open();
      });
    }
    this.dialog.addEventListener("click", (event) => {
      // The backdrop is the dialog itself; what is inside it is not.
      if (event.target === this.dialog) this.dialog.close();
    });
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector('[aria-invalid="true"]')?.focus();
  }

  // The site speaks UTC; the writer sees and chooses local time, sent with its offset.
  keepTime() {
    const { moment, offset } = this;
    if (moment.value && !offset.value) moment.value = localValue(new Date(`${moment.value}Z`));
    const zone = this.form.querySelector("[data-zone]");
    const name = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
    zone.textContent = `your time, ${name}`;
    const choice = this.form.querySelector("[data-when-choice]");
    const place = this.form.querySelector("[data-when-moment]");
    choice.hidden = choice.disabled = false;
    const show = () => {
      const later = this.form.elements.when.value === "later";
      place.hidden = !later;
      moment.disabled = !later;
      moment.required = false;
      if (later && !moment.value) {
        const tomorrow = new Date(Date.now() + 86_400_000);
        tomorrow.setHours(9, 0, 0, 0);
        moment.value = localValue(tomorrow);
      }
    };
    choice.addEventListener("change", show);
    this.form.addEventListener("submit", () => {
      offset.value = moment.value ? offsetOf(new Date(moment.value)) : "";
    });
    show();
  }

  name() {
    const button = this.form.querySelector("[data-publish]");
    if (!button) return;
    const later = this.moment && !this.moment.disabled;
    const byLink = this.form.elements.audience.value === "link";
    button.textContent = later ? "Schedule" : byLink ? "Publish by link" : "Publish now";
  }

  // Offer a picture that has come into the text.
  offer(address, key) {
    const row = this.form.querySelector("[data-covers]");
    if (row.querySelector(`input[value="${CSS.escape(key)}"]`)) return;
    const label = document.createElement("label");
    label.className = "cover-choice";
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "cover", value: key });
    input.className = "visually-hidden";
    const picture = Object.assign(new Image(), { src: address, className: "cover-face" });
    picture.alt = `Picture ${row.querySelectorAll("img").length + 1}`;
    label.append(input, picture);
    row.lastElementChild.before(label);
  }
}
