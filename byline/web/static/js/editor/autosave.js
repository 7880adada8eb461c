// Typing reaches the site every few seconds, and this browser's pocket at once.
import { send } from "./site.js";

const PAUSE = 1500;
const LONGEST_WAIT = 6000;
const RETRIES = [3000, 6000, 15000, 30000];
const ANY_SEQUENCE = 2 ** 31 - 1;

export class Autosave {
  constructor({ form, text, status, notices, pocket, window }) {
    Object.assign(this, { form, text, status, notices, pocket, window });
    this.sequence = Number(form.dataset.sequence);
    this.seen = this.sequence;
    // A form that came back refused holds what the site does not have.
    this.kept = form.dataset.sentBack ? "" : JSON.stringify(text());
    this.failures = 0;
    this.stopped = false;
  }

  get isUnsaved() {
    return JSON.stringify(this.text()) !== this.kept;
  }

  typed() {
    if (!this.isUnsaved) return;
    this.pocket.put(this.text());
    if (this.stopped) return;
    this.status.say("Writing…");
    this.since ??= Date.now();
    this.later(Math.min(PAUSE, Math.max(0, this.since + LONGEST_WAIT - Date.now())));
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), wait);
  }

  // Send what was typed; true when the site has it. One request at a time, the last text last.
  async run() {
    clearTimeout(this.timer);
    if (this.underWay) {
      await this.underWay;
      return this.isUnsaved ? this.run() : true;
    }
    const text = this.text();
    if (!this.isUnsaved || !(text.title.trim() || text.body.trim())) return !this.isUnsaved;
    this.underWay = this.sendText(text);
    const done = await this.underWay;
    this.underWay = null;
    this.since = null;
    if (done && this.isUnsaved) this.typed();
    return done;
  }

  async sendText(text) {
    this.sequence += 1;
    const { form } = this;
    const more = { window: this.window, sequence: this.sequence, seen: this.seen };
    const names = { based_on: form.elements.based_on.value, form_key: form.elements.form_key.value };
    const answer = await send(form.dataset.autosave, { ...text, ...names, ...more });
    if (!answer.ok) return this.failed(answer);
    this.accepted(text, answer.data);
    return true;
  }

  accepted(text, data) {
    this.failures = 0;
    this.sequence = this.seen = data.sequence;
    this.notices.hide("trouble");
    if (!this.form.dataset.post) this.begun(data);
    this.done(text, this.form.dataset.state === "draft" ? "Saved" : "Kept privately");
    if (data.post_moved_on) {
      const sentence =
        "This post was saved in another window. What you type here is kept; saving it shows you both texts.";
      this.notices.show("moved", sentence);
    }
  }

  // From now on the site knows this text.
  done(text, word) {
    this.kept = JSON.stringify(text);
    if (!this.isUnsaved) this.pocket.clear();
    this.status.saved(word);
  }

  begun(data) {
    const { form } = this;
    form.dataset.post = data.post_id;
    form.dataset.autosave = data.autosave_url;
    form.action = data.edit_url;
    form.elements.based_on.value = data.version;
    this.pocket.moveTo(data.post_id, form.dataset.owner);
    history.replaceState(null, "", data.edit_url);
  }

  failed({ status, data }) {
    if (status === 0 || status >= 500 || status === 429) return this.tryAgain(status);
    this.stopped = true;
    this.status.say("Not saved", "is-wrong");
    if (data.code === "other-window") this.askAboutWindows();
    else {
      const loggedOut = "You are logged out. Your text is kept in this browser: log in in another window, then go on.";
      const sentence = status === 401 ? loggedOut : (data.detail ?? "The site did not take the text.");
      this.notices.show("trouble", sentence, [["Try again", () => this.again()]]);
    }
    return false;
  }

  tryAgain(status) {
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    const reason = status === 0 ? "Offline" : "The site is busy";
    this.status.say(`${reason}. Kept in this browser.`, "is-off");
    this.later(wait);
    return false;
  }

  again() {
    this.stopped = false;
    this.run();
  }

  askAboutWindows() {
    const sentence = "This post is open in another window too, and that one wrote last. Nothing was overwritten.";
    const goOn = () => {
      this.seen = ANY_SEQUENCE;
      this.again();
    };
    this.notices.show("trouble", sentence, [
      ["Go on here", goOn],
      ["Show the other text", () => this.leaveFor(location.href)],
    ]);
  }

  leaveFor(address) {
    this.leaving = true;
    location.assign(address);
  }
}
