// The token by which the site knows that a form of its own was sent.
const META = 'meta[name="csrf-token"]';

export function token() {
  return document.querySelector(META)?.content ?? "";
}

// A page that stays open outlives its token. Take a fresh one from the page as it is now; false when logged out.
export async function renewToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(META)?.content;
  if (!fresh) return false;
  document.querySelector(META).content = fresh;
  for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = fresh;
  return true;
}
