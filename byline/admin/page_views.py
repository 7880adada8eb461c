"""Pages of the site's own: the list, the editor with its preview, the order in the footer."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField

from byline.admin import own_addresses, page_acts, page_rules
from byline.admin.blueprint import blueprint
from byline.admin.page_acts import Removed
from byline.admin.page_rules import STARTERS, Draft
from byline.kernel import db
from byline.kernel.access import Permission
from byline.kernel.errors import Conflict, DomainError, Invalid
from byline.kernel.site_rows import SitePage
from byline.posts import rendering
from byline.web import context, guards, incoming, notices, throttle
from byline.web.forms import Form

Answer = Response | str | tuple[str, int]


class PageForm(Form):
    """A page of the site's own."""

    title = StringField("Title", description="In the footer and above the text.")
    slug = StringField("Address", description="Made from the title if you leave it out. A former one leads here.")
    body = TextAreaField("Text", description="Markdown, as in posts.")
    version = HiddenField()

    @classmethod
    def of(cls, page: SitePage) -> PageForm:
        """The form with what the page says."""
        return cls(formdata=None, title=page.title, slug=page.slug, body=page.body, version=str(page.version))

    def draft(self) -> Draft:
        """What was typed."""
        return Draft(self.title.data or "", self.slug.data or "", self.body.data or "")


@blueprint.get("/pages", endpoint="pages")
@guards.requires(Permission.ADMINISTER)
def listed() -> str:
    """Every page in the order of the footer, and those that many sites have."""
    pages = page_acts.every()
    known = {page.slug for page, _ in pages}
    starters = {slug: starter for slug, starter in STARTERS.items() if slug not in known}
    return render_template("admin/pages.html", pages=pages, starters=starters)


@blueprint.get("/new-page")
@guards.requires(Permission.ADMINISTER)
def new_page() -> str:
    """An empty page, or one of those that many sites have to begin with."""
    slug = request.args.get("like", "")
    starter = STARTERS.get(slug)
    if starter is None:
        return _page(PageForm(formdata=None))
    return _page(PageForm(formdata=None, title=starter.title, slug=slug, body=starter.body))


@blueprint.post("/new-page")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def make_page() -> Answer:
    """Add a page."""
    form = PageForm()
    return _done(form, None, lambda draft: page_acts.make(context.current().actor, draft, _taken()))


@blueprint.get("/pages/<slug>")
@guards.requires(Permission.ADMINISTER)
def page(slug: str) -> str:
    """The editor of one page."""
    found = page_acts.opened(context.current().actor, slug)
    return _page(PageForm.of(found), found.slug)


@blueprint.post("/pages/<slug>")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def change_page(slug: str) -> Answer:
    """Save one page."""
    form, actor = PageForm(), context.current().actor
    seen = incoming.number(form.version.data or "")

    def act(draft: Draft) -> SitePage:
        return page_acts.change(actor, slug, draft, _taken(), seen_version=-1 if seen is None else seen)

    return _done(form, slug, act)


@blueprint.post("/pages/<slug>/up")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def raise_page(slug: str) -> Response:
    """Put a page further to the front."""
    page_acts.raise_up(context.current().actor, slug)
    return redirect(url_for("admin.pages"), 303)


@blueprint.post("/pages/<slug>/remove")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def remove_page(slug: str) -> Response:
    """Remove a page."""
    removed = page_acts.remove(context.current().actor, slug)
    notices.undo(
        "The page is gone. Its text is kept in the audit log.",
        url_for("admin.restore_page", entry_id=removed.entry_id),
        fields={"place": str(removed.position)},
    )
    return redirect(url_for("admin.pages"), 303)


@blueprint.post("/removed-pages/<row:entry_id>/restore")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def restore_page(entry_id: int) -> Response:
    """Bring a removed page back."""
    place = incoming.number(request.form.get("place", "")) or 1
    try:
        page_acts.restore(context.current().actor, Removed(entry_id, place), _taken())
    except (Conflict, Invalid) as refusal:
        db.session().rollback()
        flash(str(refusal), "danger")
    else:
        flash("The page is back in its place.", "success")
    return redirect(url_for("admin.pages"), 303)


def _done(form: PageForm, slug: str | None, act: Callable[[Draft], SitePage]) -> Answer:
    """Save or show how it would look; the filled-in form where it was refused."""
    try:
        if request.form.get("act") == "preview":
            draft = page_rules.checked(form.draft(), ())
            return _page(form, slug, preview=Markup(rendering.of(draft.body, None).html))  # noqa: S704  (sanitised)
        saved = act(form.draft())
    except DomainError as refusal:
        if refusal.status not in (400, 409):
            raise
        db.session().rollback()
        form.refuse(refusal)
        if isinstance(refusal, Conflict) and slug is not None:
            form.version.data = str(page_acts.opened(context.current().actor, slug).version)
        return _page(form, slug), refusal.status
    flash("The page is saved. The footer of every page leads to it.", "success")
    return redirect(url_for("admin.page", slug=saved.slug), 303)


def _page(form: PageForm, slug: str | None = None, *, preview: Markup | None = None) -> str:
    return render_template("admin/page.html", form=form, slug=slug, preview=preview)


def _taken() -> frozenset[str]:
    """The first part of every address that the software itself answers."""
    return own_addresses.first_parts(current_app.url_map)
