"""The buttons and the lists of people, as browsers meet them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.social import queries as social
from byline.social.models import Follow
from byline.web.paging import PAGE_SIZE
from tests.factories import LogIn, MakeUser


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace", name="Grace Hopper")


@pytest.fixture
def hers(log_in: LogIn, ada: User) -> FlaskClient:
    return log_in(ada)


def followers_of(database: Database, person: User) -> int:
    with database.unit_of_work(write=False):
        return social.counts(person.id).followers


def test_a_stranger_is_asked_to_log_in(client: FlaskClient, grace: User) -> None:
    assert client.post("/@grace/follow").status_code == 401
    assert 'href="/auth/login?next=/@grace"' in client.get("/@grace").text


@pytest.mark.parametrize("act", ["follow", "unfollow", "block", "unblock", "mute", "unmute"])
def test_nobody_of_that_name_is_not_found(hers: FlaskClient, act: str) -> None:
    assert hers.post(f"/@nobody-here/{act}").status_code == 404


def test_following_oneself_is_refused_with_a_sentence(hers: FlaskClient) -> None:
    answer = hers.post("/@ada/follow")
    assert answer.status_code == 400
    assert "You cannot follow yourself." in answer.text


def test_a_follow_leads_back_and_offers_to_take_it_back(hers: FlaskClient, database: Database, grace: User) -> None:
    answer = hers.post("/@grace/follow", data={"next": "/@grace/followers?before=#p-x"})
    assert (answer.status_code, answer.location) == (303, "/@grace/followers?before=#p-x")
    page = hers.get("/@grace").text
    assert "You follow Grace Hopper now." in page
    assert 'action="/@grace/unfollow"' in page
    assert followers_of(database, grace) == 1


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\x", ""])
def test_a_follow_never_leads_to_another_site(hers: FlaskClient, grace: User, elsewhere: str) -> None:
    assert hers.post("/@grace/follow", data={"next": elsewhere}).location == "/@grace"


def test_following_twice_says_so_and_counts_once(hers: FlaskClient, database: Database, grace: User) -> None:
    hers.post("/@grace/follow")
    hers.get("/")
    hers.post("/@grace/follow")
    assert "You follow Grace Hopper already." in hers.get("/").text
    assert followers_of(database, grace) == 1


def test_an_unfollow_can_be_undone(hers: FlaskClient, database: Database, grace: User) -> None:
    hers.post("/@grace/follow")
    hers.get("/")
    hers.post("/@grace/unfollow")
    page = hers.get("/archive").text
    assert "You no longer follow Grace Hopper." in page
    assert 'action="/@grace/follow"' in page
    hers.post("/@grace/follow", data={"next": "/@grace"})
    assert followers_of(database, grace) == 1


def test_a_script_gets_the_button_as_it_is_now_the_count_and_the_sentence(hers: FlaskClient, grace: User) -> None:
    answer = hers.post("/@grace/follow", data={"next": "/archive#p-grace"}, headers={"Accept": "application/json"})
    told = answer.get_json()
    assert (told["followers"], told["said"]) == (1, "You follow Grace Hopper now.")
    assert 'action="/@grace/unfollow" data-follow="grace"' in told["button"]
    assert 'name="next" value="/archive#p-grace"' in told["button"]
    assert "You follow Grace Hopper now." not in hers.get("/").text
    refused = hers.post("/@ada/follow", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.get_json()["code"]) == (400, "follow-yourself")


def test_a_card_tells_who_somebody_is_at_a_glance(
    hers: FlaskClient, client: FlaskClient, make_user: MakeUser, grace: User
) -> None:
    make_user("gone", deletion_asked_at=clock.now())
    assert client.get("/user/gone/card").status_code == 404
    known = hers.get("/user/grace/card").text
    assert ("Grace Hopper" in known, 'data-follow="grace"' in known, "<html" in known) == (True, True, False)
    strange = client.get("/user/grace/card")
    assert ("csrf_token" in strange.text, 'href="/auth/login?next=/@grace"' in strange.text) == (False, True)
    assert client.get("/user/grace/card", headers={"If-None-Match": strange.headers["ETag"]}).status_code == 304


def test_a_name_in_another_case_is_followed_and_lists_lead_to_its_address(
    hers: FlaskClient, database: Database, grace: User
) -> None:
    assert hers.post("/@GRACE/follow").location == "/@grace"
    assert followers_of(database, grace) == 1
    answer = hers.get("/@Grace/followers")
    assert (answer.status_code, answer.location) == (301, "/@grace/followers")


@pytest.mark.parametrize("page", ["followers", "following"])
def test_lists_of_nobody_are_not_found(client: FlaskClient, page: str) -> None:
    assert client.get(f"/@nobody-here/{page}").status_code == 404


def test_a_list_says_since_when_and_offers_to_follow_back(
    hers: FlaskClient, database: Database, ada: User, grace: User
) -> None:
    with database.unit_of_work() as session:
        moment = clock.now().replace(2025, 5, 3)
        session.add(Follow(follower_id=grace.id, followed_id=ada.id, created_at=moment, listed_at=moment))
    page = hers.get("/@ada/followers").text
    assert "Since <time" in page
    assert "3 May 2025" in page
    assert "Follow back" in page


def test_pages_of_followers_follow_one_another_without_gap_or_double(
    client: FlaskClient, database: Database, make_user: MakeUser, grace: User
) -> None:
    crowd(database, make_user, grace, PAGE_SIZE + 5)
    first = client.get("/@grace/followers").text
    older = client.get("/@grace/followers" + link_of(first, "next")).text
    names = [f"fan{number}" for number in range(PAGE_SIZE + 5)]
    shown = [name for name in names if f'id="p-{name}"' in first], [name for name in names if f'id="p-{name}"' in older]
    assert shown == (names[5:], names[:5])
    assert client.get("/@grace/followers" + link_of(older, "prev")).text.count('id="p-fan') == PAGE_SIZE


def test_a_list_costs_the_same_whatever_its_length(
    queries: Callable[[int], AbstractContextManager[list[str]]],
    hers: FlaskClient,
    database: Database,
    make_user: MakeUser,
    grace: User,
) -> None:
    costs = []
    hers.get("/")
    for size in (1, PAGE_SIZE - 1):
        crowd(database, make_user, grace, size, named=f"fan{size}of")
        hers.get("/@grace/followers")
        with queries(8) as statements:
            assert hers.get("/@grace/followers").text.count('<li id="p-') >= size
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_a_profile_shows_its_counts_as_links(client: FlaskClient, database: Database, ada: User, grace: User) -> None:
    follow(database, ada, grace)
    page = client.get("/@grace").text
    assert 'data-followers="grace"><strong>1</strong> follower</a>' in page
    assert '<a href="/@grace/following"><strong>0</strong> following</a>' in page


def test_a_profile_offers_what_the_two_are_to_each_other(
    hers: FlaskClient, database: Database, ada: User, grace: User
) -> None:
    assert 'action="/@grace/follow"' in hers.get("/@grace").text
    follow(database, ada, grace)
    follow(database, grace, ada)
    page = hers.get("/@grace").text
    assert 'aria-label="Stop following Grace Hopper"' in page
    assert "Follows you" in page
    own = hers.get("/@ada").text
    assert 'action="/@ada/follow"' not in own
    assert 'action="/@ada/block"' not in own


def follow(database: Database, who: User, whom: User) -> None:
    with database.unit_of_work() as session:
        now = clock.now()
        session.add(Follow(follower_id=who.id, followed_id=whom.id, created_at=now, listed_at=now))


def crowd(database: Database, make_user: MakeUser, person: User, size: int, *, named: str = "fan") -> None:
    """Followers of somebody, `fan0` first."""
    begin = clock.now() - timedelta(days=3)
    for number in range(size):
        moment = begin + timedelta(minutes=number // 2)
        fan = make_user(f"{named}{number}")
        with database.unit_of_work() as session:
            session.add(Follow(follower_id=fan.id, followed_id=person.id, created_at=moment, listed_at=moment))


def link_of(page: str, rel: str) -> str:
    after = page.split(f'rel="{rel}" href="', 1)[1]
    return after.split('"', 1)[0]
