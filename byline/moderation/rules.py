"""Who may report, decide and answer, and in which words: pure decisions about values already loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from byline.kernel import tidy
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Invalid, NotAllowed, NotAuthenticated
from byline.moderation.models import Act, Decision, Kind, Rank, ReportReason

LONGEST_REASON = 300
LONGEST_NOTE = 500
LONGEST_REPLY = 2_000
MOST_REPLIES = 3
"""How often a member may answer one decision."""
ENOUGH_REPORTS = 3
"""So many reports make something pressing, whoever reports."""
MOST_OPEN_REPORTS = {True: 50, False: 5}
"""How many reports of a trusted and of any other member may wait at a time."""
SPAM_UNDO = timedelta(days=7)
SUSPENSIONS: Mapping[str, timedelta | None] = {
    "1": timedelta(days=1),
    "3": timedelta(days=3),
    "7": timedelta(days=7),
    "30": timedelta(days=30),
    "90": timedelta(days=90),
    "": None,
}
"""How long somebody may be shut out, by the word a form sends; None until somebody lifts it."""

FITTING: Mapping[Kind, frozenset[Act]] = {
    Kind.POST: frozenset({Act.APPROVE, Act.KEEP, Act.HIDE, Act.RESTORE, Act.UPHOLD}),
    Kind.COMMENT: frozenset({Act.APPROVE, Act.KEEP, Act.HIDE, Act.RESTORE, Act.UPHOLD}),
    Kind.MESSAGE: frozenset({Act.KEEP, Act.HIDE, Act.RESTORE, Act.UPHOLD}),
    Kind.MEMBER: frozenset({Act.KEEP, Act.SUSPEND, Act.LIFT, Act.SPAM, Act.NO_SPAM, Act.UPHOLD}),
}
ABOUT_MEMBERS = FITTING[Kind.MEMBER] - {Act.KEEP, Act.UPHOLD}
"""Acts that are always about the member, whatever brought them up."""
NEEDS_REASON = frozenset({Act.HIDE, Act.SUSPEND})
CAN_BE_ANSWERED = frozenset({Act.HIDE, Act.SUSPEND, Act.SPAM})
"""Decisions that take something away, so that the member may answer them."""


def may_moderate(actor: Actor) -> bool:
    """Whether the actor works through the queue."""
    return actor.confirmed and actor.can(Permission.MODERATE)


def require_moderator(actor: Actor) -> None:
    """Raise NotAllowed for everybody else."""
    if not may_moderate(actor):
        raise NotAllowed("not-a-moderator", "Only moderators may do this.")


def require_reporter(actor: Actor) -> int:
    """The number of a member who may report; a refusal for strangers and those who have not confirmed an address."""
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in to report something.")
    if not actor.confirmed or not actor.permissions:
        raise NotAllowed("may-not-report", "Your account may not report anything at the moment.")
    return actor.id


def fits(act: Act, kind: Kind) -> bool:
    """Whether such a thing can be decided so."""
    return act in FITTING[kind]


def rank_of_reports(count: int, *, by_trusted: bool) -> Rank:
    """How soon something is to be looked at that was reported so often."""
    return Rank.PRESSING if by_trusted or count >= ENOUGH_REPORTS else Rank.ORDINARY


def may_take_back(decision: Decision, now: datetime) -> bool:
    """Whether a decision can still be taken back: a spammer's for seven days, any other always, and each only once."""
    if decision.undone_at is not None:
        return False
    return decision.act != Act.SPAM or now - decision.at < SPAM_UNDO


def may_be_answered(decision: Decision) -> bool:
    """Whether the member whom it is about may answer it."""
    return decision.act in CAN_BE_ANSWERED and decision.undone_at is None


def checked_reason(reason: str, *, needed: bool) -> str:
    """The reason on one line; Invalid, by field, where it is missing or too long."""
    reason = tidy.one_line(reason)
    if (needed and not reason) or len(reason) > LONGEST_REASON:
        sentence = f"Say why in one line, in at most {LONGEST_REASON} characters. The member reads it."
        raise Invalid("reason-missing", sentence, field="reason")
    return reason


def checked_report(reason: str, note: str) -> tuple[ReportReason, str]:
    """What a member reports, in order; Invalid, by field, where it says nothing."""
    wrong: dict[str, str] = {}
    note = tidy.lines(note)
    if reason not in set(ReportReason):
        wrong["reason"] = "Choose what is wrong."
    if len(note) > LONGEST_NOTE:
        wrong["note"] = f"A note has at most {LONGEST_NOTE} characters; this one has {len(note):,}."
    elif reason == ReportReason.OTHER and not note:
        wrong["note"] = "Say in a few words what is wrong."
    if wrong:
        raise Invalid.of(wrong, "report-invalid")
    return ReportReason(reason), note


def checked_reply(text: str) -> str:
    """An answer in order; Invalid when it says nothing or too much."""
    text = tidy.lines(text)
    if not text:
        raise Invalid("reply-missing", "Write what the other side should know.", field="text")
    if len(text) > LONGEST_REPLY:
        sentence = f"An answer has at most {LONGEST_REPLY:,} characters; this one has {len(text):,}."
        raise Invalid("reply-too-long", sentence, field="text")
    return text


def length_of(word: str) -> timedelta | None:
    """How long a suspension lasts that a form names; Invalid for a word that is none."""
    if word not in SUSPENSIONS:
        raise Invalid("length-unknown", "Choose for how long.", field="days")
    return SUSPENSIONS[word]
