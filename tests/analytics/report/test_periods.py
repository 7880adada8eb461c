from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.report import periods
from byline.analytics.report.periods import Compare, Interval, Name, Period

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 3, 14)  # A Saturday.
DAYS = st.dates(date(1996, 1, 1), date(2100, 1, 1))
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo",
     "Africa/Cairo", "Pacific/Apia", "America/St_Johns", "America/Havana"]
)  # fmt: skip


def custom(first: date, last: date) -> Period:
    return Period(Name.CUSTOM, first, last)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (Name.TODAY, TODAY, TODAY),
        (Name.YESTERDAY, date(2026, 3, 13), date(2026, 3, 13)),
        (Name.DAYS_7, date(2026, 3, 8), TODAY),
        (Name.DAYS_28, date(2026, 2, 15), TODAY),
        (Name.MONTH, date(2026, 3, 1), date(2026, 3, 31)),
        (Name.LAST_MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (Name.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Name.ALL, date(2025, 7, 9), TODAY),
    ],
)
def test_names_mean_days_of_the_calendar(name: Name, first: date, last: date) -> None:
    assert periods.named(name, TODAY, since=date(2025, 7, 9)) == Period(name, first, last)


def test_previous_days_are_as_many_and_right_before() -> None:
    former = periods.compared(periods.named(Name.DAYS_7, TODAY), Compare.PREVIOUS)
    assert former == custom(date(2026, 3, 1), date(2026, 3, 7))


def test_a_year_ago_mondays_meet_mondays() -> None:
    former = periods.compared(periods.named(Name.DAYS_7, TODAY), Compare.YEAR)
    assert former is not None
    assert former.first.weekday() == date(2026, 3, 8).weekday()
    assert former.first == date(2025, 3, 9)


def test_months_are_compared_with_months() -> None:
    march = periods.named(Name.MONTH, TODAY)
    assert periods.compared(march, Compare.PREVIOUS) == custom(date(2026, 2, 1), date(2026, 2, 28))
    assert periods.compared(march, Compare.YEAR) == custom(date(2025, 3, 1), date(2025, 3, 31))
    quarter = custom(date(2026, 1, 1), date(2026, 3, 31))
    assert periods.compared(quarter, Compare.PREVIOUS) == custom(date(2025, 10, 1), date(2025, 12, 31))


def test_28_days_that_happen_to_be_february_are_days() -> None:
    period = periods.named(Name.DAYS_28, date(2026, 2, 28))
    assert periods.compared(period, Compare.PREVIOUS) == custom(date(2026, 1, 4), date(2026, 1, 31))


def test_young_month_is_compared_with_as_much_of_the_one_before() -> None:
    march = periods.named(Name.MONTH, TODAY)
    former = periods.compared(march, Compare.PREVIOUS)
    assert former is not None
    assert periods.elapsed(former, march, TODAY) == custom(date(2026, 2, 1), date(2026, 2, 14))
    assert periods.elapsed(former, march, date(2026, 3, 30)) == former


def test_all_time_has_nothing_to_be_compared_with() -> None:
    period = periods.named(Name.ALL, TODAY, since=date(2020, 1, 1))
    assert periods.compared(period, Compare.PREVIOUS) is None
    assert periods.stepped(period, -1, TODAY) is None


def test_steps_lead_back_and_forth_but_not_into_the_future() -> None:
    march = periods.named(Name.MONTH, TODAY)
    february = periods.stepped(march, -1, TODAY)
    assert february == custom(date(2026, 2, 1), date(2026, 2, 28))
    assert february is not None
    assert periods.stepped(february, 1, TODAY) == custom(march.first, march.last)
    assert periods.stepped(march, 1, TODAY) is None
    assert periods.stepped(custom(periods.EARLIEST, TODAY), -1, TODAY) is None


@given(DAYS, st.integers(0, 4_000), ZONES, st.data())
def test_parts_are_complete_in_order_and_not_too_many(first: date, length: int, zone: str, data: st.DataObject) -> None:
    period = custom(first, first + timedelta(days=length))
    interval = data.draw(st.sampled_from(periods.sensible_intervals(period)))
    parts = periods.parts(period, interval, ZoneInfo(zone))
    assert parts[0].begins == periods.start_of(period.first, ZoneInfo(zone))
    assert parts[-1].ends == periods.start_of(period.last + timedelta(days=1), ZoneInfo(zone))
    for one, other in pairwise(parts):
        assert one.ends.astimezone(UTC) == other.begins.astimezone(UTC)
        assert one.begins.astimezone(UTC) < one.ends.astimezone(UTC)
    assert 1 <= len(parts) <= 500
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_days_on_which_clocks_change_have_23_or_25_hours(day: date, hours: int) -> None:
    parts = periods.parts(custom(day, day), Interval.HOUR, BERLIN)
    assert len(parts) == hours
    clocks = [part.begins.hour for part in parts]
    assert (2 in clocks, clocks.count(2)) == {23: (False, 0), 24: (True, 1), 25: (True, 2)}[hours]


def test_day_without_midnight_begins_when_the_clocks_have_jumped() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    begins = periods.start_of(date(2026, 4, 24), cairo)
    assert (begins.hour, begins.astimezone(UTC)) == (1, datetime(2026, 4, 23, 22, tzinfo=UTC))
    assert len(periods.parts(custom(begins.date(), begins.date()), Interval.HOUR, cairo)) == 23


def test_weeks_begin_on_monday_and_those_at_the_edge_are_partial() -> None:
    parts = periods.parts(custom(date(2026, 3, 4), date(2026, 3, 22)), Interval.WEEK, BERLIN)
    assert [(part.first.day, part.last.day, part.is_partial) for part in parts] == [
        (4, 8, True),
        (9, 15, False),
        (16, 22, False),
    ]


def test_months_may_be_partial_too() -> None:
    parts = periods.parts(custom(date(2026, 1, 15), date(2026, 3, 31)), Interval.MONTH, BERLIN)
    assert [part.is_partial for part in parts] == [True, False, False]


@pytest.mark.parametrize(
    ("days", "intervals"),
    [
        (1, "hour"),
        (2, "day hour"),
        (28, "day week"),
        (90, "day week month"),
        (365, "month day week"),
        (4_000, "month"),
    ],
)
def test_intervals_on_offer_make_a_readable_chart(days: int, intervals: str) -> None:
    period = custom(TODAY, TODAY + timedelta(days=days - 1))
    assert " ".join(periods.sensible_intervals(period)) == intervals


def test_last_thirty_minutes_end_with_the_present_one() -> None:
    parts = periods.minutes(datetime(2026, 3, 14, 12, 0, 30, tzinfo=UTC), BERLIN)
    assert len(parts) == 30
    assert (parts[0].begins.hour, parts[0].begins.minute) == (12, 31)
    assert (parts[-1].begins.hour, parts[-1].begins.minute) == (13, 0)
