"""A decision as the member sees whom it is about, and what they answer to it; also for those who are shut out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from byline.accounts import links
from byline.accounts.links import LinkOver, Purpose
from byline.accounts.models import User
from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, DomainError, Invalid, NotFound
from byline.moderation import appeals, looks, recording, rules, wording
from byline.moderation.forms import ReplyForm
from byline.moderation.models import Act, Decision, Kind
from byline.web import context, guards, throttle

REPLIES = "10 per minute; 30 per hour"
Answer = Response | str | tuple[str, int]


@throttle.limit(REPLIES)
@guards.signed_in
def decision(decision_id: int) -> Answer:
    """Show a member what was decided about what is theirs, and take their answer."""
    actor = context.current().actor
    found = db.session().get(Decision, decision_id)
    if found is None or found.member_id != actor.id:
        raise NotFound("decision-unknown", "There is no such decision.")
    return _answered(actor, found, url_for("moderation.decision", decision_id=found.id))


@throttle.limit(REPLIES)
def appeal(token: str) -> Answer:
    """The same for somebody who cannot log in, by a link from the log-in page or a mail."""
    uniquifier = links.read(Purpose.APPEAL, token)[0]
    member = db.session().scalar(select(User).where(User.fs_uniquifier == uniquifier))
    found = _shut_out_by(member) if member is not None else None
    if member is None or found is None:
        raise LinkOver("appeal-over", "This account is not shut out any more. You can log in.")
    return _answered(member.actor, found, url_for("moderation.appeal", token=token))


def _shut_out_by(member: User) -> Decision | None:
    """The decision that keeps a member out."""
    act = Act.SPAM if member.expelled_at is not None else Act.SUSPEND
    return recording.standing_about(Kind.MEMBER, member.id, act) if member.suspended_at is not None else None


def _answered(actor: Actor, found: Decision, here: str) -> Answer:
    form = ReplyForm()
    if request.method != "POST":
        return _page(form, found, here)
    try:
        appeals.reply(actor, found.id, form.text.data or "")
    except (Invalid, Conflict) as refusal:
        return _refused(form, found, here, refusal)
    flash("Your answer is with the moderators. You read here what becomes of it.", "success")
    return redirect(here, 303)


def _refused(form: ReplyForm, found: Decision, here: str, refusal: DomainError) -> Answer:
    form.refuse(refusal)
    return _page(form, found, here), refusal.status


def _page(form: ReplyForm, found: Decision, here: str) -> str:
    ref = (found.kind, found.subject_id)
    replies = appeals.of_decision(found.id)
    mine = sum(not reply.of_moderators for reply in replies)
    return render_template(
        "moderation/decision.html",
        form=form,
        decision=found,
        look=looks.of([ref]).get(ref),
        replies=replies,
        here=here,
        may_answer=rules.may_be_answered(found) and mine < rules.MOST_REPLIES,
        wording=wording,
    )
