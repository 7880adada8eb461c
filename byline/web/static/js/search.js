// The search fields offer titles, people and tags while somebody types, and "/" goes to them. Without script they are forms.
// A field for a member's name offers people likewise; what is chosen there is written into it.
const WAIT_MS = 120;
const KINDS = { post: "Posts", person: "People", tag: "Tags" };
const known = new Map();

async function ask(address, signal) {
  if (!known.has(address)) {
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return [];
    if (known.size > 100) known.clear();
    known.set(address, (await answer.json()).suggestions);
  }
  return known.get(address);
}

function option(suggestion, id) {
  const link = document.createElement("a");
  link.className = "suggestion";
  link.setAttribute("role", "option");
  link.id = id;
  link.href = suggestion.url;
  link.tabIndex = -1;
  if (suggestion.picture) {
    const picture = document.createElement("img");
    Object.assign(picture, { className: "avatar", src: suggestion.picture, width: 24, height: 24, alt: "" });
    link.append(picture);
  }
  const label = document.createElement("span");
  label.className = "suggestion-label";
  label.dir = "auto";
  label.textContent = suggestion.label;
  link.append(label);
  if (suggestion.hint) {
    const hint = document.createElement("span");
    hint.className = "faint";
    hint.textContent = suggestion.hint;
    link.append(hint);
  }
  return link;
}

function equip(place, number) {
  const source = place.dataset.names || "/search/suggestions";
  const input = place.querySelector("input");
  const list = document.createElement("div");
  const status = document.createElement("p");
  list.className = "suggestions";
  list.id = `suggestions-${number}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  place.append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
  let active = -1;
  let waiting;
  let asking;
  const options = () => [...list.querySelectorAll("[role=option]")];

  function point(to) {
    const all = options();
    active = all.length ? ((to + 1 + all.length + 1) % (all.length + 1)) - 1 : -1;
    all.forEach((each, at) => each.setAttribute("aria-selected", String(at === active)));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function write(name) {
    input.value = name;
    show(false);
    place.parentElement.querySelector("textarea")?.focus();
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) point(-1);
  }

  function draw(found) {
    list.replaceChildren();
    for (const [kind, title] of Object.entries(KINDS)) {
      const some = found.filter((each) => each.kind === kind);
      if (!some.length) continue;
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      const heading = document.createElement("p");
      heading.className = "suggestions-title";
      heading.textContent = title;
      heading.id = `${list.id}-${kind}`;
      group.setAttribute("aria-labelledby", heading.id);
      const links = some.map((each, at) => option(each, `${list.id}-${kind}-${at}`));
      if (place.dataset.names) {
        links.forEach((link, at) => link.addEventListener("click", (event) => {
          event.preventDefault();
          write(some[at].hint.slice(1));
        }));
      }
      group.append(heading, ...links);
      list.append(group);
    }
    status.textContent = found.length ? `${found.length} suggestions` : "";
    active = -1;
    show(found.length > 0);
  }

  async function offer() {
    asking?.abort();
    asking = new AbortController();
    const typed = input.value.trim();
    if (!typed) return draw([]);
    try {
      const found = await ask(`${source}?q=${encodeURIComponent(typed)}`, asking.signal);
      if (typed === input.value.trim() && document.activeElement === input) draw(found);
    } catch {
      // Nothing to offer; Enter searches as ever.
    }
  }

  show(false);
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options().length) {
      event.preventDefault();
      if (list.hidden) show(true);
      point(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      options()[active].click();
    }
  });
  // A press on an option must not take focus away first, or the list would be gone before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  place.addEventListener("focusout", () => show(false));
}

document.querySelectorAll("[data-search], [data-names]").forEach(equip);
for (const key of document.querySelectorAll("[data-search-key]")) key.hidden = false;

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const fields = [...document.querySelectorAll("[data-search] input")];
  const field = fields.find((each) => each.offsetParent !== null);
  const link = document.querySelector("[data-search-link]");
  if (!field && !link) return;
  event.preventDefault();
  if (field) {
    field.focus();
    field.select();
  } else link.click();
});
