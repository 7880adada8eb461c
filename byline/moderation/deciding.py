"""Deciding: the one door for every act of a moderator, checked, done, logged and told in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from byline.accounts import discipline, expulsion, vouching
from byline.comments import service as comments
from byline.conversations import service as conversations
from byline.kernel import clock
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid
from byline.moderation import letters, matters, recording, rules, subjects, undoing, wording
from byline.moderation.models import Act, Decision, Kind, Matter
from byline.moderation.recording import Said
from byline.moderation.subjects import Subject
from byline.posts import service as posts


@dataclass(frozen=True, slots=True)
class Wish:
    """What a moderator wants done. `seen` is the newest decision their page showed about it, None to not ask.

    `days` is a word of `rules.SUSPENSIONS`.
    """

    act: Act
    reason: str = ""
    days: str = ""
    seen: int | None = None
    batch: str | None = None


class DecidedMeanwhile(Conflict):
    """Another moderator was faster. `decision` is what they decided."""

    def __init__(self, decision: Decision, sentence: str) -> None:
        super().__init__("decided-meanwhile", sentence)
        self.decision = decision


Does = Callable[[Actor, Subject, Wish], Decision]


def decide(actor: Actor, kind: Kind, subject_id: int, wish: Wish) -> Decision:
    """Do what the moderator wishes with one thing, take it out of the queue, write it down, tell its author.

    An act about a member may be asked for on anything of theirs. The same act again by the same moderator is once.
    Raises DecidedMeanwhile when somebody decided after `seen`, Conflict where there is nothing to do, Invalid without
    a reason, NotAllowed, NotFound.
    """
    rules.require_moderator(actor)
    matters.lock(subjects.found(kind, subject_id).member_id)
    subject = subjects.found(kind, subject_id)
    asked = matters.of_subject(kind, subject_id)
    if wish.act in rules.ABOUT_MEMBERS:
        subject = subjects.found(Kind.MEMBER, subject.member_id)
    again = _check_meanwhile(actor, subject, wish)
    if again is not None:
        return again
    if not rules.fits(wish.act, subject.kind):
        raise Invalid("act-unknown", "This cannot be done with it.", field="act")
    wish = replace(wish, reason=rules.checked_reason(wish.reason, needed=wish.act in rules.NEEDS_REASON))
    settled = _settles(wish.act, subject, asked)
    decision = _DO[wish.act](actor, subject, wish)
    if wish.act is Act.NO_SPAM:
        return decision
    decision.batch = wish.batch
    matters.close(settled, decision)
    return decision


def _check_meanwhile(actor: Actor, subject: Subject, wish: Wish) -> Decision | None:
    """The actor's own same decision, sent twice; DecidedMeanwhile for somebody else's that the page had not shown."""
    for newer in recording.since(wish.seen, subject) if wish.seen is not None else ():
        if newer.actor_id == actor.id and newer.act == wish.act:
            return newer
        if newer.actor_id != actor.id:
            raise DecidedMeanwhile(newer, recording.sentence_about(newer))
    return None


def _settles(act: Act, subject: Subject, asked: Matter | None) -> list[Matter]:
    """What the decision takes out of the queue: for a spammer everything of theirs, else what it was asked on."""
    if act is Act.SPAM:
        return list(matters.of_everything_by(subject.member_id))
    return [asked] if asked is not None else []


def _approve(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    if subject.kind is Kind.COMMENT:
        return _by_room(subject, wish.act, lambda: comments.approve(actor, subject.id))
    if not subject.is_held:
        raise Conflict("decided-already", f"Nothing to do: {wording.PAST[wish.act]} already, or taken back.")
    posts.approve(actor, subject.id)
    traces = {"vouched": vouching.vouch(subject.member_id)}
    return recording.write(actor.id, Act.APPROVE, subject, Said(wish.reason, traces=traces))


def _keep(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    if subject.is_held:
        return _approve(actor, subject, replace(wish, act=Act.APPROVE))
    if subject.kind is Kind.MEMBER:
        vouching.list_again(subject.id)
    return recording.write(actor.id, Act.KEEP, subject, Said(wish.reason))


def _hide(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    if subject.kind is Kind.COMMENT:
        return _by_room(subject, wish.act, lambda: comments.hide(actor, subject.id, reason=wish.reason))
    if subject.is_hidden:
        raise Conflict("hidden-already", "This is hidden already.")
    if subject.kind is Kind.POST:
        posts.hide(actor, subject.id, wish.reason)
    else:
        conversations.hide_message(actor, subject.id)
    return recording.write(actor.id, Act.HIDE, subject, Said(wish.reason))


def _restore(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    if subject.kind is Kind.COMMENT:
        return _by_room(subject, wish.act, lambda: comments.restore(actor, subject.id))
    if not subject.is_hidden:
        raise Conflict("not-hidden", "This is not hidden any more.")
    if subject.kind is Kind.POST:
        posts.unhide(actor, subject.id)
    else:
        conversations.restore_message(actor, subject.id)
    before = {"reason": subject.reason}
    return recording.write(actor.id, Act.RESTORE, subject, Said(wish.reason, traces=before))


def _by_room(subject: Subject, act: Act, does: Callable[[], object]) -> Decision:
    """Let the room of comments do it. What it says has happened is written down by a reaction, whoever asked for it."""
    before = recording.latest_about(subject.kind, subject.id)
    does()
    done = recording.latest_about(subject.kind, subject.id)
    if done is None or done is before:
        raise Conflict("decided-already", f"Nothing to do: {wording.PAST[act]} already, or its author took it back.")
    return done


def _suspend(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    length = rules.length_of(wish.days)
    until = clock.now() + length if length else None
    member = discipline.opened(actor, subject.id, "You cannot suspend yourself.")
    before = undoing.suspension_of(member)
    member = discipline.suspend(actor, subject.id, wish.reason, until=until)
    decision = recording.write(actor.id, Act.SUSPEND, subject, Said(wish.reason, until, before))
    letters.tell_suspended(member, decision)
    return decision


def _lift(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    member = discipline.opened(actor, subject.id, "You cannot let yourself in.")
    before = undoing.suspension_of(member)
    if before is None:
        raise Conflict("not-suspended", "This member is not suspended any more.")
    discipline.lift(actor, subject.id)
    return recording.write(actor.id, Act.LIFT, subject, Said(wish.reason, traces=before))


def _spam(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    reason = wish.reason or "Spam"
    with recording.silence():
        hidden = comments.hide_all_of(actor, subject.id, reason)
        wished = expulsion.expel(actor, subject.id, reason)
    traces = {"comments": list(hidden), "wished": wished.isoformat() if wished else ""}
    return recording.write(actor.id, Act.SPAM, subject, Said(reason, traces=traces))


def _no_spam(actor: Actor, subject: Subject, _wish: Wish) -> Decision:
    marked = recording.standing_about(Kind.MEMBER, subject.id, Act.SPAM)
    if marked is None:
        raise Conflict("not-marked", "This member is not marked as a spammer any more.")
    return undoing.undo(actor, marked.id)


def _uphold(actor: Actor, subject: Subject, wish: Wish) -> Decision:
    return recording.write(actor.id, Act.UPHOLD, subject, Said(wish.reason))


_DO: Mapping[Act, Does] = {
    Act.APPROVE: _approve,
    Act.KEEP: _keep,
    Act.HIDE: _hide,
    Act.RESTORE: _restore,
    Act.SUSPEND: _suspend,
    Act.LIFT: _lift,
    Act.SPAM: _spam,
    Act.NO_SPAM: _no_spam,
    Act.UPHOLD: _uphold,
}
"""How each act is done and written down."""
