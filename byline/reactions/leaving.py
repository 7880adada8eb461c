"""What becomes of likes when a member or a post goes, and what a member takes along."""

from __future__ import annotations

from sqlalchemy import select

from byline.accounts.leaving_messages import MemberDeleted, MemberLeft, MemberStayed
from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel import db, state
from byline.posts import topics
from byline.posts.messages import PostDeleted
from byline.posts.models import Post
from byline.reactions import service
from byline.reactions.models import CommentLike, PostLike


def discount(event: MemberLeft) -> None:
    """Take the likes of a member who is leaving, or was taken for a spammer, out of the counts."""
    service.count_of_member(event.user_id, counted=False)


def count_again(event: MemberStayed) -> None:
    """Put them back."""
    service.count_of_member(event.user_id, counted=True)


def forget(event: MemberDeleted) -> None:
    """Take what is still counted out of the counts before a cascade takes the rows."""
    service.forget_member(event.user_id)


def forget_topic(event: PostDeleted) -> None:
    """Keep no version of what pages about a post showed, once there is no post."""
    state.forget(topics.of_post(event.post_id))


def portion(member_id: int) -> tuple[str, dict[str, list[dict[str, str]]]]:
    """The posts and the comments a member likes, the last first."""
    return "likes.json", {"posts": _posts(member_id), "comments": _comments(member_id)}


def _posts(member_id: int) -> list[dict[str, str]]:
    query = select(User.username, Post.slug, PostLike.created_at).join(Post, Post.id == PostLike.post_id)
    query = query.join(User, User.id == Post.author_id).where(PostLike.member_id == member_id)
    rows = db.session().execute(query.order_by(PostLike.created_at.desc()))
    return [{"post": f"/@{username}/{slug}", "at": at.isoformat()} for username, slug, at in rows]


def _comments(member_id: int) -> list[dict[str, str]]:
    query = select(User.username, Post.slug, CommentLike.comment_id, CommentLike.created_at)
    query = query.join(Comment, Comment.id == CommentLike.comment_id).join(Post, Post.id == Comment.post_id)
    query = query.join(User, User.id == Post.author_id).where(CommentLike.member_id == member_id)
    rows = db.session().execute(query.order_by(CommentLike.created_at.desc()))
    return [{"comment": f"/@{name}/{slug}#comment-{number}", "at": at.isoformat()} for name, slug, number, at in rows]
