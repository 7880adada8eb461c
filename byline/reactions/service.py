"""The one door for likes. Each function checks the rule, writes and speaks up; none commits."""

from __future__ import annotations

from byline.comments.models import Comment
from byline.kernel import bus, db, state
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.posts import queries as posts
from byline.posts import topics
from byline.posts.models import Post
from byline.reactions import queries, rules, tallies
from byline.reactions.messages import CommentLiked, CommentUnliked, PostLiked, PostUnliked
from byline.social import queries as social

KINDS = (tallies.POSTS, tallies.COMMENTS)


def like_post(actor: Actor, post_id: int) -> Post:
    """Let the actor like a post and answer it; once more changes nothing.

    Raises NotFound for a post the actor cannot read, NotAllowed for one's own, under a block and without the right.
    """
    member_id = rules.liker(actor)
    post = posts.for_readers_act(actor, post_id)
    authors = frozenset({post.author_id, *(author.user_id for author in post.authors)})
    rules.check_not_own(actor, authors)
    rules.check_not_apart(social.blocked_with(member_id), authors)
    if tallies.add(tallies.POSTS, post.id, member_id):
        state.renew(topics.of_post(post.id))
        bus.publish(PostLiked(post.id, member_id))
    return post


def unlike_post(actor: Actor, post_id: int) -> Post:
    """Take the actor's like of a post back and answer the post; without a like nothing changes.

    It needs neither the right to like nor peace with the author. Raises NotFound, NotAuthenticated.
    """
    member_id = rules.member(actor)
    post = posts.for_readers_act(actor, post_id)
    if tallies.take(tallies.POSTS, post.id, member_id):
        state.renew(topics.of_post(post.id))
        bus.publish(PostUnliked(post.id, member_id))
    return post


def like_comment(actor: Actor, comment_id: int) -> Comment:
    """Let the actor like a comment that they may read and answer it, its post loaded; once more changes nothing.

    Raises NotFound for any other, also for one across a block, which neither side sees; NotAllowed for one's own.
    """
    member_id = rules.liker(actor)
    comment = queries.readable_comment(actor, comment_id)
    rules.check_not_own(actor, frozenset({comment.author_id} if comment.author_id is not None else ()))
    if comment.author_id in social.blocked_with(member_id):
        raise NotFound("comment-unknown", "There is no such comment.")
    if tallies.add(tallies.COMMENTS, comment.id, member_id):
        state.renew(topics.of_post(comment.post_id))
        bus.publish(CommentLiked(comment.id, member_id))
    return comment


def unlike_comment(actor: Actor, comment_id: int) -> Comment:
    """Take the actor's like of a comment back and answer the comment, as `unlike_post` does."""
    member_id = rules.member(actor)
    comment = queries.readable_comment(actor, comment_id)
    if tallies.take(tallies.COMMENTS, comment.id, member_id):
        state.renew(topics.of_post(comment.post_id))
        bus.publish(CommentUnliked(comment.id, member_id))
    return comment


def count_of_member(member_id: int, *, counted: bool) -> None:
    """Take every like of a member out of the counts, or put them back; the rows stay. Twice is once."""
    changed = [tallies.count(kind, member_id, counted=counted) for kind in KINDS]
    if any(changed):
        db.content_changed()


def forget_member(member_id: int) -> None:
    """Delete every like of a member, with its place in the counts."""
    count_of_member(member_id, counted=False)
    for kind in KINDS:
        tallies.forget(kind, member_id)
