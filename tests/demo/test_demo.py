from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from byline.accounts import passwords
from byline.accounts.models import User
from byline.cli import group
from byline.conversations.models import Conversation
from byline.demo import filling, measuring, people, ties, writing
from byline.kernel.access import Permission
from byline.kernel.db import Database
from byline.kernel.errors import Conflict
from byline.kernel.settings import Settings
from byline.kernel.state import SiteState
from byline.kernel.storage import Storage
from byline.posts.interchange import front_matter
from byline.posts.models import Media, Post, PostAuthor, PostState
from byline.social.models import Follow
from tests.factories import MakePost, MakeUser
from tests.posts.interchange import site_state
from tests.posts.interchange.walking import Walk

TEXTS = sorted(writing.CONTENT.rglob("*.md"))
Fill = Callable[[], None]


@pytest.fixture
def fill(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Fill the test's site, with readers of few days: `test_readers` looks at all of them."""
    monkeypatch.setattr(measuring, "DAYS", 4)
    storage = Storage(settings.data / "media")
    return lambda: filling.fill(database, storage, "quiet-herons-on-paper")


@pytest.mark.slow
def test_the_demo_is_a_living_site_and_a_second_time_changes_nothing(
    fill: Fill, database: Database, app: Flask
) -> None:
    fill()
    with database.unit_of_work(write=False) as session:
        states = dict(session.execute(select(Post.state, func.count()).group_by(Post.state)).all())
        assert states[PostState.PUBLISHED] >= 60
        assert (states[PostState.DRAFT], states[PostState.SCHEDULED]) == (2, 2)
        assert session.scalars(select(SiteState.is_demo)).one()
        everybody = session.scalars(select(User)).all()
        known = {person.username for person in people.everyone()}
        users = [user for user in everybody if user.username in known]
        assert len(users) == 12
        assert all(user.is_demo for user in everybody)
        assert all(user.is_demo and user.claimed and user.confirmed_at and user.about for user in users)
        # The next filling counts back from this moment, so it is one and the same for everybody.
        assert len({user.confirmed_at for user in users}) == 1
        mira = next(user for user in users if user.username == "mira")
        assert mira.actor.can(Permission.ADMINISTER)
        assert passwords.matches(mira, "quiet-herons-on-paper")
        writers = set(session.scalars(select(PostAuthor.user_id)))
        assert writers == {user.id for user in users}
        assert (session.scalar(select(func.count(Media.id))) or 0) >= 20
        assert (session.scalar(select(func.count()).select_from(Follow)) or 0) >= 40
        talks = session.scalar(select(func.count()).select_from(Conversation))
        assert talks == len(tomllib.loads(ties.FILE.read_text(encoding="utf-8"))["talks"])
        posts = session.scalars(select(Post).options(undefer(Post.html), joinedload(Post.author)))
        shown = [(f"/@{post.author.username}/{post.slug}", post.html) for post in posts if post.listed_at]
    walk = Walk(app.test_client()).through(shown)
    assert (walk.broken, walk.links > 3, walk.pictures > 10) == ([], True, True)

    before = site_state.of(database)
    fill()
    assert site_state.differences(before, site_state.of(database)) == []


def test_real_members_are_never_mixed_with_a_demo(fill: Fill, make_user: MakeUser, database: Database) -> None:
    make_user("ada")
    with pytest.raises(Conflict, match="real members"):
        fill()
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(User.id))) == 1
        assert not session.scalars(select(SiteState.is_demo)).one()


def test_imported_posts_are_never_mixed_with_a_demo(fill: Fill, make_user: MakeUser, make_post: MakePost) -> None:
    make_post(make_user("ada", claimed=False))
    with pytest.raises(Conflict, match="posts of its own"):
        fill()


def test_the_command_refuses_with_a_sentence(
    settings: Settings, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("ada")
    monkeypatch.setenv("BYLINE_DATA", str(settings.data))
    monkeypatch.setenv("BYLINE_DATABASE_URL", settings.database_url)
    result = CliRunner().invoke(group, ["demo"])
    assert (result.exit_code, "real members" in result.output) == (1, True)
    assert not (settings.data / "demo_password").exists()


def test_the_password_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = people.password_kept_in(tmp_path)
    assert people.password_kept_in(tmp_path) == first
    assert len(first.split("-")) == 5
    assert (tmp_path / "demo_password").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_text_is_whole(path: Path) -> None:
    parted = front_matter.parted(path.read_text(encoding="utf-8"))
    names = {person.name: person for person in people.everyone()}
    assert set(parted.fields) <= {"title", "age", "authors", "description", "tags", "pictures", "cover", "draft"}
    assert all(parted.fields["age"] < names[author].days for author in parted.fields["authors"])
    assert all(f"({picture}" in parted.body for picture in parted.fields.get("pictures", ()) if picture != "cover.jpg")
    assert "!" not in parted.body.replace("![", "").replace("!=", "") or path.stem in EXCLAIMS


EXCLAIMS = ("field-guide-to-error-messages", "compost-arithmetic")
"""Here somebody other than the site raises their voice."""
