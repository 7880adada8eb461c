"""What is looked at again and again while nobody looks: who is there now, and when the last hit came."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all

from byline.analytics import store
from byline.analytics.definitions import CURRENT_MINUTES
from byline.analytics.store.tables import DAY_SECONDS, first_visit_of, visits

SITES_AT_ONCE = 100
LATEST = 50
"""Visits among which the last hit is looked for: one that began earlier may have gone on for longer."""


def current_visitors(site_ids: Collection[int], now: datetime) -> Mapping[int, int]:
    """How many different visitors each site has now; a statement for every hundred sites."""
    second = int(now.timestamp())
    return {site_id: number or 0 for site_id, number in _answers(sorted(site_ids), partial(_present, second=second))}


def last_hits(site_ids: Collection[int]) -> Mapping[int, int]:
    """The second of the last hit of each site that ever had one; a statement for every hundred sites."""
    return {site_id: last for site_id, last in _answers(sorted(site_ids), _last) if last is not None}


def _answers(site_ids: Sequence[int], asked: Any) -> Iterator[tuple[int, int | None]]:
    with store.here().reading() as connection:
        for begin in range(0, len(site_ids), SITES_AT_ONCE):
            parts = [asked(site_id) for site_id in site_ids[begin : begin + SITES_AT_ONCE]]
            yield from ((row[0], row[1]) for row in connection.execute(union_all(*parts)))


def _present(site_id: int, second: int) -> Select[Any, Any]:
    query = select(literal(site_id), func.count(visits.c.visitor.distinct()))
    return query.where(
        visits.c.site_id == site_id,
        visits.c.id >= first_visit_of(second // DAY_SECONDS - 1),
        visits.c.last_at > second - CURRENT_MINUTES * 60,
        visits.c.began_at <= second,
    )


def _last(site_id: int) -> Select[Any, Any]:
    latest = select(visits.c.last_at).where(visits.c.site_id == site_id).order_by(visits.c.id.desc()).limit(LATEST)
    return select(literal(site_id), func.max(latest.subquery().c.last_at))
