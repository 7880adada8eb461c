"""Who may do what with a post: tables, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from byline.accounts.models import User
from byline.kernel.access import ANONYMOUS, SYSTEM, Actor, Permission
from byline.kernel.errors import Invalid
from byline.posts import rules
from byline.posts.models import Post, PostAuthor, PostState

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
MEMBER = Permission.FOLLOW | Permission.COMMENT | Permission.WRITE
OWNER = Actor(1, "ada", MEMBER, confirmed=True)
CO_AUTHOR = Actor(2, "grace", MEMBER, confirmed=True)
OTHER = Actor(3, "jean", MEMBER, confirmed=True)
MODERATOR = Actor(4, "karen", MEMBER | Permission.MODERATE, confirmed=True)
ADMINISTRATOR = Actor(5, "radia", Permission(255), confirmed=True)
UNCONFIRMED = Actor(1, "ada", MEMBER, confirmed=False)
SUSPENDED = Actor(1, "ada", Permission(0), confirmed=True)
EVERYBODY = (OWNER, CO_AUTHOR, OTHER, MODERATOR, ADMINISTRATOR, UNCONFIRMED, SUSPENDED, ANONYMOUS, SYSTEM)


def post(
    state: PostState = PostState.DRAFT, *, deleted: bool = False, leaving: bool = False, alone: bool = False
) -> Post:
    authors = [PostAuthor(user_id=1, position=0)] + ([] if alone else [PostAuthor(user_id=2, position=1)])
    owner = User(id=1, username="ada", deletion_asked_at=NOW if leaving else None)
    return Post(
        author_id=1,
        author=owner,
        authors=authors,
        state=state,
        deleted_at=NOW if deleted else None,
        published_at=NOW,
    )


def test_only_confirmed_members_with_the_permission_write() -> None:
    writers = {actor for actor in EVERYBODY if rules.may_write(actor)}
    assert writers == {OWNER, CO_AUTHOR, OTHER, MODERATOR, ADMINISTRATOR, SYSTEM}


def test_authors_and_administrators_edit_and_publish() -> None:
    editors = {actor for actor in EVERYBODY if rules.may_edit(actor, post())}
    assert editors == {OWNER, CO_AUTHOR, ADMINISTRATOR, SYSTEM}
    assert editors == {actor for actor in EVERYBODY if rules.may_publish(actor, post())}


def test_nobody_edits_what_is_in_the_bin() -> None:
    assert not any(rules.may_edit(actor, post(deleted=True)) for actor in EVERYBODY)


def test_a_co_author_does_not_delete() -> None:
    assert {actor for actor in EVERYBODY if rules.may_delete(actor, post())} == {OWNER, ADMINISTRATOR, SYSTEM}


@pytest.mark.parametrize("state", [PostState.PUBLISHED, PostState.UNLISTED])
def test_everybody_reads_what_is_out(state: PostState) -> None:
    assert all(rules.may_read(actor, post(state)) for actor in EVERYBODY)


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.SCHEDULED, PostState.WITHDRAWN])
def test_only_authors_and_administrators_read_what_is_not_out(state: PostState) -> None:
    readers = {actor for actor in EVERYBODY if rules.may_read(actor, post(state))}
    assert readers == {OWNER, CO_AUTHOR, ADMINISTRATOR, UNCONFIRMED, SUSPENDED, SYSTEM}


@pytest.mark.parametrize("state", PostState)
def test_nobody_reads_what_is_in_the_bin(state: PostState) -> None:
    assert not any(rules.may_read(actor, post(state, deleted=True)) for actor in EVERYBODY)


def test_a_post_is_hidden_with_its_only_author_who_leaves() -> None:
    assert not rules.may_read(OTHER, post(PostState.PUBLISHED, leaving=True, alone=True))
    assert rules.may_read(OTHER, post(PostState.PUBLISHED, leaving=True))


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        (post(PostState.PUBLISHED), True),
        (post(PostState.PUBLISHED, deleted=True), False),
        (post(PostState.PUBLISHED, leaving=True, alone=True), False),
        (post(PostState.UNLISTED), False),
        (post(PostState.WITHDRAWN), False),
        (post(PostState.SCHEDULED), False),
        (post(PostState.DRAFT), False),
    ],
)
def test_only_published_posts_are_listed(written: Post, listed: bool) -> None:
    assert rules.listed_at(written) == (NOW if listed else None)


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(days=-1), "publish-at-passed"),
        (timedelta(minutes=-6), "publish-at-passed"),
        (timedelta(minutes=-4), None),
        (timedelta(0), None),
        (timedelta(days=1500), None),
        (timedelta(days=1900), "publish-at-too-far"),
        (datetime(9999, 12, 31, tzinfo=UTC) - NOW, "publish-at-too-far"),
    ],
)
def test_a_moment_to_publish_is_near(ahead: timedelta, code: str | None) -> None:
    if code is None:
        rules.check_schedule(NOW + ahead, NOW)
        return
    with pytest.raises(Invalid) as refused:
        rules.check_schedule(NOW + ahead, NOW)
    assert refused.value.code == code
    assert "publish_at" in refused.value.fields


def test_a_post_without_title_and_text_is_not_published() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_publishable(" ", "\n")
    assert set(refused.value.fields) == {"title", "body"}
