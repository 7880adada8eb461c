"""What the demo's people like and keep: likes, bookmarks and the reading lists of `lists.toml`."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select

from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel import db
from byline.kernel.errors import NotAllowed
from byline.lists import bookmarks
from byline.lists import service as lists
from byline.lists.models import ReadingList
from byline.lists.rules import Outline
from byline.posts.models import Post
from byline.reactions import service as likes
from byline.reactions.models import PostLike

FILE = Path(__file__).parent / "lists.toml"


def settle(members: dict[str, User]) -> None:
    """Let the people like, bookmark and put together what others wrote; nothing where they have done so before."""
    if db.session().scalar(select(exists().where(PostLike.post_id == Post.id))):
        return
    posts = db.session().execute(select(Post.id, Post.title, Post.author_id).where(Post.listed_at.is_not(None))).all()
    comments = db.session().scalars(select(Comment.id).where(Comment.shown_at.is_not(None))).all()
    for member in members.values():
        _like_and_keep(member, posts, comments)
    if not db.session().scalar(select(exists().where(ReadingList.owner_id == User.id))):
        _put_together(members)


def _like_and_keep(member: User, posts: Sequence[Any], comments: Sequence[int]) -> None:
    # Titles, not numbers, so that everybody's demo looks the same.
    for post_id, title, author_id in posts:
        warmth = random.Random(title).random()  # noqa: S311  (not a secret)
        chance = random.Random(f"{member.username}/{title}")  # noqa: S311  (not a secret)
        if chance.random() < 0.15 + 0.6 * warmth**2:
            _unless_own(likes.like_post, member, post_id)
        if chance.random() < 0.08 and author_id != member.id:
            bookmarks.keep(member.actor, post_id)
    for number, comment_id in enumerate(comments):
        if random.Random(f"{member.username}/comment {number}").random() < 0.2:  # noqa: S311  (not a secret)
            _unless_own(likes.like_comment, member, comment_id)


def _unless_own(like: Callable[..., object], member: User, thing_id: int) -> None:
    try:
        like(member.actor, thing_id)
    except NotAllowed:
        return


def _put_together(members: dict[str, User]) -> None:
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["lists"]:
        owner = members[row["owner"]].actor
        made = lists.create(owner, Outline(row["title"], row.get("description", "")))
        for address, note in row["posts"]:
            lists.add(owner, made.id, _post_at(address), note=note)
        if not row.get("private"):
            lists.publish(owner, made.id)


def _post_at(address: str) -> int:
    username, slug = address.split("/")
    query = select(Post.id).join(User, User.id == Post.author_id)
    return db.session().execute(query.where(User.username_key == username, Post.slug == slug)).scalar_one()
