"""What the demo's people say below each other's posts (`comments.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from byline.accounts.models import User
from byline.comments import service
from byline.comments.content import Sent
from byline.comments.models import Comment, CommentState
from byline.kernel import clock, db
from byline.kernel.access import SYSTEM
from byline.posts.models import Post

FILE = Path(__file__).parent / "comments.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """A post that is talked about, when it appeared, and the moment nobody speaks after."""

    post_id: int
    since: datetime
    now: datetime


def settle(now: datetime, members: dict[str, User]) -> None:
    """Let the people comment; nothing where they have done so before."""
    if db.session().scalar(select(Comment.id).limit(1)):
        return
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["comments"]:
        post = db.session().execute(select(Post.id, Post.published_at).where(Post.title == row["under"])).first()
        if post is not None and post.published_at is not None:
            _say(row, members, Place(post.id, post.published_at, now))


def _say(row: dict[str, Any], members: dict[str, User], place: Place, parent: int | None = None) -> None:
    moment = min(place.since + timedelta(hours=row["after"]), place.now)
    with clock.frozen(moment):
        said = service.write(members[row["by"]].actor, place.post_id, Sent(row["text"].strip(), parent))
        if said.state != CommentState.VISIBLE and not row.get("waits"):
            service.approve(SYSTEM, said.id)
    for answer in row.get("answers", ()):
        _say(answer, members, place, said.id)
