"""Answers to decisions: the member whom one is about writes back, a moderator reads it and answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, NotFound
from byline.moderation import deciding, letters, matters, recording, rules, subjects
from byline.moderation.deciding import DecidedMeanwhile, Wish
from byline.moderation.messages import DecisionAnswered
from byline.moderation.models import Act, Cause, Decision, Kind, Matter, Rank, Reply
from byline.moderation.subjects import Subject

GIVES_BACK = {Act.HIDE: Act.RESTORE, Act.SUSPEND: Act.LIFT, Act.SPAM: Act.NO_SPAM}
"""The act that gives back what another took."""


def reply(actor: Actor, decision_id: int, text: str) -> Reply:
    """Write back to the moderators; the decision waits in their queue again, before anything else.

    The actor may be suspended: this is the one thing that is left to them. The same words sent twice are one answer.
    Raises Conflict for a decision that was taken back or that cannot be answered, and after too many answers;
    Invalid, NotFound for anybody whom the decision is not about.
    """
    decision = _about(actor, decision_id)
    text = rules.checked_reply(text)
    if not rules.may_be_answered(decision):
        raise Conflict("nothing-to-answer", "This decision does not stand any more, so there is nothing to answer.")
    if decision.member_id is not None:
        matters.lock(decision.member_id)
    mine = [earlier for earlier in of_decision(decision.id) if not earlier.of_moderators]
    if mine and mine[-1].text == text:
        return mine[-1]
    if len(mine) >= rules.MOST_REPLIES:
        raise Conflict("answered-enough", "You have answered this three times. The moderators have read it.")
    matter = matters.open_(_subject(decision), Cause.APPEALED, _place(decision))
    matter.cause, matter.appealed_id = Cause.APPEALED, decision.id
    return _kept(decision, actor, text, of_moderators=False)


def answer(actor: Actor, decision_id: int, text: str) -> Reply:
    """Answer in words what a member wrote back. Whether the decision stands is decided apart from it."""
    rules.require_moderator(actor)
    decision = db.session().get(Decision, decision_id)
    if decision is None or decision.member_id is None:
        raise NotFound("decision-unknown", "There is no such decision, or its member is gone.")
    made = _kept(decision, actor, rules.checked_reply(text), of_moderators=True)
    member = db.session().get(User, decision.member_id)
    if member is not None and member.suspended_at is not None:
        letters.tell_answered(member, made)
    else:
        bus.publish(DecisionAnswered(decision.id, decision.member_id))
    return made


def settle(actor: Actor, decision_id: int, *, gives_back: bool, words: str = "", seen: int | None = None) -> Decision:
    """Decide about an answer: what the decision took is given back, or it stands; `words` go to the member.

    Raises Conflict when the answer was settled meanwhile, and whatever the act raises.
    """
    rules.require_moderator(actor)
    decision = db.session().get(Decision, decision_id)
    if decision is None:
        raise NotFound("decision-unknown", "There is no such decision.")
    if waiting_about(decision_id) is None:
        newer = recording.latest_about(decision.kind, decision.subject_id)
        if newer is not None and newer.id != decision_id:
            raise DecidedMeanwhile(newer, recording.sentence_about(newer))
        raise Conflict("nothing-waits", "Somebody else was faster: this answer is settled already.")
    act = GIVES_BACK[Act(decision.act)] if gives_back else Act.UPHOLD
    done = deciding.decide(actor, Kind(decision.kind), decision.subject_id, Wish(act, seen=seen))
    if words.strip():
        answer(actor, decision_id, words)
    waiting = waiting_about(decision_id)
    if waiting is not None:
        matters.close([waiting], done)
    return done


def of_decision(decision_id: int) -> Sequence[Reply]:
    """What was written about a decision, in its order."""
    return db.session().scalars(select(Reply).where(Reply.decision_id == decision_id).order_by(Reply.id)).all()


def waiting_about(decision_id: int) -> Matter | None:
    """The place in the queue where an answer to this decision waits."""
    waiting = select(Matter).where(Matter.appealed_id == decision_id, Matter.closed_at.is_(None))
    return db.session().scalar(waiting.limit(1))


def _about(actor: Actor, decision_id: int) -> Decision:
    decision = db.session().get(Decision, decision_id)
    if decision is None or actor.id is None or decision.member_id != actor.id:
        raise NotFound("decision-unknown", "There is no such decision.")
    return decision


def _subject(decision: Decision) -> Subject:
    try:
        return subjects.found(Kind(decision.kind), decision.subject_id)
    except NotFound as gone:
        raise Conflict("subject-gone", "What this was about does not exist any more.") from gone


def _place(decision: Decision) -> matters.Place:
    return matters.Place(Rank.APPEAL, f"a:{decision.id}")


def _kept(decision: Decision, actor: Actor, text: str, *, of_moderators: bool) -> Reply:
    made = Reply(decision_id=decision.id, author_id=actor.id, of_moderators=of_moderators, text=text)
    made.created_at = clock.now()
    db.session().add(made)
    db.session().flush()
    return made
