"""Following: refusals first, then what changes, and what the pages show of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from byline.accounts import leaving_messages
from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import ANONYMOUS, Actor, Permission
from byline.kernel.db import Database
from byline.kernel.errors import DomainError, Invalid, NotAllowed, NotAuthenticated, NotFound
from byline.social import leaving, queries, service
from byline.social.messages import MemberFollowed, MemberUnfollowed
from byline.social.models import Follow
from tests import racing
from tests.factories import MakeUser


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace", name="Grace Hopper")


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """What was said on the bus."""
    events: list[object] = []
    before = bus._reactions
    bus._reactions = dict.fromkeys((MemberFollowed, MemberUnfollowed), (events.append,))
    yield events
    bus._reactions = before


def refusal(actor: Actor, user_id: int) -> DomainError:
    with pytest.raises(DomainError) as raised:
        service.follow(actor, user_id)
    return raised.value


def test_a_stranger_follows_nobody(unit_of_work: Session, ada: User) -> None:
    assert isinstance(refusal(ANONYMOUS, ada.id), NotAuthenticated)


def test_nobody_follows_themselves(unit_of_work: Session, ada: User) -> None:
    found = refusal(ada.actor, ada.id)
    assert isinstance(found, Invalid)
    assert found.code == "follow-yourself"
    assert queries.counts(ada.id) == queries.Counts(0, 0)


def test_who_lacks_the_permission_follows_nobody(unit_of_work: Session, ada: User, grace: User) -> None:
    without = replace(ada.actor, permissions=ada.actor.permissions & ~Permission.FOLLOW)
    assert isinstance(refusal(without, grace.id), NotAllowed)


def test_a_suspended_member_follows_nobody(unit_of_work: Session, make_user: MakeUser, grace: User) -> None:
    suspended = make_user("late", suspended_at=clock.now())
    assert refusal(suspended.actor, grace.id).code == "may-not-follow"


def test_a_suspended_member_cannot_be_followed(unit_of_work: Session, make_user: MakeUser, ada: User) -> None:
    suspended = make_user("late", suspended_at=clock.now())
    assert refusal(ada.actor, suspended.id).code == "follow-suspended"


@pytest.mark.parametrize("away", ["nobody", "leaving"])
def test_who_is_not_here_cannot_be_followed(unit_of_work: Session, make_user: MakeUser, ada: User, away: str) -> None:
    user_id = make_user("gone", deletion_asked_at=clock.now()).id if away == "leaving" else 10_000
    assert isinstance(refusal(ada.actor, user_id), NotFound)


def test_under_a_block_neither_follows_the_other(unit_of_work: Session, ada: User, grace: User) -> None:
    service.block(ada.actor, grace.id)
    assert refusal(ada.actor, grace.id).code == "follow-blocked"
    assert refusal(grace.actor, ada.id).code == "follow-not-wanted"


def test_following_twice_is_following_once(unit_of_work: Session, ada: User, grace: User, heard: list[object]) -> None:
    assert service.follow(ada.actor, grace.id) is True
    assert service.follow(ada.actor, grace.id) is False
    assert queries.counts(grace.id).followers == 1
    assert heard == [MemberFollowed(ada.id, grace.id)]


def test_unfollowing_somebody_one_does_not_follow_says_nothing(
    unit_of_work: Session, ada: User, grace: User, heard: list[object]
) -> None:
    assert service.unfollow(ada.actor, grace.id) is False
    assert heard == []


def test_a_suspended_member_may_still_let_go(unit_of_work: Session, ada: User, grace: User) -> None:
    service.follow(ada.actor, grace.id)
    suspended = replace(ada.actor, permissions=Permission(0))
    assert service.unfollow(suspended, grace.id) is True


def test_counts_and_lists_agree(unit_of_work: Session, make_user: MakeUser, ada: User, grace: User) -> None:
    barbara = make_user("barbara")
    service.follow(ada.actor, grace.id)
    service.follow(barbara.actor, grace.id)
    assert queries.counts(grace.id) == queries.Counts(followers=2, following=0)
    assert queries.counts(ada.id) == queries.Counts(followers=0, following=1)
    assert [row.person.username for row in queries.followers(grace.id).items] == ["barbara", "ada"]
    assert [row.person.username for row in queries.following(ada.id).items] == ["grace"]
    assert queries.following_ids(ada.id) == {grace.id}
    assert queries.is_following(ada.id, grace.id)
    assert not queries.is_following(grace.id, ada.id)


def test_who_is_leaving_is_in_no_list_and_comes_back_when_they_stay(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User
) -> None:
    barbara = make_user("barbara")
    service.follow(ada.actor, grace.id)
    service.follow(barbara.actor, grace.id)
    since = unit_of_work.scalar(select(Follow.created_at).where(Follow.follower_id == ada.id))
    unit_of_work.get_one(User, ada.id).deletion_asked_at = clock.now()
    leaving.hide(leaving_messages.MemberLeft(ada.id))
    assert queries.counts(grace.id).followers == 1
    assert [row.person.username for row in queries.followers(grace.id).items] == ["barbara"]

    unit_of_work.get_one(User, grace.id).deletion_asked_at = clock.now()
    leaving.hide(leaving_messages.MemberLeft(grace.id))
    unit_of_work.get_one(User, ada.id).deletion_asked_at = None
    leaving.show(leaving_messages.MemberStayed(ada.id))
    assert queries.counts(ada.id).following == 0, "Whom they followed is leaving in turn."

    unit_of_work.get_one(User, grace.id).deletion_asked_at = None
    leaving.show(leaving_messages.MemberStayed(grace.id))
    assert queries.counts(grace.id).followers == 2
    assert since in [row.at for row in queries.followers(grace.id).items]


def test_deleting_a_member_leaves_exact_counts(unit_of_work: Session, ada: User, grace: User) -> None:
    service.follow(ada.actor, grace.id)
    leaving.forget(leaving_messages.MemberDeleted(ada.id, ada.username_key))
    unit_of_work.delete(unit_of_work.get_one(User, ada.id))
    unit_of_work.flush()
    assert queries.counts(grace.id).followers == 0


def test_follows_that_came_without_a_tally_are_counted(unit_of_work: Session, ada: User, grace: User) -> None:
    now = clock.now()
    unit_of_work.add(Follow(follower_id=ada.id, followed_id=grace.id, created_at=now, listed_at=now))
    unit_of_work.flush()
    assert queries.counts(grace.id).followers == 1
    service.unfollow(ada.actor, grace.id)
    assert queries.counts(grace.id).followers == 0
    service.follow(ada.actor, grace.id)
    assert queries.counts(grace.id).followers == 1


def test_who_leaves_while_they_are_followed_is_not_counted(database: Database, ada: User, grace: User) -> None:
    def follow() -> None:
        with contextlib.suppress(NotFound):
            service.follow(ada.actor, grace.id)

    def leave() -> None:
        session = db.session()
        session.get_one(User, grace.id, with_for_update={"of": User}).deletion_asked_at = clock.now()
        session.flush()
        leaving.hide(leaving_messages.MemberLeft(grace.id))

    racing.together(database, follow, leave)
    with database.unit_of_work(write=False):
        assert queries.counts(ada.id).following == 0


def test_two_who_follow_each_other_at_once_are_both_counted(database: Database, ada: User, grace: User) -> None:
    acts = [lambda: service.follow(ada.actor, grace.id), lambda: service.follow(grace.actor, ada.id)]
    for _ in range(5):
        racing.together(database, *acts)
        with database.unit_of_work(write=False):
            assert queries.counts(ada.id) == queries.counts(grace.id) == queries.Counts(1, 1)
        with database.unit_of_work():
            service.block(ada.actor, grace.id)
            service.unblock(ada.actor, grace.id)
            assert queries.counts(ada.id) == queries.counts(grace.id) == queries.Counts(0, 0)


def test_two_follows_at_once_are_one(database: Database, ada: User, grace: User, heard: list[object]) -> None:
    racing.together(database, lambda: service.follow(ada.actor, grace.id), lambda: service.follow(ada.actor, grace.id))
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Follow)) == 1
    assert heard == [MemberFollowed(ada.id, grace.id)]


@pytest.mark.parametrize("turn", range(5))
def test_a_follow_never_slips_past_a_block_at_the_same_moment(
    database: Database, ada: User, grace: User, turn: int
) -> None:
    def follow() -> None:
        with contextlib.suppress(NotAllowed):
            service.follow(ada.actor, grace.id)

    racing.together(database, follow, lambda: service.block(grace.actor, ada.id))
    with database.unit_of_work(write=False):
        assert queries.are_apart(ada.id, grace.id)
        assert queries.counts(grace.id).followers == 0


def test_follow_and_unfollow_at_once_leave_an_exact_count(database: Database, make_user: MakeUser, grace: User) -> None:
    fans = [make_user(f"fan{number}") for number in range(6)]
    with database.unit_of_work():
        for fan in fans[:3]:
            service.follow(fan.actor, grace.id)
    gone = [lambda fan=fan: service.unfollow(fan.actor, grace.id) for fan in fans[:3]]
    come = [lambda fan=fan: service.follow(fan.actor, grace.id) for fan in fans[3:]]
    racing.together(database, *gone, *come)
    with database.unit_of_work(write=False):
        assert queries.counts(grace.id).followers == 3
        assert {row.person.id for row in queries.followers(grace.id).items} == {fan.id for fan in fans[3:]}
