// Asks which variant of an experiment this visitor sees, without a cookie and without remembering anybody:
// bylineVariant("key").then((variant) => …). Whatever goes wrong or takes too long answers an empty text, which means
// that the page stays as it is.
// Short: page script data asked ask own key patience answer said late away
{
  const page = document
  const script = page.currentScript
  const data = script.dataset
  const asked = {}
  let own
  try {
    own = localStorage.byline_ignore
  } catch {}

  // Its authors look at a site on their own machine; data-local is for those who want that counted as well.
  const away = !("local" in data) && /^(localhost|127\..*|\[::1]|)$/.test(location.hostname)

  const ask = (key) => {
    if (away) return ""
    const said = new URLSearchParams({ url: location.href, referrer: page.referrer, width: innerWidth })
    if (own) said.set("own", 1)
    if (navigator.webdriver) said.set("webdriver", 1)
    return fetch((data.api || new URL(script.src).origin) + "/sites/" + data.site + "/experiments/" + key + "?" + said, {
      credentials: "omit"
    })
      .then((answer) => (answer.ok ? answer.json() : {}))
      .then((answer) => answer.variant || "")
      .catch(() => "")
  }

  // Nobody waits for longer than `patience` milliseconds.
  window.bylineVariant = (key, patience) =>
    Promise.race([
      (asked[key] = asked[key] || ask(key)),
      new Promise((late) => setTimeout(late, patience || 1000, ""))
    ])
}
