"""What a line of a log counts as, by the same rules as what a browser sends."""

from __future__ import annotations

from byline.analytics.collect import addresses
from byline.analytics.collect.addresses import Page
from byline.analytics.collect.collector import Asked, Collector
from byline.analytics.collect.reading import Sent
from byline.analytics.hits import Hit, Kind, Refused
from byline.analytics.importing.lines import Entry, Unreadable
from byline.analytics.sites.queries import Collected

UNNAMED = "not named by the log"
"""In the agent's place where a format names none, so that nobody is taken for a bot for it."""
EARLIEST_MS = 757_382_400_000
"""The year 1994: there were no logs of websites before."""
AHEAD_MS = 86_400_000


def check_time(entry: Entry, now_ms: int) -> None:
    """Raise Unreadable for a time at which nobody can have asked for a page."""
    if not EARLIEST_MS <= entry.at_ms <= now_ms + AHEAD_MS:
        raise Unreadable("The time of the line is long before there were websites, or still to come.")


def judged(collector: Collector, site: Collected, entry: Entry) -> Hit | Refused:
    """The hit of a line that is a pageview, or why it is not counted; raises Unreadable."""
    sent = Sent(Kind.PAGEVIEW, "", _page(site, entry), entry.referrer, "", (), 0, 0, -1, 0, False, False)
    agent = UNNAMED if entry.agent is None else entry.agent
    asked = Asked(entry.address, agent, entry.language, entry.is_prefetch, entry.wants_no_tracking)
    found = collector.judge(site, sent, asked, entry.at_ms)
    if entry.agent is None and isinstance(found, Hit):
        return found._replace(browser="", system="", device="")
    return found


def _page(site: Collected, entry: Entry) -> Page:
    target = entry.target
    if target.startswith(("http://", "https://")):
        url = target
    elif target.startswith("/"):
        url = f"http://{entry.host or usual_host(site) or UNKNOWN_HOST}{target}"
    else:
        raise Unreadable("What was asked for is no path.")
    try:
        page = addresses.page(url)
    except ValueError as reason:
        raise Unreadable(str(reason)) from None
    return page._replace(host="") if page.host == UNKNOWN_HOST else page


UNKNOWN_HOST = "unknown.invalid"


def usual_host(site: Collected) -> str:
    """The host of lines that name none: the site's own."""
    return site.host or next((host.removeprefix("*.") for host in site.hostnames), "")
