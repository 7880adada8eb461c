"""Administrative things in words."""

from __future__ import annotations

from collections.abc import Mapping

from byline.accounts.member_queries import MemberState
from byline.kernel.access import Permission

PERMISSIONS: Mapping[Permission, tuple[str, str]] = {
    Permission.FOLLOW: ("Follow", "Follow members and tags, like posts and comments"),
    Permission.COMMENT: ("Comment", "Comment on posts and answer others"),
    Permission.WRITE: ("Write", "Write and publish posts, upload pictures"),
    Permission.MODERATE: ("Moderate", "Read reports; approve, hide and restore what others wrote; suspend members"),
    Permission.ADMINISTER: ("Administer", "Everything on these pages, and every post"),
}

STATES: Mapping[MemberState, tuple[str, str]] = {
    MemberState.ACTIVE: ("Active", "badge success"),
    MemberState.UNCONFIRMED: ("Not confirmed", "badge warning"),
    MemberState.SUSPENDED: ("Suspended", "badge danger"),
    MemberState.LEAVING: ("Leaving", "badge danger"),
    MemberState.UNCLAIMED: ("Unclaimed", "badge info"),
}

INVITATION_STATES: Mapping[str, tuple[str, str]] = {
    "open": ("Open", "badge success"),
    "used": ("Used", "badge info"),
    "revoked": ("Revoked", "badge"),
    "expired": ("Expired", "badge warning"),
}

ACTS: Mapping[str, str] = {
    "invitation.hands-over": "made a link that hands over",
    "invitation.made": "made an invitation for",
    "invitation.revoked": "revoked the invitation for",
    "list.hidden": "hid the reading list",
    "mail.resent": "had the worker send again",
    "member.confirmed": "confirmed the address of",
    "member.email": "changed the e-mail address of",
    "member.leaving": "began to delete",
    "member.no-spammer": "no longer calls a spammer",
    "member.renamed": "renamed",
    "member.role": "changed the role of",
    "member.second-step-ended": "turned off the second step of",
    "member.sessions-ended": "logged out everywhere",
    "member.spammer": "marked as a spammer",
    "member.stayed": "called off the deletion of",
    "member.suspended": "suspended",
    "member.unconfirmed": "took back the confirmation of",
    "member.unlocked": "unlocked",
    "member.unsuspended": "lifted the suspension of",
    "page.changed": "changed the page",
    "page.made": "made the page",
    "page.moved": "moved the page",
    "page.removed": "removed the page",
    "page.restored": "brought back the page",
    "profile.changed": "edited the profile of",
    "profile.picture": "changed the picture of",
    "role.changed": "changed the role",
    "role.default": "made the default role",
    "role.made": "made the role",
    "role.removed": "removed the role",
    "site.changed": "changed the settings of",
    "task.discarded": "discarded the task",
    "task.retried": "retried the task",
}


KINDS: Mapping[str, str] = {
    "member": "Members",
    "profile": "Profiles",
    "role": "Roles",
    "invitation": "Invitations",
    "site": "Settings",
    "page": "Pages",
    "list": "Reading lists",
    "mail": "Mail",
    "task": "Tasks",
}
"""What the log's acts are about, by the first part of their names."""


def act(name: str) -> str:
    """An act of the log in words; an unknown one as it is stored."""
    return ACTS.get(name, name)


TASKS: Mapping[str, str] = {
    "analytics.collect.RenewSalts": "Renew the salts that tell visitors apart",
    "analytics.collect.SweepSpool": "Remove files of hits that are stored",
    "analytics.importing.BringNumbers": "Bring in statistics from elsewhere",
    "analytics.importing.LookAtFile": "Look at a file of statistics from elsewhere",
    "analytics.importing.TidyImports": "Forget what was needed to import statistics",
    "analytics.importing.UndoImport": "Take back imported statistics",
    "analytics.sites.DeleteSite": "Delete a site with its numbers",
    "analytics.sites.RebuildSite": "Work out a site's sums anew",
    "analytics.store.PruneEvents": "Remove events that were kept long enough",
    "statistics.WriteOfSite": "Write a mail about a site",
    "statistics.sharing.BeginReports": "Look which sites' reports are due",
    "statistics.sharing.LookOut": "Look for rushes and silence on sites",
    "statistics.sharing.WriteAlert": "Write a mail about a rush or silence on a site",
    "statistics.sharing.WriteReport": "Write the report of a site",
    "accounts.RemoveOldSessions": "Remove sessions that are over",
    "accounts.SweepExports": "Remove packed copies that are over",
    "accounts.DeleteMember": "Delete an account",
    "accounts.EndSuspension": "End a suspension",
    "accounts.ForgetPicture": "Remove a member's old picture",
    "accounts.PackExport": "Pack a member's data",
    "accounts.WriteConfirmation": "Write a mail that confirms an address",
    "accounts.WriteReset": "Write a mail for a new password",
    "admin.ForgetLogo": "Remove an old logo",
    "conversations.SweepMessages": "Remove conversations that nobody has any more",
    "moderation.HoldRush": "Hold what the first of a rush published",
    "moderation.CarryOn": "Go on deciding about many at one stroke",
    "moderation.TakeBack": "Go on taking back what was decided at one stroke",
    "notifications.BeginRounds": "Look who gets a summary by mail now",
    "notifications.WalkDigests": "Go through the members who get the week's digest",
    "notifications.WalkRoundups": "Go through the members who get a summary",
    "notifications.WriteDigest": "Write a member's digest of the week",
    "notifications.WriteLetter": "Write a mail about a notification",
    "notifications.WriteRoundup": "Write a member's summary of notifications",
    "search.FillIndex": "Fill the search index",
    "kernel.SendMail": "Send a mail",
    "posts.EmptyBin": "Empty the bin",
    "posts.ForgetFiles": "Remove pictures of deleted posts",
    "posts.PublishDue": "Publish a scheduled post",
}


def task(name: str) -> str:
    """A task in words; an unknown one as it is stored."""
    return TASKS.get(name, name)
