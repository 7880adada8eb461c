"""Joins hits to visits and works out what that changes, in memory alone.

Two neighbours of one visitor at most half an hour apart belong to one visit. Hits may come out of order: one that
closes the gap between two visits makes them one, and one that comes before a visit becomes its beginning. So the
order in which hits arrive does not matter in the end.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import Any

from byline.analytics.hits import EXPOSURE, INTERACTIVE, Hit, Kind, Reason, Refused
from byline.analytics.store import ledger as sums
from byline.analytics.store.dimensions import OF_VISITS, Dimension
from byline.analytics.store.ledger import BITS, Ledger
from byline.analytics.store.memory import Memory
from byline.analytics.store.people import EXIT, Person, View, Visit
from byline.analytics.store.tables import DAY_SECONDS, KINDS, SUMS, first_visit_of

GAP_SECONDS = 30 * 60
MOST_ENGAGED_MS = DAY_SECONDS * 1000
READ_SCROLL = 75
MOST_VIEWS = 500
"""Views of one visitor that are remembered; engagement with an older one is dropped."""
NO_VISIT, CORRUPT = "no_visit", "corrupt"
"""Reasons in `refusals` of site 0, beside those of `hits.Reason`."""
_NUMBERS = {Kind(name): number for number, name in enumerate(KINDS) if name}
_NAMED = {Kind.EVENT: Dimension.EVENT, Kind.OUTBOUND: Dimension.OUTBOUND, Kind.DOWNLOAD: Dimension.DOWNLOAD}
_PAGE, _NOT_FOUND, _PROP = int(Dimension.PAGE), int(Dimension.NOT_FOUND), int(Dimension.PROP)
_SEQUENCE = (1 << 26) - 1
# Attributes of a hit that its visit takes over, behind its entry and exit page.
_TAKEN_OVER = tuple((Hit._fields.index(dimension.name.lower()), int(dimension)) for dimension in OF_VISITS[2:])


@dataclass(slots=True)
class Changes:
    """What a batch changes in the tables, in the order in which it has to be written."""

    ledger: Ledger = field(default_factory=Ledger)
    moves: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Site, visit, the visit it became part of, and what to add to the numbers of its events."""
    gone: list[tuple[int, int]] = field(default_factory=list)
    """Site and number of stored visits that are no more."""
    people: dict[int, Person] = field(default_factory=dict)
    """Everybody whom the batch touched, by identity."""
    rows: list[list[Any]] = field(default_factory=list)
    """Rows of new events."""
    raised: dict[int, View] = field(default_factory=dict)
    """Stored pageviews that were read longer or further, by identity."""
    dropped: int = 0


class Joiner:
    """Counts one batch. What it needs of the tables must be in the memory before."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.changes = Changes()

    def count(self, entry: Hit | Refused) -> None:
        """Count a hit, or one that was refused."""
        at = entry.at_ms // 1000
        words = self._memory.sites.get(entry.site_id)
        if words is None:
            self.changes.dropped += 1
            return
        when = words.days.of(at)
        if isinstance(entry, Refused):
            self.changes.ledger.refuse(entry.site_id, when[0], entry.reason.value, entry.number)
        elif entry.kind is Kind.ENGAGEMENT:
            self._engage(entry, at)
        else:
            self._happen(entry, at, when)

    def _happen(self, hit: Hit, at: int, when: tuple[int, int]) -> None:
        person = self._person(hit)
        view = fold(hit.view)
        is_pageview = hit.kind is Kind.PAGEVIEW
        if is_pageview and view and view in person.views:
            self.changes.ledger.refuse(hit.site_id, when[0], Reason.REPLAY.value)
            return
        path, name, keys, props = self._own_words(hit, when[0])
        visit = self._visit(person, hit, at, when, path)
        self._be_present(person, visit, hit, when, keys)
        number = visit.events
        visit.events += 1
        visit.changed = True
        metrics = visit.days.get(when[0])
        if metrics is None:
            metrics = visit.days[when[0]] = [0] * 6
        hour = self.changes.ledger.hour(hit.site_id, hit.origin, when[1])
        if is_pageview:
            visit.pageviews += 1
            metrics[0] += 1
            hour[sums.PAGEVIEWS] += 1
            visit.leave_at(path, at)
        else:
            metrics[1] += 1
            hour[sums.EVENTS] += 1
            visit.interactions += hit.kind in INTERACTIVE and hit.name != EXPOSURE
        row = [hit.site_id, visit.id, number, at, hit.visitor, _NUMBERS[hit.kind], path, name, props, 0, -1, 0, view]
        visit.fresh.append(row)
        self.changes.rows.append(row)
        if is_pageview:
            self._open_view(person, View(visit, number, at, when, keys[0]), hit, row)

    def _person(self, hit: Hit) -> Person:
        person = self._memory.person(hit.site_id, hit.origin, hit.visitor)
        if person.before is None:
            person.touch()
            self.changes.people[id(person)] = person
        if hit.former_visitor and hit.former_visitor not in person.visitors:
            self._unite(person, hit)
        return person

    def _unite(self, person: Person, hit: Hit) -> None:
        """Let the same visitor by the former day's salt be this one, so that a visit goes on past midnight."""
        former = self._memory.person(hit.site_id, hit.origin, hit.former_visitor)
        if former.before is None:
            former.touch()
        self.changes.people.pop(id(former), None)
        self._memory.unite(person, former)

    def _own_words(self, hit: Hit, day: int) -> tuple[int, int, list[int], str | None]:
        """The words of its path and name, the keys that an event has by itself, and its properties as they are kept."""
        word = self._memory.sites[hit.site_id].word
        if hit.kind is Kind.PAGEVIEW:
            path = word(hit.path, _PAGE, day)
            name, keys = 0, [path << BITS | _PAGE]
        elif hit.kind is Kind.NOT_FOUND:
            path = word(hit.path, _NOT_FOUND, day)
            name, keys = 0, [path << BITS | _NOT_FOUND]
        else:
            dimension = int(_NAMED[hit.kind])
            path, name = word(hit.path, _PAGE, day), word(hit.name, dimension, day)
            keys = [name << BITS | dimension]
        if not hit.props:
            return path, name, keys, None
        found = [word(text, _PROP, day) for text in texts_of_props(hit)]
        keys += [number << BITS | _PROP for number in dict.fromkeys(found)]
        return path, name, keys, f"[{','.join(map(str, dict.fromkeys(found)))}]"

    def _be_present(self, person: Person, visit: Visit, hit: Hit, when: tuple[int, int], keys: list[int]) -> None:
        """Count visitors and visits of what is the event's own, and the visitor in the hour."""
        day, hour = when
        ledger, pair = self.changes.ledger, (day, hit.visitor)
        rows = ledger.rows(hit.site_id, hit.origin, day)
        mine = visit.present.get(pair)
        if mine is None:
            mine = visit.present[pair] = set()
        for key in keys:
            row = rows.get(key)
            if row is None:
                row = rows[key] = [0] * len(SUMS)
            row[sums.PAGEVIEWS if key & 31 == _PAGE else sums.EVENTS] += 1
            if key not in mine:
                self._count_first(person, visit, pair, key, row)
                mine.add(key)
        mark = (hour, hit.visitor)
        if mark not in visit.hours:
            if len(person.visits) == 1 or not any(mark in other.hours for other in person.visits):
                ledger.hour(hit.site_id, hit.origin, hour)[sums.VISITORS] += 1
            visit.hours.add(mark)

    def _count_first(self, person: Person, visit: Visit, pair: tuple[int, int], key: int, row: sums.Sums) -> None:
        """Something happens for the first time in a visit on that day; perhaps not for the visit or the visitor."""
        if len(visit.present) == 1 or not any(key in seen for seen in visit.present.values()):
            begun = self.changes.ledger.rows(person.site_id, person.origin, visit.day)
            sums.row_of(begun, key)[sums.VISITS] += 1
        if len(person.visits) == 1 or not any(key in other.present.get(pair, ()) for other in person.visits):
            row[sums.VISITORS] += 1

    def _open_view(self, person: Person, view: View, hit: Hit, row: list[Any]) -> None:
        view.fresh = row
        if row[-1]:
            person.views[row[-1]] = view
            if len(person.views) > 2 * MOST_VIEWS:
                for old in list(person.views)[:MOST_VIEWS]:
                    del person.views[old]
        if hit.engaged_ms or hit.scroll >= 0:
            self._raise(person, view, hit)

    def _engage(self, hit: Hit, at: int) -> None:
        person = self._memory.known_person(hit.site_id, hit.origin, hit.visitor)
        number = fold(hit.view)
        view = person.views.get(number) if person else None
        if view is None and hit.former_visitor:
            person = self._memory.known_person(hit.site_id, hit.origin, hit.former_visitor)
            view = person.views.get(number) if person else None
        if person is None or view is None:
            self.changes.ledger.refuse(0, at // DAY_SECONDS, NO_VISIT)
            self.changes.dropped += 1
            return
        person = self._person(hit)
        if hit.visitor not in (view.visit.visitor, view.visit.other_visitor):
            view.visit.other_visitor, view.visit.changed = hit.visitor, True
        if self._raise(person, view, hit):
            self._last(person, view, at)

    def _raise(self, person: Person, view: View, hit: Hit) -> bool:
        """Raise what is known of a pageview to the most that was told; answer whether that was news."""
        engaged, scroll = view.engaged, view.scroll
        if hit.engaged_ms > engaged:
            engaged = min(MOST_ENGAGED_MS, hit.engaged_ms)
        scroll = max(scroll, hit.scroll)
        is_read = view.is_read or int(scroll >= READ_SCROLL or 0 < hit.read_seconds * 1000 <= engaged)
        if engaged == view.engaged and scroll == view.scroll and is_read == view.is_read:
            return False
        further = scroll - view.scroll if view.scroll >= 0 else max(scroll, 0)
        more = (engaged - view.engaged, further, int(view.scroll < 0 <= scroll), is_read - view.is_read)
        view.engaged, view.scroll, view.is_read = engaged, scroll, is_read
        visit, ledger = view.visit, self.changes.ledger
        page = sums.row_of(ledger.rows(person.site_id, person.origin, view.day), view.page)
        hour = ledger.hour(person.site_id, person.origin, view.hour)
        metrics = visit.days[view.day]
        for place, value in enumerate(more):
            if value:
                page[sums.ENGAGED + place] += value
                hour[sums.ENGAGED + place] += value
                metrics[2 + place] += value
        visit.engaged += more[0]
        visit.changed = True
        if view.fresh is not None:
            view.fresh[9:12] = engaged, scroll, is_read
        else:
            view.site_id = person.site_id
            self.changes.raised[id(view)] = view
        self._last(person, view, view.at)
        return True

    def _last(self, person: Person, view: View, at: int) -> None:
        """Note until when a visit lasted: the end of engaged time, told no later than a visit may pause."""
        visit = view.visit
        end = view.at + view.engaged // 1000
        if at - visit.last_at <= GAP_SECONDS:
            end = max(end, at)
        if end > visit.last_at:
            visit.last_at = end
            self._close_gap(person, visit)

    def _visit(self, person: Person, hit: Hit, at: int, when: tuple[int, int], path: int) -> Visit:
        """The visit that a hit belongs to; a new one where none is near."""
        visits = person.visits
        visit = visits[-1] if visits else None
        if visit is None or not visit.began_at <= at <= visit.last_at + GAP_SECONDS:
            visit = _covering(visits, at)
        if visit is None:
            visit = self._begin(person, hit, at, when, path)
            self._close_gap(person, visit)
        elif at > visit.last_at:
            visit.last_at = at
            if visit is not person.visits[-1]:
                self._close_gap(person, visit)
        if visit.visitor != hit.visitor:
            visit.other_visitor = hit.visitor
        elif hit.former_visitor and not visit.other_visitor:
            visit.other_visitor = hit.former_visitor
        return visit

    def _begin(self, person: Person, hit: Hit, at: int, when: tuple[int, int], path: int) -> Visit:
        memory = self._memory
        number = first_visit_of(at // DAY_SECONDS) | memory.next_visit & _SEQUENCE
        memory.next_visit += 1
        vocabulary = memory.sites[hit.site_id]
        known = vocabulary.known(when[0])
        texts: Any = hit
        words: list[Any] = [path, path, *(known[dimension].get(texts[place]) for place, dimension in _TAKEN_OVER)]
        if None in words:
            taken = [vocabulary.word(texts[place], dimension, when[0]) for place, dimension in _TAKEN_OVER]
            words = [path, path, *taken]
        visit = Visit(number, hit.visitor, at, when, words)
        insort(person.visits, visit, key=_began)
        return visit

    def _close_gap(self, person: Person, visit: Visit) -> None:
        """Make the visit and the ones after it one, as far as they are near enough."""
        place = person.visits.index(visit) + 1
        while place < len(person.visits) and person.visits[place].began_at - visit.last_at <= GAP_SECONDS:
            self._merge(person, visit, person.visits.pop(place))

    def _merge(self, person: Person, visit: Visit, later: Visit) -> None:
        """Let a later visit become part of an earlier one, which keeps its own beginning."""
        self._count_visits_once(person, visit, later)
        self._give_rows(person, visit, later)
        visit.events += later.events
        visit.pageviews += later.pageviews
        visit.interactions += later.interactions
        visit.engaged += later.engaged
        visit.last_at = max(visit.last_at, later.last_at)
        visit.other_visitor = later.other_visitor or visit.other_visitor
        if later.visitor != visit.visitor:
            visit.other_visitor = later.visitor
        visit.hours |= later.hours
        for day, metrics in later.days.items():
            mine = visit.days.setdefault(day, [0] * 6)
            mine[:] = map(int.__add__, mine, metrics)
        for pair, keys in later.present.items():
            visit.present.setdefault(pair, set()).update(keys)
        if later.exit_at >= 0:
            visit.leave_at(later.words[EXIT], later.exit_at)
        visit.changed = True
        person.gone.append(later)

    def _give_rows(self, person: Person, visit: Visit, later: Visit) -> None:
        """Let the events of a later visit be the last ones of an earlier one, stored or not."""
        for row in later.fresh:
            row[1:3] = visit.id, row[2] + visit.events
        visit.fresh += later.fresh
        if later.stored:
            self.changes.moves.append((person.site_id, later.id, visit.id, visit.events))
            self.changes.gone.append((person.site_id, later.id))
        for view in {**self.changes.raised, **person.views}.values():
            if view.visit is later:
                view.visit, view.number = visit, view.number + visit.events

    def _count_visits_once(self, person: Person, visit: Visit, later: Visit) -> None:
        """For what is an event's own, two visits that become one are one visit, and on the first one's day."""
        ledger = self.changes.ledger
        kept = set().union(*visit.present.values())
        before = ledger.rows(person.site_id, person.origin, later.day)
        after = ledger.rows(person.site_id, person.origin, visit.day)
        for key in set().union(*later.present.values()):
            sums.row_of(before, key)[sums.VISITS] -= 1
            if key not in kept:
                sums.row_of(after, key)[sums.VISITS] += 1


def _began(visit: Visit) -> int:
    return visit.began_at


def _covering(visits: list[Visit], at: int) -> Visit | None:
    """The visit during which, or not long after whose end, something happened; the earliest of two."""
    return next((visit for visit in visits if visit.began_at <= at <= visit.last_at + GAP_SECONDS), None)


def fold(view: int) -> int:
    """A client's number of a pageview in 32 bits, 0 only for 0: two views of one visitor hardly ever meet."""
    folded = (view ^ view >> 32) & 0xFFFFFFFF
    return (folded - (1 << 32) if folded >> 31 else folded) or int(view != 0)


def texts_of_props(hit: Hit) -> list[str]:
    """What the properties of an event are called among the words."""
    name = hit.name or hit.kind.value
    return [f"{name}\t{key}\t{value}" for key, value in hit.props]
