"""Names called in posts: linked for those who are here and not apart, the same in the preview and on the page."""

from __future__ import annotations

import pytest

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts import rendering, service
from byline.posts.content import Content
from byline.social.models import Block
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser

LINK = '<a class="mention" href="/@grace">@grace</a>'


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


def block(database: Database, one: User, other: User) -> None:
    with database.unit_of_work() as session:
        session.add(Block(blocker_id=one.id, blocked_id=other.id, created_at=clock.now()))


def test_a_member_who_is_called_is_linked(database: Database, ada: User, grace: User) -> None:
    with database.unit_of_work():
        post = service.create(ada.actor, Content(title="T", body="Ask @grace, not @nobody or `@grace`."))
        assert post.html.count(LINK) == 1
        assert "@nobody" in post.html
        assert 'href="/@nobody"' not in post.html


@pytest.mark.parametrize("blocker", ["author", "called"])
def test_nobody_is_linked_across_a_block(database: Database, ada: User, grace: User, blocker: str) -> None:
    one, other = (ada, grace) if blocker == "author" else (grace, ada)
    block(database, one, other)
    with database.unit_of_work():
        assert LINK not in service.create(ada.actor, Content(title="T", body="Ask @grace.")).html


def test_a_block_that_came_meanwhile_counts_at_the_next_save(database: Database, ada: User, grace: User) -> None:
    body = "Ask @grace, as before."
    with database.unit_of_work():
        assert LINK in rendering.of(body, ada.id).html
    block(database, grace, ada)
    with database.unit_of_work():
        assert LINK not in rendering.of(body, ada.id).html


def test_the_preview_is_what_a_save_stores(database: Database, log_in: LogIn, ada: User, grace: User) -> None:
    body = "Ask @grace.\n\n## @grace again\n\n[@grace](https://example.org/)"
    seen = log_in(ada).post("/preview", data={"body": body}, headers={"Accept": "application/json"})
    with database.unit_of_work():
        stored = service.create(ada.actor, Content(title="T", body=body)).html
    assert seen.json is not None
    assert seen.json["html"] == stored
    assert LINK in stored


def test_a_co_author_previews_with_the_owners_ties(
    database: Database, log_in: LogIn, make_post: MakePost, make_user: MakeUser, ada: User, grace: User
) -> None:
    jean = make_user("jean")
    block(database, grace, jean)
    post = make_post(ada, co_authors=[jean])
    fields = {"body": "Ask @grace.", "post": str(post.id)}
    seen = log_in(jean).post("/preview", data=fields, headers={"Accept": "application/json"})
    assert seen.json is not None
    assert LINK in seen.json["html"]
    alone = log_in(jean).post("/preview", data={"body": "Ask @grace."}, headers={"Accept": "application/json"})
    assert alone.json is not None
    assert LINK not in alone.json["html"]


def test_who_is_called_is_who_is_linked(database: Database, ada: User, grace: User) -> None:
    with database.unit_of_work():
        found = rendering.called("@grace, @nobody and `@ada`", ada.id)
    assert {key: named.id for key, named in found.items()} == {"grace": grace.id}


def test_a_text_that_calls_nobody_asks_nothing(database: Database, ada: User) -> None:
    with database.unit_of_work(), budget.counted() as statements:
        rendering.of("Nobody is called here.", ada.id)
    assert statements == []


def test_a_long_text_rendered_ahead_is_not_rendered_again(
    database: Database, ada: User, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "Ask @grace. " * 3000
    with database.unit_of_work():
        rendering.ahead(body, ada.id)
        monkeypatch.setattr("byline.kernel.text.render", None)
        assert LINK in rendering.of(body, ada.id).html
