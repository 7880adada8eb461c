"""Joins hits to visits and works out what that changes, in memory alone.

Two neighbours of one visitor at most half an hour apart belong to one visit. Hits may come out of order: one that
closes the gap between two visits makes them one (`merging`), and one that comes before a visit becomes its beginning.
So the order in which hits arrive does not matter in the end.
"""

from __future__ import annotations

from bisect import insort
from typing import Any

from byline.analytics.hits import EXPOSURE, FIRST_SHARED, INTERACTIVE, Hit, Kind, Reason, Refused
from byline.analytics.store.days import QUARTER_MS, QUARTER_SECONDS
from byline.analytics.store.dimensions import BITS, Dimension, key_of
from byline.analytics.store.ledger import (
    ENGAGED,
    EVENTS,
    PAGEVIEWS,
    READS,
    SCROLL,
    SCROLLED,
    VISITORS,
    VISITS,
    Row,
)
from byline.analytics.store.memory import Memory
from byline.analytics.store.merging import GAP_SECONDS, Changes, close_gap
from byline.analytics.store.people import TOTAL_KEY, Person, View, Visit
from byline.analytics.store.slots import TAKEN_OVER, Slot
from byline.analytics.store.tables import DAY_SECONDS, KINDS, first_visit_of

MOST_ENGAGED_MS = DAY_SECONDS * 1000
READ_SCROLL = 75
MOST_VIEWS = 500
"""Views of one visitor that are remembered; engagement with an older one is dropped."""
NO_VISIT, CORRUPT = "no_visit", "corrupt"
"""Reasons in `refusals` of site 0, beside those of `hits.Reason`."""
_NUMBERS = {Kind(name): number for number, name in enumerate(KINDS) if name}
_NAMED = {Kind.EVENT: Dimension.EVENT, Kind.OUTBOUND: Dimension.OUTBOUND, Kind.DOWNLOAD: Dimension.DOWNLOAD}
_ENTRY, _PAGE, _NOT_FOUND, _PROP = map(int, (Dimension.ENTRY, Dimension.PAGE, Dimension.NOT_FOUND, Dimension.PROP))
_SEQUENCE = (1 << 26) - 1
_DIMENSIONS = (1 << BITS) - 1
_PAGEVIEW, _ENGAGEMENT = Kind.PAGEVIEW, Kind.ENGAGEMENT


class Joiner:
    """Counts one batch. What it needs of the tables must be in the memory before."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._known = memory.people.get
        self._slots: dict[tuple[int, int, int], Slot] = {}
        self.changes = Changes()

    def count(self, entry: Hit | Refused) -> None:
        """Count a hit, or one that was refused."""
        if not isinstance(entry, Hit):
            self._refuse(entry)
            return
        place = (entry.site_id, entry.origin, entry.at_ms // QUARTER_MS)
        slot = self._slots.get(place) or self._slot(place)
        if slot is None:
            self.changes.dropped += 1
        elif entry.kind is _ENGAGEMENT:
            self._engage(entry, entry.at_ms // 1000, slot)
        else:
            self._happen(entry, entry.at_ms // 1000, slot)

    def _refuse(self, entry: Refused) -> None:
        words = self._memory.sites.get(entry.site_id)
        if words is None:
            self.changes.dropped += 1
        else:
            day = words.days.of(entry.at_ms // 1000)[0]
            self.changes.ledger.refuse(entry.site_id, day, entry.reason.value, entry.number)

    def _slot(self, place: tuple[int, int, int]) -> Slot | None:
        site_id, origin, quarter = place
        words = self._memory.sites.get(site_id)
        if words is None:
            return None
        when = words.days.of(quarter * QUARTER_SECONDS)
        ledger = self.changes.ledger
        rows, hours = ledger.days[site_id, origin, when[0]], ledger.hours[site_id, origin]
        found = self._slots[place] = Slot(words, when, rows, hours)
        return found

    def _happen(self, hit: Hit, at: int, slot: Slot) -> None:
        person = self._person(hit)
        view = fold(hit.view)
        is_pageview = hit.kind is _PAGEVIEW
        if is_pageview and view and view in person.views:
            self.changes.ledger.refuse(hit.site_id, slot.day, Reason.REPLAY.value)
            return
        path, name, keys, props = self._own_words(hit, slot)
        visit = self._visit(person, hit, at, slot, path)
        self._be_present(person, visit, hit.visitor, slot, keys)
        number = visit.events
        visit.events += 1
        visit.changed = True
        if is_pageview:
            counted = PAGEVIEWS
            visit.pageviews += 1
            visit.leave_at(path, at)
        else:
            counted = EVENTS
            visit.interactions += hit.kind in INTERACTIVE and hit.name != EXPOSURE
        slot.hours[slot.hour] += counted
        visit.days[slot.day] = visit.days.get(slot.day, 0) + counted
        row = [hit.site_id, visit.id, number, at, hit.visitor, _NUMBERS[hit.kind], path, name, props, 0, -1, 0, view]
        visit.fresh.append(row)
        self.changes.rows.append(row)
        if is_pageview:
            self._open_view(person, View(visit, number, at, slot.when, keys[0]), hit, slot)

    def _person(self, hit: Hit) -> Person:
        person = self._known((hit.site_id, hit.origin, hit.visitor))
        if person is None:
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

    def _own_words(self, hit: Hit, slot: Slot) -> tuple[int, int, list[int], str | None]:
        """The words of its path and name, the keys that an event has by itself, and its properties as they are kept."""
        day, word = slot.day, slot.words.word
        if hit.kind is _PAGEVIEW:
            path = slot.known[_PAGE].get(hit.path)
            if path is None:
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

    def _be_present(self, person: Person, visit: Visit, visitor: int, slot: Slot, keys: list[int]) -> None:
        """Count what is the event's own, with its visitors and visits, and the visitor in the hour."""
        rows, pair = slot.rows, (slot.day, visitor)
        mine = visit.present.get(pair)
        if mine is None:
            mine = visit.present[pair] = set()
        for key in keys:
            counted = PAGEVIEWS if key & _DIMENSIONS == _PAGE else EVENTS
            if key not in mine:
                counted += self._first(person, visit, pair, key)
                mine.add(key)
            rows[key] += counted
        if slot.mark not in mine:
            if _is_new(person, pair, slot.mark):
                slot.hours[slot.hour] += VISITORS
            mine.add(slot.mark)

    def _first(self, person: Person, visit: Visit, pair: tuple[int, int], key: int) -> Row:
        """What is counted when something happens for the first time in a visit on that day."""
        counted = VISITORS if _is_new(person, pair, key) else 0
        if len(visit.present) > 1 and any(key in seen for seen in visit.present.values()):
            return counted
        if visit.day == pair[0]:
            return counted + VISITS
        self.changes.ledger.days[person.site_id, person.origin, visit.day][key] += VISITS
        return counted

    def _open_view(self, person: Person, view: View, hit: Hit, slot: Slot) -> None:
        row = view.visit.fresh[-1]
        view.fresh = row
        if row[-1]:
            person.views[row[-1]] = view
            if len(person.views) > 2 * MOST_VIEWS:
                for old in list(person.views)[:MOST_VIEWS]:
                    del person.views[old]
        if hit.engaged_ms or hit.scroll >= 0:
            self._raise(person, view, hit, slot)

    def _engage(self, hit: Hit, at: int, slot: Slot) -> None:
        person = self._known((hit.site_id, hit.origin, hit.visitor))
        number = fold(hit.view)
        view = person.views.get(number) if person else None
        if view is None and hit.former_visitor:
            person = self._known((hit.site_id, hit.origin, hit.former_visitor))
            view = person.views.get(number) if person else None
        if person is None or view is None:
            self.changes.ledger.refuse(0, at // DAY_SECONDS, NO_VISIT)
            self.changes.dropped += 1
            return
        if person.before is None or hit.former_visitor:
            person = self._person(hit)
        if hit.visitor not in (view.visit.visitor, view.visit.other_visitor):
            view.visit.other_visitor, view.visit.changed = hit.visitor, True
        if self._raise(person, view, hit, slot):
            self._last(person, view, at)

    def _raise(self, person: Person, view: View, hit: Hit, slot: Slot) -> bool:
        """Raise what is known of a pageview to the most that was told; answer whether that was news."""
        engaged, scroll, is_read = view.engaged, view.scroll, view.is_read
        if hit.engaged_ms > engaged:
            engaged = min(MOST_ENGAGED_MS, hit.engaged_ms)
        scroll = max(scroll, hit.scroll)
        if scroll >= READ_SCROLL or 0 < hit.read_seconds * 1000 <= engaged:
            is_read = 1
        if engaged == view.engaged and scroll == view.scroll and is_read == view.is_read:
            return False
        visit = view.visit
        visit.engaged += engaged - view.engaged
        visit.changed = True
        more = (engaged - view.engaged) * ENGAGED + _further(view.scroll, scroll) + (is_read - view.is_read) * READS
        view.engaged, view.scroll, view.is_read = engaged, scroll, is_read
        rows = slot.rows if slot.day == view.day else self.changes.ledger.days[person.site_id, person.origin, view.day]
        rows[view.page] += more
        slot.hours[view.hour] += more
        visit.days[view.day] += more
        if view.fresh is not None:
            view.fresh[9:12] = engaged, scroll, is_read
        else:
            self.changes.raised[view] = person.site_id
        self._last(person, view, view.at)
        return True

    def _last(self, person: Person, view: View, at: int) -> None:
        """Note until when a visit lasted: the end of engaged time, told no later than a visit may pause."""
        visit = view.visit
        last = visit.last_at
        end = view.at + view.engaged // 1000
        if end < at <= last + GAP_SECONDS:
            end = at
        if end > last:
            visit.last_at = end
            if visit is not person.visits[-1]:
                close_gap(self.changes, person, visit)

    def _visit(self, person: Person, hit: Hit, at: int, slot: Slot, path: int) -> Visit:
        """The visit that a hit belongs to; a new one where none is near."""
        visits = person.visits
        visit = visits[-1] if visits else None
        if visit is None or not visit.began_at <= at <= visit.last_at + GAP_SECONDS:
            visit = _covering(visits, at)
        if visit is None:
            visit = self._begin(person, hit, at, slot, path)
            if visit is not visits[-1]:
                close_gap(self.changes, person, visit)
        elif at > visit.last_at:
            visit.last_at = at
            if visit is not person.visits[-1]:
                close_gap(self.changes, person, visit)
        if visit.visitor != hit.visitor:
            visit.other_visitor = hit.visitor
        elif hit.former_visitor and not visit.other_visitor:
            visit.other_visitor = hit.former_visitor
        return visit

    def _begin(self, person: Person, hit: Hit, at: int, slot: Slot, path: int) -> Visit:
        memory = self._memory
        number = first_visit_of(at // DAY_SECONDS) | memory.next_visit & _SEQUENCE
        memory.next_visit += 1
        shared: Any = hit[FIRST_SHARED:]
        words: list[Any] = [path, path, *map(dict.get, slot.shared, shared)]
        if None in words:
            taken = zip(shared, TAKEN_OVER, strict=True)
            words = [path, path, *(slot.words.word(text, dimension, slot.day) for text, dimension in taken)]
        visit = Visit(number, hit.visitor, at, slot.when, words)
        entry_and_shared = (key_of(path, _ENTRY), *map(dict.get, slot.keys, shared))
        visit.own_keys = (TOTAL_KEY, *filter(None, entry_and_shared))
        insort(person.visits, visit, key=_began)
        return visit


def _began(visit: Visit) -> int:
    return visit.began_at


def _is_new(person: Person, pair: tuple[int, int], key: int) -> bool:
    """Whether none of the person's visits had a key on that day, as that visitor."""
    return len(person.visits) == 1 or not any(key in other.present.get(pair, ()) for other in person.visits)


def _further(former: int, scroll: int) -> Row:
    """What is counted when a page that was seen down to one depth is seen down to another; -1 for not known."""
    if former < 0:
        return scroll * SCROLL + SCROLLED if scroll >= 0 else 0
    return (scroll - former) * SCROLL


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
