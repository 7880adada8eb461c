"""Goals, funnels, coming back, the present and single pages, against counts in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from byline.analytics import report
from byline.analytics.hits import Hit, Kind
from byline.analytics.report.answers import GoalAnswer, Totals
from byline.analytics.report.filters import Filter
from byline.analytics.report.models import Funnel, Goal
from byline.analytics.report.questions import Question
from byline.analytics.report.rules import Deed
from byline.kernel import clock
from byline.kernel.errors import NotFound
from tests.analytics.report.conftest import NOW, Take, ask, live
from tests.analytics.report.expected import Expected
from tests.analytics.store.counting import Event

DEEDS = {
    "signed up": Deed(event="Sign-up"),
    "signed up for x": Deed(event="Sign-up", props={"a": "x"}),
    "signed up for x and y": Deed(event="Sign-up", props={"a": "x", "b": "y"}),
    "saw a": Deed(path="/a"),
    "saw something long": Deed(path="/l*x"),
    "never": Deed(path="/never"),
    "literally": Deed(path="/c?x*"),
}


def does(deed: Deed, hit: Hit) -> bool:
    if deed.event:
        said = set(hit.props)
        return hit.kind is Kind.EVENT and hit.name == deed.event and set(deed.props.items()) <= said
    head, star, tail = deed.path.partition("*")
    fits = hit.path.startswith(head) and hit.path.endswith(tail) if star else hit.path == head
    return hit.kind is Kind.PAGEVIEW and fits


def keep_goals(session: Session) -> None:
    for name, deed in DEEDS.items():
        columns = {"event": deed.event, "path": deed.path, "props": dict(deed.props)}
        session.add(Goal(site_id=1, name=name, created_at=clock.now(), **columns))
    session.flush()


def counted(hits: list[Hit], question: Question) -> Expected:
    mine = [hit for hit in hits if hit.site_id == question.site_id]
    return Expected.of(mine, question.zone_info, question.period.first, question.period.last, question.all_filters)


def within_chosen(wanted: Expected) -> list[Event]:
    """Events of the days in the visits that filters choose."""
    chosen = {id(visit): visit for visit, _ in wanted.acts()}
    events = (event for visit in chosen.values() for event in visit.events)
    return [event for event in events if wanted.first <= wanted.day_of(event.at) <= wanted.last]


@pytest.mark.parametrize("said", ["", "&f=is,country,DE", "&f=is,page,/a", "&f=is,page,/a&f=is,browser,Firefox"])
def test_goals_count_visitors_who_reach_them_in_visits_that_filters_choose(
    take: Take, unit_of_work: Session, said: str
) -> None:
    hits = [hit._replace(site_id=1) for hit in live(5, 400)]
    take(hits)
    keep_goals(unit_of_work)
    question = ask(1, f"from=2026-04-04&to=2026-04-05{said}")
    wanted = counted(hits, question)
    answers = {answer.name: answer for answer in report.goals(question)}
    assert list(answers) == sorted(answers, key=lambda name: (-answers[name].conversions, name))
    for name, deed in DEEDS.items():
        done = [event for event in within_chosen(wanted) if does(deed, event.hit)]
        visitors = len({(wanted.day_of(event.at), event.hit.visitor) for event in done})
        assert (answers[name].conversions, answers[name].completions) == (visitors, len(done)), name
        assert answers[name].rate == pytest.approx(100 * visitors / max(wanted.totals().visitors, 1))
    assert said or answers["signed up"].conversions > 0


def test_goals_are_compared_with_the_time_before(take: Take, unit_of_work: Session) -> None:
    hits = [hit._replace(site_id=1) for hit in live(6, 300)]
    take(hits)
    keep_goals(unit_of_work)

    def answers(said: str) -> dict[str, GoalAnswer]:
        return {answer.name: answer for answer in report.goals(ask(1, said))}

    now = answers("from=2026-04-05&to=2026-04-05&compare=previous")
    before = answers("from=2026-04-04&to=2026-04-04")
    assert {name: answer.former for name, answer in now.items()} == {
        name: answer.conversions for name, answer in before.items()
    }
    assert all(answer.former is None for answer in before.values())


def test_site_without_goals_has_none(in_app: Flask, unit_of_work: Session) -> None:
    assert report.goals(ask(1)) == ()


STEPS = [Deed(path="/"), Deed(path="/a"), Deed(path="/a"), Deed(event="Sign-up")]


def keep_funnel(session: Session, steps: list[Deed], site_id: int = 1) -> int:
    written = [{"event": step.event, "path": step.path, "props": dict(step.props)} for step in steps]
    kept = Funnel(site_id=site_id, name="Way", steps=written, created_at=clock.now())
    session.add(kept)
    session.flush()
    return kept.id


@pytest.mark.parametrize("said", ["", "&f=is,country,DE", "&f=is,page,/b"])
def test_funnel_counts_steps_in_their_order_on_one_day(take: Take, unit_of_work: Session, said: str) -> None:
    hits = [hit._replace(site_id=1) for hit in live(8, 600) if hit.kind is not Kind.ENGAGEMENT]
    # Of two things in one second nobody knows which was first.
    hits = list({(hit.visitor, hit.at_ms // 1000): hit for hit in hits}.values())
    take(hits)
    question = ask(1, f"from=2026-04-04&to=2026-04-06{said}")
    answer = report.funnel(question, keep_funnel(unit_of_work, STEPS))
    wanted = counted(hits, question)
    days: dict[object, list[Event]] = defaultdict(list)
    for event in sorted(within_chosen(wanted), key=lambda event: event.at):
        days[wanted.day_of(event.at), event.hit.visitor].append(event)
    came = Counter[int]()
    for events in days.values():
        for number in range(way(events) + 1):
            came[number] += 1
    assert [step.visitors for step in answer.steps] == [came[number] for number in range(1, 5)]
    assert answer.entered == wanted.totals().visitors
    assert said or answer.steps[0].visitors > answer.steps[1].visitors > 0


def way(events: list[Event]) -> int:
    """How many steps somebody took in their order."""
    number = 0
    for event in events:
        if number < len(STEPS) and does(STEPS[number], event.hit):
            number += 1
    return number


def test_funnel_says_who_was_lost_where(take: Take, unit_of_work: Session) -> None:
    at = datetime(2026, 4, 5, 10, tzinfo=UTC)
    ways = {1: ["/", "/a", "/b"], 2: ["/", "/b"], 3: ["/a", "/"], 4: ["/", "/a"], 5: ["/b"]}
    take(
        pageview(at + timedelta(seconds=number), who, path)
        for who, paths in ways.items()
        for number, path in enumerate(paths)
    )
    number = keep_funnel(unit_of_work, [Deed(path="/"), Deed(path="/a"), Deed(path="/b")])
    answer = report.funnel(ask(1, "from=2026-04-05&to=2026-04-05"), number)
    assert [step.visitors for step in answer.steps] == [4, 2, 1]
    assert [step.lost for step in answer.steps] == [0, 2, 1]
    assert [round(step.share) for step in answer.steps] == [100, 50, 25]
    assert [round(step.kept) for step in answer.steps] == [80, 50, 50]
    assert (answer.entered, answer.rate) == (5, 25.0)


def test_funnel_of_another_site_is_not_found(in_app: Flask, unit_of_work: Session) -> None:
    number = keep_funnel(unit_of_work, STEPS)
    with pytest.raises(NotFound):
        report.funnel(ask(2), number)
    with pytest.raises(NotFound):
        report.funnel(ask(1), number + 1)


def pageview(at: datetime, visitor: int, path: str = "/", country: str = "") -> Hit:
    return Hit(1, int(at.timestamp() * 1000), visitor, path=path, country=country)


@pytest.mark.parametrize("said", ["", "&f=is,country,DE", "&f=is,page,/a"])
def test_coming_back_is_counted_within_the_day(take: Take, said: str) -> None:
    hits = [hit for hit in live(9, 600) if hit.site_id == 3]
    take(hits)
    question = ask(3, f"from=2026-03-05&to=2026-03-12{said}")
    weeks = report.retention(question)
    wanted = counted(hits, question)
    people: dict[tuple[date, int], list[tuple[int, int]]] = defaultdict(list)
    for visit in {id(visit): visit for visit, _ in wanted.acts()}.values():
        began = visit.events[0].at
        if wanted.first <= wanted.day_of(began) <= wanted.last:
            people[wanted.day_of(began), visit.events[0].hit.visitor].append((began, visit.last))
    assert [(week.first.day, week.last.day) for week in weeks] == [(5, 8), (9, 12)]
    for week in weeks:
        mine = [sorted(each) for (day, _), each in people.items() if week.first <= day <= week.last]
        assert (week.visitors, week.visits) == (len(mine), sum(map(len, mine)))
        assert week.returned == sum(len(each) > 1 for each in mine)
        assert week.by_visits == tuple(sum(min(len(each), 5) == number for each in mine) for number in range(1, 6))
        gaps = [(each[1][0] - each[0][1]) / 3600 for each in mine if len(each) > 1]
        limits = [(0, 1), (1, 3), (3, 6), (6, 99)]
        assert week.by_gap == tuple(sum(low <= gap < high for gap in gaps) for low, high in limits)
    assert said or sum(week.returned for week in weeks) > 0


def test_week_without_visitors_has_no_rates(in_app: Flask) -> None:
    (week, *_) = report.retention(ask(1, "period=7d"))
    assert (week.visitors, week.return_rate, week.visits_per_visitor) == (0, None, None)


def test_the_last_thirty_minutes_by_the_minute(take: Take) -> None:
    ago = [0, 0, 3, 7, 29, 31]
    take(pageview(NOW - timedelta(minutes=minutes), who, f"/{who}", country="DE") for who, minutes in enumerate(ago))
    found = report.realtime(ask(1, "period=realtime"))
    assert found.series.values("visitors")[-8:] == [1, 0, 0, 0, 1, 0, 0, 2]
    assert (found.totals.visitors, found.totals.pageviews, found.current_visitors) == (5, 5, 3)
    assert [row.label for row in found.panels["country"].rows] == ["Germany"]
    assert len(found.panels["page"].rows) == 5
    filtered = report.realtime(ask(1, "period=realtime&f=is,page,/2"))
    assert (filtered.totals.visitors, filtered.current_visitors) == (1, 3)


def test_present_visitors_are_those_of_the_last_five_minutes(take: Take) -> None:
    with clock.frozen(NOW):
        assert report.current_visitors(1) == 0
        take(pageview(NOW - timedelta(minutes=minutes), minutes) for minutes in (1, 4, 6))
        take([pageview(NOW - timedelta(minutes=2), 1, "/again")])
        assert report.current_visitors(1) == 2
        assert report.current_visitors(2) == 0


def test_single_pages_are_counted_day_by_day(take: Take) -> None:
    hits = live(11, 400)
    take(hits)
    first, last = date(2026, 4, 3), date(2026, 4, 8)
    found = report.of_paths(1, {"one": ["/a"], "both": ["/a", "/b"], "none": [], "never": ["/never"]}, first, last)
    wanted = Expected.of([hit for hit in hits if hit.site_id == 1], ask(1).zone_info, first, last)
    whole = wanted.panel("page")
    for field in ("visitors", "visits", "pageviews", "engaged_ms", "scroll_sum", "reads"):
        assert getattr(found["one"].totals, field) == getattr(whole["/a"], field)
        both = getattr(whole["/a"], field) + getattr(whole["/b"], field)
        assert getattr(found["both"].totals, field) == both
    assert len(found["one"].days) == 6
    assert sum(found["one"].views) == whole["/a"].pageviews > 0
    assert sum(found["one"].reads) == whole["/a"].reads
    assert found["none"].totals == found["never"].totals == Totals()


def test_sources_of_a_page_are_those_of_visits_that_saw_it(take: Take) -> None:
    hits = live(12, 300)
    take(hits)
    days = date(2026, 4, 3), date(2026, 4, 8)
    panel = report.sources_of(1, "UTC", ["/a", "/b"], days)
    wanted = Expected.of([hit for hit in hits if hit.site_id == 1], ask(1).zone_info, *days, panel_filters())
    assert {row.key: row.totals for row in panel.rows} == wanted.panel("source")


def panel_filters() -> tuple[Filter, ...]:
    return ask(1, "f=is,page,/a,/b").filters


def test_what_was_said_about_an_event_is_listed_by_property(take: Take) -> None:
    hits = [hit._replace(site_id=1) for hit in live(13, 500)]
    take(hits)
    for said in ("", "&f=is,event,Sign-up", "&f=is,country,DE"):
        question = ask(1, f"period=all{said}")
        wanted = counted(hits, question)
        panels = report.props(question, "Sign-up")
        signed_up = [(visit, event) for visit, event in wanted.acts() if does(DEEDS["signed up"], event.hit)]
        assert set(panels) == {prop for _, event in signed_up for prop, _ in event.hit.props}
        assert said or len(panels) == 2
        everybody = wanted.tally(signed_up).visitors
        for prop, panel in panels.items():
            for row in panel.rows:
                acts = [(visit, event) for visit, event in signed_up if (prop, row.key) in event.hit.props]
                tally = wanted.tally(acts)
                assert (row.visitors, row.visits, row.totals.events) == (tally.visitors, tally.visits, tally.events)
                assert row.share == pytest.approx(100 * row.visitors / everybody)


def test_stores_of_tests_are_empty_at_first(in_app: Flask) -> None:
    page = report.page(ask(1))
    assert (page.totals, page.current_visitors, page.refused) == (Totals(), 0, {})
    assert report.panels(ask(1), ["page"])["page"].rows == ()
    assert report.props(ask(1), "Sign-up") == {}
