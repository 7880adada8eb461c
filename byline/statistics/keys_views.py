"""Write keys of a site: made and shown once, listed by their last letters, revoked."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from byline.analytics.sites import keys, queries
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Conflict, Invalid
from byline.statistics.blueprint import Answer
from byline.statistics.forms import BLANK, KeyForm
from byline.web import context, guards, throttle


@guards.signed_in
@throttle.limit(throttle.WRITES)
def show(site_id: int) -> Answer:
    """The keys in use; on a POST one is made and shown this once."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.OWN)
    form = KeyForm()
    if request.method != "POST":
        return _page(found, form)
    try:
        _, secret = keys.make(actor, site_id, form.name.data or "")
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _page(found, form), refusal.status
    answer = make_response(_page(found, KeyForm(formdata=BLANK), secret))
    # Not even this browser keeps the page: whoever goes back to it must not find the key.
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@guards.signed_in
@throttle.limit(throttle.WRITES)
def revoke(site_id: int, key_id: int) -> Answer:
    """Let a key write nothing more."""
    revoked = keys.revoke(context.current().actor, site_id, key_id)
    flash(f"The key “{revoked.name}” writes nothing any more.", "success")
    return redirect(url_for("statistics.keys", site_id=site_id), 303)


def _page(found: Reached, form: KeyForm, secret: str = "") -> str:
    return render_template(
        "statistics/keys.html",
        measured=found.site,
        access=found.access,
        form=form,
        rows=queries.keys(found.site.id),
        secret=secret,
        base=context.current().settings.url,
    )
