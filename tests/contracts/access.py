"""Who may use each route: a row for every endpoint. A route without a row fails the tests, a row without a route too.

`Who` names the viewer a route is for; a `Permission` means members who hold it. What an address needs (`<username>`)
comes from `world.SAMPLES`; a row may give its own by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from byline.kernel.access import Permission


class Who(Enum):
    """The viewer a route is for."""

    ANYONE = auto()
    STRANGER = auto()
    """Members are led away, as from the log-in page."""
    MEMBER = auto()
    """Whoever is logged in, confirmed or not."""
    OWNER = auto()
    """Whoever the thing belongs to; an administrator as well."""


@dataclass(frozen=True, slots=True)
class Row:
    """Who may use an endpoint, and the address values that differ from `world.SAMPLES`."""

    who: Who | Permission
    values: Mapping[str, object] = field(default_factory=dict)


ANYONE, STRANGER, MEMBER, OWNER = Row(Who.ANYONE), Row(Who.STRANGER), Row(Who.MEMBER), Row(Who.OWNER)
WRITE, ADMINISTER = Row(Permission.WRITE), Row(Permission.ADMINISTER)
MODERATE = Row(Permission.MODERATE)

SHARED_TOKEN = "a-secret-of-22-letters"
SHARED = Row(Who.ANYONE, {"token": SHARED_TOKEN})

ROWS: dict[str, Row] = {
    # For machines and for everybody.
    "assets.show": Row(Who.ANYONE, {"name": "css/tokens.css"}),
    "assets.favicon": ANYONE,
    "assets.beacon": ANYONE,
    "assets.experiment": ANYONE,
    "assets.accent": Row(Who.ANYONE, {"colour": "0a665b"}),
    "ops.health": ANYONE,
    "ops.metrics": ANYONE,
    "media.show": ANYONE,
    # Logging in, joining, keeping the account safe.
    "accounts.login": ANYONE,
    "accounts.register": ANYONE,
    "accounts.resend": ANYONE,
    "accounts.confirm": Row(Who.ANYONE, {"token": "no-such-link"}),
    "accounts.unconfirmed": ANYONE,
    "accounts.second_step": MEMBER,
    "accounts.passkey": ANYONE,
    "accounts.passkey_options": ANYONE,
    "accounts.logout": ANYONE,
    "accounts.first": Row(Who.ANYONE, {"token": "no-such-link"}),
    "accounts.ask_for_reset": ANYONE,
    "accounts.reset": Row(Who.ANYONE, {"token": "no-such-link"}),
    "accounts.object_to_change": Row(Who.ANYONE, {"token": "no-such-link"}),
    "accounts.change_password": MEMBER,
    "accounts.change_email": MEMBER,
    "accounts.keep_email": MEMBER,
    "accounts.security_settings": MEMBER,
    "accounts.two_step": MEMBER,
    "accounts.two_step_off": MEMBER,
    "accounts.recovery_codes": MEMBER,
    "accounts.new_passkey_options": MEMBER,
    "accounts.add_passkey": MEMBER,
    "accounts.remove_passkey": Row(Who.MEMBER, {"passkey_id": 1}),
    "accounts.sessions": MEMBER,
    "accounts.end_session": Row(Who.MEMBER, {"session_id": 0}),
    "accounts.end_other_sessions": MEMBER,
    # A member's own profile and data.
    "accounts.avatar": Row(Who.ANYONE, {"name": "ada"}),
    "accounts.profile_settings": MEMBER,
    "accounts.change_profile": MEMBER,
    "accounts.change_picture": MEMBER,
    "accounts.remove_picture": MEMBER,
    "accounts.data": MEMBER,
    "accounts.ask_export": MEMBER,
    "accounts.fetch_export": Row(Who.MEMBER, {"export_id": 1}),
    "accounts.leave": MEMBER,
    "accounts.ask_to_leave": MEMBER,
    "accounts.leaving": MEMBER,
    "accounts.stay": MEMBER,
    # Administration.
    "admin.overview": ADMINISTER,
    "admin.members": ADMINISTER,
    "admin.act_on_members": ADMINISTER,
    "admin.member": ADMINISTER,
    "admin.act_on_member": Row(Permission.ADMINISTER, {"act": "unlock"}),
    "admin.give_role": ADMINISTER,
    "admin.rename_member": ADMINISTER,
    "admin.change_address": ADMINISTER,
    "admin.suspend_member": ADMINISTER,
    "admin.change_profile": ADMINISTER,
    "admin.change_picture": ADMINISTER,
    "admin.hand_over": ADMINISTER,
    "admin.roles": ADMINISTER,
    "admin.make_role": ADMINISTER,
    "admin.change_role": Row(Permission.ADMINISTER, {"role_id": 1}),
    "admin.make_default_role": Row(Permission.ADMINISTER, {"role_id": 1}),
    "admin.remove_role": Row(Permission.ADMINISTER, {"role_id": 1}),
    "admin.invitations": ADMINISTER,
    "admin.make_invitation": ADMINISTER,
    "admin.revoke_invitation": Row(Permission.ADMINISTER, {"invitation_id": 1}),
    "admin.tasks": ADMINISTER,
    "admin.retry_task": Row(Permission.ADMINISTER, {"task_id": 1}),
    "admin.discard_task": Row(Permission.ADMINISTER, {"task_id": 1}),
    "admin.settings": ADMINISTER,
    "admin.save_settings": Row(Permission.ADMINISTER, {"part": "identity"}),
    "admin.undo_settings": Row(Permission.ADMINISTER, {"part": "identity"}),
    "admin.show_logo": ADMINISTER,
    "admin.remove_logo": ADMINISTER,
    "admin.pages": ADMINISTER,
    "admin.new_page": ADMINISTER,
    "admin.make_page": ADMINISTER,
    "admin.page": Row(Permission.ADMINISTER, {"slug": "about"}),
    "admin.change_page": Row(Permission.ADMINISTER, {"slug": "about"}),
    "admin.raise_page": Row(Permission.ADMINISTER, {"slug": "about"}),
    "admin.remove_page": Row(Permission.ADMINISTER, {"slug": "about"}),
    "admin.restore_page": Row(Permission.ADMINISTER, {"entry_id": 0}),
    "admin.mail": ADMINISTER,
    "admin.mail_message": Row(Permission.ADMINISTER, {"name": "none"}),
    "admin.undelivered": ADMINISTER,
    "admin.resend_mail": Row(Permission.ADMINISTER, {"task_id": 1}),
    "admin.discard_mail": Row(Permission.ADMINISTER, {"task_id": 1}),
    "admin.resend_all_mail": ADMINISTER,
    "admin.system": ADMINISTER,
    "admin.audit_log": ADMINISTER,
    # Writing.
    "media.mine": WRITE,
    "media.upload": WRITE,
    "posts.write": WRITE,
    "posts.autosave_new": WRITE,
    "posts.preview": WRITE,
    "posts.drafts": WRITE,
    "posts.edit": OWNER,
    "posts.autosave": OWNER,
    "posts.discard": OWNER,
    "posts.change_state": OWNER,
    "posts.history": OWNER,
    "posts.revision": OWNER,
    "posts.restore": OWNER,
    "posts.delete": OWNER,
    "posts.bring_back": OWNER,
    "posts.delete_for_good": OWNER,
    # Likes.
    "reactions.like_post": Row(Permission.FOLLOW),
    "reactions.unlike_post": MEMBER,
    "reactions.likers": MEMBER,
    "reactions.like_comment": Row(Permission.FOLLOW),
    "reactions.unlike_comment": MEMBER,
    # People.
    "timeline.follow_tag": Row(Permission.FOLLOW),
    "timeline.unfollow_tag": MEMBER,
    "social.follow": Row(Permission.FOLLOW),
    "social.unfollow": MEMBER,
    "social.block": MEMBER,
    "social.unblock": MEMBER,
    "social.mute": MEMBER,
    "social.unmute": MEMBER,
    "social.followers": ANYONE,
    "social.following": ANYONE,
    "social.card": ANYONE,
    "social.kept_away": MEMBER,
    # Conversations. Whoever does not take part is told that there is none, administrators too.
    "conversations.inbox": MEMBER,
    "conversations.new": Row(Permission.COMMENT),
    "conversations.begin": Row(Permission.COMMENT),
    "conversations.show": MEMBER,
    "conversations.answer": MEMBER,
    "conversations.read": MEMBER,
    "conversations.remove": MEMBER,
    "conversations.bring_back": MEMBER,
    "conversations.text": MEMBER,
    "conversations.settings": MEMBER,
    "conversations.choose": MEMBER,
    # Bookmarks and reading lists.
    "lists.bookmark": MEMBER,
    "lists.unbookmark": MEMBER,
    "lists.choose": MEMBER,
    "lists.new": MEMBER,
    "lists.edit": OWNER,
    "lists.publish": OWNER,
    "lists.take_back": OWNER,
    "lists.delete": OWNER,
    "lists.add": OWNER,
    "lists.remove": OWNER,
    "lists.annotate": OWNER,
    "lists.move": OWNER,
    "lists.hide": Row(Permission.MODERATE),
    "lists.show": Row(Permission.MODERATE),
    "pages.bookmarks": MEMBER,
    "pages.lists": ANYONE,
    "pages.list": Row(Who.ANYONE, {"slug": "lamps"}),
    # Notifications and the mail about them.
    "notifications.list": MEMBER,
    "notifications.count": MEMBER,
    "notifications.mark_read": MEMBER,
    "notifications.mail_settings": MEMBER,
    "notifications.choose_mail": MEMBER,
    "notifications.unsubscribe": ANYONE,
    "notifications.stop": ANYONE,
    # Comments.
    "comments.thread": ANYONE,
    "comments.write": Row(Permission.COMMENT),
    "comments.conversation": ANYONE,
    "comments.history": ANYONE,
    "comments.edit": OWNER,
    "comments.delete": OWNER,
    "comments.hide": Row(Permission.MODERATE),
    "comments.approve": Row(Permission.MODERATE),
    "comments.restore": Row(Permission.MODERATE),
    "comments.close": Row(Permission.MODERATE),
    "comments.reopen": Row(Permission.MODERATE),
    "comments.waiting": MEMBER,
    "comments.of_member": ANYONE,
    # Moderation.
    "moderation.report": Row(Who.MEMBER, {"kind": "post"}),
    "moderation.waiting": MODERATE,
    "moderation.look": Row(Permission.MODERATE, {"kind": "post"}),
    "moderation.act": Row(Permission.MODERATE, {"kind": "post"}),
    "moderation.act_on_all": MODERATE,
    "moderation.undo": MODERATE,
    "moderation.settle": MODERATE,
    "moderation.undo_all": MODERATE,
    "moderation.log": ANYONE,
    "moderation.comments": MODERATE,
    "moderation.spam": MODERATE,
    "moderation.invitations": MODERATE,
    "moderation.decision": MEMBER,
    "moderation.appeal": Row(Who.ANYONE, {"token": "no-such-link"}),
    # Reading.
    "pages.home": ANYONE,
    "pages.post": ANYONE,
    "pages.profile": ANYONE,
    "pages.user": ANYONE,
    "pages.tag": ANYONE,
    "pages.following": MEMBER,
    "pages.followed_tags": MEMBER,
    "pages.find_to_follow": MEMBER,
    "pages.archive": ANYONE,
    "pages.counting": ANYONE,
    "pages.archive_year": ANYONE,
    "pages.archive_month": ANYONE,
    "pages.feed": ANYONE,
    "pages.json_feed": ANYONE,
    "pages.author_feed": ANYONE,
    "pages.author_json_feed": ANYONE,
    "pages.tag_feed": ANYONE,
    "pages.tag_json_feed": ANYONE,
    "pages.site_page": Row(Who.ANYONE, {"slug": "about"}),
    "pages.sitemap": ANYONE,
    "pages.sitemap_file": Row(Who.ANYONE, {"kind": "posts"}),
    "pages.robots": ANYONE,
    # Searching.
    "search.results": ANYONE,
    "search.suggestions": ANYONE,
    "search.people_to_write_to": Row(Permission.COMMENT),
    # Sites that are measured. Administrators see nobody else's.
    "statistics.sites": MEMBER,
    "statistics.add": MEMBER,
    "statistics.new": MEMBER,
    "statistics.dashboard": OWNER,
    "statistics.listing": Row(Who.OWNER, {"name": "page"}),
    "statistics.now": OWNER,
    "statistics.meanings": ANYONE,
    "statistics.post": OWNER,
    "statistics.writings": MEMBER,
    "statistics.goals": OWNER,
    "statistics.goal": OWNER,
    "statistics.delete_goal": OWNER,
    "statistics.funnels": OWNER,
    "statistics.funnel": OWNER,
    "statistics.change_funnel": OWNER,
    "statistics.delete_funnel": OWNER,
    "statistics.experiments": OWNER,
    "statistics.new_experiment": OWNER,
    "statistics.experiment": OWNER,
    "statistics.change_experiment": OWNER,
    "statistics.start_experiment": OWNER,
    "statistics.take_back_experiment": OWNER,
    "statistics.end_experiment": OWNER,
    "statistics.reopen_experiment": OWNER,
    "statistics.delete_experiment": OWNER,
    "statistics.coming_back": OWNER,
    "statistics.segments": OWNER,
    "statistics.rename_segment": OWNER,
    "statistics.delete_segment": OWNER,
    "statistics.notes": OWNER,
    "statistics.note": OWNER,
    "statistics.delete_note": OWNER,
    "statistics.install": OWNER,
    "statistics.heard": OWNER,
    "statistics.general": OWNER,
    "statistics.collecting": OWNER,
    "statistics.refusals": OWNER,
    "statistics.team": OWNER,
    "statistics.change_role": OWNER,
    "statistics.remove_from_team": OWNER,
    "statistics.offer": OWNER,
    "statistics.withdraw": OWNER,
    "statistics.imports": OWNER,
    "statistics.one_import": OWNER,
    "statistics.begin_import": OWNER,
    "statistics.undo_import": OWNER,
    "statistics.exports": OWNER,
    "statistics.export_csv": OWNER,
    "statistics.export_json": OWNER,
    "statistics.export_zip": OWNER,
    "statistics.events_csv": OWNER,
    "statistics.events_json": OWNER,
    "sharing.settings": OWNER,
    "sharing.set_public": OWNER,
    "sharing.revoke": OWNER,
    "sharing.restore": OWNER,
    "sharing.letters": OWNER,
    # What is shared of them: whoever has the link may look.
    "sharing.show": SHARED,
    "sharing.unlock": SHARED,
    "sharing.listing": Row(Who.ANYONE, {"token": SHARED_TOKEN, "name": "page"}),
    "sharing.now": SHARED,
    "sharing.embed": SHARED,
    "sharing.badge": Row(Who.ANYONE, {"site_id": 900_001}),
    "sharing.stop_letters": ANYONE,
    "sharing.end_letters": ANYONE,
    "statistics.keys": OWNER,
    "statistics.revoke_key": OWNER,
    "statistics.delete": OWNER,
    "statistics.keep": OWNER,
    "statistics.leave": OWNER,
    "statistics.accept": OWNER,
    "statistics.decline": OWNER,
}

SETS_A_COOKIE: frozenset[str] = frozenset(
    {
        "accounts.login",
        "accounts.register",
        "accounts.resend",
        "accounts.ask_for_reset",
        "accounts.second_step",
    }
)
"""Pages for strangers that carry a form and therefore the cookie its token belongs to."""

WITHOUT_TOKEN: Mapping[str, str] = {
    "sharing.end_letters": "As for `notifications.stop`.",
    "sharing.unlock": "Whoever could send it for somebody knows the link and its password, and a look is all it gives.",
    "notifications.stop": "A mail program stops letters by one click (RFC 8058): the signed link is all that it has.",
}
"""Endpoints that take an unsafe request without a form token, each with its reason."""

CHANGES_BY_GET: Mapping[str, str] = {
    "pages.following": "It notes when a member last read their timeline, as any page notes when they were last here.",
    "accounts.confirm": "A link from a mail confirms the address in the browser of the very member it was sent to.",
}
"""Endpoints whose GET may change something, each with its reason (a one-time link from a mail)."""
