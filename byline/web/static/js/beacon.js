// The script of a measured page: what is read there, without cookies and without remembering anybody.
// It must stay below 1,000 bytes when compressed: it is sent without these lines and without needless space, and with
// one letter for each of the names that follow. It keeps to what browsers of 2020 know.
// Short: page script data engaged since bottom told send more on names name act here look now tell turn moved start push
// Short: to link waiting each
{
  const page = document
  const script = page.currentScript
  const data = script.dataset
  let url, view, engaged, since, bottom, told, own
  try {
    own = localStorage.byline_ignore
  } catch {}

  const send = (event, more) =>
    navigator.sendBeacon(
      (data.api || new URL(script.src).origin) + "/sites/" + data.site + "/visit",
      JSON.stringify({ event, url, view, width: innerWidth, webdriver: navigator.webdriver, own, ...more })
    )

  // Seen on its way down from the window, so that events which do not bubble are heard as well.
  const on = (names, act) => names.split(" ").map((name) => addEventListener(name, act, true))
  const here = () => location.href.split("#")[0]

  // The clock of a page runs while it is seen and has the focus.
  const look = () => {
    const now = performance.now()
    if (since) engaged += now - since
    since = !page.hidden && page.hasFocus() && now
    bottom = Math.max(bottom, scrollY + innerHeight)
  }

  // All so far, not what came since the last time: one that is lost or repeated changes nothing. A page that goes is
  // hidden as well, a moment later: that is not told again.
  const tell = () => {
    look()
    const scroll = (bottom / page.documentElement.scrollHeight) * 100
    if (engaged + scroll * 99 > told + 99) {
      told = engaged + scroll * 99
      send("engagement", { engaged_ms: engaged, scroll })
    }
  }

  const turn = (more) => {
    url = here()
    view = Math.random() * 2 ** 63
    engaged = since = bottom = told = 0
    send(page.querySelector("[data-not-found]") ? "not_found" : "pageview", more)
    look()
  }

  const moved = () => {
    if (here() != url) {
      tell()
      turn()
    }
  }

  const start = () => {
    turn({ referrer: page.referrer, read_seconds: data.readSeconds })
    const push = history.pushState
    history.pushState = (...to) => {
      push.apply(history, to)
      moved()
    }
    on("popstate", moved)
    on("pageshow", (event) => event.persisted && turn())
    on("pagehide visibilitychange", tell)
    on("focus blur scroll", look)
    on("click auxclick", (event) => {
      const link = event.target.closest("a[href]")
      if (!link || event.button > 1) return
      const target = link.href
      if (/\.(pdf|zip|t?gz|7z|rar|dmg|exe|msi|deb|rpm|apk|epub|docx?|xlsx?|pptx?|csv|mp[34])$/i.test(link.pathname))
        send("download", { target })
      else if (/^http/.test(target) && link.host != location.host) send("outbound", { target })
    })
    const waiting = (window.byline || 0).q || []
    window.byline = (name, props) => send(name, { props })
    waiting.map((each) => byline(...each))
  }

  // Its authors look at a site on their own machine; data-local is for those who want that counted as well.
  if ("local" in data || !/^(localhost|127\..*|\[::1]|)$/.test(location.hostname))
    page.prerendering ? on("prerenderingchange", start) : start()
}
