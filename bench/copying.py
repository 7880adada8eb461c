"""Copies the first days of a store to the days after them, inside the database, as the traffic of other people.

What a copy leaves is what an ingester would have stored of `traffic.Traffic`, whose later days are the first again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table

from bench.traffic import Change, Shape
from byline.analytics.store.tables import (
    DAY_SECONDS,
    SUMS,
    daily,
    events,
    first_visit_of,
    hourly,
    visits,
)


def copy_day(connection: Connection, shape: Shape, repetition: int, number: int, visits_of_block: int) -> None:
    """Copy the visits that began on one day of the first block, with all their events, to a later block."""
    change, days = Change.of(repetition), repetition * shape.block
    seconds, ids = days * DAY_SECONDS, first_visit_of(days) + repetition * visits_of_block
    day = shape.first_day + number
    within = f"site_id IN {_sites(shape)} AND {{0}} >= {first_visit_of(day)} AND {{0}} < {first_visit_of(day + 1)}"
    of_visit = {
        "id": f"id + {ids}",
        "visitor": _turned("visitor", change.visitor),
        "day": f"day + {days}",
        "began_at": f"began_at + {seconds}",
        "last_at": f"last_at + {seconds}",
    }
    of_event = {
        "visit_id": f"visit_id + {ids}",
        "at": f"at + {seconds}",
        "visitor": _turned("visitor", change.visitor),
        "view": f"CASE view WHEN 0 THEN 0 ELSE {_turned('view', change.view)} END",
    }
    connection.exec_driver_sql(_copied(visits, of_visit, within.format("id")))
    connection.exec_driver_sql(_copied(events, of_event, within.format("visit_id")))


def add_sums(connection: Connection, shape: Shape) -> None:
    """Add the sums of the first block to those of all later ones, whose visits came to its last midnight as well.

    The last block comes first: the second one adds to the day after the first, which all others read before.
    """
    first, last = shape.first_day, shape.first_day + shape.block
    for repetition in range(shape.repetitions - 1, 0, -1):
        days = repetition * shape.block
        _add(connection, daily, {"day": f"day + {days}"}, f"day BETWEEN {first} AND {last}")
        span = f"hour BETWEEN {first * DAY_SECONDS} AND {(last + 1) * DAY_SECONDS - 1}"
        _add(connection, hourly, {"hour": f"hour + {days * DAY_SECONDS}"}, span)


def _add(connection: Connection, table: Table, changed: Mapping[str, str], where: str) -> None:
    key = ", ".join(table.primary_key.columns.keys())
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in SUMS)
    connection.exec_driver_sql(f"{_copied(table, changed, where)} ON CONFLICT ({key}) DO UPDATE SET {added}")


def _copied(table: Table, changed: Mapping[str, str], where: str) -> str:
    names: Iterable[str] = table.c.keys()
    taken = ", ".join(changed.get(name, name) for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {taken} FROM {table.name} WHERE {where}"


def _sites(shape: Shape) -> str:
    # By name, so that a range of numbers is a range of keys.
    return f"({', '.join(map(str, range(1, shape.sites + 1)))})"


def _turned(column: str, bits: int) -> str:
    """A number with some bits turned: SQLite has no exclusive or."""
    return f"({column} | {bits}) & ~({column} & {bits})"
