"""The site's settings: one page, a form for each section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.admin import site_acts, site_rules, wording
from byline.admin.blueprint import blueprint
from byline.admin.site_acts import Saved
from byline.admin.site_forms import (
    CommentsForm,
    IdentityForm,
    JoiningForm,
    LogoForm,
    LookForm,
    OpennessForm,
    PostsForm,
    SectionForm,
)
from byline.kernel import colours, db, site
from byline.kernel.access import Permission
from byline.kernel.errors import Conflict, DomainError
from byline.kernel.site import CommentPolicy, Identity, Joining, Look, Openness, PostPolicy, Site
from byline.kernel.storage import Storage
from byline.web import bodies, context, forms, guards, incoming, notices, throttle

Answer = Response | tuple[str, int]
LARGEST_BODY_BYTES = site_acts.LARGEST_LOGO_BYTES + 64 * 1024
LONGEST_SAID = 600
NOTHING = "Nothing was different."
PARTS: Mapping[str, tuple[type[SectionForm], Callable[[Any], Any]]] = {
    "identity": (IdentityForm, lambda form: form.section()),
    "look": (LookForm, lambda form: form.section_beside(site.current().look)),
    "joining": (JoiningForm, lambda form: form.section()),
    "posts": (PostsForm, lambda form: form.section()),
    "comments": (CommentsForm, lambda form: form.section()),
    "openness": (OpennessForm, lambda form: form.section()),
}
KINDS: Mapping[str, type] = {
    "identity": Identity,
    "look": Look,
    "logo": Look,
    "joining": Joining,
    "posts": PostPolicy,
    "comments": CommentPolicy,
    "openness": Openness,
}


@blueprint.get("/settings", endpoint="settings")
@guards.requires(Permission.ADMINISTER)
def shown() -> str:
    """Everything that may change while the site runs."""
    return _page({})


@blueprint.post(f"/settings/<any({', '.join(PARTS)}):part>")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def save_settings(part: str) -> Answer:
    """Save one section."""
    kind, section_of = PARTS[part]
    form = kind()

    def act() -> str:
        changed = site_acts.save(context.current().actor, section_of(form), form.seen_version)
        return f"Saved. {_sentence(changed)}" if changed else NOTHING

    return _done(part, form, act, can_undo=True)


@blueprint.post(f"/settings/<any({', '.join(PARTS)}):part>/undo")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def undo_settings(part: str) -> Response:
    """Bring back what a section said before it was saved."""
    version = incoming.number(request.form.get("version", ""))
    try:
        changed = site_acts.undo(context.current().actor, KINDS[part], -1 if version is None else version)
    except Conflict as refusal:
        db.session().rollback()
        flash(refusal.message, "danger")
    else:
        flash(f"It is as before. {_sentence(changed)}" if changed else NOTHING, "success")
    return _back_to(part)


@blueprint.post("/settings/logo")
@throttle.limit(throttle.WRITES)
@bodies.takes(LARGEST_BODY_BYTES)
@guards.requires(Permission.ADMINISTER)
def show_logo() -> Answer:
    """Show another logo."""
    form, here = LogoForm(), context.current()

    def act() -> str:
        data = forms.picture_in(form.picture)
        db.let_others_write()
        picture = site_acts.logo(data)
        site_acts.show_logo(here.actor, picture, Storage(here.settings.media_folder), form.seen_version)
        return "The logo is in the bar of every page."

    return _done("logo", form, act)


@blueprint.post("/settings/logo/remove")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def remove_logo() -> Answer:
    """Show the name alone."""
    form = LogoForm()

    def act() -> str:
        site_acts.remove_logo(context.current().actor, form.seen_version)
        return "The logo is gone. The bar shows the name."

    return _done("logo", form, act)


def _sentence(changed: str) -> str:
    """What changed, cut where it would be too much for the cookie that carries it to the next page."""
    words = changed if len(changed) <= LONGEST_SAID else f"{changed[:LONGEST_SAID]} …"
    return f"{words[:1].upper()}{words[1:]}."


def _done(part: str, form: SectionForm, act: Callable[[], str], *, can_undo: bool = False) -> Answer:
    try:
        said = act()
    except DomainError as refusal:
        if refusal.status not in (400, 409):
            raise
        db.session().rollback()
        form.refuse(refusal)
        if isinstance(refusal, Conflict):
            _bring_up_to_date(part, form)
        return _page({part: form}), refusal.status
    if can_undo and said != NOTHING:
        version = str(site_acts.saves()[site.SECTIONS[KINDS[part]]].version)
        notices.undo(said, url_for("admin.undo_settings", part=part), fields={"version": version})
    else:
        flash(said, "success")
    return _back_to(part)


def _back_to(part: str) -> Response:
    return redirect(url_for("admin.settings", _anchor=f"part-{'look' if part == 'logo' else part}"), 303)


def _bring_up_to_date(part: str, form: SectionForm) -> None:
    """Say what stands now, and let what was typed be saved in its place."""
    kind = KINDS[part]
    site.forget()
    form.form_errors.append(f"Now it says: {site_rules.in_words(site_acts.standing(site.current(), kind))}.")
    form.version.data = str(site_acts.saves().get(site.SECTIONS[kind], Saved()).version)


def _page(refused: Mapping[str, SectionForm]) -> str:
    here, saves = site.current(), site_acts.saves()
    return render_template(
        "admin/settings.html",
        forms={**_forms(here, saves), **refused},
        saves=saves,
        here=here,
        shades=colours.shades(here.accent),
        contrast=colours.contrast,
        wording=wording,
    )


def _forms(here: Site, saves: Mapping[str, Saved]) -> dict[str, SectionForm]:
    versions = {name: str(saves.get(name, Saved()).version) for name in site.SECTIONS.values()}
    fresh = {"formdata": None}
    return {
        "identity": IdentityForm(**fresh, version=versions["identity"], name=here.name, tagline=here.tagline),
        "look": LookForm(**fresh, version=versions["look"], accent=here.accent, shows_name=here.look.shows_name),
        "logo": LogoForm(**fresh, version=versions["look"]),
        "joining": JoiningForm(**fresh, version=versions["joining"], registration=here.registration.value),
        "posts": PostsForm(**fresh, version=versions["posts"], hold=here.posts.hold.value),
        "comments": CommentsForm.of(here.comments, int(versions["comments"])),
        "openness": OpennessForm(**fresh, version=versions["openness"], public_log=here.public_moderation_log),
    }
