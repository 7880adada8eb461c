// "Saved 3 s ago", and notices above the text.

const PLAIN = "desk-saved";

function ago(moment) {
  const seconds = Math.round((Date.now() - moment) / 1000);
  if (seconds < 3) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min ago` : `at ${new Date(moment).toLocaleTimeString([], { timeStyle: "short" })}`;
}

export class Status {
  // Only a change of what happened is spoken; the seconds that pass are not, so they stand outside the live region.
  constructor(element) {
    this.element = element;
    this.saidAt = null;
    element.closest("[role=status]")?.setAttribute("role", "none");
    this.spoken = document.createElement("p");
    this.spoken.className = "visually-hidden";
    this.spoken.setAttribute("role", "status");
    document.body.append(this.spoken);
    setInterval(() => this.tick(), 1000);
  }

  saved(word, moment = Date.now()) {
    this.word = word;
    this.saidAt = moment;
    this.element.className = PLAIN;
    this.speak(word);
    this.tick();
  }

  say(sentence, kind = "") {
    this.saidAt = null;
    this.element.className = kind ? `${PLAIN} ${kind}` : PLAIN;
    this.element.textContent = sentence;
    if (kind) this.speak(sentence);
  }

  speak(sentence) {
    if (this.spoken.textContent !== sentence) this.spoken.textContent = sentence;
  }

  tick() {
    if (this.saidAt !== null) this.element.textContent = `${this.word} ${ago(this.saidAt)}`;
  }
}

export class Notices {
  constructor(place) {
    this.place = place;
    this.shown = new Map();
  }

  // One notice of each name at a time; `acts` are [label, function], and each act takes the notice away.
  show(name, sentence, acts = [], kind = "warning") {
    this.hide(name);
    const notice = document.createElement("div");
    notice.className = `note-line ${kind} desk-notice`;
    notice.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = sentence;
    notice.append(words);
    for (const [label, act] of acts) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-plain btn-small";
      button.textContent = label;
      button.addEventListener("click", () => {
        this.hide(name);
        act();
      });
      notice.append(button);
    }
    this.place.append(notice);
    this.shown.set(name, notice);
  }

  hide(name) {
    this.shown.get(name)?.remove();
    this.shown.delete(name);
  }
}
