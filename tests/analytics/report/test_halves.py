"""Halves of a long question add up to exactly what the whole is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle

import pytest
from flask import Flask
from sqlalchemy import Connection

from byline.analytics import report, store
from byline.analytics.hits import Hit, Kind
from byline.analytics.report import halves
from byline.analytics.report.answers import Totals
from byline.analytics.report.questions import Question, Slice
from byline.analytics.store.embedded import Embedded
from tests.analytics.report.conftest import Take, ask, live
from tests.analytics.report.test_answers import DIFFERENT, FILTERS, check

Queries = Callable[[int], AbstractContextManager[list[str]]]
# The traffic of each site goes over the midnight in the middle; on the first of them the clocks are changed.
DAYS = {3: "from=2026-03-07&to=2026-03-10", 1: "from=2026-04-04&to=2026-04-07"}
BUSY = "f=is_not,country,XX"


@pytest.fixture
def halved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two days be long enough, on any database."""
    monkeypatch.setattr(halves, "LEAST_DAYS", 2)
    monkeypatch.setattr(halves, "HALVED", {"sqlite", "postgresql"})


@contextmanager
def nothing_to_spare() -> Iterator[None]:
    """As if another question were being halved."""
    with halves._spare:
        yield


def both(question: Question, part: Slice) -> tuple[object, object]:
    """The whole dashboard, in one and in halves."""
    with nothing_to_spare():
        whole = report.dashboard(question, DIFFERENT, part)
    return whole, report.dashboard(question, DIFFERENT, part)


@pytest.mark.parametrize(("said", "site_id"), list(zip(FILTERS, cycle(DAYS), strict=False)))
@pytest.mark.usefixtures("halved")
def test_halves_are_what_was_counted(take: Take, said: str, site_id: int) -> None:
    hits = [hit for hit in live(len(said) + site_id, 300) if hit.site_id == site_id]
    take(hits)
    check(hits, ask(site_id, f"{DAYS[site_id]}&{said}"), DIFFERENT)


@pytest.mark.parametrize("said", [BUSY, "f=is,page,/a", "f=contains,page,LONG", "f=is_not,prop:a,x"])
@pytest.mark.parametrize("kind", ["", "&interval=hour", "&compare=previous"])
@pytest.mark.usefixtures("halved")
def test_dashboard_is_the_same_in_one_and_in_halves(take: Take, said: str, kind: str) -> None:
    take(hit for hit in live(9, 300) if hit.site_id == 1)
    days = "from=2026-04-05&to=2026-04-06" if "hour" in kind else DAYS[1]
    question = ask(1, f"{days}&{said}{kind}")
    for part in (Slice(), Slice("bounce_rate", limit=2), Slice("visits", ascending=True, limit=1, search="/")):
        whole, added = both(question, part)
        assert added == whole


@pytest.mark.parametrize("sort", ["visitors", "engaged_time", "scroll_depth"])
@pytest.mark.usefixtures("halved")
def test_list_may_be_continued_by_the_other_way(take: Take, sort: str) -> None:
    take(hit for hit in live(5, 300) if hit.site_id == 1)
    question = ask(1, f"{DAYS[1]}&{BUSY}")
    rows = report.panel(question, "page", Slice(sort, limit=50)).rows
    part = Slice(sort, limit=2)
    found: list[str] = []
    for number in range(len(rows)):
        with nothing_to_spare() if number % 2 else nullcontext():
            panel = report.panel(question, "page", part)
        found += [row.key for row in panel.rows]
        if panel.after is None:
            break
        part = replace(part, after=panel.after)
    assert found == [row.key for row in rows]


@pytest.mark.usefixtures("halved")
def test_visit_past_the_midnight_between_counts_once_where_it_began(take: Take) -> None:
    before = int(datetime(2026, 4, 5, 23, 50, tzinfo=UTC).timestamp()) * 1000
    first = Hit(1, before, 10, path="/a", country="DE")
    # The next day's salt makes another visitor; the event of the filter came after midnight alone.
    done = first._replace(at_ms=before + 1_000_000, visitor=20, former_visitor=10, kind=Kind.EVENT, name="Sign-up")
    take([first, done, Hit(1, before + 40_000_000, 30, path="/a", country="DE")])
    page, panels = report.dashboard(ask(1, f"{DAYS[1]}&f=is,country,DE"), ("page", "country"))
    assert [point.totals and point.totals.visitors for point in page.series.points] == [0, 1, 2, 0]
    assert [point.totals and point.totals.visits for point in page.series.points] == [0, 1, 1, 0]
    assert {row.key: row.extra["entries"] for row in panels["page"].rows} == {"/a": 2}
    signed_up, panels = report.dashboard(ask(1, f"{DAYS[1]}&f=is,event,Sign-up"), ("country",))
    assert (signed_up.totals.visitors, signed_up.totals.visits, panels["country"].rows[0].visits) == (1, 1, 1)


@pytest.mark.usefixtures("halved")
def test_halves_may_be_empty(take: Take) -> None:
    question = ask(1, f"{DAYS[1]}&{BUSY}")
    assert report.dashboard(question, DIFFERENT)[0].totals == Totals()
    take([Hit(1, int(datetime(2026, 4, 7, 1, tzinfo=UTC).timestamp()) * 1000, 10, path="/a")])
    page, panels = report.dashboard(question, DIFFERENT)
    assert ([row.key for row in panels["page"].rows], page.totals.visitors) == (["/a"], 1)


@pytest.mark.usefixtures("halved")
def test_lists_too_long_to_be_added_up_are_asked_for_as_a_whole(
    take: Take, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(hit for hit in live(9, 300) if hit.site_id == 1)
    whole, added = both(ask(1, f"{DAYS[1]}&{BUSY}"), Slice())
    monkeypatch.setattr(halves, "MOST_ROWS", 1)
    with queries(4) as statements:
        assert report.dashboard(ask(1, f"{DAYS[1]}&{BUSY}"), DIFFERENT) == whole == added
    assert len(statements) == 4


def test_question_is_halved_from_two_weeks_on_unless_another_one_is_or_the_database_shares_it(
    in_app: Flask, take: Take, queries: Queries
) -> None:
    take([])
    halved = 2 if store.of(in_app).database.is_sqlite else 1
    for said, number in (("from=2026-03-01&to=2026-03-13", 1), ("from=2026-03-01&to=2026-03-14", halved)):
        with queries(number) as statements:
            report.panel(ask(1, f"{said}&{BUSY}"), "page")
        assert len(statements) == number
    with nothing_to_spare(), queries(1):
        report.panel(ask(1, f"from=2026-03-01&to=2026-03-14&{BUSY}"), "page")


@pytest.mark.usefixtures("halved")
def test_failure_of_one_half_is_the_question_s_and_holds_nothing_back(
    take: Take, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    take([])

    def fails(_kept: Embedded, *_: object) -> Connection:
        raise OSError("The disk is gone.")

    question = ask(1, f"{DAYS[1]}&{BUSY}")
    with monkeypatch.context() as patched:
        patched.setattr(halves, "_asked_apart", fails)
        with pytest.raises(OSError, match="disk"):
            report.panel(question, "page")
    with queries(2) as statements:
        report.panel(question, "page")
    assert len(statements) == 2
