"""Periods of a report: which days they are in a site's own calendar, what they are compared with, and how they are cut.

Pure arithmetic with dates; weeks begin on Monday.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from byline.kernel import clock

EARLIEST = date(1995, 1, 1)
"""No site was measured before."""
LATEST = date(2200, 1, 1)
LONGEST_DAYS = 366 * 40
YEAR_OF_WEEKS = timedelta(weeks=52)
REALTIME_MINUTES = 30
ONE_DAY = timedelta(days=1)


class Interval(StrEnum):
    """Into what a series is cut."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Compare(StrEnum):
    """With what a period is compared."""

    NONE = "none"
    PREVIOUS = "previous"
    YEAR = "year"


class Name(StrEnum):
    """Periods that have a name; all but `yesterday` and `lastmonth` reach today."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    DAYS_7 = "7d"
    DAYS_28 = "28d"
    DAYS_30 = "30d"
    DAYS_90 = "90d"
    MONTH = "month"
    LAST_MONTH = "lastmonth"
    YEAR = "year"
    ALL = "all"
    CUSTOM = "custom"
    REALTIME = "realtime"


LABELS = {
    Name.TODAY: "Today",
    Name.YESTERDAY: "Yesterday",
    Name.DAYS_7: "Last 7 days",
    Name.DAYS_28: "Last 28 days",
    Name.DAYS_30: "Last 30 days",
    Name.DAYS_90: "Last 90 days",
    Name.MONTH: "This month",
    Name.LAST_MONTH: "Last month",
    Name.YEAR: "This year",
    Name.ALL: "All time",
    Name.CUSTOM: "Other days",
    Name.REALTIME: "Last 30 minutes",
}
KEYS = {
    Name.TODAY: "d",
    Name.YESTERDAY: "e",
    Name.DAYS_7: "w",
    Name.DAYS_28: "f",
    Name.DAYS_30: "t",
    Name.DAYS_90: "q",
    Name.MONTH: "m",
    Name.LAST_MONTH: "p",
    Name.YEAR: "y",
    Name.ALL: "a",
    Name.CUSTOM: "c",
    Name.REALTIME: "r",
}
"""The key that chooses a period on a dashboard."""
_LENGTHS = {Name.DAYS_7: 7, Name.DAYS_28: 28, Name.DAYS_30: 30, Name.DAYS_90: 90}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the site's calendar, both ends included. A month or year under way reaches to its end."""

    name: Name
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        """How people call it."""
        return LABELS[self.name]

    @property
    def is_months(self) -> bool:
        """Whether it is one or more whole calendar months, and not by chance."""
        if self.name in _LENGTHS:
            return False
        return self.first.day == 1 and self.last.day == monthrange(self.last.year, self.last.month)[1]

    def until(self, today: date) -> Period:
        """As much of it as has begun."""
        return Period(self.name, self.first, max(self.first, min(self.last, today)))


def named(name: Name, today: date, since: date | None = None) -> Period:
    """The days that a name means today; `all` begins with `since`. Not for `custom`, which is none without its days."""
    first = last = today
    if name in _LENGTHS:
        first = today - timedelta(days=_LENGTHS[name] - 1)
    elif name is Name.YESTERDAY:
        first = last = today - ONE_DAY
    elif name is Name.MONTH:
        first, last = today.replace(day=1), _end_of_month(today)
    elif name is Name.LAST_MONTH:
        last = today.replace(day=1) - ONE_DAY
        first = last.replace(day=1)
    elif name is Name.YEAR:
        first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    elif name is Name.ALL:
        first = max(min(since or today, today), EARLIEST)
    return Period(name, first, last)


def compared(period: Period, compare: Compare) -> Period | None:
    """The days that a period is compared with, None for none.

    Whole calendar months are compared with as many months before, or with the same months a year ago. Everything else
    with as many days right before, or 364 days ago, so that Mondays meet Mondays.
    """
    if compare is Compare.NONE or period.name in {Name.ALL, Name.REALTIME}:
        return None
    if period.is_months:
        months = 12 if compare is Compare.YEAR else _months(period)
        first = _months_before(period.first, months)
        last = _end_of_month(_months_before(period.last.replace(day=1), months))
    else:
        back = YEAR_OF_WEEKS if compare is Compare.YEAR else timedelta(days=period.days)
        first, last = period.first - back, period.last - back
    return Period(Name.CUSTOM, first, last) if first >= EARLIEST else None


def elapsed(former: Period, period: Period, today: date) -> Period:
    """As many days of the time compared with as have begun of the period, so that a young month meets its like."""
    begun = period.until(today).days
    if begun >= period.days:
        return former
    return Period(former.name, former.first, min(former.first + timedelta(days=begun - 1), former.last))


def stepped(period: Period, steps: int, today: date) -> Period | None:
    """The period of the same length so many steps later, None where there is nothing to see: before 1995, or ahead."""
    if period.name in {Name.ALL, Name.REALTIME}:
        return None
    if period.is_months:
        months = -steps * _months(period)
        first = _months_before(period.first, months)
        last = _end_of_month(_months_before(period.last.replace(day=1), months))
    else:
        by = timedelta(days=steps * period.days)
        first, last = period.first + by, period.last + by
    return Period(Name.CUSTOM, first, last) if EARLIEST <= first <= today else None


def sensible_intervals(period: Period) -> tuple[Interval, ...]:
    """The intervals that cut a period into a readable number of parts, the best one first."""
    if period.name is Name.REALTIME:
        return (Interval.MINUTE,)
    days = period.days
    chosen = [
        (Interval.HOUR, days <= 7),
        (Interval.DAY, 2 <= days <= 400),
        (Interval.WEEK, 14 <= days <= 366 * 5),
        (Interval.MONTH, days >= 32),
    ]
    possible = [interval for interval, fits in chosen if fits]
    best = Interval.HOUR if days == 1 else Interval.DAY if days <= 92 else Interval.MONTH
    return (best, *(interval for interval in possible if interval is not best))


@dataclass(frozen=True, slots=True)
class Part:
    """One interval of a period: its days within the period, and the moments between which it lies."""

    begins: datetime
    ends: datetime
    first: date
    last: date
    is_partial: bool = False


def parts(period: Period, interval: Interval, zone: ZoneInfo) -> list[Part]:
    """A period cut into intervals, complete and in order. A day of 23 or 25 hours has as many parts by the hour."""
    if interval is Interval.HOUR:
        return list(_hours(period, zone))
    cuts = list(_cuts(period, interval))
    made = []
    for begins, ends in cuts:
        first, last = max(begins, period.first), min(ends - ONE_DAY, period.last)
        moments = start_of(first, zone), start_of(last + ONE_DAY, zone)
        made.append(Part(*moments, first, last, is_partial=(first, last) != (begins, ends - ONE_DAY)))
    return made


def minutes(now: datetime, zone: ZoneInfo) -> list[Part]:
    """The last thirty minutes, the present one last."""
    newest = now.astimezone(UTC).replace(second=0, microsecond=0)
    made = []
    for back in range(REALTIME_MINUTES - 1, -1, -1):
        begins = (newest - timedelta(minutes=back)).astimezone(zone)
        ends = (newest - timedelta(minutes=back - 1)).astimezone(zone)
        made.append(Part(begins, ends, begins.date(), begins.date()))
    return made


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day: midnight, or when the clocks were put past it."""
    naive = datetime(day.year, day.month, day.day, tzinfo=zone)
    return naive.astimezone(UTC).astimezone(zone)


def today_in(zone: ZoneInfo) -> date:
    """The present day of a zone."""
    return clock.now().astimezone(zone).date()


def _hours(period: Period, zone: ZoneInfo) -> Iterator[Part]:
    """The hours as the clocks of a zone show them; the hour that comes twice in autumn is two."""
    end = start_of(period.last + ONE_DAY, zone).astimezone(UTC)
    moment = start_of(period.first, zone).astimezone(UTC)
    while moment < end:
        local = moment.astimezone(zone)
        rest = timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)
        following = min(moment + rest, end)
        # Where the clocks jump within the hour it ends with the jump, as the next hour has begun.
        yield Part(local, following.astimezone(zone), local.date(), local.date())
        moment = following


def _cuts(period: Period, interval: Interval) -> Iterator[tuple[date, date]]:
    """Where whole intervals begin and end (exclusively) that touch the period."""
    begins = period.first
    if interval is Interval.WEEK:
        begins -= timedelta(days=begins.weekday())
    if interval is Interval.MONTH:
        begins = begins.replace(day=1)
    while begins <= period.last:
        if interval is Interval.MONTH:
            ends = _end_of_month(begins) + ONE_DAY
        else:
            ends = begins + timedelta(days=7 if interval is Interval.WEEK else 1)
        yield begins, ends
        begins = ends


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months(period: Period) -> int:
    return (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1


def _months_before(first: date, months: int) -> date:
    """The first of the month so many months before."""
    number = first.year * 12 + first.month - 1 - months
    return date(max(number // 12, 1), number % 12 + 1, 1)
