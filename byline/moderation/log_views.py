"""The log, what was taken for spam, and who invited whom: pages that only show."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import render_template, request

from byline.accounts import member_queries
from byline.kernel import site, tidy
from byline.kernel.access import Permission
from byline.kernel.errors import NotFound
from byline.moderation import log, queue, recording, rules, tree, undoing, wording
from byline.moderation.log import Wanted
from byline.moderation.models import Act
from byline.moderation.queue import Item, Pane
from byline.web import context, guards, paging


def entries() -> str:
    """Every decision for moderators; for everyone else what readers notice, where the site shows it."""
    actor, cursor = context.current().actor, paging.cursor_from(request.args)
    if rules.may_moderate(actor):
        wanted = _wanted()
        query = urlencode({name: value for name, value in _named(wanted) if value})
        page = log.entries(wanted, cursor)
        return render_template(
            "moderation/log.html", page=page, wanted=wanted, query=query, wording=wording, may_undo=undoing.can_undo
        )
    if not site.current().public_moderation_log:
        raise NotFound("no-public-log", "This site does not show its moderators' log.")
    return render_template("moderation/public_log.html", page=log.public_entries(cursor), wording=wording)


def _wanted() -> Wanted:
    member, moderator = (tidy.one_line(request.args.get(name, ""))[:100] for name in ("member", "moderator"))
    act = request.args.get("act", "")
    return Wanted(member, moderator, act if act in set(Act) else "")


def _named(wanted: Wanted) -> list[tuple[str, str]]:
    return [("member", wanted.member), ("moderator", wanted.moderator), ("act", wanted.act)]


@guards.requires(Permission.MODERATE)
def spam() -> str:
    """Comments that were taken for spam as they came."""
    page = log.kept_as_spam(paging.cursor_from(request.args))
    return render_template("moderation/spam.html", page=page)


@guards.requires(Permission.MODERATE)
def comments() -> str:
    """All comments, newest first, each with what can be done with it."""
    page = log.comments(paging.cursor_from(request.args))
    items = [Item(None, look) for look in page.items]
    return render_template(
        "moderation/comments.html",
        page=page,
        pane=Pane("", items, len(items), 2, recording.newest()),
        here=request.full_path.rstrip("?"),
        done=queue.just_done(context.current().actor),
        wording=wording,
    )


@guards.requires(Permission.MODERATE)
def invitations() -> str:
    """Who invited whom."""
    username = tidy.one_line(request.args.get("of", "")).removeprefix("@")
    root = member_queries.member(username) if username else None
    return render_template("moderation/invitations.html", branches=tree.below(root), root=root, most=tree.MOST)
