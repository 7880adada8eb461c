"""Which posts stand in a member's timeline, in which order, on which page."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.posts import service as posts
from byline.posts.models import Post, PostAuthor, PostState, PostTag, Tag
from byline.social import service as social
from byline.timeline import reading, service
from byline.web import paging
from byline.web.paging import Cursor
from tests.factories import MakePost, MakeUser

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def shown(database: Database) -> Callable[[User], list[int]]:
    """The posts of a member's first page, by number."""

    def numbers(reader: User) -> list[int]:
        with database.unit_of_work(write=False):
            return [post_id for _, post_id in reading.keys(reader.id).items]

    return numbers


@pytest.fixture
def follow(database: Database) -> Callable[..., None]:
    """Let a member follow people, and tags by their names."""

    def begin(reader: User, *wanted: User | str) -> None:
        with database.unit_of_work() as session:
            for one in wanted:
                if isinstance(one, User):
                    social.follow(reader.actor, one.id)
                else:
                    service.follow_tag(
                        reader.actor, session.execute(select(Tag.id).where(Tag.name == one)).scalar_one()
                    )

    return begin


Shown = Callable[[User], list[int]]
Follow = Callable[..., None]


def test_nobody_followed_is_an_empty_timeline(ada: User, make_post: MakePost, shown: Shown) -> None:
    make_post()
    assert shown(ada) == []


def test_posts_of_followed_people_come_newest_first(
    ada: User, make_user: MakeUser, make_post: MakePost, shown: Shown, follow: Follow
) -> None:
    grace, jean, other = make_user(), make_user(), make_user()
    old = make_post(grace, published_at=NOON)
    new = make_post(jean, published_at=NOON + timedelta(hours=2))
    middle = make_post(grace, published_at=NOON + timedelta(hours=1))
    make_post(other)
    follow(ada, grace, jean)
    assert shown(ada) == [new.id, middle.id, old.id]


def test_own_posts_are_among_them(ada: User, make_post: MakePost, shown: Shown) -> None:
    post = make_post(ada)
    assert shown(ada) == [post.id]


def test_posts_of_followed_tags_are_among_them(ada: User, make_post: MakePost, shown: Shown, follow: Follow) -> None:
    post = make_post(tags=["Lamps"])
    make_post(tags=["Chairs"])
    follow(ada, "Lamps")
    assert shown(ada) == [post.id]


def test_a_post_that_comes_by_many_ways_stands_there_once(
    ada: User, make_user: MakeUser, make_post: MakePost, shown: Shown, follow: Follow
) -> None:
    grace, jean = make_user(), make_user()
    post = make_post(grace, co_authors=[jean, ada], tags=["Lamps", "Chairs"])
    follow(ada, grace, jean, "Lamps", "Chairs")
    assert shown(ada) == [post.id]


def test_a_co_authored_post_comes_by_the_second_author_too(
    ada: User, make_user: MakeUser, make_post: MakePost, shown: Shown, follow: Follow
) -> None:
    jean = make_user()
    post = make_post(make_user(), co_authors=[jean])
    follow(ada, jean)
    assert shown(ada) == [post.id]


@pytest.mark.parametrize("state", [state for state in PostState if state is not PostState.PUBLISHED])
def test_what_is_not_listed_is_not_there(state: PostState, ada: User, make_post: MakePost, shown: Shown) -> None:
    make_post(ada, state=state)
    assert shown(ada) == []


def test_a_scheduled_post_appears_at_its_moment(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, shown: Shown, follow: Follow
) -> None:
    grace = make_user()
    follow(ada, grace)
    with clock.frozen(NOON):
        later = make_post(grace, state=PostState.DRAFT, tags=["Lamps"])
        with database.unit_of_work():
            posts.publish(grace.actor, later.id, at=NOON + timedelta(hours=1))
        between = make_post(grace, published_at=NOON + timedelta(minutes=30))
        assert shown(ada) == [between.id]
        clock.advance(3601)
        with database.unit_of_work():
            assert posts.publish_due(later.id)
        assert shown(ada) == [later.id, between.id]


def test_a_withdrawn_post_leaves_the_timeline(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, shown: Shown, follow: Follow
) -> None:
    grace = make_user()
    post = make_post(grace)
    follow(ada, grace)
    with database.unit_of_work():
        posts.withdraw(SYSTEM, post.id)
    assert shown(ada) == []


def test_muted_people_are_left_out_whichever_way_they_come(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, shown: Shown, follow: Follow
) -> None:
    grace, loud = make_user(), make_user()
    make_post(loud)
    make_post(loud, tags=["Lamps"])
    make_post(grace, co_authors=[loud], tags=["Lamps"])
    kept = make_post(grace, tags=["Lamps"])
    follow(ada, grace, loud, "Lamps")
    with database.unit_of_work():
        social.mute(ada.actor, loud.id)
    assert shown(ada) == [kept.id]


@pytest.mark.parametrize("asked_by_reader", [True, False])
def test_people_apart_by_a_block_are_left_out(
    asked_by_reader: bool,
    ada: User,
    make_user: MakeUser,
    make_post: MakePost,
    database: Database,
    shown: Shown,
    follow: Follow,
) -> None:
    pest = make_user()
    make_post(pest, tags=["Lamps"])
    follow(ada, "Lamps")
    one, other = (ada, pest) if asked_by_reader else (pest, ada)
    with database.unit_of_work():
        social.block(one.actor, other.id)
    assert shown(ada) == []


def test_own_posts_stay_though_a_co_author_was_muted(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, shown: Shown
) -> None:
    loud = make_user()
    post = make_post(loud, co_authors=[ada])
    with database.unit_of_work():
        social.mute(ada.actor, loud.id)
    assert shown(ada) == [post.id]


def test_many_muted_posts_do_not_hide_those_behind_them(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, shown: Shown, follow: Follow
) -> None:
    loud = make_user()
    kept = make_post(tags=["Lamps"], published_at=NOON)
    for minute in range(30):
        make_post(loud, tags=["Lamps"], published_at=NOON + timedelta(minutes=1 + minute))
    follow(ada, "Lamps")
    with database.unit_of_work():
        social.mute(ada.actor, loud.id)
    assert shown(ada) == [kept.id]


def test_pages_hold_every_post_once_both_ways(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, follow: Follow
) -> None:
    wanted = _community(ada, make_user, make_post, follow)
    with database.unit_of_work(write=False):
        pages = [reading.keys(ada.id)]
        while pages[-1].older:
            pages.append(reading.keys(ada.id, Cursor(paging.decode(pages[-1].older))))
        assert [key for page in pages for key in page.items] == wanted
        back = [pages[-1]]
        while back[-1].newer:
            back.append(reading.keys(ada.id, Cursor(paging.decode(back[-1].newer), older=False)))
        assert [page.items for page in reversed(back)] == [page.items for page in pages]


def test_a_page_stays_as_it_is_while_newer_posts_come(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, follow: Follow
) -> None:
    _community(ada, make_user, make_post, follow)
    with database.unit_of_work(write=False):
        second = Cursor(paging.decode(reading.keys(ada.id).older or ""))
        before = reading.keys(ada.id, second).items
    for _ in range(3):
        make_post(ada)
    with database.unit_of_work(write=False):
        assert reading.keys(ada.id, second).items == before


def test_a_timeline_costs_two_statements_however_many_are_followed(
    ada: User,
    make_user: MakeUser,
    make_post: MakePost,
    database: Database,
    follow: Follow,
    queries: Callable[[int], AbstractContextManager[list[str]]],
) -> None:
    _community(ada, make_user, make_post, follow)
    with database.unit_of_work(write=False), queries(2):
        assert len(reading.keys(ada.id).items) == paging.PAGE_SIZE


def _community(ada: User, make_user: MakeUser, make_post: MakePost, follow: Follow) -> list[paging.Key]:
    """People with posts at crowded moments, some of them together; answer the keys of ada's timeline, newest first."""
    chance = random.Random(14)  # noqa: S311  (the same community in every run)
    people = [make_user(f"writer{number}") for number in range(8)]
    made = []
    for _ in range(90):
        author, *others = chance.sample(people, chance.choice((1, 1, 2)))
        tags = chance.sample(["Lamps", "Chairs", "Tables", "Doors"], 2)
        moment = NOON + timedelta(minutes=chance.randrange(25))
        made.append(
            (
                make_post(author, co_authors=others, tags=tags, published_at=moment),
                {author.id, *(o.id for o in others)},
                tags,
            )
        )
    follow(ada, *people[:4], "Lamps")
    followed = {person.id for person in people[:4]}
    keys = [(post.listed_at, post.id) for post, authors, tags in made if authors & followed or "Lamps" in tags]
    return sorted(((moment, post_id) for moment, post_id in keys if moment), reverse=True)


def test_a_prolific_source_does_not_crowd_out_the_others(
    ada: User, make_user: MakeUser, make_post: MakePost, database: Database, follow: Follow
) -> None:
    grace, quiet = make_user(), make_user()
    with database.unit_of_work() as session:
        for minute in range(60):
            moment = NOON + timedelta(minutes=minute)
            columns = {"created_at": moment, "updated_at": moment, "published_at": moment, "listed_at": moment}
            post = Post(
                author_id=grace.id, slug=f"p{minute}", state=PostState.PUBLISHED, title="T", body="B", **columns
            )
            post.authors = [PostAuthor(user_id=grace.id, position=0, listed_at=moment)]
            post.tags = [PostTag(tag=Tag(slug=f"t{minute}", name=f"t{minute}"), position=0, listed_at=moment)]
            session.add(post)
    rare = make_post(quiet, published_at=NOON + timedelta(minutes=30, seconds=30))
    follow(ada, grace, quiet)
    with database.unit_of_work(write=False):
        first = reading.keys(ada.id)
        second = reading.keys(ada.id, Cursor(paging.decode(first.older or "")))
    assert rare.id not in [post_id for _, post_id in first.items]
    assert rare.id in [post_id for _, post_id in second.items]
