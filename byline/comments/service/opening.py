"""Opening posts and comments for a change: loaded, locked in one order, and only for those who may know of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, selectinload

from byline.accounts.models import User
from byline.comments import rules
from byline.comments.models import Comment, CommentState
from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed, NotFound
from byline.posts import queries as posts
from byline.posts import rules as post_rules
from byline.posts.models import Post
from byline.social import queries as social

GONE = "This comment is not there any more."


def post_for(actor: Actor, post_id: int) -> Post:
    """A post the actor may read, with its authors; its thread waits for this unit of work. NotFound otherwise."""
    _lock(post_id)
    post = db.session().scalar(_post(post_id).where(posts.visible(actor)))
    if post is None:
        raise NotFound("post-unknown", "This post cannot be read any more.")
    return post


def comment_for(actor: Actor, comment_id: int) -> tuple[Comment, Post]:
    """A comment whose words the actor may read, and its post, both waiting for this unit of work.

    NotFound for a comment that is gone, and for one the actor may not know of.
    """
    session = db.session()
    post_id = session.scalar(select(Comment.post_id).where(Comment.id == comment_id))
    if post_id is None:
        raise NotFound("comment-unknown", GONE)
    _lock(post_id)
    comment = session.scalar(_comment(comment_id))
    post = session.scalar(_post(post_id))
    if comment is None or post is None or not _may_know(actor, comment, post):
        raise NotFound("comment-unknown", GONE)
    return comment, post


def for_machine(comment_id: int) -> Comment | None:
    """A comment that waits for this unit of work with its thread, whoever may read it; None when it is gone."""
    post_id = db.session().scalar(select(Comment.post_id).where(Comment.id == comment_id))
    if post_id is None:
        return None
    _lock(post_id)
    return db.session().scalar(_comment(comment_id))


def parent_for(actor: Actor, post: Post, parent_id: int | None) -> Comment | None:
    """The comment that is to be answered; NotFound when the actor does not see it there, or nobody does any more."""
    if parent_id is None:
        return None
    parent = db.session().scalar(_comment(parent_id).where(Comment.post_id == post.id))
    if parent is None or parent.state != CommentState.VISIBLE or parent.shown_at is None:
        raise NotFound("parent-gone", "The comment you answer is not there any more. Your words are below.")
    if actor.id is not None and parent.author_id is not None and social.are_apart(actor.id, parent.author_id):
        raise NotFound("parent-gone", "The comment you answer is not there any more. Your words are below.")
    return parent


def check_not_apart(actor: Actor, people: Collection[int]) -> None:
    """Raise NotAllowed where there is a block between the actor and any of these members, whoever asked for it."""
    if actor.id is not None and social.blocked_with(actor.id).intersection(people):
        raise NotAllowed("blocked", "You cannot comment here: you and an author of this post have parted ways.")


def author_of(actor: Actor) -> User:
    """The row of the member who acts."""
    return db.session().get_one(User, actor.id)


def lock_posts_of(member_id: int) -> None:
    """Keep every thread a member wrote in waiting, in one order: two moderators at it cannot block each other."""
    theirs = select(Comment.post_id).where(Comment.author_id == member_id)
    query = select(Post.id).where(Post.id.in_(theirs)).order_by(Post.id).with_for_update(key_share=True)
    db.session().execute(query)


def _lock(post_id: int) -> None:
    # Weaker than what an edit of the post takes, so that whoever only refers to the row need not wait.
    db.session().execute(select(Post.id).where(Post.id == post_id).with_for_update(key_share=True))


def _post(post_id: int) -> Select[Post]:
    whole = (joinedload(Post.author, innerjoin=True), selectinload(Post.authors), defer(Post.body, raiseload=True))
    return select(Post).where(Post.id == post_id).options(*whole).execution_options(populate_existing=True)


def _comment(comment_id: int) -> Select[Comment]:
    fresh = {"populate_existing": True}
    return (
        select(Comment).where(Comment.id == comment_id).options(joinedload(Comment.author)).execution_options(**fresh)
    )


def _may_know(actor: Actor, comment: Comment, post: Post) -> bool:
    if rules.is_own(actor, comment):
        return comment.state != CommentState.DELETED
    if not (post_rules.may_read(actor, post) or rules.may_moderate(actor, post)):
        return False
    return rules.may_read(actor, comment, post)
