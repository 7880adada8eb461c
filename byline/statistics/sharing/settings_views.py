"""The settings of a site about who else may look, and everybody's own about letters."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.analytics.report import queries as reports
from byline.analytics.sites import queries as sites
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel import clock
from byline.kernel.errors import Conflict, Invalid
from byline.statistics.blueprint import Answer
from byline.statistics.forms import BLANK
from byline.statistics.sharing import badge, queries, service
from byline.statistics.sharing.forms import LettersForm, ShareForm
from byline.web import context, guards, notices, throttle

MADE = "30 per hour"
"""Each of them may cost hashing a password."""


@guards.signed_in
@throttle.limit(MADE)
def show(site_id: int) -> Answer:
    """Who may look without being on the team; on a POST a link is made."""
    actor = context.current().actor
    found = sites.reached(actor, site_id, Access.EDIT)
    if request.method != "POST":
        return _page(found, ShareForm(formdata=BLANK))
    form = ShareForm()
    try:
        made = service.make_share(actor, site_id, form.share())
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _page(found, form), refusal.status
    flash(f"The link for “{made.name}” is made. Copy it from the list.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def set_public(site_id: int) -> Answer:
    """Let everybody see the numbers, or only the team again."""
    is_public = request.form.get("public") == "yes"
    site = service.set_public(context.current().actor, site_id, is_public)
    sentence = f"Everybody may see the numbers of {site.name} now." if is_public else "Only the team sees them now."
    undo = {"public": "no" if is_public else "yes"}
    notices.undo(sentence, url_for("sharing.set_public", site_id=site_id), fields=undo)
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def revoke(site_id: int, share_id: int) -> Answer:
    """Let a link show nothing any more."""
    share = service.revoke_share(context.current().actor, site_id, share_id)
    restore = url_for("sharing.restore", site_id=site_id, share_id=share_id)
    notices.undo(f"The link for “{share.name}” shows nothing any more.", restore)
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def restore(site_id: int, share_id: int) -> Answer:
    """Let a link that was just revoked work again."""
    share = service.restore_share(context.current().actor, site_id, share_id)
    flash(f"The link for “{share.name}” works again.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def letters(site_id: int) -> Answer:
    """Which letters about the site the member wants."""
    actor = context.current().actor
    found = sites.reached(actor, site_id)
    if request.method != "POST":
        return _letters_page(found, LettersForm.of(queries.letters_of(site_id, actor.id or 0)))
    form = LettersForm()
    try:
        service.choose_letters(actor, site_id, form.letters())
    except Invalid as refusal:
        form.refuse(refusal)
        return _letters_page(found, form), refusal.status
    flash("Saved.", "success")
    return redirect(url_for("sharing.letters", site_id=site_id), 303)


def _page(found: Reached, form: ShareForm) -> str:
    shares, now = queries.shares_of(found.site.id), clock.now()
    keyed = next((share for share in shares if badge.gives_key(share)), None)
    return render_template(
        "statistics/sharing.html",
        measured=found.site,
        access=found.access,
        form=form.offer(reports.segments_of(found.site.id)),
        shares=[(share, queries.works(share, now)) for share in shares],
        keyed=keyed,
        badge_key=badge.key_of(keyed) if keyed else "",
        here=context.current().settings.url,
    )


def _letters_page(found: Reached, form: LettersForm) -> str:
    return render_template("statistics/letters.html", measured=found.site, access=found.access, form=form)


def _back(site_id: int) -> Answer:
    return redirect(url_for("sharing.settings", site_id=site_id), 303)
