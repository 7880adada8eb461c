"""Reading posts: who sees what, neighbours, lists, and the same number of queries for one row and for twenty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from byline.accounts.models import User
from byline.kernel import clock, db
from byline.kernel.access import ANONYMOUS, SYSTEM, Actor
from byline.kernel.db import Database
from byline.posts import queries, rules, service
from byline.posts.content import Content
from byline.posts.models import Post, PostState
from byline.web.paging import Cursor, decode
from tests import budget
from tests.factories import MakePost, MakeUser


def test_visible_agrees_with_the_rule_for_everybody(
    make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    ada, grace, jean = make_user("ada"), make_user("grace"), make_user("jean")
    boss = make_user("boss", role="Administrator")
    leaver = make_user("leaver", deletion_asked_at=clock.now())
    for state in PostState:
        make_post(ada, state=state)
        make_post(ada, state=state, co_authors=[grace])
        make_post(ada, state=state, deleted_at=clock.now())
        make_post(leaver, state=state)
        make_post(leaver, state=state, co_authors=[grace])
    with database.unit_of_work(write=False) as reading:
        posts = reading.scalars(queries.whole()).all()
        actors: list[Actor] = [ANONYMOUS, SYSTEM, *(person.actor for person in (ada, grace, jean, boss, leaver))]
        for actor in actors:
            seen = set(reading.scalars(select(Post.id).where(queries.visible(actor))))
            assert seen == {post.id for post in posts if rules.may_read(actor, post)}, actor.username


def test_a_post_is_found_at_its_address_whatever_the_case_of_the_name(
    make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    make_post(make_user("Ada"), title="On lamps")
    with database.unit_of_work(write=False):
        found = queries.by_address(ANONYMOUS, "ADA", "on-lamps")
        assert found is not None
        assert found.author.username == "Ada"
        assert queries.by_address(ANONYMOUS, "ada", "nothing") is None
        assert queries.by_address(ANONYMOUS, "nobody", "on-lamps") is None


def test_neighbours_are_the_owners_listed_posts_around_it(
    make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    ada, now = make_user("ada"), clock.now()
    days = [make_post(ada, title=f"Day {day}", published_at=now + timedelta(days=day)) for day in range(3)]
    make_post(ada, title="Hidden", state=PostState.UNLISTED, published_at=now + timedelta(days=1, hours=1))
    make_post(make_user("grace"), title="Not hers", published_at=now + timedelta(days=1, hours=1))
    with database.unit_of_work(write=False):
        around = queries.around(days[1])
        assert around.older is not None
        assert around.newer is not None
        assert (around.older.title, around.newer.title) == ("Day 0", "Day 2")
        assert around.older.username == "ada"
        assert queries.around(days[0]).older is None


def test_own_posts_come_in_pages_and_include_co_authored_ones(
    make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    ada, grace, now = make_user("ada"), make_user("grace"), clock.now()
    for number in range(24):
        make_post(ada, state=PostState.DRAFT, published_at=now + timedelta(minutes=number))
    make_post(grace, title="Together", state=PostState.DRAFT, co_authors=[ada], published_at=now + timedelta(hours=1))
    with database.unit_of_work(write=False):
        first = queries.own(ada.actor, PostState.DRAFT)
        assert first.items[0].title == "Together"
        assert len(first.items) == 20
        assert first.older is not None
        rest = queries.own(ada.actor, PostState.DRAFT, Cursor(decode(first.older)))
        assert len(rest.items) == 5
        assert rest.older is None
        assert queries.own_counts(ada.actor) == {PostState.DRAFT: 25}


def test_revisions_come_newest_first_with_their_editors(make_user: MakeUser, unit_of_work: Session) -> None:
    ada = make_user("ada")
    post = service.create(ada.actor, Content(title="On lamps", body="0"))
    for number in range(1, 25):
        service.save(ada.actor, post.id, Content(title="On lamps", body=str(number)), based_on=number)
    page = queries.revisions(post)
    assert [kept.number for kept in page.items] == list(range(25, 5, -1))
    assert page.items[0].editor is not None
    assert page.older is not None
    rest = queries.revisions(post, Cursor(decode(page.older)))
    assert [kept.number for kept in rest.items] == [5, 4, 3, 2, 1]


def statements(user: User, database: Database) -> dict[str, int]:
    """How many statements each query needs."""
    with database.unit_of_work(write=False):
        post = db.session().scalars(queries.whole().limit(1)).one()
    asked: dict[str, Callable[[], object]] = {
        "by_address": lambda: queries.by_address(user.actor, "ada", post.slug),
        "own": lambda: queries.own(user.actor, PostState.PUBLISHED),
        "counts": lambda: queries.own_counts(user.actor),
        "around": lambda: queries.around(post),
        "for_reading": lambda: queries.for_reading(user.actor, "ada", post.slug),
        "revisions": lambda: queries.revisions(post),
    }
    needed = {}
    for name, ask in asked.items():
        with database.unit_of_work(write=False), budget.counted() as seen:
            ask()
        needed[name] = len(seen)
    return needed


def test_queries_do_not_grow_with_the_rows(make_user: MakeUser, make_post: MakePost, database: Database) -> None:
    ada = make_user("ada")
    make_post(ada, tags=["one"])
    few = statements(ada, database)
    friends = [make_user() for _ in range(3)]
    for _ in range(20):
        make_post(ada, tags=["one", "two", "three"], co_authors=friends)
    assert statements(ada, database) == few
    assert max(few.values()) <= 4
