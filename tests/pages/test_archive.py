"""The archive: months, their counts, and the way between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from byline.pages import months
from byline.posts.models import PostState
from tests.factories import MakePost, MakeUser


@pytest.fixture
def ten_years(make_user: MakeUser, make_post: MakePost) -> None:
    """Posts in 2016, at the turn of 2025 to 2026, and hidden ones between."""
    ada = make_user("ada")
    make_post(ada, title="Early", published_at=datetime(2016, 2, 29, 12, tzinfo=UTC))
    make_post(ada, title="Last second", published_at=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC))
    make_post(ada, title="First second", published_at=datetime(2026, 1, 1, tzinfo=UTC))
    make_post(ada, title="Hidden", state=PostState.UNLISTED, published_at=datetime(2020, 5, 1, tzinfo=UTC))


def test_archive_counts_each_month(client: FlaskClient, ten_years: None) -> None:
    page = client.get("/archive").text
    for path in ("/archive/2016", "/archive/2016/2", "/archive/2025/12", "/archive/2026/1"):
        assert f'href="{path}"' in page
    assert "/archive/2020" not in page


def test_a_month_begins_and_ends_at_midnight_utc(client: FlaskClient, ten_years: None) -> None:
    december, january = client.get("/archive/2025/12").text, client.get("/archive/2026/1").text
    assert "Last second" in december
    assert "First second" not in december
    assert "First second" in january
    assert "Last second" not in january


def test_a_span_leads_to_the_nearest_ones_that_have_posts(client: FlaskClient, ten_years: None) -> None:
    year = client.get("/archive/2025").text
    assert 'href="/archive/2016"' in year
    assert 'href="/archive/2026"' in year
    empty = client.get("/archive/2020/5").text
    assert "Nothing was published then" in empty
    assert 'href="/archive/2016/2"' in empty
    assert 'href="/archive/2025/12"' in empty


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/archive/2016/02", "/archive/2016/2"),
        ("/archive/02016", "/archive/2016"),
        ("/archive/%D9%A2%D9%A0%D9%A1%D9%A6", "/archive/2016"),
        ("/archive/2016/2/", "/archive/2016/2"),
    ],
)
def test_a_month_has_one_address(client: FlaskClient, ten_years: None, asked: str, led_to: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers.get("Location")) == (301, led_to)


def test_a_full_month_goes_on_over_pages(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    ada, start = make_user("ada"), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(55):
        make_post(ada, title=f"Essay {number:02}", published_at=start + timedelta(hours=number))
    first = client.get("/archive/2026/1").text
    older = first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(f"/archive/2026/1{older}").text
    assert "Essay 05" in first
    assert "Essay 04" not in first
    assert "Essay 04" in second


@pytest.mark.parametrize(("year", "month"), [(0, None), (9999, None), (2026, 0), (2026, 13), (10**20, 1), (-1, 1)])
def test_no_calendar_has_such_a_month(year: int, month: int | None) -> None:
    assert months.span(year, month) is None


def test_december_ends_with_the_year() -> None:
    assert months.span(2025, 12) == months.Span(datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
