"""What authors decide under their posts and moderators everywhere: let through, hide with a reason, bring back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import case, select, update

from byline.comments import content, rules
from byline.comments.messages import CommentApproved, CommentHidden, CommentRestored
from byline.comments.models import Comment, CommentState, HeldFor
from byline.comments.service import opening, placing, showing
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Conflict, NotAllowed
from byline.posts.models import Post

NOT_YOURS = "Only the authors of a post and moderators decide about its comments."
TAKEN_DOWN = (CommentState.VISIBLE, CommentState.HELD)


def approve(actor: Actor, comment_id: int) -> Comment:
    """Let a comment through that waits. What the actor approved before stays as it is.

    Raises Conflict when somebody else decided meanwhile, NotAllowed, NotFound.
    """
    comment, _ = _opened(actor, comment_id, rules.may_approve)
    if _is_done(actor, comment, CommentState.VISIBLE):
        return comment
    if comment.state not in rules.WAITING:
        raise Conflict("comment-decided", f"Somebody decided about this comment meanwhile: it {_standing(comment)}.")
    _decide(actor, comment, CommentState.VISIBLE)
    bus.publish(CommentApproved(comment.id, comment.author_id or 0, actor.id))
    showing.go_on(comment)
    return comment


def hide(actor: Actor, comment_id: int, *, reason: str) -> Comment:
    """Take a comment off the page, or never let it there, and tell its author why.

    Raises Invalid without a reason, Conflict when somebody else hid it meanwhile, NotAllowed, NotFound.
    """
    comment, _ = _opened(actor, comment_id, _may_hide)
    why = content.checked_reason(reason)
    if _is_done(actor, comment, CommentState.HIDDEN):
        return comment
    if comment.state == CommentState.HIDDEN:
        raise Conflict("comment-decided", "Somebody hid this comment meanwhile.")
    before = comment.state
    _decide(actor, comment, CommentState.HIDDEN, reason=why)
    comment.state_before = before
    placing.settle([comment.id])
    bus.publish(CommentHidden(comment.id, comment.author_id or 0, actor.id, why))
    return comment


def restore(actor: Actor, comment_id: int) -> Comment:
    """Bring a hidden comment back as it was: to its readers, or to wait for approval where it never was read.

    Raises Conflict when it is not hidden any more, NotAllowed, NotFound.
    """
    comment, _ = _opened(actor, comment_id, rules.may_restore)
    waits = comment.state_before in rules.WAITING
    wanted = CommentState.HELD if waits else CommentState.VISIBLE
    if comment.state != CommentState.HIDDEN:
        if comment.state in TAKEN_DOWN and _is_done(actor, comment, CommentState(comment.state)):
            return comment
        raise Conflict("comment-decided", f"Somebody decided about this comment meanwhile: it {_standing(comment)}.")
    _decide(actor, comment, wanted)
    bus.publish(CommentRestored(comment.id, comment.author_id or 0, actor.id))
    showing.go_on(comment)
    return comment


def hold(actor: Actor, comment_id: int) -> Comment:
    """Have a comment that readers see wait for approval again, as when its approval was a slip. Moderators only."""
    _check_moderator(actor)
    comment, _ = opening.comment_for(actor, comment_id)
    if comment.state == CommentState.HELD:
        return comment
    if comment.state != CommentState.VISIBLE:
        raise Conflict("comment-decided", f"Somebody decided about this comment meanwhile: it {_standing(comment)}.")
    _decide(actor, comment, CommentState.HELD)
    comment.held_for = comment.held_for or HeldFor.FIRST
    placing.settle([comment.id])
    return comment


def hold_unread(comment_id: int) -> bool:
    """Have a comment wait that readers see without anybody having looked; answer whether it does since now.

    For the machine. What somebody decided about stays as it is, and twice is once.
    """
    comment = opening.for_machine(comment_id)
    if comment is None or comment.state != CommentState.VISIBLE or comment.decided_by_id is not None:
        return False
    comment.state, comment.held_for = CommentState.HELD, HeldFor.NEW_MEMBER
    showing.go_on(comment)
    return True


def hide_all_of(actor: Actor, member_id: int, reason: str) -> list[int]:
    """Take down everything a member commented, as spam; answer the numbers, for `restore_many`.

    Moderators only; whoever calls it tells the member. Nothing is published for each comment.
    """
    _check_moderator(actor)
    opening.lock_posts_of(member_id)
    theirs = select(Comment.id).where(Comment.author_id == member_id, Comment.state.in_(TAKEN_DOWN))
    ids = list(db.session().scalars(theirs.order_by(Comment.id)))
    values = {
        "state_before": Comment.state,
        "state": CommentState.SPAM,
        "reason": content.checked_reason(reason),
        "decided_by_id": actor.id,
        "decided_at": clock.now(),
    }
    _change(ids, values)
    return ids


def restore_many(actor: Actor, comment_ids: Iterable[int]) -> list[int]:
    """Give comments that were taken down together the state they had; answer which ones still could get it.

    Moderators only. What its author deleted, or somebody decided about since, stays as it is.
    """
    _check_moderator(actor)
    wanted = sorted(set(comment_ids))
    ids: list[int] = []
    for some in placing.portions(wanted):
        still = (Comment.id.in_(some), Comment.state == CommentState.SPAM, Comment.state_before.is_not(None))
        ids += db.session().scalars(select(Comment.id).where(*still))
    before = case((Comment.state_before == CommentState.HELD, CommentState.HELD), else_=CommentState.VISIBLE)
    _change(ids, {"state": before, "state_before": None, "reason": "", "decided_by_id": actor.id})
    return ids


def _change(ids: Sequence[int], values: Mapping[str, object]) -> None:
    db.session().flush()
    for some in placing.portions(ids):
        wanted = update(Comment).where(Comment.id.in_(some)).values(**values)
        db.session().execute(wanted, execution_options={"synchronize_session": False})
    placing.settle(ids)


def _opened(actor: Actor, comment_id: int, may: rules.Decision) -> tuple[Comment, Post]:
    comment, post = opening.comment_for(actor, comment_id)
    if not may(actor, comment, post):
        raise NotAllowed("not-your-thread", NOT_YOURS)
    return comment, post


def _may_hide(actor: Actor, _comment: Comment, post: Post) -> bool:
    return rules.may_moderate(actor, post)


def _decide(actor: Actor, comment: Comment, state: CommentState, *, reason: str = "") -> None:
    comment.state, comment.state_before, comment.reason = state, None, reason
    comment.decided_by_id, comment.decided_at = actor.id, clock.now()


def _is_done(actor: Actor, comment: Comment, state: CommentState) -> bool:
    """Whether the actor did this very thing already, as with a second click."""
    return comment.state == state and comment.decided_by_id is not None and comment.decided_by_id == actor.id


def _standing(comment: Comment) -> str:
    words = {
        CommentState.VISIBLE: "can be read",
        CommentState.HIDDEN: "is hidden",
        CommentState.SPAM: "is kept as spam",
    }
    return words.get(CommentState(comment.state), "waits for approval")


def _check_moderator(actor: Actor) -> None:
    if not actor.can(Permission.MODERATE):
        raise NotAllowed("not-a-moderator", "Only moderators may do this.")
