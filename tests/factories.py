"""Members, posts and mail for tests. Rows are made directly: what a test needs must not depend on what it proves."""

from __future__ import annotations

import email
import email.policy
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import cache
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts import roles
from byline.accounts.models import User
from byline.kernel import clock, db
from byline.kernel.db import Database
from byline.posts.models import Post, PostAuthor, PostState, PostTag, Revision, Tag
from byline.web import context
from byline.worker import Worker

PASSWORD = "eleven quiet herons"
NAMES = ("ada", "grace", "barbara", "margaret", "frances", "jean", "karen", "radia", "lynn", "sophie")
LISTED = PostState.PUBLISHED
LogIn = Callable[[User], FlaskClient]


class MakeUser:
    """Makes members; every one has the password `PASSWORD`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers = itertools.count()

    def __call__(self, username: str = "", *, role: str = roles.USER, confirmed: bool = True, **columns: Any) -> User:
        """Make a member; columns of `User` may be given by name."""
        number = next(self._numbers)
        username = username or (NAMES[number] if number < len(NAMES) else f"member{number}")
        now = clock.now()
        given = {
            "email": f"{username.casefold()}@example.org",
            "username": username,
            "username_key": username.casefold(),
            "username_skeleton": username.casefold(),
            "password": password_hash(),
            "fs_uniquifier": f"uniquifier-of-{username.casefold()}",
            "confirmed_at": now if confirmed else None,
            "member_since": now,
            "vouched_at": now,
            **columns,
        }
        with self._database.unit_of_work() as session:
            user = User(role=roles.named(role), **given)
            session.add(user)
        return user


class MakePost:
    """Makes posts as a save would leave them."""

    def __init__(self, database: Database, make_user: MakeUser) -> None:
        self._database = database
        self._make_user = make_user
        self._numbers = itertools.count(1)

    def __call__(
        self,
        author: User | None = None,
        *,
        title: str = "",
        body: str = "The first words.\n\nAnd some more of them.",
        state: PostState = LISTED,
        tags: Sequence[str] = (),
        co_authors: Sequence[User] = (),
        published_at: datetime | None = None,
        **columns: Any,
    ) -> Post:
        """Make a post of `author`, of a new member by default; columns of `Post` may be given by name."""
        from byline.kernel import text

        author = author or self._make_user()
        number = next(self._numbers)
        title = title or f"Post number {number}"
        moment = published_at or clock.now()
        is_out = state in (PostState.PUBLISHED, PostState.UNLISTED, PostState.WITHDRAWN)
        listed_at = moment if state is LISTED else None
        rendered = text.render(body)
        given = {
            "author_id": author.id,
            "slug": text.slugify(title, f"post-{number}"),
            "state": state,
            "title": title,
            "body": body,
            "html": rendered.html,
            "excerpt": rendered.excerpt,
            "word_count": rendered.word_count,
            "reading_minutes": rendered.reading_minutes,
            "created_at": moment,
            "updated_at": moment,
            "published_at": moment if is_out else None,
            "listed_at": listed_at,
            **columns,
        }
        with self._database.unit_of_work() as session:
            post = Post(**given)
            post.authors = [
                PostAuthor(user_id=person.id, position=position, listed_at=listed_at)
                for position, person in enumerate((author, *co_authors))
            ]
            post.tags = [
                PostTag(tag=_tag(name), position=position, listed_at=listed_at) for position, name in enumerate(tags)
            ]
            session.add(post)
            session.flush()
            session.add(_first_revision(post, list(tags)))
        return post


def _first_revision(post: Post, tags: list[str]) -> Revision:
    text = {"title": post.title, "body": post.body, "tags": tags}
    return Revision(post_id=post.id, number=1, editor_id=post.author_id, created_at=post.created_at, **text)


def _tag(name: str) -> Tag:
    from byline.posts import content

    slug = content.tag_slug(name)
    return db.session().scalar(select(Tag).where(Tag.slug == slug)) or Tag(slug=slug, name=name)


@cache
def password_hash() -> str:
    """The hash of `PASSWORD`, cheap to check: argon2id with the least work it allows."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The mail that was written so far."""

    app: Flask

    def deliver(self) -> list[EmailMessage]:
        """Run what the worker has to do now; answer every message, oldest first."""
        Worker(self.app).run_due()
        return self.messages()

    def messages(self) -> list[EmailMessage]:
        """Every message kept so far, oldest first."""
        folder = context.settings_of(self.app).data / "outbox"
        return [_parsed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]

    def link(self, containing: str = "/") -> str:
        """Deliver, then answer the path of the newest message's link that contains a text."""
        return link_in(self.deliver()[-1], containing)


def _parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def link_in(message: EmailMessage, containing: str = "/") -> str:
    """The path and query of the first link in a message's plain text that contains a text."""
    body = message.get_body(("plain",))
    assert body is not None, "The message has no plain text."
    for address in re.findall(r"https?://[^\s<>\"]+", body.get_content()):
        if containing in address:
            return "/" + str(address).split("/", 3)[3]
    raise AssertionError(f"No link containing {containing!r} in:\n{body.get_content()}")


def browser_of(app: Flask, member: User) -> FlaskClient:
    """A browser in which the member has logged in."""
    return browser_with(app, cookie_of(app, member))


def cookie_of(app: Flask, member: User) -> dict[str, Any]:
    """Log the member in; answer what the session's cookie says from now on."""
    from byline.accounts import sessions

    with app.test_request_context(), context.database_of(app).unit_of_work():
        context.begin(app)
        sessions.begin(member)
        return dict(session)


def browser_with(app: Flask, cookie: dict[str, Any]) -> FlaskClient:
    """A browser that has this session's cookie."""
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept.update(cookie)
    return browser
