"""What was not counted for a site and why, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from byline.analytics.hits import Reason
from byline.analytics.report import sql_glance
from byline.analytics.sites.models import Site
from byline.statistics import weeks

DAYS = 30
WORDS: Mapping[str, tuple[str, str]] = {
    Reason.BOT: ("Bots", "Programs that say what they are: search engines, feed readers, monitors."),
    Reason.PREFETCH: ("Loaded in advance", "The browser fetched the page before anybody asked for it."),
    Reason.AUTOMATED: ("Automated browsers", "A program drove the browser, and the browser said so."),
    Reason.DO_NOT_TRACK: ("Asked not to be tracked", "The browser sent DNT or Global Privacy Control."),
    Reason.SPAM_REFERRER: ("Referrer spam", "The visit claims to come from a site that advertises itself this way."),
    Reason.EXCLUDED_PATH: ("Pages left out", "Paths that you excluded."),
    Reason.EXCLUDED_ADDRESS: ("Visitors left out", "Addresses that you excluded."),
    Reason.FOREIGN_HOST: ("Other hosts", "The snippet stands on a host that is not on your list."),
    Reason.REPLAY: ("Sent twice", "The same pageview arrived again."),
    Reason.TOO_MANY: ("Too many", "One address sent more than people do."),
    Reason.OWN_VISIT: ("Own visits", "Somebody told their browser not to be counted here."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """How many were not counted for one reason."""

    reason: str
    label: str
    meaning: str
    number: int


def of(site: Site) -> Sequence[Row]:
    """What was not counted in the last thirty days, the largest number first."""
    today = weeks.today(site)
    return sorted(map(_row, sql_glance.refused(site.id, today - DAYS + 1, today).items()), key=lambda row: -row.number)


def _row(counted: tuple[str, int]) -> Row:
    reason, number = counted
    label, meaning = WORDS.get(reason, (reason.replace("_", " ").capitalize(), ""))
    return Row(reason, label, meaning, number)
