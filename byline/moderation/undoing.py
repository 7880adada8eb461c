"""Taking a decision back: what it did is put right, and what it had settled waits in the queue again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from byline.accounts import discipline, expulsion, vouching
from byline.accounts.models import User
from byline.comments import service as comments
from byline.conversations import service as conversations
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, NotFound
from byline.moderation import matters, recording, rules, wording
from byline.moderation.models import Act, Decision, Kind
from byline.posts import service as posts

INVERSE: Mapping[Act, Act] = {
    Act.HIDE: Act.RESTORE,
    Act.RESTORE: Act.HIDE,
    Act.SUSPEND: Act.LIFT,
    Act.LIFT: Act.SUSPEND,
    Act.SPAM: Act.NO_SPAM,
}
"""What the member is told when a decision is taken back; of the others they are told nothing."""
Undoes = Callable[[Actor, Decision], None]


def undo(actor: Actor, decision_id: int) -> Decision:
    """Take a decision back, whoever took it. Twice is once for the same moderator.

    Raises Conflict when somebody else has taken it back, when something newer was decided since, or too late for a
    spammer; NotAllowed, NotFound.
    """
    rules.require_moderator(actor)
    decision = _locked(decision_id)
    if decision.undone_at is not None and decision.undone_by_id == actor.id:
        return decision
    _check(decision)
    with recording.silence():
        _UNDO[Act(decision.act)](actor, decision)
    recording.mark_undone(actor, decision)
    matters.reopen(decision)
    if Act(decision.act) in INVERSE:
        recording.tell(decision, INVERSE[Act(decision.act)], "")
    return decision


def _locked(decision_id: int) -> Decision:
    found = db.session().get(Decision, decision_id)
    if found is None:
        raise NotFound("decision-unknown", "There is no such decision.")
    if found.member_id is not None:
        matters.lock(found.member_id)
    db.session().refresh(found)
    return found


def _check(decision: Decision) -> None:
    if decision.undone_at is not None:
        raise Conflict("undone-already", "Somebody else has taken this back already.")
    if decision.member_id is None:
        raise Conflict("member-gone", "The member is gone for good; there is nothing to take back.")
    if not rules.may_take_back(decision, clock.now()):
        raise Conflict("undo-too-late", f"A spammer can come back for {rules.SPAM_UNDO.days} days. That time is over.")
    newest = recording.latest_about(decision.kind, decision.subject_id, standing=True)
    if newest is not None and newest.id > decision.id:
        done = wording.PAST[Act(newest.act)]
        sentence = f"Something newer was decided about it by @{newest.actor_name}: {done}. Take that back first."
        raise Conflict("decided-since", sentence)


def suspension_of(member: User) -> dict[str, str] | None:
    """What a member's suspension is now, for whoever takes its change back; None without one."""
    if member.suspended_at is None:
        return None
    until = member.suspended_until.isoformat() if member.suspended_until else ""
    return {"until": until, "reason": member.suspension_reason}


def _nothing(_actor: Actor, _decision: Decision) -> None:
    """Only the queue changes."""


def _approve(actor: Actor, decision: Decision) -> None:
    if decision.kind == Kind.COMMENT:
        comments.hold(actor, decision.subject_id)
        return
    posts.hold(actor, decision.subject_id)
    if decision.member_id is not None and (decision.traces or {}).get("vouched"):
        vouching.take_back(decision.member_id)


def _hide(actor: Actor, decision: Decision) -> None:
    if decision.kind == Kind.COMMENT:
        comments.restore(actor, decision.subject_id)
    elif decision.kind == Kind.POST:
        posts.unhide(actor, decision.subject_id)
    else:
        conversations.restore_message(actor, decision.subject_id)


def _restore(actor: Actor, decision: Decision) -> None:
    reason = str((decision.traces or {}).get("reason") or "Hidden again")
    if decision.kind == Kind.COMMENT:
        comments.hide(actor, decision.subject_id, reason=reason)
    elif decision.kind == Kind.POST:
        posts.hide(actor, decision.subject_id, reason)
    else:
        conversations.hide_message(actor, decision.subject_id)


def _suspend(actor: Actor, decision: Decision) -> None:
    if decision.traces is None:
        discipline.lift(actor, decision.subject_id)
    else:
        _suspend_again(actor, decision)


def _suspend_again(actor: Actor, decision: Decision) -> None:
    """Put the suspension back that there was before; one that would be over by now is not."""
    before = decision.traces or {}
    until = datetime.fromisoformat(before["until"]) if before.get("until") else None
    if until is None or until > clock.now():
        discipline.suspend(actor, decision.subject_id, str(before.get("reason") or "Suspended again"), until=until)


def _spam(actor: Actor, decision: Decision) -> None:
    traces = decision.traces or {}
    wished = datetime.fromisoformat(traces["wished"]) if traces.get("wished") else None
    expulsion.readmit(actor, decision.subject_id, wished=wished)
    comments.restore_many(actor, [int(one) for one in traces.get("comments", ())])


_UNDO: Mapping[Act, Undoes] = {
    Act.APPROVE: _approve,
    Act.KEEP: _nothing,
    Act.UPHOLD: _nothing,
    Act.HIDE: _hide,
    Act.RESTORE: _restore,
    Act.SUSPEND: _suspend,
    Act.LIFT: _suspend_again,
    Act.SPAM: _spam,
}


def can_undo(decision: Decision) -> bool:
    """Whether a page may offer to take a decision back; what was decided since is only looked at when it is tried."""
    return decision.member_id is not None and rules.may_take_back(decision, clock.now())
