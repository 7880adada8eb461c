"""The page of the timeline: its states for a newcomer, a reader and a stranger, and its tabs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.kernel.db import Database
from byline.social import service as social
from tests.factories import LogIn, MakePost, MakeUser

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("address", ["/following", "/following/tags", "/following/find"])
def test_a_stranger_is_asked_to_log_in(client: FlaskClient, address: str) -> None:
    assert client.get(address).location == f"/auth/login?next={address}"


def test_a_newcomer_is_offered_people_and_tags(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, log_in: LogIn
) -> None:
    grace, pest, loud = make_user("grace"), make_user("pest"), make_user("loud")
    make_post(grace, tags=["Lamps"])
    make_post(pest)
    make_post(loud)
    with database.unit_of_work():
        social.block(pest.actor, ada.id)
        social.mute(ada.actor, loud.id)
    page = log_in(ada).get("/following").text
    assert "This will be your own page" in page
    assert 'action="/@grace/follow"' in page
    assert 'action="/tag/lamps/follow"' in page
    assert 'action="/@pest/follow"' not in page
    assert 'action="/@loud/follow"' not in page


def test_the_page_of_suggestions_stays_while_several_are_chosen(
    ada: User, make_user: MakeUser, make_post: MakePost, log_in: LogIn
) -> None:
    make_post(make_user("grace"), tags=["Lamps"])
    browser = log_in(ada)
    answer = browser.post("/@grace/follow", data={"next": "/following/find#p-grace"})
    assert answer.location == "/following/find#p-grace"
    page = browser.get("/following/find").text
    assert 'action="/@grace/unfollow"' in page
    assert 'action="/tag/lamps/follow"' in page
    assert 'value="/following/find#t-lamps"' in page


def test_a_site_without_posts_leads_home(ada: User, log_in: LogIn) -> None:
    page = log_in(ada).get("/following")
    assert page.status_code == 200
    assert "See what everybody writes" in page.text


def test_somebody_whose_people_are_silent_is_told_so(
    ada: User, make_user: MakeUser, database: Database, log_in: LogIn
) -> None:
    with database.unit_of_work():
        social.follow(ada.actor, make_user("grace").id)
    assert "have not published anything so far" in log_in(ada).get("/following").text


def test_pages_lead_to_each_other(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, log_in: LogIn
) -> None:
    for number in range(25):
        make_post(ada, title=f"Number {number:02}.", published_at=NOON + timedelta(minutes=number))
    browser = log_in(ada)
    first = browser.get("/following").text
    assert "Number 24." in first
    assert "Number 04." not in first
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    second = browser.get(f"/following{older}").text
    assert "Number 04." in second
    assert "Number 05." not in second
    newer = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Number 24." in browser.get(f"/following{newer}").text


def test_a_page_beyond_the_end_says_so(ada: User, make_post: MakePost, log_in: LogIn) -> None:
    make_post(ada)
    page = log_in(ada).get("/following?before=AAAAAAAAAAAAAAAAAAAAAA")
    assert page.status_code == 200
    assert "No posts on this page" in page.text


@pytest.mark.parametrize("cursor", ["x", "%00", "9" * 3000])
def test_a_wrong_cursor_is_not_found(ada: User, log_in: LogIn, cursor: str) -> None:
    assert log_in(ada).get(f"/following?before={cursor}").status_code == 404


def test_members_switch_between_the_latest_and_the_followed_and_strangers_do_not(
    ada: User, make_post: MakePost, log_in: LogIn, client: FlaskClient
) -> None:
    make_post()
    assert '<a href="/following">Following' in log_in(ada).get("/").text
    assert "/following" not in client.get("/").text


def test_a_page_of_many_costs_as_much_as_a_page_of_few(
    ada: User,
    make_user: MakeUser,
    make_post: MakePost,
    database: Database,
    log_in: LogIn,
    queries: Callable[[int], AbstractContextManager[list[str]]],
) -> None:
    browser = log_in(ada)
    make_post(ada, tags=["Lamps"])
    for count in (0, 30):
        for _ in range(count):
            grace, jean = make_user(), make_user()
            make_post(grace, co_authors=[jean])
            with database.unit_of_work():
                social.follow(ada.actor, grace.id)
        browser.get("/following")
        browser.get("/")
        with queries(8):
            browser.get("/following")
