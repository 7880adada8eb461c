// Pictures that are picked, pasted or dropped: described, sent with progress, put where the caret was.
import { insertAt } from "./field.js";
import { upload } from "./site.js";

const isPicture = (file) => file.type.startsWith("image/");

export class Pictures {
  constructor({ form, body, onSent }) {
    Object.assign(this, { form, body, onSent });
    this.sheet = document.querySelector("[data-picture-sheet]");
    this.find = (name) => this.sheet.querySelector(`[data-picture-${name}]`);
    this.input = form.querySelector("[data-picture-input]");
    this.input.addEventListener("change", () => {
      this.take([...this.input.files]);
      this.input.value = "";
    });
    body.addEventListener("paste", (event) => this.fromClipboard(event));
    this.listenForDrops();
  }

  pick() {
    this.input.click();
  }

  fromClipboard(event) {
    const files = [...(event.clipboardData?.files ?? [])].filter(isPicture);
    // A copied piece of a page brings its text along with a picture of it; the text is what is meant.
    if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    this.take(files);
  }

  listenForDrops() {
    const { body } = this;
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      body.classList.add("is-target");
    });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) body.classList.remove("is-target");
    });
    addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      body.classList.remove("is-target");
      this.take([...event.dataTransfer.files].filter(isPicture));
    });
  }

  async take(files) {
    // Behind an open dialog the text forgets where its caret was.
    this.at = this.body.selectionEnd;
    for (const file of files) {
      const sent = await this.describe(file);
      if (sent) this.place(sent);
    }
    this.body.focus();
  }

  place({ markdown, url }) {
    const { body } = this;
    const { at } = this;
    const before = body.value.slice(0, at);
    const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const after = body.value.slice(at).startsWith("\n\n") ? "" : "\n\n";
    const insert = `${gap}${markdown}${after}`;
    insertAt(body, at, at, insert);
    this.at = at + insert.length;
    this.onSent(url);
  }

  // Ask what the picture shows, send it, and answer what the site says of it; null when it is left out.
  describe(file) {
    const { sheet } = this;
    const shown = this.find("shown");
    const alt = this.find("alt");
    const address = URL.createObjectURL(file);
    shown.src = address;
    alt.value = "";
    this.fail("");
    sheet.showModal();
    alt.focus();
    return new Promise((resolve) => {
      const listening = new AbortController();
      const end = (sent) => {
        listening.abort();
        URL.revokeObjectURL(address);
        sheet.close();
        resolve(sent);
      };
      const on = (target, name, act) => target.addEventListener(name, act, { signal: listening.signal });
      on(this.find("cancel"), "click", () => end(null));
      on(sheet, "cancel", () => end(null));
      on(sheet.querySelector("form"), "submit", async (event) => {
        event.preventDefault();
        const sent = await this.send(file, alt.value.trim());
        if (sent && !listening.signal.aborted) end(sent);
      });
    });
  }

  async send(file, alt) {
    const progress = this.find("progress");
    const button = this.find("insert");
    this.fail("");
    progress.value = 0;
    progress.hidden = false;
    button.disabled = true;
    const answer = await upload(this.form.dataset.media, file, alt, (part) => {
      progress.value = part;
    });
    progress.hidden = true;
    button.disabled = false;
    if (answer.ok) return answer.data;
    this.fail(answer.data.detail ?? "The picture did not arrive. Look at your connection and try once more.");
    return null;
  }

  fail(sentence) {
    const place = this.find("error");
    place.textContent = sentence;
    place.hidden = !sentence;
  }
}
