"""Moderation in words."""

from __future__ import annotations

from collections.abc import Mapping

from byline.moderation.models import Act, Cause, Kind, ReportReason

PAST: Mapping[Act, str] = {
    Act.APPROVE: "it was approved",
    Act.KEEP: "it stays as it is",
    Act.HIDE: "it was hidden",
    Act.RESTORE: "it was restored",
    Act.SUSPEND: "the member was suspended",
    Act.LIFT: "the suspension was lifted",
    Act.SPAM: "the member was marked as a spammer",
    Act.NO_SPAM: "the member is no spammer any more",
    Act.UPHOLD: "the decision stands",
}
"""What was done, as the end of a sentence."""

DID: Mapping[Act, str] = {
    Act.APPROVE: "approved",
    Act.KEEP: "looked at and kept",
    Act.HIDE: "hid",
    Act.RESTORE: "restored",
    Act.SUSPEND: "suspended",
    Act.LIFT: "let in again",
    Act.SPAM: "marked as a spammer",
    Act.NO_SPAM: "took back that it is a spammer:",
    Act.UPHOLD: "read the answer about, and kept the decision on,",
}
"""An act in the log: somebody … something."""

KINDS: Mapping[Kind, str] = {
    Kind.POST: "post",
    Kind.COMMENT: "comment",
    Kind.MEMBER: "member",
    Kind.MESSAGE: "message",
}

REASONS: Mapping[ReportReason, str] = {
    ReportReason.SPAM: "Spam or advertising",
    ReportReason.HARASSMENT: "It attacks or bullies somebody",
    ReportReason.HATE: "It is hateful towards a group of people",
    ReportReason.PRIVACY: "It gives away something private",
    ReportReason.ILLEGAL: "It is against the law",
    ReportReason.OTHER: "Something else",
}

SHORT_REASONS: Mapping[ReportReason, str] = {
    ReportReason.SPAM: "Spam",
    ReportReason.HARASSMENT: "Harassment",
    ReportReason.HATE: "Hate",
    ReportReason.PRIVACY: "Privacy",
    ReportReason.ILLEGAL: "Illegal",
    ReportReason.OTHER: "Other",
}

CAUSES: Mapping[Cause, str] = {
    Cause.HELD: "Held",
    Cause.REPORTED: "Reported",
    Cause.APPEALED: "Answered",
}

HELD_FOR: Mapping[str, str] = {
    "first": "nothing of this member was approved yet",
    "new-member": "the member is new",
    "links": "many links",
    "words": "a word on the list",
    "spam": "looks like spam",
}

LENGTHS: Mapping[str, str] = {
    "1": "1 day",
    "3": "3 days",
    "7": "7 days",
    "30": "30 days",
    "90": "90 days",
    "": "until somebody lifts it",
}
