"""What strangers' pages cost while members like posts: renewing one post's page, against renewing every page.

In one process and in processor time, so that a busy machine changes little: the reads alone are counted, not the likes.
"""

from __future__ import annotations

import argparse
import logging
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import select
from werkzeug.test import create_environ

from bench import filling
from byline.accounts.models import User
from byline.app import create_app
from byline.kernel import db, state
from byline.kernel.settings import Settings
from byline.posts.models import Post
from byline.reactions import service
from byline.web import context

POSTS = 2_000
READ = 300
"""How many of the newest posts strangers come to, the newest most often; one read in four is of the home page."""
EVERY = (0, 1_000, 100, 10)
WAYS: dict[str, Callable[[str], None]] = {
    "the post's own page": state.renew,
    "every page": lambda _topic: db.content_changed(),
}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reads", type=int, default=4_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as folder:
        filling.fill(Path(folder), POSTS)
        app = create_app(Settings.load({"BYLINE_DATA": folder}), secret_key="a key for a measurement, long enough")
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        site = Site(app)
        print("| a like in so many reads | a like renews | ms of processor time a page |")
        print("|---:|---|---:|")
        for every in EVERY:
            for way, renew in WAYS.items() if every else [("", state.renew)]:
                state.renew = renew
                print(f"| {every or 'none'} | {way} | {site.read(chosen.reads, every):.3f} |", flush=True)


class Site:
    """A site, its readers and its likers."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._chance = random.Random(1)
        with context.database_of(app).unit_of_work(write=False) as session:
            query = select(Post.id, Post.slug, User.username).join(User, User.id == Post.author_id)
            newest = query.where(Post.listed_at.is_not(None)).order_by(Post.listed_at.desc()).limit(READ)
            self._posts = session.execute(newest).all()
            self._members = session.scalars(select(User)).unique().all()
            for member in self._members:
                _ = member.actor

    def read(self, reads: int, every: int) -> float:
        """Milliseconds a read takes, with a like or an unlike in between now and then."""
        for path in ("/", *(self._address(post) for post in self._posts)):
            self._get(path)
        spent = 0
        for number in range(1, reads + 1):
            begun = time.process_time_ns()
            self._get("/" if number % 4 == 0 else self._some_post())
            spent += time.process_time_ns() - begun
            if every and number % every == 0:
                self._like()
        return spent / reads / 1e6

    def _some_post(self) -> str:
        return self._address(self._posts[min(int(self._chance.paretovariate(0.8)) - 1, len(self._posts) - 1)])

    @staticmethod
    def _address(post: Any) -> str:
        return f"/@{post.username}/{post.slug}"

    def _like(self) -> None:
        post, member = self._chance.choice(self._posts), self._chance.choice(self._members)
        act = self._chance.choice((service.like_post, service.unlike_post))
        if member.username != post.username:
            with self._app.app_context(), context.database_of(self._app).unit_of_work():
                act(member.actor, post.id)

    def _get(self, path: str) -> None:
        said: list[Any] = []
        answer = self._app.wsgi_app(create_environ(path), lambda *given: said.append(given))
        for _part in answer:
            pass
        if not said[0][0].startswith("200"):
            raise SystemExit(f"{path}: {said[0][0]}")


if __name__ == "__main__":
    main()
