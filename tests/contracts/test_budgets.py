"""How many statements a page may cost, whoever looks and however much there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient

from byline.comments.models import Comment
from byline.kernel import db
from byline.posts.models import PostState
from tests import budget
from tests.contracts.routes import open_page, readable
from tests.contracts.world import COMMENT, World
from tests.factories import MakePost, MakeUser

STATEMENTS = 8
VIEWERS = ("stranger", "ada", "moderator", "administrator")
LISTS = (
    "/",
    "/following",
    "/following/tags",
    "/@ada",
    "/tag/news",
    "/archive",
    "/feed.xml",
    "/feed.json",
    "/drafts",
    "/sitemap.xml",
)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_page_costs_more_than_its_budget(world: World, viewer: str) -> None:
    browser = _browser(world, viewer)
    open_page(browser, "/")
    wrong = []
    for route in readable(world):
        _change_content(world)
        # What the site is called and looks like is read once by a process after a change, not for this page.
        open_page(world.browser("stranger"), "/no/such/page")
        first, again = _statements(browser, route.address), _statements(browser, route.address)
        if first > STATEMENTS or again > first:
            wrong.append(f"{route.address}: {first}, then {again}")
    assert wrong == []


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_first_reader_of_a_post_after_a_change_costs_no_more_than_any_other(world: World, viewer: str) -> None:
    browser = _browser(world, viewer)
    open_page(browser, "/")
    with world.database.unit_of_work() as session:
        session.add_all(_thread(world))
    _change_content(world)
    first, again = _statements(browser, "/@ada/hello"), _statements(browser, "/@ada/hello")
    assert first <= STATEMENTS
    # A database that tells cheaply that nobody has committed since is asked nothing at all.
    assert again == 0 if world.database.is_sqlite else again <= STATEMENTS // 2


def _browser(world: World, viewer: str) -> FlaskClient:
    return world.browser("without_administer" if viewer == "moderator" else viewer)


def _change_content(world: World) -> None:
    with world.database.unit_of_work():
        db.content_changed()


def _statements(browser: FlaskClient, address: str) -> int:
    with budget.counted() as statements:
        open_page(browser, address)
    return len(statements)


def _thread(world: World) -> list[Comment]:
    """Answers to the comment of the world, one of which waits, so that a page has all it may have to ask for."""
    stamp = world.posts[PostState.PUBLISHED].updated_at
    shown = {"first_shown_at": stamp, "shown_at": stamp, "placed_at": stamp}
    made = []
    commenters: Sequence[tuple[str, dict[str, Any]]] = (
        ("outsider", shown),
        ("ada", shown),
        ("outsider", {"state": "held"}),
    )
    for number, (author, more) in enumerate(commenters, 10):
        path = f"{COMMENT:010d}{COMMENT + number:010d}"
        place = {"parent_id": COMMENT, "root_id": COMMENT, "depth": 1, "path": path, "created_at": stamp}
        words = {"body": "Yes.", "html": "<p>Yes.</p>"}
        post, who = world.posts[PostState.PUBLISHED].id, world.people[author].id
        made.append(Comment(id=COMMENT + number, post_id=post, author_id=who, **place, **words, **more))
    return made


@pytest.mark.parametrize("viewer", ["stranger", "ada"])
def test_a_list_of_many_costs_as_much_as_a_list_of_few(
    world: World, make_post: MakePost, make_user: MakeUser, viewer: str
) -> None:
    few = {address: _cost(world, viewer, address) for address in LISTS}
    for _ in range(20):
        make_post(world.people["ada"], tags=("News", "Other"), co_authors=[make_user()], state=PostState.PUBLISHED)
    many = {address: _cost(world, viewer, address) for address in LISTS}
    assert {address: many[address] for address in LISTS if many[address] > few[address] + 1} == {}


def _cost(world: World, viewer: str, address: str) -> int:
    browser = world.browser(viewer)
    open_page(browser, "/no/such/page")
    return _statements(browser, address)
