"""A site of any size: members, posts, tags, as saving them one by one would leave them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import insert

from byline import server
from byline.accounts import roles
from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel import clock, text
from byline.kernel.db import Database, content_changed
from byline.kernel.settings import Settings
from byline.posts.models import Post, PostAuthor, PostState, PostTag, Tag

MEMBERS = 50
TAGS = 40
TAGS_PER_POST = 3
BATCH = 2_000
EMAIL, PASSWORD = "member0@example.org", "eleven quiet herons"
POST_ADDRESS, COMMENTED_ADDRESS = "/@member1/post-1", "/@member2/post-2"
COMMENTS = 10
"""Under the second of these."""
BODY = (
    """A first paragraph that says what the rest is about, in a line or two of plain words.

## What happened

Some *emphasis*, a [link](https://example.org/), a list:

- one thing
- another thing

```python
def hello(name: str) -> str:
    return f"hello {name}"
```

"""
    + "A paragraph of ordinary length, the kind that most posts have several of. " * 40
)


def fill(data: Path, posts: int) -> None:
    """Make a fresh site below `data` with `posts` published posts, one every ten minutes up to now."""
    settings = Settings.load({"BYLINE_DATA": str(data)})
    server.prepare(settings)
    database = Database(settings.database_address)
    try:
        with database.unit_of_work() as session:
            role = roles.named(roles.USER).id
            session.execute(insert(User), [_member(number, role) for number in range(MEMBERS)])
            session.execute(insert(Tag), [_tag(number) for number in range(TAGS)])
            content_changed()
        for batch in _batches(posts):
            with database.unit_of_work() as session:
                session.execute(insert(Post), [_post(number, posts) for number in batch])
                session.execute(insert(PostAuthor), [_author(number, posts) for number in batch])
                session.execute(insert(PostTag), [row for number in batch for row in _post_tags(number, posts)])
                content_changed()
        with database.unit_of_work() as session:
            session.execute(insert(Comment), [_comment(number) for number in range(1, COMMENTS + 1)])
        with database.writer.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    finally:
        database.dispose()


def _batches(posts: int) -> Iterator[list[int]]:
    numbers = iter(range(1, posts + 1))
    while batch := list(itertools.islice(numbers, BATCH)):
        yield batch


def _member(number: int, role: int) -> dict[str, Any]:
    name = f"member{number}"
    return {
        "id": number + 1,
        "email": f"{name}@example.org",
        "username": name,
        "username_key": name,
        "username_skeleton": name,
        "name": f"Member Number {number}",
        "about": "Writes about this and that.",
        "password": PasswordHasher().hash(PASSWORD) if number == 0 else "",
        "fs_uniquifier": f"uniquifier-{number}",
        "role_id": role,
        "confirmed_at": clock.now(),
        "member_since": clock.now(),
    }


def _tag(number: int) -> dict[str, Any]:
    return {"id": number + 1, "slug": f"tag-{number}", "name": f"Tag {number}"}


RENDERED = text.render(BODY)


def _post(number: int, posts: int) -> dict[str, Any]:
    moment = _moment(number, posts)
    return {
        "id": number,
        "author_id": _author_id(number),
        "slug": f"post-{number}",
        "state": PostState.PUBLISHED,
        "title": f"Post number {number}, with a title of ordinary length",
        "body": BODY,
        "html": RENDERED.html,
        "excerpt": RENDERED.excerpt,
        "word_count": RENDERED.word_count,
        "reading_minutes": RENDERED.reading_minutes,
        "created_at": moment,
        "updated_at": moment,
        "published_at": moment,
        "listed_at": moment,
    }


def _author(number: int, posts: int) -> dict[str, Any]:
    return {"post_id": number, "user_id": _author_id(number), "position": 0, "listed_at": _moment(number, posts)}


def _post_tags(number: int, posts: int) -> list[dict[str, Any]]:
    moment = _moment(number, posts)
    chosen = ((number * 7 + step * 11) % TAGS for step in range(TAGS_PER_POST))
    return [
        {"post_id": number, "tag_id": tag + 1, "position": position, "listed_at": moment}
        for position, tag in enumerate(chosen)
    ]


def _comment(number: int) -> dict[str, Any]:
    """A comment by one member each: seven first ones, and three that answer the first of them."""
    root, stamp = number if number <= COMMENTS - 3 else 1, clock.now()
    path = f"{number:010d}" if root == number else f"{root:010d}{number:010d}"
    said = text.render("A comment of *ordinary* length, which says that somebody has read the post to its end.")
    return {
        "id": number,
        "post_id": 2,
        "author_id": number + 3,
        "parent_id": None if root == number else root,
        "root_id": root,
        "path": path,
        "depth": int(root != number),
        "body": "Said.",
        "html": said.html,
        "created_at": stamp,
        "first_shown_at": stamp,
        "shown_at": stamp,
        "placed_at": stamp,
        "shown_below": 3 if number == 1 else 0,
    }


def _author_id(number: int) -> int:
    return number % MEMBERS + 1


def _moment(number: int, posts: int) -> Any:
    return clock.now() - timedelta(minutes=10 * (posts - number + 1))
