"""What moderation does when something happens below it: the queue is kept true, and every decision is written down."""

from __future__ import annotations

from sqlalchemy import delete, update

from byline.accounts import vouching
from byline.accounts.leaving_messages import MemberDeleted
from byline.accounts.models import User
from byline.comments import trust
from byline.comments.messages import (
    CommentApproved,
    CommentDeleted,
    CommentHeld,
    CommentHidden,
    CommentRestored,
    CommentShown,
    CommentTakenForSpam,
)
from byline.comments.models import Comment
from byline.comments.trust import Level
from byline.kernel import clock, db
from byline.kernel.errors import NotFound
from byline.moderation import matters, placing, recording, subjects, trusting
from byline.moderation.models import Act, Cause, Decision, Kind, Reply
from byline.moderation.placing import Held
from byline.moderation.recording import Said
from byline.moderation.subjects import Subject
from byline.posts.messages import PostDeleted, PostHeld, PostHoldEnded, PostPublished
from byline.posts.models import Post


def put_in_queue(event: CommentHeld) -> None:
    """Let somebody look at a comment that waits for approval."""
    comment = db.session().get(Comment, event.comment_id)
    member = db.session().get(User, event.author_id)
    if comment is not None and member is not None:
        _put(subjects.found(Kind.COMMENT, comment.id), comment, member)


def put_post_in_queue(event: PostHeld) -> None:
    """Let somebody read a post that waits for approval."""
    post = db.session().get(Post, event.post_id)
    member = db.session().get(User, event.author_id)
    if post is not None and member is not None:
        _put(subjects.found(Kind.POST, post.id), post, member)


def _put(subject: Subject, held: Held, member: User) -> None:
    place = placing.of_held(held, member)
    matters.open_(subject, Cause.HELD, place, held_for=held.held_for or "")
    if place.bundle.startswith("j:"):
        placing.gather(place.bundle, member.member_since)


def note_approval(event: CommentApproved) -> None:
    """Write down that a comment was let through, by whom ever, and take it out of the queue."""
    _note(event.comment_id, event.actor_id, Act.APPROVE)


def note_hiding(event: CommentHidden) -> None:
    """Write down that a comment was hidden, also by the author of the post it stands under."""
    _note(event.comment_id, event.actor_id, Act.HIDE, event.reason)


def note_restoring(event: CommentRestored) -> None:
    """Write down that a comment is back."""
    _note(event.comment_id, event.actor_id, Act.RESTORE)


def _note(comment_id: int, actor_id: int | None, act: Act, reason: str = "") -> None:
    if recording.is_silent():
        return
    try:
        subject = subjects.found(Kind.COMMENT, comment_id)
    except NotFound:
        return
    before = recording.standing_about(Kind.COMMENT, comment_id, Act.HIDE) if act is Act.RESTORE else None
    traces = {"reason": before.reason} if before else None
    decision = recording.write(actor_id, act, subject, Said(reason, traces=traces))
    waiting = matters.of_subject(Kind.COMMENT, comment_id)
    if waiting is not None:
        matters.close([waiting], decision)


def forget_comment(event: CommentDeleted) -> None:
    """Take a comment out of the queue that its author has taken back."""
    matters.forget_subject(Kind.COMMENT, event.comment_id)


def vouch_for_trusted(event: CommentShown) -> None:
    """Let the posts of a member go unread whom readers know by their comments, and list whom they have read at all.

    Comments that nobody had to let through say something only of who has been here for a while: five are soon written.
    """
    vouching.list_again(event.author_id)
    member = db.session().get(User, event.author_id)
    if member is None or member.vouched_at is not None or trust.of(member.id).level is not Level.TRUSTED:
        return
    if trust.was_approved(member.id) or clock.now() - member.member_since > vouching.NEW_FOR:
        vouching.vouch(member.id)


def set_apart(event: CommentTakenForSpam) -> None:
    """Leave a new member out of lists of people whose every comment so far was taken for spam."""
    if recording.is_silent() or trusting.has_readers(event.author_id):
        return
    vouching.set_apart(event.author_id)


def list_writer(event: PostPublished) -> None:
    """List a member again of whom readers see something."""
    vouching.list_again(event.author_id)


def forget_post(event: PostDeleted | PostHoldEnded) -> None:
    """Take a post out of the queue that is gone for good, or that its authors have taken back."""
    matters.forget_subject(Kind.POST, event.post_id)


def forget_member(event: MemberDeleted) -> None:
    """Leave in the log that something was decided, and no name and no word of a member who is gone."""
    session = db.session()
    theirs = update(Decision).where(Decision.member_id == event.user_id)
    session.execute(theirs.values(member_name="", excerpt="", traces=None))
    session.execute(delete(Reply).where(Reply.author_id == event.user_id, ~Reply.of_moderators))
