"""A member's own comments, for those who take their data along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only

from byline.accounts.models import User
from byline.comments.models import Comment, CommentState, CommentVersion
from byline.kernel import db
from byline.posts.models import Post

SAID_TO_MEMBERS: Mapping[str, str] = {
    CommentState.VISIBLE: "visible",
    CommentState.HELD: "waits for approval",
    CommentState.SPAM: "waits for approval",
    CommentState.HIDDEN: "hidden",
    CommentState.DELETED: "taken back",
}


def portion(member_id: int) -> tuple[str, object]:
    """Everything the member commented, with what it said before it was changed, the oldest first."""
    return "comments.json", list(_comments(member_id))


def _comments(member_id: int) -> Iterator[dict[str, object]]:
    before = _versions(member_id)
    post = joinedload(Comment.post, innerjoin=True).options(
        load_only(Post.slug, Post.title, Post.author_id),
        joinedload(Post.author, innerjoin=True).load_only(User.username),
    )
    query = select(Comment).where(Comment.author_id == member_id).options(post).order_by(Comment.id)
    for one in db.session().scalars(query):
        yield {
            "id": one.id,
            "post": {"title": one.post.title, "path": f"/@{one.post.author.username}/{one.post.slug}"},
            "answers": one.parent_id,
            "written_at": one.created_at.isoformat(),
            "changed_at": one.edited_at.isoformat() if one.edited_at else None,
            "state": SAID_TO_MEMBERS[one.state],
            "reason": one.reason,
            "body": one.body,
            "before": before.get(one.id, []),
        }


def _versions(member_id: int) -> dict[int, list[dict[str, str]]]:
    mine = select(CommentVersion).join(Comment, Comment.id == CommentVersion.comment_id)
    rows = db.session().scalars(mine.where(Comment.author_id == member_id).order_by(CommentVersion.id))
    found: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row.comment_id, []).append({"body": row.body, "written_at": row.written_at.isoformat()})
    return found
