"""What a link may be, when letters are due, and when an alert is worth one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from byline.kernel.errors import Invalid
from byline.statistics.sharing import rules
from byline.statistics.sharing.models import Pace, Watch
from byline.statistics.sharing.rules import Letters, NewShare, Standing

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://example.org", "https://example.org"),
        ("example.org", "https://example.org"),
        ("HTTP://Example.ORG:80/a/page?x=1", "http://example.org"),
        ("https://example.org:8443/", "https://example.org:8443"),
        ("https://*.example.org", "https://*.example.org"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_what_browsers_compare(typed: str, origin: str) -> None:
    assert rules.checked_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        *("", "*", "https://*", "https://*.org", "'self'", "https://a.example; script-src *", "https://a.example b"),
        *("javascript:alert(1)", "data:text/html,x", "ftp://a.example", "https://me@a.example", "https://a.example:x"),
        *("https://a,b.example", "https://a.example\r\nX-Evil: 1", "https://a.*.example", "https://999.1.1.1"),
    ],
)
def test_nothing_else_comes_into_the_header(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the sentence is said by whoever catches it)
        rules.checked_origin(typed)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (NewShare(" "), "name"),
        (NewShare("x" * 61), "name"),
        (NewShare("Press", days=2), "days"),
        (NewShare("Press", password="short"), "password"),
        (NewShare("Press", password="x" * 201), "password"),
        (NewShare("Press", password="with \0 in it"), "password"),
        (NewShare("Press", origins=["not a site"]), "origins"),
        (NewShare("Press", origins=[f"https://{n}.example" for n in range(21)]), "origins"),
        (NewShare("Press", password="long enough", origins=["https://a.example"]), "origins"),
    ],
)
def test_a_link_that_cannot_be_says_which_field_is_wrong(given: NewShare, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.checked_share(given)
    assert set(refusal.value.fields) == {field}


def test_a_link_is_tidied() -> None:
    checked = rules.checked_share(NewShare("  The   press ", 7, origins=["", "a.example", "https://a.example/"]))
    assert (checked.name, checked.origins) == ("The press", ("https://a.example",))


@pytest.mark.parametrize(
    ("spike", "silence", "letters"),
    [
        ("", "", Letters()),
        (" 50 ", "24", Letters(spike=50, silence=24)),
        ("1,000", "", Letters(spike=1000)),
    ],
)
def test_alerts_are_typed_as_numbers(spike: str, silence: str, letters: Letters) -> None:
    assert rules.checked_letters(False, False, spike, silence) == letters


@pytest.mark.parametrize(
    ("spike", "silence"),
    [("1", ""), ("0", ""), ("-5", ""), ("many", ""), ("9" * 12, ""), ("", "721"), ("", "٣"), ("", "0")],
)
def test_what_is_no_sensible_number_is_refused(spike: str, silence: str) -> None:
    with pytest.raises(Invalid):
        rules.checked_letters(True, True, spike, silence)


@pytest.mark.parametrize(
    ("now", "zone", "week", "month"),
    [
        (datetime(2026, 3, 16, 6, 59, tzinfo=UTC), "UTC", date(2026, 3, 9), date(2026, 3, 1)),
        (datetime(2026, 3, 16, 7, 0, tzinfo=UTC), "UTC", date(2026, 3, 16), date(2026, 3, 1)),
        (datetime(2026, 3, 15, 22, 0, tzinfo=UTC), "Asia/Tokyo", date(2026, 3, 16), date(2026, 3, 1)),
        (datetime(2026, 3, 16, 12, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 3, 9), date(2026, 3, 1)),
        (datetime(2026, 4, 1, 5, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 30), date(2026, 4, 1)),
        (datetime(2026, 4, 1, 4, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 30), date(2026, 3, 1)),
        (datetime(2026, 1, 1, 3, 0, tzinfo=UTC), "UTC", date(2025, 12, 29), date(2025, 12, 1)),
    ],
)
def test_reports_are_due_at_seven_on_the_sites_clock(now: datetime, zone: str, week: date, month: date) -> None:
    assert (rules.due(Pace.WEEKLY, now, zone), rules.due(Pace.MONTHLY, now, zone)) == (week, month)


def test_a_report_tells_of_whole_weeks_and_months() -> None:
    assert rules.told_of(Pace.WEEKLY, date(2026, 3, 16)) == (date(2026, 3, 9), date(2026, 3, 15))
    assert rules.told_of(Pace.MONTHLY, date(2026, 3, 1)) == (date(2026, 2, 1), date(2026, 2, 28))


def looked(watch: Watch, *steps: tuple[int, bool | None]) -> list[int]:
    """The minutes at which a letter is written, for looks at some minutes."""
    standing, written = Standing(), []
    for minute, is_so in steps:
        now = NOON + timedelta(minutes=minute)
        standing = rules.after_look(watch, standing, is_so, now)
        if standing.told_at == now:
            written.append(minute)
    return written


def test_a_spike_is_told_of_once_while_it_lasts() -> None:
    assert looked(Watch.SPIKE, (0, True), (2, True), (1000, True)) == [0]


def test_a_new_spike_is_told_of_after_twelve_hours() -> None:
    steps = [(0, True), (2, False), (4, True), (6, False), (719, True), (720, True)]
    assert looked(Watch.SPIKE, *steps) == [0, 720]


def test_a_number_about_the_threshold_is_one_spike() -> None:
    assert looked(Watch.SPIKE, (0, True), (800, None), (802, True), (804, None), (806, True)) == [0]
    assert [rules.is_spike(number, 50) for number in (50, 49, 40, 39)] == [True, None, None, False]


def test_silence_is_told_of_when_it_was_seen_for_a_while() -> None:
    assert looked(Watch.SILENCE, (0, True), (2, True), (9, True), (10, True), (12, True)) == [10]


def test_hits_that_waited_to_be_counted_are_no_silence() -> None:
    assert looked(Watch.SILENCE, (0, True), (2, False), (4, True), (6, False)) == []
