// The preview: what readers will see, made by the site itself.
import { send } from "./site.js";

const PAUSE = 350;
const WIDE = matchMedia("(min-width: 70rem)");
const ROOMY = matchMedia("(min-width: 90rem)");
const CHOICE = "byline.desk.preview";

function remembered() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

export class Preview {
  constructor({ form, title, body, onCount }) {
    Object.assign(this, { form, title, body, onCount });
    this.pane = form.querySelector("[data-preview-pane]");
    this.words = form.querySelector("[data-preview-text]");
    this.heading = form.querySelector("[data-preview-title]");
    this.button = document.querySelector("[data-preview-button]");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.toggle(this.pane.hidden, true));
    body.addEventListener("scroll", () => this.follow());
    addEventListener("scroll", () => this.follow(), { passive: true });
    this.toggle(!this.pane.hidden || (WIDE.matches && (remembered() ?? (ROOMY.matches ? "yes" : "no")) === "yes"));
  }

  get isShown() {
    return !this.pane.hidden;
  }

  toggle(shown, chosen = false) {
    this.pane.hidden = !shown;
    this.form.classList.toggle("is-previewing", shown);
    this.button.setAttribute("aria-pressed", String(shown));
    this.button.setAttribute("aria-controls", "preview");
    if (chosen && WIDE.matches) {
      try {
        localStorage.setItem(CHOICE, shown ? "yes" : "no");
      } catch {
        // Not remembered, then.
      }
    }
    if (shown) this.refresh();
    if (chosen && !WIDE.matches) {
      scrollTo({ top: 0 });
      if (!shown) this.body.focus({ preventScroll: true });
    }
  }

  typed() {
    clearTimeout(this.timer);
    if (this.isShown) this.timer = setTimeout(() => this.refresh(), PAUSE);
  }

  async refresh() {
    const body = this.body.value;
    this.heading.textContent = this.title.value;
    if (body === this.seen) return;
    this.request?.abort();
    this.request = new AbortController();
    const answer = await send(this.form.dataset.preview, { body, post: this.form.dataset.post }, { signal: this.request.signal });
    if (answer.status === -1) return;
    if (!answer.ok) {
      this.pane.setAttribute("aria-busy", "true");
      return;
    }
    this.pane.removeAttribute("aria-busy");
    this.seen = body;
    // The site's own renderer made and cleaned this; a save would store these very bytes.
    this.words.innerHTML = answer.data.html;
    this.onCount(answer.data.word_count, answer.data.reading_minutes);
    this.follow();
  }

  // Keep the preview about where the text is.
  follow() {
    if (!this.isShown || !WIDE.matches) return;
    const room = document.documentElement.scrollHeight - innerHeight;
    const ratio = room > 0 ? scrollY / room : 0;
    this.pane.scrollTop = ratio * (this.pane.scrollHeight - this.pane.clientHeight);
  }
}
