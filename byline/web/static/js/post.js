// The one way in which scripts send a form of this site. A page that stays open outlives its token: then a fresh one is
// taken from the page as it is now, and the form is sent once more.
const META = 'meta[name="csrf-token"]';
const FIELD = "input[name=csrf_token]";

export async function post(address, body, options = {}) {
  const answer = await sendOnce(address, body, options);
  return isStale(answer.headers) && (await renewToken()) ? sendOnce(address, body, options) : answer;
}

function sendOnce(address, body, { headers, ...options }) {
  // The site looks at the field first, and that of a form which was read before is as old as the form.
  body.delete("csrf_token");
  const sent = { Accept: "application/json", ...headers, "X-CSRFToken": token() };
  return fetch(address, { ...options, method: "POST", body, headers: sent });
}

export function isStale(headers) {
  return headers.get("Byline-Refusal") === "stale-form";
}

// Only pages of members name it in their head; a stranger's log-in form has it all the same.
export function token(page = document) {
  return page.querySelector(META)?.content ?? page.querySelector(FIELD)?.value ?? "";
}

// False where whoever was a member when the page was opened is logged out now, or the site is away.
export async function renewToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const meta = document.querySelector(META);
  const fresh = token(page);
  if (!fresh || (meta && !page.querySelector(META))) return false;
  if (meta) meta.content = fresh;
  for (const input of document.querySelectorAll(FIELD)) input.value = fresh;
  return true;
}
