"""What a batch changes, and what becomes of visits between which a late hit closes the gap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from byline.analytics.store.ledger import VISITS, Ledger
from byline.analytics.store.people import EXIT, Person, View, Visit, is_mark

GAP_SECONDS = 30 * 60


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
    raised: dict[View, int] = field(default_factory=dict)
    """Stored pageviews that were read longer or further, and their sites."""
    dropped: int = 0


def close_gap(changes: Changes, person: Person, visit: Visit) -> None:
    """Make the visit and the ones after it one, as far as they are near enough."""
    place = person.visits.index(visit) + 1
    while place < len(person.visits) and person.visits[place].began_at - visit.last_at <= GAP_SECONDS:
        _merge(changes, person, visit, person.visits.pop(place))


def _merge(changes: Changes, person: Person, visit: Visit, later: Visit) -> None:
    """Let a later visit become part of an earlier one, which keeps its own beginning."""
    _count_visits_once(changes, person, visit, later)
    _give_rows(changes, person, visit, later)
    visit.events += later.events
    visit.pageviews += later.pageviews
    visit.interactions += later.interactions
    visit.engaged += later.engaged
    visit.last_at = max(visit.last_at, later.last_at)
    visit.other_visitor = later.other_visitor or visit.other_visitor
    if later.visitor != visit.visitor:
        visit.other_visitor = later.visitor
    for day, row in later.days.items():
        visit.days[day] = visit.days.get(day, 0) + row
    for pair, keys in later.present.items():
        visit.present.setdefault(pair, set()).update(keys)
    if later.exit_at >= 0:
        visit.leave_at(later.words[EXIT], later.exit_at)
    visit.changed = True
    person.gone += (later,)


def _give_rows(changes: Changes, person: Person, visit: Visit, later: Visit) -> None:
    """Let the events of a later visit be the last ones of an earlier one, stored or not."""
    for row in later.fresh:
        row[1:3] = visit.id, row[2] + visit.events
    visit.fresh += later.fresh
    if later.stored:
        changes.moves.append((person.site_id, later.id, visit.id, visit.events))
        changes.gone.append((person.site_id, later.id))
    for view in {*changes.raised, *person.views.values()}:
        if view.visit is later:
            view.visit, view.number = visit, view.number + visit.events


def _count_visits_once(changes: Changes, person: Person, visit: Visit, later: Visit) -> None:
    """For what is an event's own, two visits that become one are one visit, and on the first one's day."""
    ledger = changes.ledger
    kept = set().union(*visit.present.values())
    before = ledger.days[person.site_id, person.origin, later.day]
    after = ledger.days[person.site_id, person.origin, visit.day]
    for key in set().union(*later.present.values()):
        if is_mark(key):
            continue
        before[key] -= VISITS
        if key not in kept:
            after[key] += VISITS
