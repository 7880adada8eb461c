"""Blocking and muting, and whom a text may call by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import Invalid, NotAuthenticated, NotFound
from byline.social import packing, queries, rules, service
from tests import budget
from tests.factories import LogIn, MakeUser


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace", name="Grace Hopper")


@pytest.mark.parametrize("act", [service.block, service.mute])
def test_nobody_turns_away_from_themselves(unit_of_work: Session, ada: User, act: Callable[..., bool]) -> None:
    with pytest.raises(Invalid, match="not yourself"):
        act(ada.actor, ada.id)


@pytest.mark.parametrize("act", [service.block, service.mute, service.unblock, service.unmute, service.unfollow])
def test_a_stranger_changes_nothing(unit_of_work: Session, ada: User, act: Callable[..., bool]) -> None:
    with pytest.raises(NotAuthenticated):
        act(ANONYMOUS, ada.id)


@pytest.mark.parametrize("act", [service.block, service.mute])
def test_nobody_can_be_turned_away_from_who_is_not_here(
    unit_of_work: Session, ada: User, act: Callable[..., bool]
) -> None:
    with pytest.raises(NotFound):
        act(ada.actor, 10_000)


def test_a_block_ends_following_both_ways_and_does_not_bring_it_back(
    unit_of_work: Session, ada: User, grace: User
) -> None:
    service.follow(ada.actor, grace.id)
    service.follow(grace.actor, ada.id)
    assert service.block(ada.actor, grace.id) is True
    assert service.block(ada.actor, grace.id) is False
    assert queries.counts(ada.id) == queries.counts(grace.id) == queries.Counts(0, 0)
    assert queries.blocked_with(ada.id) == {grace.id}
    assert queries.blocked_with(grace.id) == {ada.id}
    assert service.unblock(ada.actor, grace.id) is True
    assert queries.blocked_with(grace.id) == frozenset()
    assert queries.counts(ada.id) == queries.Counts(0, 0)


def test_taking_back_a_block_leaves_that_of_the_other(unit_of_work: Session, ada: User, grace: User) -> None:
    service.block(ada.actor, grace.id)
    service.block(grace.actor, ada.id)
    service.unblock(ada.actor, grace.id)
    assert queries.are_apart(ada.id, grace.id)


def test_muting_leaves_a_follow_alone(unit_of_work: Session, ada: User, grace: User) -> None:
    service.follow(ada.actor, grace.id)
    assert service.mute(ada.actor, grace.id) is True
    assert service.mute(ada.actor, grace.id) is False
    assert queries.is_following(ada.id, grace.id)
    assert queries.muted_by(ada.id) == {grace.id}
    assert queries.muted_by(grace.id) == frozenset()
    assert service.unmute(ada.actor, grace.id) is True
    assert queries.muted_by(ada.id) == frozenset()


def test_how_people_stand_is_told_for_many_in_one_statement(
    unit_of_work: Session,
    make_user: MakeUser,
    ada: User,
) -> None:
    people = {name: make_user(name) for name in ("followed", "fan", "kept", "keeper", "quiet", "nobody")}
    ids = {name: person.id for name, person in people.items()}
    service.follow(ada.actor, ids["followed"])
    service.follow(people["fan"].actor, ada.id)
    service.block(ada.actor, ids["kept"])
    service.block(people["keeper"].actor, ada.id)
    service.mute(ada.actor, ids["quiet"])
    with budget.at_most(2):
        states = queries.people_state(ada.actor, [*ids.values(), ada.id])
        away = queries.apart_and_muted(ada.id)
    assert states == {
        ids["followed"]: rules.State(follows=True),
        ids["fan"]: rules.State(follows_back=True),
        ids["kept"]: rules.State(blocks=True),
        ids["keeper"]: rules.State(is_blocked=True),
        ids["quiet"]: rules.State(mutes=True),
        ids["nobody"]: rules.State(),
        ada.id: rules.State(is_self=True),
    }
    assert away == (frozenset({ids["kept"], ids["keeper"]}), frozenset({ids["quiet"]}))
    assert queries.people_state(ANONYMOUS, [ada.id])[ada.id].is_stranger


def test_a_text_calls_members_as_they_spell_themselves(unit_of_work: Session, make_user: MakeUser, ada: User) -> None:
    make_user("JeanBartik")
    assert queries.mentionable(ada.id, ["jeanbartik", "JEANBARTIK", "nobody", "nul\0"]) == {"jeanbartik": "JeanBartik"}


def test_a_text_calls_nobody_who_is_apart_from_its_author_or_leaving(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User
) -> None:
    barbara = make_user("barbara")
    make_user("gone", deletion_asked_at=clock.now())
    service.block(ada.actor, grace.id)
    service.block(barbara.actor, ada.id)
    names = ["grace", "barbara", "gone", "ada"]
    assert queries.mentionable(ada.id, names) == {"ada": "ada"}
    assert set(queries.mentionable(None, names)) == {"grace", "barbara", "ada"}


def test_a_member_takes_along_whom_they_follow_and_keep_away(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User
) -> None:
    barbara = make_user("barbara")
    service.follow(ada.actor, grace.id)
    service.follow(grace.actor, ada.id)
    service.block(ada.actor, barbara.id)
    name, values = packing.portion(ada.id)
    assert name == "people.json"
    assert isinstance(values, dict)
    names = {kind: [row["username"] for row in rows] for kind, rows in values.items()}
    assert names == {"following": ["grace"], "followers": ["grace"], "blocked": ["barbara"], "muted": []}


def test_blocking_can_be_undone_from_the_next_page(log_in: LogIn, database: Database, ada: User, grace: User) -> None:
    browser = log_in(ada)
    browser.post("/@grace/block")
    page = browser.get("/@grace").text
    assert "You blocked Grace Hopper." in page
    assert page.count('action="/@grace/unblock"') >= 2
    assert 'action="/@grace/follow"' not in page
    browser.post("/@grace/unblock")
    assert 'action="/@grace/follow"' in browser.get("/@grace").text


def test_who_is_blocked_is_offered_no_button_and_refused_at_the_door(log_in: LogIn, ada: User, grace: User) -> None:
    log_in(grace).post("/@ada/block")
    browser = log_in(ada)
    assert 'action="/@grace/follow"' not in browser.get("/@grace").text
    answer = browser.post("/@grace/follow")
    assert answer.status_code == 403
    assert "You cannot follow this member." in answer.text


def test_settings_list_whom_one_keeps_away(log_in: LogIn, make_user: MakeUser, ada: User, grace: User) -> None:
    make_user("barbara")
    browser = log_in(ada)
    browser.post("/@grace/block")
    browser.post("/@barbara/mute")
    browser.get("/")
    blocked, muted = browser.get("/settings/people").text, browser.get("/settings/people?list=muted").text
    assert ("/@grace/unblock" in blocked, "barbara" in blocked) == (True, False)
    assert ("/@barbara/unmute" in muted, "Grace Hopper" in muted) == (True, False)
    assert "grace" not in log_in(make_user("jean")).get("/settings/people").text


def test_who_is_leaving_is_still_in_the_list_of_the_blocked(
    log_in: LogIn, database: Database, ada: User, grace: User
) -> None:
    browser = log_in(ada)
    browser.post("/@grace/block")
    with database.unit_of_work() as session:
        session.get_one(User, grace.id).deletion_asked_at = clock.now()
    page = browser.get("/settings/people").text
    assert "@grace" in page
    assert 'href="/@grace"' not in page
    answer = browser.post("/@grace/unblock", data={"next": "/settings/people"})
    assert answer.location == "/settings/people"
    assert "@grace" not in browser.get("/settings/people").text


def test_lists_of_people_show_no_button_to_a_stranger_but_the_way_in(
    client: FlaskClient, log_in: LogIn, ada: User, grace: User
) -> None:
    log_in(ada).post("/@grace/follow")
    page = client.get("/@grace/followers").text
    assert 'href="/auth/login?next=/@ada"' in page
    assert "csrf_token" not in page
