"""Numbers from elsewhere: what was brought in, bringing in more, and undoing it."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from wtforms import BooleanField, FileField

from byline.analytics.importing import service
from byline.analytics.importing.models import LABELS, Import, Kind, State
from byline.analytics.sites import queries
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel import db
from byline.kernel.errors import Conflict, Invalid
from byline.statistics.asking import spoken_days
from byline.statistics.blueprint import Answer
from byline.web import bodies, context, guards, throttle
from byline.web.forms import Form

LARGEST_BODY_BYTES = service.LARGEST_UPLOAD_BYTES + (1 << 20)
UPLOADS = "20 per hour"
CHANGING = (State.LOOKING.value, State.RUNNING.value, State.UNDOING.value)
"""States that pass by themselves, so that the page looks again."""


class UploadForm(Form):
    """A file of another tool."""

    file = FileField(
        "File",
        description="The zip that Plausible exports, website_event.csv of Umami, GoatCounter's CSV (also .gz), or a "
        "CSV of Google Analytics 4 with a day in each row. At most 50 MB.",
    )


class BeginForm(Form):
    """How a file is brought in."""

    over_own = BooleanField(
        "Also days that were measured here",
        description="Without it only days before the first one measured here count, so that nothing counts twice.",
    )


@guards.signed_in
@throttle.limit(UPLOADS)
@bodies.takes(LARGEST_BODY_BYTES, bodies.FILES)
def listed(site_id: int) -> Answer:
    """What was brought in; on a POST a file that may be."""
    actor = context.current().actor
    found, form = queries.reached(actor, site_id, Access.EDIT), UploadForm()
    if request.method != "POST":
        return _list(found, form)
    try:
        made = _asked(site_id, form)
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _list(found, form), refusal.status
    return redirect(url_for("statistics.one_import", site_id=site_id, import_id=made.id), 303)


@guards.signed_in
def show(site_id: int, import_id: int) -> str:
    """One import: what its file holds, how far it is, or what it brought."""
    return _one(site_id, import_id, BeginForm())


@guards.signed_in
@throttle.limit(throttle.WRITES)
def begin(site_id: int, import_id: int) -> Answer:
    """Bring in a file that was looked at."""
    form = BeginForm()
    try:
        service.begin(context.current().actor, site_id, import_id, over_own=bool(form.over_own.data))
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _one(site_id, import_id, form), refusal.status
    flash("It is being brought in. You can leave this page.", "success")
    return redirect(url_for("statistics.one_import", site_id=site_id, import_id=import_id), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def undo(site_id: int, import_id: int) -> Answer:
    """Delete an import with what it brought."""
    form = BeginForm()
    try:
        undone = service.undo(context.current().actor, site_id, import_id)
    except Conflict as refusal:
        form.refuse(refusal)
        return _one(site_id, import_id, form), refusal.status
    flash(f"{undone.name} and every number that came with it are being deleted.", "success")
    return redirect(url_for("statistics.imports", site_id=site_id), 303)


def _asked(site_id: int, form: UploadForm) -> Import:
    sent = form.file.data
    if not sent or isinstance(sent, str) or not sent.filename:
        raise Invalid("file-missing", "Choose a file to send.", field="file")
    here = context.current()
    # Others may write while the file is; who may send one is known already.
    db.let_others_write()
    file_name = service.fresh_name()
    path = service.folder(here.settings) / file_name
    try:
        service.save(path, sent.save)
    finally:
        sent.close()  # A large one is a file of the system's, which should go now.
    try:
        return service.ask(here.actor, site_id, sent.filename, file_name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _spoken(first: date | str, last: date | str) -> str:
    """Days as they are said; those of a file are kept as they are written."""
    return spoken_days(date.fromisoformat(str(first)), date.fromisoformat(str(last)))


def _list(found: Reached, form: UploadForm) -> str:
    rows = service.of_site(context.current().actor, found.site.id)
    return render_template(
        "statistics/imports.html",
        measured=found.site,
        access=found.access,
        form=form,
        rows=rows,
        labels=LABELS,
        kinds=Kind,
        changing=CHANGING,
        spoken=_spoken,
    )


def _one(site_id: int, import_id: int, form: BeginForm) -> str:
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.EDIT)
    return render_template(
        "statistics/import.html",
        measured=found.site,
        access=found.access,
        form=form,
        one=service.get(actor, site_id, import_id),
        labels=LABELS,
        kinds=Kind,
        changing=CHANGING,
        spoken=_spoken,
    )
