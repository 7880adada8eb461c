"""What was counted, read from the store's tables."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import select

from byline.analytics.store.days import date_of
from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.tables import daily, events, refusals, visits, words

Totals = dict[date, tuple[int, int, int]]
Tops = dict[date, dict[str, int]]


def totals(kept: Embedded, site_id: int = 1) -> Totals:
    """Pageviews, visitors and visits of each day."""
    mine = (daily.c.site_id == site_id, daily.c.dimension == Dimension.TOTAL)
    with kept.reading() as connection:
        rows = connection.execute(select(daily).where(*mine)).mappings().all()
    found: dict[date, Counter[str]] = {}
    for row in rows:
        sums = found.setdefault(date_of(row["day"]), Counter())
        sums.update({name: row[name] for name in ("pageviews", "visitors", "visits")})
    return {day: (sums["pageviews"], sums["visitors"], sums["visits"]) for day, sums in found.items()}


def sums(kept: Embedded, dimension: Dimension, metric: str, site_id: int = 1) -> Tops:
    """One sum of each day by the words of a dimension."""
    query = select(daily.c.day, words.c.text, daily.c[metric])
    same = (words.c.site_id == daily.c.site_id, words.c.id == daily.c.word_id)
    query = query.where(*same, daily.c.site_id == site_id, daily.c.dimension == dimension)
    found: Tops = {}
    with kept.reading() as connection:
        for day, text, number in connection.execute(query):
            of_day = found.setdefault(date_of(day), {})
            of_day[text] = of_day.get(text, 0) + number
    return found


def refused(kept: Embedded, site_id: int = 1) -> dict[str, int]:
    """What was not counted, by reason."""
    with kept.reading() as connection:
        rows = connection.execute(select(refusals.c.reason, refusals.c.number).where(refusals.c.site_id == site_id))
        found: Counter[str] = Counter()
        for reason, number in rows:
            found[reason] += number
    return dict(found)


def everything(kept: Embedded) -> tuple[list[tuple[str, ...]], ...]:
    """All sums, visits and events: equal only where nothing changed."""
    with kept.reading() as connection:
        tables = (daily, visits, refusals, events)
        return tuple(sorted(tuple(map(str, row)) for row in connection.execute(select(each))) for each in tables)
