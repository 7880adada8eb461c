"""Days and hours on a site's own clock, from seconds since 1970. No database, no clock of our own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)
QUARTER_SECONDS = 900
"""Every zone's offset has been a multiple of this since long before there were websites."""
QUARTER_MS = QUARTER_SECONDS * 1000
HOUR_SECONDS = 3600
DAY_SECONDS = 86_400


class Days:
    """The calendar of one time zone. What it answered it remembers, by the quarter of an hour."""

    def __init__(self, name: str) -> None:
        self.name = name
        try:
            self._zone: ZoneInfo | None = None if name == "UTC" else ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self._zone = None  # A zone that the machine's list does not know any more is taken for UTC.
        self._known: dict[int, tuple[int, int]] = {}

    def of(self, at: int) -> tuple[int, int]:
        """The day (days since 1970) of a moment, and the second at which its hour began."""
        quarter = at // QUARTER_SECONDS
        found = self._known.get(quarter)
        if found is None:
            if len(self._known) > 50_000:
                self._known.clear()
            found = self._known[quarter] = self._work_out(quarter * QUARTER_SECONDS)
        return found

    def begin(self, day: int) -> int:
        """The second at which a day begins; where midnight is left out, the first one that there is."""
        if self._zone is None:
            return day * DAY_SECONDS
        midnight = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), self._zone)
        return int(midnight.timestamp())

    def offset(self, at: int) -> int:
        """How many seconds the zone's clock is ahead of UTC."""
        if self._zone is None:
            return 0
        ahead = datetime.fromtimestamp(at, self._zone).utcoffset()
        return int(ahead.total_seconds()) if ahead else 0

    def hours(self, day: int) -> list[int]:
        """The seconds at which the hours of a day begin, and the one at which the last one ends."""
        begin, end = self.begin(day), self.begin(day + 1)
        marks = {self.of(at)[1] for at in range(begin, end, QUARTER_SECONDS)}
        return [*sorted(marks), end]

    def _work_out(self, at: int) -> tuple[int, int]:
        offset = self.offset(at)
        day = (at + offset) // DAY_SECONDS
        # Where a clock is put back over midnight the date is twice the same; a day is one stretch of time here.
        while at < self.begin(day):
            day -= 1
        while at >= self.begin(day + 1):
            day += 1
        return day, at - (at + offset) % HOUR_SECONDS


@lru_cache(maxsize=600)
def calendar(name: str) -> Days:
    """The calendar of a zone of the IANA database; of UTC for a name that is none."""
    return Days(name)


def day_of(date_: date) -> int:
    """A date as days since 1970."""
    return (date_ - EPOCH).days


def date_of(day: int) -> date:
    """Days since 1970 as a date."""
    return EPOCH + timedelta(days=day)


def utc_day(at: datetime) -> int:
    """The UTC day of a moment."""
    return day_of(at.astimezone(UTC).date())
