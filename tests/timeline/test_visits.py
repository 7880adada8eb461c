"""What is new since the last visit: the rule, what is noted, and the line on the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.social import service as social
from byline.timeline import rules, since
from byline.timeline.models import TimelineVisit
from byline.web.paging import Cursor
from tests.factories import LogIn, MakePost, MakeUser

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINE = "Seen on your last visit"


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (timedelta(minutes=29), NOON - HOUR),
        (timedelta(minutes=30), NOON),
        (timedelta(days=400), NOON),
    ],
)
def test_a_visit_ends_after_half_an_hour(away: timedelta, expected: datetime) -> None:
    assert rules.since_when(NOON, NOON - HOUR, NOON + away) == expected


AT = [NOON + HOUR * number for number in (5, 4, 3)]
BEFORE_FIVE, BEFORE_SIX = Cursor((NOON + HOUR * 5, 1)), Cursor((NOON + HOUR * 6, 1))


@pytest.mark.parametrize(
    ("last", "cursor", "has_older", "new", "line"),
    [
        (NOON + HOUR * 6, None, True, 0, None),
        (NOON + HOUR * 5, None, True, 0, None),
        (NOON + HOUR * 4.5, None, True, 1, 1),
        (NOON + HOUR * 3.5, None, True, 2, 2),
        (NOON, None, True, 3, None),
        (NOON, None, False, 3, None),
        (NOON + HOUR * 5.5, BEFORE_SIX, True, 0, 0),
        (NOON + HOUR * 7, BEFORE_SIX, True, 0, None),
        (NOON + HOUR * 3.5, BEFORE_SIX, True, 2, 2),
        (NOON + HOUR * 3.5, Cursor((NOON, 1), older=False), True, 2, 2),
    ],
)
def test_the_line_stands_before_the_first_post_that_was_there(
    last: datetime, cursor: Cursor | None, has_older: bool, new: int, line: int | None
) -> None:
    found = since.place(AT, last, cursor, has_older=has_older)
    assert found is not None
    assert (found.new, found.line_before) == (new, line)


def test_a_first_visit_says_nothing_of_another() -> None:
    assert since.place(AT, None, None, has_older=False) is None


@pytest.fixture
def reader(ada: User, make_user: MakeUser, make_post: MakePost, database: Database, log_in: LogIn) -> FlaskClient:
    """A browser of ada's, who follows somebody with one post."""
    grace = make_user("grace")
    make_post(grace, title="Old news", published_at=NOON - HOUR)
    with clock.frozen(NOON), database.unit_of_work():
        social.follow(ada.actor, grace.id)
    return log_in(ada)


def noted(database: Database, member: User) -> TimelineVisit | None:
    with database.unit_of_work(write=False) as session:
        return session.get(TimelineVisit, member.id)


def test_a_first_visit_is_noted_and_shows_no_line(reader: FlaskClient, ada: User, database: Database) -> None:
    with clock.frozen(NOON):
        page = reader.get("/following").text
        assert "Old news" in page
        assert "last visit" not in page
        visit = noted(database, ada)
    assert visit is not None
    assert (visit.seen_at, visit.before_at) == (NOON, None)


def test_what_came_meanwhile_stands_above_the_line_for_the_whole_visit(
    reader: FlaskClient, make_post: MakePost, ada: User, database: Database
) -> None:
    with clock.frozen(NOON):
        reader.get("/following")
        make_post(ada, title="Fresh news", published_at=NOON + HOUR)
        clock.advance(7200)
        for _ in range(2):
            page = reader.get("/following").text
            assert "One new post since your last visit" in page
            assert page.index("Fresh news") < page.index(LINE) < page.index("Old news")
            clock.advance(600)
        clock.advance(3600)
        assert "Nothing new since your last visit" in reader.get("/following").text


def test_the_same_visit_is_not_written_again_and_again(reader: FlaskClient, ada: User, database: Database) -> None:
    with clock.frozen(NOON):
        reader.get("/following")
        clock.advance(240)
        reader.get("/following")
        visit = noted(database, ada)
    assert visit is not None
    assert visit.seen_at == NOON


@pytest.mark.parametrize("how", ["head", "prefetch"])
def test_whoever_does_not_look_was_not_there(reader: FlaskClient, ada: User, database: Database, how: str) -> None:
    if how == "head":
        reader.head("/following")
    else:
        reader.get("/following", headers={"Sec-Purpose": "prefetch;prerender"})
    assert noted(database, ada) is None
