"""`byline analytics`: work on what was counted."""

from __future__ import annotations

from datetime import date, datetime

import click
from sqlalchemy import func, select

from byline.analytics import store
from byline.analytics.store.days import date_of, day_of
from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.tables import daily
from byline.kernel import commands

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def analytics() -> None:
    """Work on what was counted."""


@analytics.command()
@click.argument("site", type=click.IntRange(1))
@click.option("--from", "first", type=DAY, help="First day; the first that has any sums by default.")
@click.option("--to", "last", type=DAY, help="Last day; the last that has any by default.")
def rebuild(site: int, first: datetime | None, last: datetime | None) -> None:
    """Work the sums of SITE out anew from its single events.

    The ingester keeps them in step by itself; this is for rows that were changed past Byline. Days whose single events
    are not kept any more, and imports that brought sums alone, stay as they are. Safe while the site runs.
    """
    with commands.site() as here:
        kept = store.create(here.settings)
        try:
            days = _days(kept, site, first, last)
            done = sum(_rebuild(kept, site, days))
        finally:
            kept.dispose()
    click.echo(f"Worked out anew: {done} of {len(days)} days.")


def _days(kept: Embedded, site: int, first: datetime | None, last: datetime | None) -> range:
    with kept.reading() as connection:
        total = (daily.c.site_id == site, daily.c.dimension == Dimension.TOTAL)
        begin, end = connection.execute(select(func.min(daily.c.day), func.max(daily.c.day)).where(*total)).one()
    if begin is None:
        raise click.ClickException(f"Nothing was counted for a site {site} yet.")
    begin, end = _number(first, begin), _number(last, end)
    if begin > end:
        raise click.ClickException(f"{date_of(begin)} comes after {date_of(end)}.")
    return range(begin, end + 1)


def _number(given: datetime | None, otherwise: int) -> int:
    return otherwise if given is None else day_of(date(given.year, given.month, given.day))


def _rebuild(kept: Embedded, site: int, days: range) -> list[int]:
    with click.progressbar(reversed(days), length=len(days), label="Days") as bar:
        return [kept.rebuild(site, day, day) for day in bar]
