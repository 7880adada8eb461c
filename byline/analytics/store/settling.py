"""What a batch changed of its visitors' visits, entered into the ledger once the whole batch is joined."""

from __future__ import annotations

from collections.abc import Iterable

from byline.analytics.store.ledger import VISITORS, Ledger, Row, add
from byline.analytics.store.people import Before, Person, Visit, before

Triple = tuple[int, int, int]


def settle(person: Person, ledger: Ledger) -> None:
    """Enter the difference between what a visitor's visits added before the batch and what they add now."""
    if not (person.before or person.gone) and len(person.visits) == 1 and _enter_only(person, ledger):
        person.before = None
        return
    former = person.before or {}
    now = {visit: before(visit) for visit in person.visits if visit.changed or visit not in former}
    for visit, after in now.items():
        _difference(person, ledger, former.get(visit), after)
    for visit in person.gone:
        if visit in former:
            _difference(person, ledger, former[visit], None)
    _count_visitors(person, ledger, former, now)
    person.before, person.gone = None, ()


def _enter_only(person: Person, ledger: Ledger) -> bool:
    """Enter the one visit of somebody new, on one day; answer False where it is not as simple as that."""
    (visit,) = person.visits
    if len(visit.days) != 1 or len(visit.present) != 1 or visit.day not in visit.days:
        return False
    whole = visit.whole
    rows = ledger.days[person.site_id, person.origin, visit.day]
    add(rows, visit.keys, visit.days[visit.day] + whole + VISITORS)
    ledger.hours[person.site_id, person.origin][visit.hour] += whole
    return True


def _difference(person: Person, ledger: Ledger, old: Before | None, new: Before | None) -> None:
    hours = ledger.hours[person.site_id, person.origin]
    if old:
        hours[old.hour] -= old.whole
    if new:
        hours[new.hour] += new.whole
    if old and new and old.keys == new.keys:
        change = {day: row - old.days.get(day, 0) for day, row in new.days.items()}
        change.update((day, -row) for day, row in old.days.items() if day not in new.days)
        _enter(person, ledger, new.keys, change)
        return
    if old:
        _enter(person, ledger, old.keys, {day: -row for day, row in old.days.items()})
    if new:
        _enter(person, ledger, new.keys, new.days)


def _enter(person: Person, ledger: Ledger, keys: tuple[int, ...], days: dict[int, Row]) -> None:
    for day, row in days.items():
        if row:
            add(ledger.days[person.site_id, person.origin, day], keys, row)


def _count_visitors(person: Person, ledger: Ledger, former: dict[Visit, Before], now: dict[Visit, Before]) -> None:
    if all(_as_present(former.get(visit), state) for visit, state in now.items()) and not person.gone:
        return
    was = _triples(former.values())
    latest = (now.get(visit) or former[visit] for visit in person.visits)
    are = _triples(latest)
    for day, _visitor, key in are - was:
        ledger.days[person.site_id, person.origin, day][key] += VISITORS
    for day, _visitor, key in was - are:
        ledger.days[person.site_id, person.origin, day][key] -= VISITORS


def _as_present(old: Before | None, new: Before) -> bool:
    return old is not None and old.keys == new.keys and len(old.pairs) == len(new.pairs)


def _triples(states: Iterable[Before]) -> set[Triple]:
    return {(day, visitor, key) for state in states for day, visitor in state.pairs for key in state.keys}
