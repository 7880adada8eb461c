"""What a batch changed of its visitors' visits, entered into the ledger once the whole batch is joined."""

from __future__ import annotations

from byline.analytics.store import ledger as sums
from byline.analytics.store.ledger import Ledger
from byline.analytics.store.people import Before, Person, Visit, before

_NONE = (0,) * 6
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
    person.before, person.gone = None, []


def _enter_only(person: Person, ledger: Ledger) -> bool:
    """Enter the one visit of somebody new, on one day; answer False where it is not as simple as that."""
    (visit,) = person.visits
    if len(visit.days) != 1 or len(visit.present) != 1 or visit.day not in visit.days:
        return False
    is_bounce, duration = int(visit.is_bounce), visit.last_at - visit.began_at
    pageviews, events, *read = visit.days[visit.day]
    rows = ledger.rows(person.site_id, person.origin, visit.day)
    sums.add(rows, visit.keys, (1, 1, pageviews, events, is_bounce, duration, *read))
    hour = ledger.hour(person.site_id, person.origin, visit.hour)
    hour[sums.VISITS] += 1
    hour[sums.BOUNCES] += is_bounce
    hour[sums.DURATION] += duration
    return True


def _difference(person: Person, ledger: Ledger, old: Before | None, new: Before | None) -> None:
    if old and new and (old.keys, old.day) == (new.keys, new.day):
        for day, metrics in new.days.items():
            change = [after - earlier for after, earlier in zip(metrics, old.days.get(day, _NONE), strict=True)]
            whole = day == new.day
            own = (new.is_bounce - old.is_bounce, new.duration - old.duration) if whole else (0, 0)
            if any(change) or any(own):
                _enter(person, ledger, new.keys, day, (0, *own, *change))
    else:
        if old:
            _enter_whole(person, ledger, old, -1)
        if new:
            _enter_whole(person, ledger, new, 1)
    _enter_hour(person, ledger, old, -1)
    _enter_hour(person, ledger, new, 1)


def _enter_whole(person: Person, ledger: Ledger, state: Before, sign: int) -> None:
    for day, metrics in state.days.items():
        own = (1, int(state.is_bounce), state.duration) if day == state.day else (0, 0, 0)
        _enter(person, ledger, state.keys, day, tuple(sign * value for value in (*own, *metrics)))
    if state.day not in state.days:
        own = (sign, sign * state.is_bounce, sign * state.duration)
        _enter(person, ledger, state.keys, state.day, (*own, *_NONE))


def _enter(person: Person, ledger: Ledger, keys: tuple[int, ...], day: int, values: tuple[int, ...]) -> None:
    visits, bounces, duration, pageviews, events, *read = values
    rows = ledger.rows(person.site_id, person.origin, day)
    sums.add(rows, keys, (0, visits, pageviews, events, bounces, duration, *read))


def _enter_hour(person: Person, ledger: Ledger, state: Before | None, sign: int) -> None:
    if state is not None:
        row = ledger.hour(person.site_id, person.origin, state.hour)
        row[sums.VISITS] += sign
        row[sums.BOUNCES] += sign * state.is_bounce
        row[sums.DURATION] += sign * state.duration


def _count_visitors(person: Person, ledger: Ledger, former: dict[Visit, Before], now: dict[Visit, Before]) -> None:
    if all(_as_present(former.get(visit), state) for visit, state in now.items()) and not person.gone:
        return
    was = _triples(former.values())
    latest = (now.get(visit) or former[visit] for visit in person.visits)
    are = _triples(latest)
    for day, _visitor, key in are - was:
        sums.row_of(ledger.rows(person.site_id, person.origin, day), key)[sums.VISITORS] += 1
    for day, _visitor, key in was - are:
        sums.row_of(ledger.rows(person.site_id, person.origin, day), key)[sums.VISITORS] -= 1


def _as_present(old: Before | None, new: Before) -> bool:
    return old is not None and old.keys == new.keys and len(old.pairs) == len(new.pairs)


def _triples(states: object) -> set[Triple]:
    return {
        (day, visitor, key)
        for state in states  # type: ignore[attr-defined]
        for day, visitor in state.pairs
        for key in state.keys
    }
