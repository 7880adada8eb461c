"""Every answer is what plain Python counts, with and without filters, on days of 23 and 25 hours as well."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest

from byline.analytics import report
from byline.analytics.definitions import DIMENSIONS
from byline.analytics.hits import Hit
from byline.analytics.report.answers import Row, Totals
from byline.analytics.report.questions import Question, Slice
from tests.analytics.report.conftest import Take, ask, live
from tests.analytics.report.expected import Expected

PANELS = [name for name in DIMENSIONS if name != "prop"]
DIFFERENT = ["page", "entry", "exit", "source", "event", "not_found"]
"""Panels that are put together in different ways; all others are like one of them."""
OPEN = ["page", "source", "utm_campaign", "country", "browser", "event"]
"""Panels for which a filter by a page needs no single events once they are added up by visit."""
EVERYTHING = Slice(limit=100)
FILTERS = [
    "f=is,country,DE",
    "f=is,country,",
    "f=is_not,source,Google&f=is,browser,Firefox",
    "f=contains,source,OO,EXAMPLE",
    "f=is,page,/a",
    "f=is,page,/a,/b",
    "f=is_not,page,/a",
    "f=contains,page,LONG",
    "f=is,page,/a&f=is,country,FR",
    "f=is,entry,/",
    "f=is,exit,/b&f=is,utm_campaign,spring",
    "f=is,event,Sign-up",
    "f=is,event,Sign-up&f=is,page,/a",
    "f=is,prop:a,x",
    "f=is_not,prop:a,x",
    "f=contains,prop:b,Y",
    "f=is,outbound,https://example.com/x",
    "f=is,not_found,/b",
    "f=is,download,nothing",
    "f=is,page,/never",
]


def expected(hits: list[Hit], question: Question) -> Expected:
    mine = [hit for hit in hits if hit.site_id == question.site_id]
    period = question.period
    return Expected.of(mine, question.zone_info, period.first, period.last, question.all_filters)


def test_answers_without_filters_are_what_was_counted(take: Take) -> None:
    hits = live(1)
    take(hits)
    for site_id in (1, 2, 3, 4):
        check(hits, ask(site_id), PANELS)


@pytest.mark.parametrize("said", FILTERS)
def test_answers_with_filters_are_what_was_counted(take: Take, said: str) -> None:
    hits = [hit for hit in live(len(said), 300) if hit.site_id == 3]
    take(hits)
    check(hits, ask(3, f"period=all&{said}"), DIFFERENT)


@pytest.mark.parametrize("said", [each for each in FILTERS if "page" in each])
@pytest.mark.parametrize("site_id", [2, 3])
def test_lists_of_a_page_are_what_was_counted(take: Take, said: str, site_id: int) -> None:
    hits = [hit for hit in live(len(said) + site_id, 400) if hit.site_id == site_id]
    take(hits)
    check(hits, ask(site_id, f"period=all&{said}"), OPEN)


def test_filter_that_leaves_everything_changes_nothing(take: Take) -> None:
    hits = live(2)
    take(hits)
    for site_id in (1, 4):
        check(hits, ask(site_id, "period=all&f=is_not,country,XX"), PANELS)


@pytest.mark.parametrize(
    "said", ["", "&f=is_not,country,XX", "&f=is,page,/a", "&f=is_not,page,/a", "&f=is,event,Sign-up"]
)
def test_part_of_the_time_is_cut_at_midnight_of_the_site(take: Take, said: str) -> None:
    hits = live(77, 200)
    take(hits)
    # The clocks of site 4 move by half an hour on one of these days, so that hours of it overlap.
    for site_id, begin in ((1, date(2026, 4, 5)), (2, date(2026, 4, 5)), (3, date(2026, 3, 8))):
        for days in (0, 1):
            question = ask(site_id, f"from={begin}&to={begin + timedelta(days=days)}&interval=hour{said}")
            assert question.complaints == ()
            check(hits, question, DIFFERENT)


def check(hits: list[Hit], question: Question, names: list[str]) -> None:
    wanted = expected(hits, question)
    page = report.page(question)
    assert page.totals == wanted.totals()
    if question.interval == "hour":
        by_hour = wanted.by_hour()
        found = {point.begins.astimezone(UTC): point.totals for point in page.series.points if point.totals != Totals()}
        assert found == {hour: totals for hour, totals in by_hour.items() if totals != Totals()}
    else:
        by_day = wanted.by_day()
        for point in page.series.points:
            assert point.totals == sum_of([by_day[day] for day in by_day if point.first <= day <= point.last])
    for name, panel in report.panels(question, names, EVERYTHING).items():
        found_rows = {row.key: row.totals for row in panel.rows}
        assert found_rows == wanted.panel(name), name
        assert in_order(panel.rows)
        for row in panel.rows:
            assert row.share == pytest.approx(100 * row.visitors / page.totals.visitors)


def sum_of(totals: list[Totals]) -> Totals:
    return Totals(*(sum(getattr(each, name) for each in totals) for name in Totals.__slots__))


def in_order(found: tuple[Row, ...]) -> bool:
    return [row.visitors for row in found] == sorted((row.visitors for row in found), reverse=True)
