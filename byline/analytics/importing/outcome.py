"""What an import of logs came to, in numbers and in sentences."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from byline.analytics.hits import Reason
from byline.analytics.importing.lines import NoPage

EXAMPLES = 5
SHOWN = 80
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){3,}[0-9A-Fa-f]{0,4}")
NO_PAGE = {
    NoPage.METHOD: "asked for by another method than GET",
    NoPage.STATUS: "answered with another status than 200, 203 or 304",
    NoPage.FILE: "files that are no pages, such as pictures and styles",
    NoPage.FEED: "feeds by their content type",
}
REFUSED = {
    Reason.BOT: "bots",
    Reason.PREFETCH: "pages that a browser loaded in advance",
    Reason.DO_NOT_TRACK: "visitors who asked not to be tracked",
    Reason.SPAM_REFERRER: "referrer spam",
    Reason.EXCLUDED_PATH: "pages that are left out on this site",
    Reason.EXCLUDED_ADDRESS: "visitors who are left out on this site",
    Reason.FOREIGN_HOST: "pages of hosts that are not this site's",
}


@dataclass(slots=True)
class Outcome:
    """Counts of one run."""

    lines: int = 0
    pageviews: int = 0
    counted_before: int = 0
    """Lines that an earlier run, or another file of this one, had counted."""
    aside: int = 0
    """Empty lines, comments and messages that are no requests."""
    no_pages: Counter[NoPage] = field(default_factory=Counter)
    refused: Counter[Reason] = field(default_factory=Counter)
    closed: int = 0
    """Lines of days that were imported too long ago to tell what was counted."""
    closed_days: set[date] = field(default_factory=set)
    own: int = 0
    """Lines of days that the site measured itself."""
    own_from: date | None = None
    unreadable: int = 0
    too_long: int = 0
    not_utf8: int = 0
    """Lines with other bytes than UTF-8; they count if they can be read."""
    examples: list[str] = field(default_factory=list)
    """The first of those that could not be read, with their place and the cause."""
    days: set[date] = field(default_factory=set)
    """Days, on the site's clock, that got pageviews."""

    def note(self, place: str, raw: bytes, cause: str) -> None:
        """Keep one of the first examples; of an address in it nothing is kept."""
        if len(self.examples) < EXAMPLES:
            text = _ADDRESS.sub("[address]", raw[:400].decode(errors="replace"))[:SHOWN]
            self.examples.append(f"{place}: {cause} It begins: {text!r}")

    def report(self, *, is_rehearsal: bool = False) -> list[str]:
        """What happened, line by line."""
        told = [f"{self.lines:,} lines read."]
        would = "would be counted" if is_rehearsal else "counted"
        told.append(f"{self.pageviews:,} pageviews {would}{self._spoken_days()}.")
        told += [f"{number:,} {sentence}" for number, sentence in self._others() if number]
        return told

    def _spoken_days(self) -> str:
        return f", from {min(self.days)} to {max(self.days)}" if self.days else ""

    def _others(self) -> list[tuple[int, str]]:
        rows = [(self.counted_before, "were counted before.")]
        for cause, sentence in NO_PAGE.items():
            rows.append((self.no_pages[cause], f"are no pageviews: {sentence}."))
        for reason, number in self.refused.most_common():
            rows.append((number, f"not counted: {REFUSED.get(reason, reason.value)}."))
        closed = ", ".join(map(str, sorted(self.closed_days)[:5]))
        again = "Undo that import and import all logs of these days together."
        rows += [
            (self.own, f"are of days that were measured here, from {self.own_from}; --over-own-days counts them too."),
            (self.closed, f"are of days imported more than two days ago ({closed}). {again}"),
            (self.aside, "are comments, empty, or no requests."),
            (self.not_utf8, "have bytes that are no UTF-8, and were read as well as possible."),
            (self.too_long, "are longer than 64 KB and were passed over."),
            (self.unreadable, "could not be read."),
        ]
        return rows
