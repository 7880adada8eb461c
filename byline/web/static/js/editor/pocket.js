// A copy of the text in this browser, for when the site cannot be reached. It goes once the site has the text.

const ROOT = "byline.desk";

function guarded(act, otherwise) {
  // Storage may be full or forbidden; writing goes on without it.
  try {
    return act();
  } catch {
    return otherwise;
  }
}

export class Pocket {
  constructor(owner, post, window) {
    this.prefix = `${ROOT}.${owner}.${post || "new"}`;
    this.key = post ? this.prefix : `${this.prefix}.${window}`;
  }

  put(text) {
    return guarded(() => {
      localStorage.setItem(this.key, JSON.stringify({ ...text, at: Date.now() }));
      return true;
    }, false);
  }

  clear() {
    guarded(() => localStorage.removeItem(this.key));
  }

  // The newest text under this post's key, or of any window that began a new post: [key, text].
  found() {
    return guarded(() => {
      const keys = Object.keys(localStorage).filter((key) => key === this.prefix || key.startsWith(`${this.prefix}.`));
      const texts = keys.map((key) => [key, JSON.parse(localStorage.getItem(key))]);
      return texts.sort((a, b) => b[1].at - a[1].at)[0] ?? null;
    }, null);
  }

  forget(key) {
    guarded(() => localStorage.removeItem(key));
  }

  moveTo(post, owner) {
    const before = guarded(() => localStorage.getItem(this.key), null);
    this.clear();
    this.prefix = this.key = `${ROOT}.${owner}.${post}`;
    if (before) guarded(() => localStorage.setItem(this.key, before));
  }
}
