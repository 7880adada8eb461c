"""What becomes of posts when their author leaves: hidden at once, shown again on return, given away or deleted at last.

What others wrote too stays readable throughout and passes to the next author.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, delete, select, update

from byline.accounts.leaving_messages import MemberDeleted, MemberLeft, MemberStayed
from byline.accounts.models import User
from byline.kernel import bus, db
from byline.posts import leaving_pictures
from byline.posts.messages import PostDeleted, PostHidden, PostsRelisted
from byline.posts.models import PathRedirect, Post, PostAddress, PostAuthor, PostState, PostTag
from byline.posts.service import addresses, composing, opening

AT_ONCE = 500
"""Rows named in one statement."""


def hide(event: MemberLeft) -> None:
    """Take the posts that only this member wrote out of every public list."""
    listed = _alone(event.user_id).where(Post.listed_at.is_not(None))
    hidden = db.session().scalars(listed).all()
    _list_again(hidden, shown=False)
    for post_id in hidden:
        bus.publish(PostHidden(post_id))


def show(event: MemberStayed) -> None:
    """List the posts again that were listed before, under the same moments."""
    published = (Post.state == PostState.PUBLISHED, Post.deleted_at.is_(None))
    kept_back = Post.hidden_at.is_not(None) | Post.held_at.is_not(None)
    shown = db.session().scalars(_alone(event.user_id).where(*published, ~kept_back)).all()
    _list_again(shown, shown=True)
    bus.publish(PostsRelisted(tuple(shown)))


def let_go(event: MemberDeleted) -> None:
    """Delete the posts that only this member wrote; give the others to their next author."""
    session = db.session()
    doomed = session.scalars(_alone(event.user_id)).all()
    shared = session.scalars(_with_others(event.user_id)).all()
    for post_id in shared:
        _go_on_without(post_id, event)
    for post_ids in _portions(doomed):
        session.execute(delete(Post).where(Post.id.in_(post_ids)))
    leaving_pictures.settle(event.user_id)
    for post_id in doomed:
        bus.publish(PostDeleted(post_id))


def _alone(user_id: int) -> Select[int]:
    """The posts that a member wrote without anybody else."""
    other = select(PostAuthor.post_id).where(PostAuthor.post_id == Post.id, PostAuthor.user_id != user_id)
    return select(Post.id).where(Post.author_id == user_id, ~other.exists())


def _with_others(user_id: int) -> Select[int]:
    """The posts that a member wrote together with somebody."""
    other = select(PostAuthor.post_id).where(PostAuthor.post_id == Post.id, PostAuthor.user_id != user_id)
    mine = select(PostAuthor.post_id).where(PostAuthor.post_id == Post.id, PostAuthor.user_id == user_id)
    return select(Post.id).where((Post.author_id == user_id) | mine.exists(), other.exists())


def _list_again(post_ids: Sequence[int], *, shown: bool) -> None:
    # By statements rather than post by post: an author may have thousands, and the request waits.
    session = db.session()
    quietly = {"synchronize_session": False}
    moment = Post.published_at if shown else None
    for ids in _portions(post_ids):
        session.execute(update(Post).where(Post.id.in_(ids)).values(listed_at=moment), execution_options=quietly)
        for link in (PostAuthor, PostTag):
            of_post = select(Post.listed_at).where(Post.id == link.post_id).scalar_subquery()
            session.execute(
                update(link).where(link.post_id.in_(ids)).values(listed_at=of_post), execution_options=quietly
            )
    if post_ids:
        session.flush()
        session.expire_all()
        db.content_changed()


def _portions(post_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(post_ids), AT_ONCE):
        yield post_ids[start : start + AT_ONCE]


def _go_on_without(post_id: int, event: MemberDeleted) -> None:
    """Take the member off a post; where they owned it, give it to the next author. Its readers notice nothing."""
    post = opening.locked(post_id)
    if post is None:
        return
    others = [author for author in post.authors if author.user_id != event.user_id]
    if post.author_id == event.user_id:
        heir = _next_author(others)
        others.sort(key=lambda author: author.user_id != heir)
        _pass_on(post, heir, event)
    post.authors = others
    for position, author in enumerate(others):
        author.position = position
    composing.relist(post)
    db.session().flush()
    bus.publish(PostsRelisted((post_id,)))


def _next_author(others: Sequence[PostAuthor]) -> int:
    """The first who is not leaving too, or else the first."""
    ids = [author.user_id for author in others]
    staying = set(db.session().scalars(select(User.id).where(User.id.in_(ids), User.deletion_asked_at.is_(None))))
    return next((user_id for user_id in ids if user_id in staying), ids[0])


def _pass_on(post: Post, heir: int, event: MemberDeleted) -> None:
    session = db.session()
    mine = (PostAddress.post_id == post.id, PostAddress.author_id == event.user_id)
    slugs = {post.slug, *session.scalars(select(PostAddress.slug).where(*mine))}
    for slug in sorted(slugs):
        session.merge(PathRedirect(path=f"@{event.username_key}/{slug}", post_id=post.id))
    session.execute(delete(PostAddress).where(*mine))
    post.slug = addresses.from_title(heir, post.slug, post_id=post.id)
    post.author = session.get_one(User, heir)
