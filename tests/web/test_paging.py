"""Keyset pages: stable links, neighbours, and nothing lost between rows of the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from byline.kernel.bus import Task
from byline.kernel.db import Database
from byline.kernel.errors import NotFound
from byline.web import paging
from byline.web.paging import Cursor

START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(database: Database, count: int, *, start: datetime = START) -> None:
    with database.unit_of_work() as working:
        for number in range(count):
            moment = start + timedelta(seconds=number // 3)
            working.add(Task(name=str(number), payload="{}", created_at=moment, run_at=moment))


def read(database: Database, cursor: Cursor | None, size: int = 4) -> paging.Page[Task]:
    query = paging.narrow(select(Task), (Task.run_at, Task.id), cursor, size)
    with database.unit_of_work(write=False) as reading:
        return paging.page(list(reading.scalars(query)), cursor, lambda task: (task.run_at, task.id), size)


def test_older_pages_show_every_row_once_newest_first(database: Database) -> None:
    fill(database, 11)
    seen: list[str] = []
    cursor: Cursor | None = None
    while True:
        page = read(database, cursor)
        seen += [task.name for task in page.items]
        if page.older is None:
            break
        cursor = paging.cursor_from({"before": page.older})
    assert seen == [str(number) for number in range(10, -1, -1)]


def test_a_page_leads_back_to_the_newer_one(database: Database) -> None:
    fill(database, 11)
    first = read(database, None)
    second = read(database, paging.cursor_from({"before": first.older}))
    again = read(database, paging.cursor_from({"after": second.newer}))
    assert [task.id for task in again.items] == [task.id for task in first.items]
    assert first.newer is None
    assert again.newer is None


def test_a_new_row_does_not_move_an_older_page(database: Database) -> None:
    fill(database, 8)
    link = {"before": read(database, None).older}
    before = [task.id for task in read(database, paging.cursor_from(link)).items]
    fill(database, 1, start=START + timedelta(days=1))
    assert [task.id for task in read(database, paging.cursor_from(link)).items] == before


@pytest.mark.parametrize("nonsense", ["x", "AAAA", "é", "\x00", "A" * 10_000, "////", "_" * 22 + "=="])
def test_a_made_up_cursor_is_not_found(nonsense: str) -> None:
    with pytest.raises(NotFound):
        paging.cursor_from({"before": nonsense})


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)), st.integers(0, 2**62))  # noqa: DTZ001  (the zone is given beside)
def test_a_key_survives_its_address(moment: datetime, row_id: int) -> None:
    assert paging.decode(paging.encode((moment, row_id))) == (moment, row_id)
