"""What a question is to be answered, counted from hits in plain Python by the definitions alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from byline.analytics.hits import Hit, Kind
from byline.analytics.report.answers import Totals
from byline.analytics.report.filters import Filter, Operator
from byline.analytics.store.dimensions import OF_VISITS
from tests.analytics.store import counting
from tests.analytics.store.counting import Event, Visit

Act = tuple[Visit, Event]
ATTRIBUTES = {dimension.name.lower() for dimension in OF_VISITS}
KINDS = {
    "page": Kind.PAGEVIEW,
    "event": Kind.EVENT,
    "outbound": Kind.OUTBOUND,
    "download": Kind.DOWNLOAD,
    "not_found": Kind.NOT_FOUND,
}


@dataclass
class Expected:
    """A site's visits, seen by its own clock, and what filters leave of some days."""

    visits: list[Visit]
    zone: ZoneInfo
    first: date
    last: date
    filters: tuple[Filter, ...] = ()

    @classmethod
    def of(
        cls, hits: Iterable[Hit], zone: ZoneInfo, first: date, last: date, filters: tuple[Filter, ...] = ()
    ) -> Expected:
        """From the hits of one site."""
        return cls(counting.joined(hits)[0], zone, first, last, filters)

    def acts(self) -> list[Act]:
        """The events that fit, whenever they were."""
        chosen = [visit for visit in self.visits if all(self._fits_visit(each, visit) for each in self.filters)]
        return [(visit, event) for visit in chosen for event in visit.events if self._fits_event(event.hit)]

    def totals(self) -> Totals:
        """Of all days."""
        return self.tally(self.acts())

    def by_day(self) -> dict[date, Totals]:
        """Of each day on its own."""
        return {day: self.tally(self.acts(), self.day_of, day) for day in self._days()}

    def by_hour(self) -> dict[datetime, Totals]:
        """Of each hour on its own, by its beginning in UTC."""
        acts = [act for act in self.acts() if self._is_within(act[1]) or self._began_within(act[0])]
        hours = {self.hour_of(event.at) for _, event in acts if self._is_within(event)}
        hours |= {self.hour_of(visit.events[0].at) for visit, _ in acts if self._began_within(visit)}
        return {hour: self.tally(acts, self.hour_of, hour) for hour in hours}

    def panel(self, name: str) -> Mapping[str, Totals]:
        """The rows of a dimension that have visitors."""
        groups: dict[str, list[Act]] = defaultdict(list)
        for visit, event in self.acts():
            key = self._key(name, visit, event)
            if key is not None:
                groups[key].append((visit, event))
        rows = {key: self.tally(acts) for key, acts in groups.items()}
        if name in KINDS:
            rows = {key: self._with_entries(name, key, totals) for key, totals in rows.items()}
        return {key: totals for key, totals in rows.items() if totals.visitors}

    def tally(self, acts: Iterable[Act], place: Callable[[int], object] | None = None, at: object = None) -> Totals:
        """Counts some events and the visits that they belong to; of one day or hour if `place` tells which."""

        def here(second: int) -> bool:
            return place is None or place(second) == at

        acts = list(acts)
        present = [event for _, event in acts if self._is_within(event) and here(event.at)]
        by_id = {id(visit): visit for visit, _ in acts if self._began_within(visit) and here(visit.events[0].at)}
        entered = [visit for visit in by_id.values() if self._entered(visit)]
        views = [event for event in present if event.hit.kind is Kind.PAGEVIEW]
        return Totals(
            visitors=len({(self.day_of(event.at), event.hit.visitor) for event in present}),
            visits=len(by_id),
            pageviews=len(views),
            events=len(present) - len(views),
            entered=len(entered),
            bounces=sum(map(bounces, entered)),
            duration_seconds=sum(visit.last - visit.events[0].at for visit in entered),
            engaged_ms=sum(event.engaged for event in present),
            scroll_sum=sum(max(event.scroll, 0) for event in present),
            scroll_views=sum(event.scroll >= 0 for event in present),
            reads=sum(event.is_read for event in present),
        )

    def day_of(self, at: int) -> date:
        """The site's day of a second."""
        return datetime.fromtimestamp(at, UTC).astimezone(self.zone).date()

    def hour_of(self, at: int) -> datetime:
        """When the hour of a second began."""
        local = datetime.fromtimestamp(at, UTC).astimezone(self.zone)
        return datetime.fromtimestamp(at - local.minute * 60 - local.second, UTC)

    def _days(self) -> list[date]:
        return [date.fromordinal(number) for number in range(self.first.toordinal(), self.last.toordinal() + 1)]

    def _is_within(self, event: Event) -> bool:
        return self.first <= self.day_of(event.at) <= self.last

    def _began_within(self, visit: Visit) -> bool:
        return self._is_within(visit.events[0])

    def _entered(self, visit: Visit) -> bool:
        pages = (each for each in self.filters if each.dimension == "page")
        return all(compares(each, words(visit)["entry"]) for each in pages)

    def _with_entries(self, name: str, key: str, totals: Totals) -> Totals:
        """Bounces and durations of a page are of the visits that began there; other events have none."""
        began: list[Act] = []
        if name == "page":
            began = [act for act in self.acts() if words(act[0])["entry"] == key]
        of_visits = self.tally(began)
        given = {field: getattr(totals, field) for field in Totals.__slots__}
        taken = {field: getattr(of_visits, field) for field in ("entered", "bounces", "duration_seconds")}
        return Totals(**(given | taken))

    def _key(self, name: str, visit: Visit, event: Event) -> str | None:
        if name in ATTRIBUTES:
            return words(visit).get(name)
        return word(event.hit) if event.hit.kind is KINDS[name] else None

    def _fits_visit(self, each: Filter, visit: Visit) -> bool:
        return each.dimension not in ATTRIBUTES or compares(each, words(visit).get(each.dimension, ""))

    def _fits_event(self, hit: Hit) -> bool:
        mine = [each for each in self.filters if each.dimension not in ATTRIBUTES]
        return all(self._fits(each, hit, mine) for each in mine)

    def _fits(self, each: Filter, hit: Hit, mine: list[Filter]) -> bool:
        if each.prop is not None:
            said = [value for key, value in hit.props if key == each.prop]
            if each.operator is Operator.IS_NOT:
                return hit.kind is Kind.EVENT and not set(said) & set(each.values)
            return any(compares(each, value) for value in said)
        if each.dimension == "page":
            alone = all(other.dimension == "page" for other in mine)
            return compares(each, hit.path) and (hit.kind is Kind.PAGEVIEW or not alone)
        return hit.kind is KINDS[each.dimension] and compares(each, word(hit))


def word(hit: Hit) -> str:
    """What an event is about."""
    return hit.path if hit.kind in {Kind.PAGEVIEW, Kind.NOT_FOUND} else hit.name


def words(visit: Visit) -> dict[str, str]:
    """The attributes of a visit by their names, without those that have no row where nothing is known."""
    return {dimension.name.lower(): text for dimension, text in counting.attributes(visit)}


def bounces(visit: Visit) -> bool:
    """One pageview, nothing done, under ten seconds engaged."""
    views = [event for event in visit.events if event.hit.kind is Kind.PAGEVIEW]
    done = any(event.hit.kind in {Kind.EVENT, Kind.OUTBOUND, Kind.DOWNLOAD} for event in visit.events)
    return len(views) == 1 and not done and sum(event.engaged for event in visit.events) < 10_000


def compares(each: Filter, text: str) -> bool:
    """Whether a value passes a filter."""
    if each.operator is Operator.CONTAINS:
        return any(value.lower() in text.lower() for value in each.values)
    return (text in each.values) is (each.operator is Operator.IS)
