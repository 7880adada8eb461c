from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from byline.analytics.report import filters, questions
from byline.analytics.report.periods import Compare, Interval, Name
from byline.analytics.report.questions import Question

NOW = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)
LETTERS = st.characters()
NAMES = ["period", "from", "to", "compare", "interval", "f", "segment", "metric"]
WORDS = st.one_of(
    st.text(LETTERS, max_size=40),
    st.sampled_from(
        ["today", "custom", "all", "month", "year", "realtime", "previous", "hour", "week", "is,page,/a", "0", "7",
         "2026-02-30", "0001-01-01", "9999-12-31", "2026-01-01", "2025-01-01", "9" * 400, "x" * 100_000, "\0"]
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Anywhere:
    id: int = 3
    time_zone: str = "Europe/Berlin"


def ask(said: str = "", zone: str = "Europe/Berlin") -> Question:
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in said.split("&") if pair)]
    return questions.parse(MultiDict(pairs), Anywhere(time_zone=zone), NOW, date(2024, 5, 1))


def again(question: Question) -> Question:
    return questions.parse(MultiDict(question.args()), Anywhere(), NOW, date(2024, 5, 1))


def test_empty_url_asks_for_the_last_28_days_of_the_sites_own_calendar() -> None:
    question = ask()
    assert (question.period.name, question.period.last) == (Name.DAYS_28, date(2026, 3, 15))
    assert question.complaints == ()
    assert question.args() == {}


@pytest.mark.parametrize(
    "said",
    [
        "period=today",
        "period=year&compare=year&interval=week",
        "period=custom&from=2026-01-01&to=2026-01-31&compare=previous",
        "f=is,page,/a\\,b&f=contains,source,goo&segment=4&metric=bounce_rate",
        "period=realtime",
        "period=all&interval=month",
    ],
)
def test_url_holds_the_whole_question(said: str) -> None:
    question = ask(said)
    assert question.complaints == ()
    assert again(question) == question


@given(st.lists(st.tuples(st.sampled_from(NAMES), WORDS), max_size=12))
def test_no_url_fails_and_what_it_asks_can_be_asked_again(pairs: list[tuple[str, str]]) -> None:
    question = questions.parse(MultiDict(pairs), Anywhere(), NOW)
    assert question.interval in question.intervals
    assert question.period.first <= question.period.last
    assert question.parts()
    assert all(complaint.endswith(".") for complaint in question.complaints)
    repeated = questions.parse(MultiDict(question.args()), Anywhere(), NOW)
    assert (repeated.period, repeated.filters, repeated.complaints) == (question.period, question.filters, ())


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("period=decade", "no such period"),
        ("period=custom", "needs two days"),
        ("period=custom&from=2026-02-30&to=2026-03-01", "needs two days"),
        ("period=custom&from=2027-01-01&to=2027-02-01", "still to come"),
        ("period=custom&from=2026-03-02&to=2026-03-01", "exchanged"),
        ("period=custom&from=0001-01-01&to=2026-03-01", "before 1995"),
        ("period=custom&from=2026-01-01&to=9999-12-31", "too long"),
        ("compare=tomorrow", "no such compare"),
        ("interval=hour", "cannot be cut by the hour"),
        ("metric=luck", "no such metric"),
        ("segment=-1", "no such segment"),
        ("segment=0", "no such segment"),
        ("f=is,luck,yes", "nothing to filter by"),
    ],
)
def test_rubbish_falls_back_with_a_sentence(said: str, complaint: str) -> None:
    (sentence,) = ask(said).complaints
    assert complaint in sentence


def test_exchanged_days_are_the_period_that_was_meant() -> None:
    assert ask("from=2026-03-02&to=2026-03-01").period.first == date(2026, 3, 1)


def test_zone_that_is_none_is_utc() -> None:
    assert ask(zone="../../etc/passwd").zone == "UTC"
    assert ask(zone="Mars/Olympus").zone == "UTC"
    assert ask(zone="").zone == "UTC"


def test_changing_the_period_drops_what_belonged_to_the_one_before() -> None:
    question = ask("period=custom&from=2026-03-01&to=2026-03-03&interval=hour&f=is,page,/a")
    assert question.args(period="90d") == {"period": "90d", "f": ["is,page,/a"]}


def test_same_dimension_again_joins_the_filter_that_is_there() -> None:
    question = ask("f=is,page,/a").add(filters.filter_of("page", "/b")).add(filters.filter_of("source", "Google"))
    assert [each.written for each in question.filters] == ["is,page,/a,/b", "is,source,Google"]
    assert question.without(question.filters[0]).args() == {"f": ["is,source,Google"]}
    assert question.only("page", "/c").filters[-1].values == ("/c",)
    assert question.cleared().filters == ()


def test_comparing_is_part_of_the_question() -> None:
    question = ask("compare=previous")
    assert question.compare is Compare.PREVIOUS
    assert question.former_period is not None
    assert question.former_period.last == date(2026, 2, 15)


def test_neighbouring_periods_are_one_step_away() -> None:
    question = ask("period=month&f=is,page,/a")
    before = question.stepped(-1)
    assert before is not None
    assert before.args() == {"period": "custom", "from": "2026-02-01", "to": "2026-02-28", "f": ["is,page,/a"]}
    assert question.stepped(1) is None


def test_realtime_is_cut_into_minutes() -> None:
    question = ask("period=realtime")
    assert (question.interval, len(question.parts())) == (Interval.MINUTE, 30)


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("", questions.Slice(limit=100)),
        ("sort=visits&order=up&q=%20a&limit=5", questions.Slice("visits", True, 5, None, "%20a")),
        ("sort=luck&order=sideways&limit=-3", questions.Slice(limit=100)),
        ("limit=999999999999999999", questions.Slice(limit=100)),
        ("limit=99999", questions.Slice(limit=questions.MOST_ROWS)),
        ("q=\0", questions.Slice(limit=100)),
    ],
)
def test_part_of_a_panel_is_read_without_failing(said: str, part: questions.Slice) -> None:
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in said.split("&") if pair)]
    assert questions.slice_of(MultiDict(pairs)) == part
