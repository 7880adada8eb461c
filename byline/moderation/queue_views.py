"""The queue: one list, one thing at a time beside it, an act for each key, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.kernel import db
from byline.kernel.access import Permission
from byline.kernel.errors import Conflict, DomainError, Invalid, NotFound
from byline.moderation import appeals, bulk, deciding, matters, queue, trusting, undoing, wording
from byline.moderation.deciding import DecidedMeanwhile, Wish
from byline.moderation.forms import ActForm, SettleForm, kind_of
from byline.moderation.models import Act, Decision, Kind
from byline.moderation.queue import Pane
from byline.web import context, errors, guards, incoming, throttle
from byline.web.local_path import local_path

Answer = Response | str | tuple[str, int]
FAST = "300 per minute"
"""Somebody who works through a queue by keyboard decides about something every second."""


@guards.requires(Permission.MODERATE)
def waiting() -> str:
    """Everything that waits, and the line that is opened."""
    return _page(request.args.get("at", ""))


@guards.requires(Permission.MODERATE)
def look(kind: str, subject_id: int) -> str:
    """One thing, whether it waits or not."""
    return _rendered(None, queue.one(kind_of(kind), subject_id), NOTHING_TYPED)


@throttle.limit(FAST)
@guards.requires(Permission.MODERATE)
def act(kind: str, subject_id: int) -> Answer:
    """Do something with one thing, or with the member it belongs to."""
    actor, form, what = context.current().actor, ActForm(), kind_of(kind)
    try:
        decision = _done(form, what, subject_id)
    except NotFound:
        matters.forget_subject(what, subject_id)
        flash("It does not exist any more, so it has left the queue.", "info")
        return _on(form)
    except (Invalid, Conflict) as refusal:
        return _refused(refusal, form, what, subject_id)
    if decision.actor_id == actor.id:
        flash(f"Done: {wording.PAST[Act(decision.act)]}.", "success")
    return _on(form)


def _done(form: ActForm, kind: Kind, subject_id: int) -> Decision:
    """Carry the wish out; with a suspension the thing itself is hidden where that was ticked."""
    actor, wish = context.current().actor, form.wish()
    if wish is None:
        raise Invalid("act-unknown", "Choose what to do.", field="act")
    decision = deciding.decide(actor, kind, subject_id, wish)
    if wish.act is Act.SUSPEND and form.also_hide.data and kind is not Kind.MEMBER:
        hides = Wish(Act.HIDE, wish.reason, seen=wish.seen, batch=decision.batch)
        try:
            with db.session().begin_nested():
                deciding.decide(actor, kind, subject_id, hides)
        except Conflict:
            return decision  # It is hidden already.
    return decision


def _refused(refusal: DomainError, form: ActForm, kind: Kind, subject_id: int) -> Answer:
    """The thing once more with what was wrong, what was typed, and what somebody else decided."""
    db.session().rollback()
    if errors.wants_json():
        raise refusal
    try:
        typed = Typed(refusal, form.reason_typed, form.days.data or "7")
        return _rendered(None, queue.one(kind, subject_id), typed), refusal.status
    except NotFound:
        flash(refusal.message, "warning")
        return _on(form)


@throttle.limit(FAST)
@guards.requires(Permission.MODERATE)
def act_on_all() -> Answer:
    """Do the same with everything that waits together."""
    actor, form = context.current().actor, ActForm()
    bundle, wish = (form.bundle.data or "")[: bulk.LONGEST_BUNDLE].replace("\0", ""), form.wish()
    try:
        if wish is None:
            raise Invalid("act-unknown", "Choose what to do.", field="act")
        outcome = bulk.decide_all(actor, bundle, wish)
    except (Invalid, Conflict) as refusal:
        db.session().rollback()
        if errors.wants_json():
            raise
        return _page(bundle, Typed(refusal, form.reason_typed)), refusal.status
    rest = " The worker carries on with the rest." if outcome.goes_on else ""
    flash(f"Decided about {outcome.number:,} at one stroke.{rest}", "success")
    return _on(form)


@throttle.limit(FAST)
@guards.requires(Permission.MODERATE)
def undo(decision_id: int) -> Answer:
    """Take one decision back."""
    undoing.undo(context.current().actor, decision_id)
    flash("Taken back. It is as it was before.", "success")
    return redirect(local_path(request.form.get("next"), url_for("moderation.waiting")), 303)


@throttle.limit(FAST)
@guards.requires(Permission.MODERATE)
def undo_all(batch: str) -> Answer:
    """Take back what was decided at one stroke."""
    outcome = bulk.undo_all(context.current().actor, batch)
    rest = " The worker carries on with the rest." if outcome.goes_on else ""
    flash(f"Taking back {outcome.number:,} decisions.{rest}", "success")
    return redirect(local_path(request.form.get("next"), url_for("moderation.waiting")), 303)


@throttle.limit(FAST)
@guards.requires(Permission.MODERATE)
def settle(decision_id: int) -> Answer:
    """Decide about what a member answered."""
    actor, form = context.current().actor, SettleForm()
    seen = incoming.number(form.seen.data or "")
    try:
        if form.outcome.data not in ("give-back", "uphold"):
            raise Invalid("act-unknown", "Choose what to do.", field="act")
        gives_back = form.outcome.data == "give-back"
        appeals.settle(actor, decision_id, gives_back=gives_back, words=form.text.data or "", seen=seen)
    except (Invalid, Conflict) as refusal:
        db.session().rollback()
        if errors.wants_json():
            raise
        return _page(f"a:{decision_id}", Typed(refusal, words=form.text.data or "")), refusal.status
    flash("Given back, and the member is told." if gives_back else "The decision stands, and the member is told.")
    return _on(form)


def _on(form: ActForm | SettleForm) -> Response:
    """Go on with the next line."""
    there = local_path(form.next.data, url_for("moderation.waiting"))
    return redirect(there, 303)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and refused, so that nothing of it is lost."""

    refusal: DomainError | None = None
    reason: str = ""
    days: str = "7"
    words: str = ""


NOTHING_TYPED = Typed()


def _page(at: str, typed: Typed = NOTHING_TYPED) -> str:
    found = queue.waiting(request.args.get("after", ""))
    first = found.rows[0].bundle if found.rows else ""
    start = incoming.number(request.args.get("from", "")) or 0
    # Who has just decided about the last thing of a line goes on with the line after it.
    wanted = (at, request.args.get("or", ""), first)
    opened = (queue.opened(key, start if key == at else 0) for key in dict.fromkeys(wanted) if _is_key(key))
    pane = next((one for one in opened if one is not None), None)
    return _rendered(found, pane, typed)


def _is_key(at: str) -> bool:
    return 0 < len(at) <= bulk.LONGEST_BUNDLE and at.isprintable()


def _rendered(found: queue.Queue | None, pane: Pane | None, typed: Typed) -> str:
    refusal = typed.refusal
    after, after_all = _next(found, pane)
    return render_template(
        "moderation/queue.html",
        queue=found,
        pane=pane,
        done=queue.just_done(context.current().actor),
        typed=typed,
        newer=refusal.decision if isinstance(refusal, DecidedMeanwhile) else None,
        next=after,
        next_all=after_all,
        is_chosen=bool(request.values.get("at")) or found is None,
        wording=wording,
        trust_words=trusting.WORDS,
    )


def _next(found: queue.Queue | None, pane: Pane | None) -> tuple[str, str]:
    """Where to go on after an act on one thing, and after one on the whole line: the line below, or else above."""
    if found is None or pane is None:
        back = local_path(request.values.get("next"), url_for("moderation.waiting"))
        return back, back
    keys = [row.bundle for row in found.rows]
    here = keys.index(pane.bundle) if pane.bundle in keys else -1
    rest = keys[here + 1 :] or keys[: max(here, 0)][-1:]
    below = rest[0] if rest else None
    every = url_for("moderation.waiting", at=below)
    if pane.number == 1:
        return every, every
    return f"{url_for('moderation.waiting')}?{urlencode({'at': pane.bundle, 'or': below or ''})}", every
