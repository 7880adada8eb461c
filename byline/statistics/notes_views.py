"""Notes on a site's chart: what happened on a day."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.analytics.report import queries as described_queries
from byline.analytics.report import service
from byline.analytics.report.models import Note
from byline.analytics.report.rules import FIRST_DAY, LAST_DAY
from byline.analytics.sites import queries
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Invalid
from byline.statistics import gone
from byline.statistics.blueprint import Answer
from byline.statistics.described import NoteForm
from byline.statistics.forms import BLANK
from byline.statistics.returns import to_dashboard
from byline.web import context, guards, throttle


@guards.signed_in
@throttle.limit(throttle.WRITES)
def listed(site_id: int) -> Answer:
    """All notes, the newest day first; on a POST one more is made."""
    actor = context.current().actor
    if request.method != "POST":
        return _page(queries.reached(actor, site_id), NoteForm(formdata=BLANK))
    found = queries.reached(actor, site_id, Access.EDIT)
    form, back = NoteForm(), request.form.get("back")
    try:
        service.add_note(actor, site_id, form.given())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(found, form), refusal.status
    flash("It stands on the chart.", "success")
    return to_dashboard(site_id, back) if back else _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def change(site_id: int, note_id: int) -> Answer:
    """Write a note anew."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.EDIT)
    note = described_queries.one(Note, site_id, note_id)
    if request.method != "POST":
        return _form(found, note, NoteForm.of(note))
    form = NoteForm()
    try:
        service.change_note(actor, site_id, note_id, form.given())
    except Invalid as refusal:
        form.refuse(refusal)
        return _form(found, note, form), refusal.status
    flash("Saved.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(site_id: int, note_id: int) -> Answer:
    """Take a note off the chart, and offer to bring it back."""
    note = service.delete_note(context.current().actor, site_id, note_id)
    fields = {"day": note.day.isoformat(), "text": note.text}
    gone.say(note.text, url_for("statistics.notes", site_id=site_id), fields)
    return _back(site_id)


def _all(site_id: int) -> list[Note]:
    return list(described_queries.notes_of(site_id, FIRST_DAY, LAST_DAY))


def _page(found: Reached, form: NoteForm) -> str:
    return render_template(
        "statistics/notes.html",
        measured=found.site,
        notes=_all(found.site.id)[::-1],
        form=form,
        may_edit=found.access >= Access.EDIT,
        base=url_for("statistics.dashboard", site_id=found.site.id),
    )


def _form(found: Reached, note: Note, form: NoteForm) -> str:
    base = url_for("statistics.dashboard", site_id=found.site.id)
    return render_template("statistics/note.html", measured=found.site, note=note, form=form, base=base)


def _back(site_id: int) -> Answer:
    return redirect(url_for("statistics.notes", site_id=site_id), 303)
