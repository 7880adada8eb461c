"""How many statements a page may cost, whoever looks and however much there is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from byline.posts.models import PostState
from tests import budget
from tests.contracts.routes import open_page, readable
from tests.contracts.world import World
from tests.factories import MakePost, MakeUser

STATEMENTS = 8
ASKED_ANEW = 3
"""Who it is, the content version and the bar: SQLite tells that nobody has committed since, PostgreSQL cannot."""
COMPOSED: Mapping[str, int] = {
    "pages.post": 16,
}
"""Pages that several rooms make together: the first reader after a change pays for what is kept for all others."""
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


@pytest.mark.parametrize("viewer", ["stranger", "ada", "administrator"])
def test_no_page_costs_more_than_its_budget(world: World, viewer: str) -> None:
    browser = world.browser(viewer)
    most = STATEMENTS if world.database.is_sqlite else STATEMENTS + ASKED_ANEW
    open_page(browser, "/")
    wrong = []
    for route in readable(world):
        with budget.counted() as statements:
            open_page(browser, route.address)
        if len(statements) > COMPOSED.get(route.endpoint, most):
            wrong.append(f"{route.address}: {len(statements)}")
    assert wrong == []


@pytest.mark.parametrize("viewer", ["stranger", "ada", "administrator"])
def test_a_post_that_was_read_before_costs_no_more_than_any_page(world: World, viewer: str) -> None:
    browser = world.browser(viewer)
    for _ in range(2):
        open_page(browser, "/@ada/hello")
    with budget.counted() as statements:
        open_page(browser, "/@ada/hello")
    assert len(statements) <= STATEMENTS


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
    with budget.counted() as statements:
        open_page(browser, address)
    return len(statements)
