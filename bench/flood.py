"""A flood: thousands of scripted sign-ups that all comment and publish, and what readers and moderators see of it.

Everything runs in this process, the worker in turns with the scripts as it works beside a server; each script has an
address of its own, as a botnet has, so that no rate limit helps. Comments wait as on a new site, or with `--open` as
where newcomers comment at once. Beside it stand the same acts of honest people: a newcomer's first comment and post,
and a member's report.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, or_, select, update

from byline import server
from byline.accounts import passwords, roles
from byline.accounts.models import User
from byline.admin import site_acts
from byline.app import create_app
from byline.comments.models import Comment, CommentState
from byline.kernel import clock, text
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database, content_changed
from byline.kernel.settings import Settings
from byline.kernel.site import CommentPolicy
from byline.moderation.models import Matter
from byline.posts.models import Post, PostAuthor, PostState
from byline.posts.rules import OPEN_STATES
from byline.web import context
from byline.worker import Worker

MEMBERS = 5_000
MARK = "flooded"
PASSWORD = "eleven quiet herons"
POST = "/@writer/a-lamp"
PUBLIC = ("/", POST, f"{POST}/comments", "/@writer", "/archive", "/feed.xml", "/feed.json", "/sitemap.xml",
          f"/search?q={MARK}", "/search?q=script", "/@writer/followers",
          "/tags", "/tag/lamps", "/tag/lamps/feed.xml", "/@script0", "/@script4", "/@script0/feed.xml",
          "/@script2", "/@script2/comments", "/@script2/feed.xml", "/@script5/the-lamp-5",
          "/@script0/the-lamp-0", "/@script2/the-lamp-2", "/@script4/the-lamp-4")  # fmt: skip
KINDS: tuple[Callable[[int], str], ...] = (
    lambda _: f"Cheap lamps, {MARK} for you: https://lamps.example/offer https://lamps.example/more",
    lambda number: f"Nice post number {number}, it {MARK} my day, see https://shop{number}.example/{number}",
    lambda number: f"I {MARK} a thought: this is the {number}th time that a lamp of mine went out in the evening.",
)
"""The same words from everybody, other words and another address from each, and words that look like anybody's."""
MOST_LINES = 12
"""Lines of the queue, however many come: one for each hour of the flood, and the honest ones."""
FIRST_PAGE = 30
WORKS_AFTER = 5
"""The worker has its turn after so many scripts."""
HOUR = timedelta(hours=1)
SLOWEST_QUEUE_MS = 250.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of the flood."""

    sent: int
    refused: int
    readable: int
    comments: int
    most_readable: int
    public_pages: list[str]
    lines: int
    honest_at: list[int]
    queue_ms: float
    statements: int


def main() -> None:
    """Let it come, print what is seen of it, and end with 1 when it reached readers or drowned the queue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--open", action="store_true", help="newcomers comment at once, as far as the settings go")
    parser.add_argument("--database", default="", help="the address of an empty PostgreSQL database; SQLite without it")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="byline-flood-") as folder, _cheap_passwords():
        app = site(Path(folder), chosen.database, is_open=chosen.open)
        began = time.perf_counter()
        came = flood(app, chosen.members)
        took = time.perf_counter() - began
        seen = look(app, chosen.members, came)
        did = f"{chosen.members:,} sign-ups, each with a comment and a post, in {took:.0f} s"
        print(f"{did}, {seen.refused:,} requests refused")
        print(f"scripts whose posts or comments anybody could read before it was a rush: {seen.most_readable}")
        print(f"posts of scripts that anybody reads now: {seen.readable}; comments: {seen.comments}")
        print(f"public pages that show any of it: {', '.join(seen.public_pages) or 'none'}")
        print(f"lines in the queue: {seen.lines}; the honest newcomer and the report are lines {seen.honest_at}")
        print(f"the queue's page: {seen.queue_ms:.0f} ms, {seen.statements} statements", flush=True)
        cleared = clear(app)
    print(f"cleared by {cleared.acts} acts in {cleared.request_ms:.0f} ms; the worker took {cleared.s:.0f} s")
    print(f"left: {cleared.left} lines, {cleared.members} scripts that nobody reads; honest kept: {cleared.kept}")
    sys.exit(0 if _is_well(seen) and cleared.kept and cleared.left <= MOST_LINES else 1)


def site(folder: Path, address: str, *, is_open: bool) -> Flask:
    """A site with a writer, a post, a moderator, and one honest newcomer."""
    given = {"BYLINE_DATA": str(folder)} | ({"BYLINE_DATABASE_URL": address} if address else {})
    settings = Settings.load(given)
    server.prepare(settings)
    app = create_app(settings, secret_key=os.urandom(16).hex())
    app.config.update(WTF_CSRF_ENABLED=False)
    with context.database_of(app).unit_of_work() as session:
        writer = _member("writer", roles.USER)
        session.add_all([writer, _member("keeper", roles.MODERATOR), _member("reader", roles.USER)])
        session.flush()
        session.add(_post(writer.id))
        if is_open:
            site_acts.save(SYSTEM, CommentPolicy(hold_first=False), 0)
        content_changed()
    return app


@dataclass(frozen=True, slots=True)
class Came:
    """How the flood came in: requests that were refused, and of how many scripts readers had something at the worst."""

    refused: int
    most_readable: int


def flood(app: Flask, members: int) -> Came:
    """Let every script register, confirm, comment and publish once, honest people among them.

    Every fourth schedules its post and every fifth hands it round as a link, as no way may lead past the moderators.
    """
    refused = most_readable = 0
    worker = Worker(app)
    for number in range(members):
        if number == members // 2:
            _be_honest(app)
        browser = app.test_client()
        if not _joins(browser, f"script{number}", _address(number)):
            refused += 1
            continue
        _confirm(app, f"script{number}")
        answer = browser.post(
            f"{POST}/comments",
            data={"body": KINDS[number % len(KINDS)](number)},
            environ_base={"REMOTE_ADDR": _address(number)},
        )
        refused += answer.status_code >= 400
        refused += _publishes(browser, number) >= 400
        if number % WORKS_AFTER == WORKS_AFTER - 1:
            most_readable = max(most_readable, sum(_readable(app)))
            worker.run_due()
        if number % 500 == 499:
            print(f"  {number + 1:,}", file=sys.stderr)
    worker.run_due()
    return Came(refused, most_readable)


def _readable(app: Flask) -> tuple[int, int]:
    """How many posts and comments of scripts anybody can read who finds them."""
    with context.database_of(app).unit_of_work(write=False) as session:
        scripts = select(User.id).where(User.username.startswith("script"))
        shown = (Post.state.in_(OPEN_STATES), Post.held_at.is_(None), Post.hidden_at.is_(None))
        posts = session.scalar(select(func.count()).select_from(Post).where(Post.author_id.in_(scripts), *shown))
        by_them = (Comment.author_id.in_(scripts), Comment.shown_at.is_not(None))
        said = session.scalar(select(func.count()).select_from(Comment).where(*by_them))
    return posts or 0, said or 0


def _publishes(browser: FlaskClient, number: int) -> int:
    words = KINDS[number % len(KINDS)](number)
    given = {"title": f"The lamp {number}", "body": words, "tags": "Lamps", "state": "published"}
    if number % 5 == 4:
        given["audience"] = "link"
    elif number % 4 == 3:
        given["publish_at"] = (clock.now() + HOUR).strftime("%Y-%m-%dT%H:%M")
    return browser.post("/write", data=given, environ_base={"REMOTE_ADDR": _address(number)}).status_code


def _be_honest(app: Flask) -> None:
    newcomer, reader = app.test_client(), app.test_client()
    _joins(newcomer, "honest", "192.0.2.1")
    _confirm(app, "honest")
    with context.database_of(app).unit_of_work() as session:
        # Somebody who joined two days ago, when nothing was going on.
        earlier = clock.now() - 48 * HOUR
        session.execute(update(User).where(User.username == "honest").values(member_since=earlier))
    newcomer.post(f"{POST}/comments", data={"body": "Which wick do you use? Mine smokes."})
    newcomer.post("/write", data={"title": "On wicks", "body": "Trim them.", "state": "published"})
    _log_in(reader, "reader")
    with context.database_of(app).unit_of_work(write=False) as session:
        number = session.scalar(select(Post.id).where(Post.slug == "a-lamp"))
    reader.post(f"/report/post/{number}", data={"reason": "privacy", "note": "It names a street."})


def look(app: Flask, members: int, came: Came) -> Seen:
    """Read every public page, and the queue as a moderator opens it."""
    stranger, keeper = app.test_client(), app.test_client()
    shown = [path for path in PUBLIC if _shows(stranger.get(path).text, path)]
    _log_in(keeper, "keeper")
    keeper.get("/moderation")
    times, page = [], ""
    with _counted(context.database_of(app)) as statements:
        page = keeper.get("/moderation").text
    for _ in range(20):
        began = time.perf_counter()
        keeper.get("/moderation")
        times.append((time.perf_counter() - began) * 1000)
    with context.database_of(app).unit_of_work(write=False) as session:
        lines = session.scalar(select(func.count(Matter.bundle.distinct())).where(Matter.closed_at.is_(None))) or 0
    order = [line.split('"')[0] for line in page.split('data-line="')[1:]]
    honest = [order.index(key) + 1 if key in order else 0 for key in _honest_lines(app)]
    readable = (*_readable(app), came.most_readable)
    return Seen(members, came.refused, *readable, shown, lines, honest, statistics.median(times), len(statements))


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was left after a moderator cleared it at one stroke for each bundle."""

    acts: int
    request_ms: float
    s: float
    left: int
    members: int
    kept: bool


def clear(app: Flask) -> Cleared:
    """Mark every line of several members as spammers, let the worker finish, and look what is left."""
    keeper, acts, waited = app.test_client(), 0, 0.0
    _log_in(keeper, "keeper")
    database = context.database_of(app)
    for bundle in _large_lines(database):
        began = time.perf_counter()
        keeper.post("/moderation/all", data={"bundle": bundle, "act": "spam", "reason": "A flood"})
        waited += (time.perf_counter() - began) * 1000
        acts += 1
    began = time.perf_counter()
    Worker(app).run_due()
    took = time.perf_counter() - began
    with database.unit_of_work(write=False) as session:
        left = session.scalar(select(func.count(Matter.bundle.distinct())).where(Matter.closed_at.is_(None))) or 0
        here = select(func.count()).where(User.username.startswith("script"), User.expelled_at.is_(None))
        here = here.where(or_(User.id.in_(select(Comment.author_id)), User.id.in_(select(Post.author_id))))
        still = session.scalar(here) or 0
        honest = select(Comment.state).join(User, User.id == Comment.author_id).where(User.username == "honest")
        is_read = session.scalar(select(Post.listed_at).where(Post.slug == "on-wicks"))
        kept = session.scalar(honest) in (CommentState.HELD, CommentState.VISIBLE) and is_read is not None
    return Cleared(acts, waited, took, left, still, kept)


def _is_well(seen: Seen) -> bool:
    near = all(0 < place <= FIRST_PAGE for place in seen.honest_at)
    return (
        not seen.public_pages
        and not seen.readable
        and not seen.comments
        and seen.lines <= MOST_LINES
        and near
        and seen.queue_ms <= SLOWEST_QUEUE_MS
    )


def _shows(page: str, path: str) -> bool:
    is_search, is_own = path.startswith("/search"), path.startswith("/@script")
    # A search repeats what was looked for, and a profile says whose it is.
    return ("/@script" in page and not is_own) or (MARK in page and not is_search) or "The lamp " in page


def _joins(browser: FlaskClient, username: str, address: str) -> bool:
    given = {
        "email": f"{username}@mail.example",
        "username": username,
        "password": PASSWORD,
        "password_confirm": PASSWORD,
    }
    return browser.post("/auth/register", data=given, environ_base={"REMOTE_ADDR": address}).status_code == 302


def _confirm(app: Flask, username: str) -> None:
    """As the link in the mail does; the scripts have mailboxes."""
    with context.database_of(app).unit_of_work() as session:
        session.execute(update(User).where(User.username == username).values(confirmed_at=clock.now()))


def _log_in(browser: FlaskClient, username: str) -> None:
    browser.post("/auth/login", data={"email": username, "password": PASSWORD})


def _address(number: int) -> str:
    return f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"


def _member(username: str, role: str) -> User:
    return User(
        role=roles.named(role),
        email=f"{username}@example.org",
        username=username,
        username_key=username,
        username_skeleton=username,
        password=passwords.hashed(PASSWORD),
        fs_uniquifier=username,
        confirmed_at=clock.now(),
        member_since=clock.now() - 400 * HOUR,
    )


def _post(author_id: int) -> Post:
    now, body = clock.now(), "A first paragraph about lamps.\n\nAnd a second one."
    post = Post(author_id=author_id, slug="a-lamp", state=PostState.PUBLISHED, title="A lamp", body=body)
    post.html, post.created_at, post.updated_at = text.render(body).html, now, now
    post.published_at = post.listed_at = now
    post.authors, post.tags = [PostAuthor(user_id=author_id, position=0, listed_at=now)], []
    return post


def _honest_lines(app: Flask) -> list[str]:
    with context.database_of(app).unit_of_work(write=False) as session:
        waits = select(Matter.bundle).join(User, User.id == Matter.member_id).where(Matter.closed_at.is_(None))
        return list(session.scalars(waits.where(User.username.in_(("honest", "writer"))).order_by(User.id)))


def _large_lines(database: Database) -> list[str]:
    with database.unit_of_work(write=False) as session:
        grouped = select(Matter.bundle).where(Matter.closed_at.is_(None)).group_by(Matter.bundle)
        return list(session.scalars(grouped.having(func.count(Matter.member_id.distinct()) > 1)))


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if arguments[2].lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(arguments[2])

    event.listen(database.reader, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.reader, "before_cursor_execute", note)


@contextmanager
def _cheap_passwords() -> Iterator[None]:
    """Hash with the least work Argon2 allows: five thousand real hashes are minutes that say nothing about this."""
    real = passwords.hashed
    passwords.hashed = _hashed_cheaply
    try:
        yield
    finally:
        passwords.hashed = real


def _hashed_cheaply(written: str) -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(written)


if __name__ == "__main__":
    main()
