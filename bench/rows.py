"""Works out the rows that the ingester would leave of visits that are known as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from byline.analytics.hits import INTERACTIVE, Hit, Kind
from byline.analytics.store import ledger as sums
from byline.analytics.store.dimensions import BITS, NOTHING, OF_VISITS, ONLY_WHERE_KNOWN, OTHER, OTHER_TEXT, Dimension
from byline.analytics.store.joining import READ_SCROLL, fold, texts_of_props
from byline.analytics.store.ledger import Ledger
from byline.analytics.store.people import BOUNCE_MS, TOTAL_KEY
from byline.analytics.store.tables import DAY_SECONDS, KINDS, PAGEVIEW, first_visit_of
from byline.analytics.store.vocabulary import FIRST_WORD

Row = Sequence[Any]
_NUMBERS = {Kind(name): number for number, name in enumerate(KINDS) if name}
_OWN = {
    Kind.PAGEVIEW: Dimension.PAGE,
    Kind.EVENT: Dimension.EVENT,
    Kind.OUTBOUND: Dimension.OUTBOUND,
    Kind.DOWNLOAD: Dimension.DOWNLOAD,
}
_TAKEN_OVER = tuple(Hit._fields.index(dimension.name.lower()) for dimension in OF_VISITS[2:])
_SHIFTS = tuple((int(dimension), dimension in ONLY_WHERE_KNOWN) for dimension in OF_VISITS)
_moment = attrgetter("at_ms")
_place = itemgetter(0, 1)


class Words:
    """The words of one site by their numbers, as they come."""

    def __init__(self) -> None:
        self.numbers = {"": NOTHING, OTHER_TEXT: OTHER}

    def __call__(self, text_: str) -> int:
        """The number of a text."""
        number = self.numbers.get(text_)
        if number is None:
            number = self.numbers[text_] = FIRST_WORD - 2 + len(self.numbers)
        return number


class Rows:
    """Works the rows of one day after another out."""

    def __init__(self, next_visit: int) -> None:
        self.words: dict[int, Words] = {}
        self.next_visit = next_visit
        self.visits: list[Row] = []
        self.events: list[list[Any]] = []
        self.ledger = Ledger()

    def add(self, made: Sequence[list[Hit]]) -> None:
        """The visits that began on a day."""
        self.visits, self.events = [], []
        for hits in made:
            hits.sort(key=_moment)
        for hits in sorted(made, key=lambda hits: hits[0].at_ms):
            self._visit(hits)
        self.visits.sort(key=_place)
        self.events.sort(key=itemgetter(0, 1, 2))

    def _visit(self, hits: list[Hit]) -> None:
        first = hits[0]
        word = self.words.setdefault(first.site_id, Words())
        began = first.at_ms // 1000
        visit_id = first_visit_of(began // DAY_SECONDS) | self.next_visit
        self.next_visit += 1
        rows: list[list[Any]] = []
        last = self._events(hits, visit_id, rows, word)
        pages = [row[6] for row in rows if row[5] == PAGEVIEW]
        engaged = sum(row[9] for row in rows)
        done = sum(hit.kind in INTERACTIVE for hit in hits)
        is_bounce = int(len(pages) == 1 and not done and engaged < BOUNCE_MS)
        named = (pages[0], pages[-1], *(word(str(first[place])) for place in _TAKEN_OVER))
        begin = (first.site_id, visit_id, 0, first.visitor, 0, began // DAY_SECONDS, began, last)
        self.visits.append((*begin, len(rows), len(pages), done, engaged, is_bounce, *named))
        self.events += rows
        self._sum_visit(rows, named, began, sums.VISITS + is_bounce * sums.BOUNCES + (last - began) * sums.DURATION)
        self._sum_own(rows, began)

    def _events(self, hits: list[Hit], visit_id: int, rows: list[list[Any]], word: Words) -> int:
        """Make the rows of a visit's events; answer the second at which the visit ended."""
        views: dict[int, list[Any]] = {}
        last = 0
        for hit in hits:
            at = hit.at_ms // 1000
            last = max(last, at)
            if hit.kind is Kind.ENGAGEMENT:
                row = views[hit.view]
                row[9:11] = hit.engaged_ms, hit.scroll
                row[11] = int(hit.scroll >= READ_SCROLL or hit.read_seconds * 1000 <= hit.engaged_ms)
                last = max(last, row[3] + hit.engaged_ms // 1000)
                continue
            path, name = word(hit.path), word(hit.name)
            props = f"[{','.join(str(word(each)) for each in texts_of_props(hit))}]" if hit.props else None
            kind = _NUMBERS[hit.kind]
            seen = [hit.site_id, visit_id, len(rows), at, hit.visitor, kind, path, name, props]
            rows.append([*seen, 0, -1, 0, fold(hit.view)])
            views[hit.view] = rows[-1]
        return last

    def _sum_visit(self, rows: list[list[Any]], named: tuple[int, ...], began: int, own: int) -> None:
        """Add a visit to the sums of what it has as a whole, and to those of its hours; `own` goes to the first."""
        site_id, first_day = rows[0][0], began // DAY_SECONDS
        places = zip(named, _SHIFTS, strict=True)
        keys = [TOTAL_KEY, *(number << BITS | shift for number, (shift, known) in places if number or not known)]
        days: dict[int, int] = defaultdict(int)
        hours: dict[int, int] = defaultdict(int)
        for row in rows:
            days[row[3] // DAY_SECONDS] += _read(row)
            hours[row[3] - row[3] % 3600] += _read(row)
        for day, counted in days.items():
            whole = own if day == first_day else 0
            sums.add(self.ledger.days[site_id, 0, day], keys, sums.VISITORS + whole + counted)
        for hour, counted in hours.items():
            whole = own if hour <= began else 0
            self.ledger.hours[site_id, 0][hour] += sums.VISITORS + whole + counted

    def _sum_own(self, rows: list[list[Any]], began: int) -> None:
        """Add events to the sums of what is their own."""
        site_id, first_day = rows[0][0], began // DAY_SECONDS
        in_visit, on_days = set(), set()
        for row in rows:
            day = row[3] // DAY_SECONDS
            for key in _own_keys(row):
                self.ledger.days[site_id, 0, day][key] += _read(row)
                in_visit.add(key)
                on_days.add((day, key))
        for key in in_visit:
            self.ledger.days[site_id, 0, first_day][key] += sums.VISITS
        for day, key in on_days:
            self.ledger.days[site_id, 0, day][key] += sums.VISITORS

    def sums_before(self, day: int) -> tuple[list[Row], list[Row]]:
        """The rows of `daily` and `hourly` that no later visit changes, which are forgotten here."""
        of_days, of_hours = self.ledger.days, self.ledger.hours
        kept_days = [place for place in of_days if place[2] < day]
        in_days = [
            (site_id, key & (1 << BITS) - 1, number, key >> BITS, origin, *sums.columns(row))
            for site_id, origin, number in kept_days
            for key, row in of_days.pop((site_id, origin, number)).items()
        ]
        in_hours: list[Row] = [
            (site_id, hour, origin, *sums.columns(rows.pop(hour)))
            for (site_id, origin), rows in of_hours.items()
            for hour in [hour for hour in rows if hour < day * DAY_SECONDS]
        ]
        return sorted(in_days, key=itemgetter(slice(5))), in_hours


def _own_keys(row: list[Any]) -> Iterator[int]:
    dimension = _OWN[Kind(KINDS[row[5]])]
    yield (row[6] if row[5] == PAGEVIEW else row[7]) << BITS | dimension
    for number in row[8][1:-1].split(",") if row[8] else ():
        yield int(number) << BITS | Dimension.PROP


def _read(row: list[Any]) -> int:
    """What one event adds to the sums: a pageview with how it was read, or something else."""
    if row[5] != PAGEVIEW:
        return sums.EVENTS
    scrolled = row[10] * sums.SCROLL + sums.SCROLLED if row[10] >= 0 else 0
    counted: int = sums.PAGEVIEWS + row[9] * sums.ENGAGED + scrolled + row[11] * sums.READS
    return counted
