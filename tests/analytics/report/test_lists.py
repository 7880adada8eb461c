"""Lists part by part, in any order, searched; and how many statements answers take."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from byline.analytics import report
from byline.analytics.hits import EXPOSURE, Hit, Kind, Reason, Refused
from byline.analytics.report import names
from byline.analytics.report.answers import Row
from byline.analytics.report.models import Goal
from byline.analytics.report.questions import SORTS, Question, Slice
from byline.analytics.report.rules import Deed
from byline.kernel import clock
from byline.kernel.errors import NotFound
from tests.analytics.report.conftest import NOW, Take, ask, live

Queries = Callable[[int], AbstractContextManager[list[str]]]
MORNING = datetime(2026, 4, 5, 9, tzinfo=UTC)
ASKED = ["period=all", "period=all&f=is_not,country,XX"]


def pages(number: int) -> list[Hit]:
    """Every third page has two visitors, all others one."""
    hits = []
    for page in range(number):
        for who in range(2 if page % 3 == 0 else 1):
            at = MORNING + timedelta(seconds=page)
            hits.append(Hit(1, int(at.timestamp() * 1000), 100 * page + who, path=f"/{page:03}", source="Ünique"))
    return hits


def in_parts(question: Question, dimension: str, part: Slice) -> list[Row]:
    found: list[Row] = []
    while True:
        panel = report.panel(question, dimension, part)
        assert len(panel.rows) <= part.limit
        found += panel.rows
        if panel.after is None:
            return found
        assert panel.more
        part = replace(part, after=panel.after)


@pytest.mark.parametrize("said", ASKED)
def test_parts_of_a_list_follow_one_another_without_gap_or_overlap(take: Take, said: str) -> None:
    take(pages(40))
    found = in_parts(ask(1, said), "page", Slice(limit=7))
    assert len({row.key for row in found}) == len(found) == 40
    assert [row.visitors for row in found] == [2] * 14 + [1] * 26


@pytest.mark.parametrize("said", ASKED)
@pytest.mark.parametrize("ascending", [False, True])
def test_lists_are_sorted_by_any_metric_and_cut_anywhere(take: Take, said: str, ascending: bool) -> None:
    take(hit._replace(site_id=1) for hit in live(3, 200))
    question = ask(1, said)
    for sort in SORTS:
        for name in ("page", "source", "exit"):
            part = Slice(sort, ascending, limit=2)
            rows = in_parts(question, name, part)
            whole = report.panel(question, name, replace(part, limit=100)).rows
            assert [row.key for row in rows] == [row.key for row in whole]
            values = [row.totals.value(sort) or 0 for row in rows]
            assert values == sorted(values, reverse=not ascending), (sort, name)


@pytest.mark.parametrize(
    "after", ["", "x", "_", "nan_1", "inf_1", "0x1p0_", "1_-5", "0x1p9999_1", "1_" + "9" * 5_000, "\0"]
)
def test_place_in_a_list_that_is_none_is_the_beginning(take: Take, after: str) -> None:
    take(pages(3))
    assert len(report.panel(ask(1), "page", Slice(after=after)).rows) == 3


@pytest.mark.parametrize("said", ASKED)
def test_list_is_searched_whatever_the_size_of_letters_and_with_signs_as_they_are(take: Take, said: str) -> None:
    at = int(MORNING.timestamp() * 1000)
    take(Hit(1, at, who, path=path) for who, path in enumerate(["/Lamps", "/lamps/100%", "/100x", "/a_b", "/axb"]))
    question = ask(1, said)

    def found(search: str) -> set[str]:
        return {row.key for row in report.panel(question, "page", Slice(search=search)).rows}

    assert found("LAMP") == {"/Lamps", "/lamps/100%"}
    assert found("100%") == {"/lamps/100%"}
    assert found("a_b") == {"/a_b"}
    assert found("nowhere") == set()


@pytest.mark.parametrize("said", ASKED)
def test_countries_are_found_by_the_names_that_people_see(take: Take, said: str) -> None:
    at = int(MORNING.timestamp() * 1000)
    take(Hit(1, at, who, path="/", country=country) for who, country in enumerate(["DE", "FR", ""]))
    question = ask(1, said)
    rows = report.panel(question, "country", Slice(search="germ")).rows
    assert [(row.key, row.label) for row in rows] == [("DE", "Germany")]
    everything = {row.label for row in report.panel(question, "country").rows}
    assert everything == {"Germany", "France", "Unknown"}
    assert report.page(ask(1, f"{said}&f=contains,country,germ")).totals.visitors == 1


@pytest.mark.parametrize("said", ASKED)
def test_seeing_a_variant_is_no_event_of_the_site_s_own(take: Take, said: str) -> None:
    at = int(MORNING.timestamp() * 1000)
    hit = Hit(1, at, 7, path="/", kind=Kind.EVENT)
    take([hit._replace(name=EXPOSURE, props=(("key", "headline"), ("variant", "bold"))), hit._replace(name="Sign-up")])
    asked = ask(1, said)
    assert [row.key for row in report.panel(asked, "event").rows] == ["Sign-up"]
    assert report.panel(asked, "event", Slice(search=EXPOSURE)).rows == ()
    assert report.page(ask(1, f"{said}&f=is,event,{EXPOSURE}")).totals.visitors == 1


def test_rows_are_called_as_people_call_them() -> None:
    assert names.label("country", "DE") == "Germany"
    assert names.label("country", "XK") == "XK"
    assert names.label("language", "fi") == "Finnish"
    assert names.label("source", "") == "Direct or unknown"
    assert names.label("page", "(other)") == "All others"


def test_entries_exits_and_rates_stand_beside_pages(take: Take) -> None:
    ways = {1: ["/a", "/b"], 2: ["/a"], 3: ["/b", "/a", "/b"]}
    at = int(MORNING.timestamp() * 1000)
    take(Hit(1, at + step * 1000, who, path=path) for who, way in ways.items() for step, path in enumerate(way))
    for said in ASKED:
        page = {row.key: row for row in report.panel(ask(1, said), "page").rows}
        assert page["/a"].extra == {"entries": 2, "exits": 1, "exit_rate": pytest.approx(100 / 3)}
        assert (page["/a"].bounce_rate, page["/b"].bounce_rate) == (50, 0)
        last = {row.key: row.extra["exit_rate"] for row in report.panel(ask(1, said), "exit").rows}
        assert last == {"/a": pytest.approx(100 / 3), "/b": pytest.approx(200 / 3)}
    for said, others in (("period=all&f=is,page,/a", ()), ("period=all&f=is,page,/a", ("source", "country"))):
        (row,) = report.panels(ask(1, said), ("page", *others))["page"].rows
        assert row.extra == {"entries": 2, "exits": 1, "exit_rate": pytest.approx(100 / 3)}


def test_what_is_no_list_is_not_found(in_app: object) -> None:
    for name in ("prop", "total", "luck", ""):
        with pytest.raises(NotFound):
            report.panel(ask(1), name)


@pytest.mark.parametrize("hits", [1, 40])
@pytest.mark.parametrize(
    ("said", "most"),
    [
        ("period=28d", 3),
        ("period=today&compare=previous", 4),
        ("period=28d&compare=previous&f=is,page,/001&f=is,country,DE", 4),
    ],
)
def test_dashboard_takes_few_statements_whatever_there_is(
    take: Take, queries: Queries, hits: int, said: str, most: int
) -> None:
    take(pages(hits))
    question = ask(1, said)
    with queries(most):
        report.dashboard(question, ("page", "source", "country", "event"))


@pytest.mark.parametrize(("said", "most"), [("", 2), ("&compare=previous", 2), ("&compare=previous&f=is,page,/a", 3)])
def test_goals_take_few_statements_whatever_their_number(
    take: Take, unit_of_work: Session, queries: Queries, said: str, most: int
) -> None:
    for number in range(20):
        made = Goal(site_id=1, name=f"{number}", path=f"/{number:03}", created_at=clock.now())
        unit_of_work.add(made)
    unit_of_work.flush()
    with queries(most):
        assert len(report.goals(ask(1, f"period=28d{said}"))) == 20


def test_many_posts_are_one_statement(take: Take, queries: Queries) -> None:
    take(pages(30))
    with queries(1):
        report.of_paths(1, {number: [f"/{number:03}"] for number in range(30)}, NOW.date(), NOW.date())


def test_hits_that_were_not_counted_are_shown_by_reason(take: Take) -> None:
    at = int(MORNING.timestamp() * 1000)
    refused = [Refused(1, at, Reason.BOT, 3), Refused(1, at, Reason.REPLAY), Refused(2, at, Reason.BOT)]
    take([*pages(1), *refused])  # type: ignore[list-item]
    page = report.page(ask(1, "from=2026-04-05&to=2026-04-05"))
    assert (page.refused, page.refused_number) == ({"bot": 3, "replay": 1}, 4)
    assert report.page(ask(1, "from=2026-04-06&to=2026-04-06")).refused == {}


def test_points_say_whether_their_time_is_over(take: Take) -> None:
    take(pages(1))
    series = report.page(ask(1, "period=month&compare=previous")).series
    assert [point.is_open for point in series.points] == [day == 9 for day in range(1, 31)]
    assert [point.totals is None for point in series.points] == [day > 9 for day in range(1, 31)]
    hours = report.page(ask(1, "period=today")).series.points
    assert [point.begins.hour for point in hours if point.is_open] == [12]
    assert sum(point.totals is None for point in hours) == 11


def test_former_series_is_as_long_as_the_present_one(take: Take) -> None:
    take(pages(9))
    page = report.page(ask(1, "from=2026-04-01&to=2026-04-30&compare=previous"))
    assert page.former_series is not None
    assert len(page.former_series.points) == len(page.series.points) == 30
    earlier = report.page(ask(1, "from=2026-05-01&to=2026-05-31&compare=previous", NOW + timedelta(days=60)))
    assert earlier.former_series is not None
    assert earlier.former is not None
    assert (len(earlier.former_series.points), earlier.former.pageviews) == (31, 12)


def test_deed_is_called_by_what_it_is() -> None:
    assert Deed(event="Sign-up", props={"plan": "pro"}).label == "Sign-up (plan: pro)"
    assert Deed(path="/thanks*").label == "/thanks*"
