"""What happens right now, and what is known of a site beside its totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select, union_all

from byline.analytics.definitions import CURRENT_MINUTES
from byline.analytics.report.sql import Span
from byline.analytics.store.tables import DAY_SECONDS, first_visit_of, measured, refusals, visits

NOW, SINCE, REFUSED = "now", "since", "refused "


@dataclass(frozen=True, slots=True)
class State:
    """Who is there, what was not counted in some days, and from which day on single events are kept (0: always)."""

    current_visitors: int
    refused: Mapping[str, int]
    events_since: int


def state(connection: Connection, where: Span, now: datetime) -> State:
    """All of it in one statement."""
    not_counted = select(literal(REFUSED) + refusals.c.reason, func.sum(refusals.c.number)).group_by(refusals.c.reason)
    not_counted = not_counted.where(
        refusals.c.site_id == where.site_id, refusals.c.day.between(where.first_day, where.last_day)
    )
    pruned = select(literal(SINCE), measured.c.pruned_before).where(measured.c.site_id == where.site_id)
    there = current(where.site_id, now)
    rows: Iterable[Any] = connection.execute(union_all(there, pruned, not_counted))
    found = {name: int(number) for name, number in rows}
    refused = {name.removeprefix(REFUSED): number for name, number in found.items() if name.startswith(REFUSED)}
    in_order = dict(sorted(refused.items(), key=lambda item: (-item[1], item[0])))
    return State(found.get(NOW, 0), in_order, found.get(SINCE, 0))


def current(site_id: int, now: datetime) -> Select[str, int]:
    """How many different visitors did something in the last minutes, whose visits began today or yesterday (UTC)."""
    second = int(now.timestamp())
    query = select(literal(NOW), func.count(visits.c.visitor.distinct()))
    return query.where(
        visits.c.site_id == site_id,
        visits.c.id >= first_visit_of(second // DAY_SECONDS - 1),
        visits.c.last_at > second - CURRENT_MINUTES * 60,
        visits.c.began_at <= second,
    )
