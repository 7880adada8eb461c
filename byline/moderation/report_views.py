"""Reporting something: one form for posts, comments, messages and members."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.kernel.errors import Conflict, DomainError, Invalid, TooMany
from byline.moderation import looks, reporting, rules, subjects, wording
from byline.moderation.forms import ReportForm, kind_of
from byline.moderation.looks import Look
from byline.moderation.models import Kind
from byline.web import context, guards, throttle
from byline.web.local_path import local_path

REPORTS = "20 per minute; 120 per hour"


@throttle.limit(REPORTS)
@guards.signed_in
def report(kind: str, subject_id: int) -> Response | str | tuple[str, int]:
    """Ask what is wrong, then put it before the moderators."""
    actor, what, form = context.current().actor, kind_of(kind), ReportForm()
    rules.require_reporter(actor)
    subject = subjects.seen_by(actor, what, subject_id)
    look = looks.of([(what, subject_id)])[what, subject_id]
    if request.method != "POST":
        form.next.data = request.args.get("next", "")
        return _page(form, what, look, is_own=subject.member_id == actor.id)
    try:
        reporting.report(actor, what, subject_id, form.reason.data or "", form.note.data or "")
    except (Invalid, Conflict, TooMany) as refusal:
        return _refused(form, what, look, refusal)
    flash("Thank you. A moderator will look at it. Nobody is told who reported it.", "success")
    return redirect(local_path(form.next.data, _back(look)), 303)


def _refused(form: ReportForm, kind: Kind, look: Look, refusal: DomainError) -> tuple[str, int]:
    form.refuse(refusal)
    return _page(form, kind, look), refusal.status


def _page(form: ReportForm, kind: Kind, look: Look, *, is_own: bool = False) -> str:
    return render_template(
        "moderation/report.html",
        form=form,
        kind=wording.KINDS[kind],
        look=look,
        is_own=is_own,
        back=local_path(form.next.data, _back(look)),
    )


def _back(look: Look) -> str:
    return look.url or url_for("pages.home")
