"""What a batch changed of its visitors' visits, entered into the ledger once the whole batch is joined."""

from __future__ import annotations

from byline.analytics.store import ledger as sums
from byline.analytics.store.ledger import Ledger
from byline.analytics.store.people import Before, Person, Visit, before

_NONE = (0,) * 6
Triple = tuple[int, int, int]


def settle(person: Person, ledger: Ledger) -> None:
    """Enter the difference between what a visitor's visits added before the batch and what they add now."""
    former = person.before or {}
    now = {visit: before(visit) for visit in person.visits if visit.changed or visit not in former}
    for visit, after in now.items():
        _difference(person, ledger, former.get(visit), after)
    for visit in person.gone:
        if visit in former:
            _difference(person, ledger, former[visit], None)
    _count_visitors(person, ledger, former, now)
    person.before, person.gone = None, []


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
    if not former and len(now) == 1:
        (only,) = now.values()
        for day, _visitor in only.pairs:
            rows = ledger.rows(person.site_id, person.origin, day)
            for key in only.keys:
                rows[key][sums.VISITORS] += 1
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
