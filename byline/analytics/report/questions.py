"""A question to the statistics of one site, and the URL that holds all of it.

Reading a URL never fails: what cannot be used is left out, and `Question.complaints` says so in sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from byline.analytics.definitions import DIMENSIONS, METRICS, TILES
from byline.analytics.report import filters, periods
from byline.analytics.report.filters import Filter
from byline.analytics.report.periods import Compare, Interval, Name, Part, Period

DEFAULT_PERIOD = Name.DAYS_28
PANEL_ROWS = 9
MOST_ROWS = 1_000
LONGEST_SEARCH = 200
SORTS = frozenset({*TILES, "events"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
Closed = TypeVar("Closed", bound=Enum)
Args = dict[str, str | list[str]]


class Arguments(Protocol):
    """The arguments of a URL, as Werkzeug gives them."""

    def get(self, key: str, /) -> str | None:
        """The first value of an argument."""

    def getlist(self, key: str, /) -> list[str]:
        """Every value of an argument."""


class Measured(Protocol):
    """What a question must know of a site; `sites.models.Site` is one."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def time_zone(self) -> str:
        """Where its days begin."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that decides what a dashboard shows."""

    site_id: int
    zone: str
    now: datetime
    """The moment of the question, aware, in the site's time zone."""
    period: Period
    compare: Compare = Compare.NONE
    interval: Interval = Interval.DAY
    filters: tuple[Filter, ...] = ()
    segment: int | None = None
    """The number of a saved segment whose filters hold as well."""
    metric: str = "visitors"
    """What the chart shows; one of `definitions.TILES`."""
    segment_filters: tuple[Filter, ...] = ()
    """What the segment adds; filled by `report.asked`."""
    complaints: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        """The site's present day."""
        return self.now.date()

    @property
    def zone_info(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.zone)

    @property
    def is_realtime(self) -> bool:
        """Whether it asks for the last thirty minutes."""
        return self.period.name is Name.REALTIME

    @property
    def is_open(self) -> bool:
        """Whether its period is not over yet."""
        return self.period.last >= self.today

    @property
    def all_filters(self) -> tuple[Filter, ...]:
        """Its own filters and those of its segment."""
        return tuple(dict.fromkeys((*self.segment_filters, *self.filters)))

    @property
    def former_period(self) -> Period | None:
        """The whole time that the period is compared with, None without comparison."""
        return periods.compared(self.period, self.compare)

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The intervals that may be chosen, the one taken without choice first."""
        return periods.sensible_intervals(self.period)

    def parts(self) -> list[Part]:
        """Its period cut into its intervals."""
        if self.is_realtime:
            return periods.minutes(self.now, self.zone_info)
        return periods.parts(self.period, self.interval, self.zone_info)

    def add(self, new: Filter) -> Question:
        """The same question with one more filter. A further `is` of a dimension joins the one that is there."""
        for at, old in enumerate(self.filters):
            if (old.dimension, old.operator) == (new.dimension, new.operator):
                joined = replace(old, values=tuple(dict.fromkeys((*old.values, *new.values))))
                return replace(self, filters=(*self.filters[:at], joined, *self.filters[at + 1 :]))
        return replace(self, filters=(*self.filters, new))

    def only(self, dimension: str, value: str) -> Question:
        """The same question about one row of a panel: in place of what was asked of this dimension before."""
        others = tuple(each for each in self.filters if each.dimension != dimension)
        return replace(self, filters=(*others, filters.filter_of(dimension, value)))

    def without(self, old: Filter) -> Question:
        """The same question with one filter fewer."""
        return replace(self, filters=tuple(each for each in self.filters if each != old))

    def cleared(self) -> Question:
        """The same question without any filter or segment."""
        return replace(self, filters=(), segment=None, segment_filters=())

    def stepped(self, steps: int) -> Question | None:
        """The same question about the time before (-1) or after (1); None where there is nothing to see."""
        moved = periods.stepped(self.period, steps, self.today)
        return replace(self, period=moved) if moved else None

    def args(self, **changes: str | list[str] | None) -> Args:
        """The arguments of its URL; what goes without saying is left out. A change to None takes one away.

        A changed period drops the interval, which may not fit it, and the days of the one before.
        """
        said: dict[str, str | list[str] | None] = {
            **self._spoken_period(),
            "compare": "" if self.compare is Compare.NONE else self.compare.value,
            "interval": "" if self.interval is self.intervals[0] else self.interval.value,
            "f": [each.written for each in self.filters],
            "segment": str(self.segment) if self.segment else "",
            "metric": "" if self.metric == TILES[0] else self.metric,
        }
        if "period" in changes:
            said |= {"from": None, "to": None, "interval": None}
        return {name: value for name, value in (said | changes).items() if value}

    def _spoken_period(self) -> dict[str, str | list[str] | None]:
        if self.period.name is Name.CUSTOM:
            days = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
            return {"period": Name.CUSTOM.value, **days}
        return {"period": "" if self.period.name is DEFAULT_PERIOD else self.period.name.value}


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a panel, in which order. In a URL: `sort`, `order=up`, `q`, `after`, `limit`."""

    sort: str = "visitors"
    """A metric of `SORTS`; the largest first. Rows that are alike follow their keys."""
    ascending: bool = False
    limit: int = PANEL_ROWS
    after: str | None = None
    """`Panel.after` of the part before; None for the beginning."""
    search: str = ""
    """Only rows whose key contains this, whatever the size of its letters."""

    def args(self) -> Args:
        """Its arguments of a URL."""
        order = "up" if self.ascending else ""
        said = {"sort": "" if self.sort == "visitors" else self.sort, "order": order, "q": self.search}
        return {name: value for name, value in said.items() if value}


def parse(args: Arguments, site: Measured, now: datetime, since: date | None = None) -> Question:
    """The question that a URL asks. Never fails; `since` is the site's first day, where `period=all` begins."""
    zone = _zone(site.time_zone)
    local = now.astimezone(zone)
    complaints: list[str] = []
    period = _period(args, local.date(), since, complaints)
    interval = _one_of(Interval, args, "interval", complaints)
    choices = periods.sensible_intervals(period)
    if interval is not None and interval not in choices:
        complaints.append(f"This period cannot be cut by the {interval.value}, so it is by the {choices[0].value}.")
    found, left_out = filters.read_all(args.getlist("f"))
    metric = _given(args, "metric")
    if metric and metric not in TILES:
        complaints.append("There is no such metric, so visitors are shown.")
    return Question(
        site.id,
        zone.key,
        local,
        period,
        _one_of(Compare, args, "compare", complaints) or Compare.NONE,
        interval if interval in choices and interval else choices[0],
        found,
        _segment(args, complaints),
        metric if metric in TILES else TILES[0],
        complaints=(*complaints, *left_out),
    )


def slice_of(args: Arguments, limit: int = 100) -> Slice:
    """Which part of a panel a URL asks for. Never fails; what cannot be used is left out."""
    sort, asked = _given(args, "sort"), _given(args, "limit")
    return Slice(
        sort if sort in SORTS else "visitors",
        _given(args, "order") == "up",
        min(max(int(asked), 1), MOST_ROWS) if _NUMBER.fullmatch(asked) else limit,
        _given(args, "after") or None,
        _NO_TEXT.sub("", _given(args, "q"))[:LONGEST_SEARCH].strip(),
    )


def dimension_of(name: str) -> str | None:
    """A dimension that a panel may be asked for by its name in a URL, None for anything else."""
    return name if name in DIMENSIONS else None


def label_of(metric: str) -> str:
    """What people call a metric."""
    return METRICS[metric].label


def _period(args: Arguments, today: date, since: date | None, complaints: list[str]) -> Period:
    name = _one_of(Name, args, "period", complaints)
    has_days = bool(_given(args, "from") or _given(args, "to"))
    if name is Name.CUSTOM or (name is None and has_days):
        return _custom(args, today, complaints) or periods.named(DEFAULT_PERIOD, today)
    return periods.named(name or DEFAULT_PERIOD, today, since)


def _custom(args: Arguments, today: date, complaints: list[str]) -> Period | None:
    first, last = _date(_given(args, "from")), _date(_given(args, "to"))
    label = periods.LABELS[DEFAULT_PERIOD].lower()
    if first is None or last is None:
        complaints.append(f"A period needs two days, such as 2026-01-31. These are the {label}.")
        return None
    if first > last:
        first, last = last, first
        complaints.append("The first day came after the last, so they are exchanged.")
    if first > today:
        complaints.append(f"That period is still to come. These are the {label}.")
        return None
    if first < periods.EARLIEST:
        first = periods.EARLIEST
        complaints.append(f"Nothing was measured before {first.year}, so the period begins there.")
    if last > periods.LATEST or (last - first).days > periods.LONGEST_DAYS:
        last = today
        complaints.append("The period was too long, so it ends today.")
    return Period(Name.CUSTOM, min(first, last), last)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _segment(args: Arguments, complaints: list[str]) -> int | None:
    asked = _given(args, "segment")
    if asked and not (_NUMBER.fullmatch(asked) and int(asked)):
        complaints.append("There is no such segment.")
        return None
    return int(asked) if asked else None


def _one_of(kind: type[Closed], args: Arguments, name: str, complaints: list[str]) -> Closed | None:
    given = _given(args, name)
    if not given:
        return None
    try:
        return kind(given)
    except ValueError:
        complaints.append(f"There is no such {name}, so the usual one is shown.")
        return None


def _given(args: Arguments, name: str) -> str:
    return (args.get(name) or "").strip()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def written(conditions: Iterable[Filter]) -> Sequence[str]:
    """Filters as a segment keeps them."""
    return [each.written for each in conditions]
