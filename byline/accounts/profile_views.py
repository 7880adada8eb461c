"""The profile's editor for oneself."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.accounts import identity, profile, profile_rules
from byline.accounts.blueprint import blueprint
from byline.accounts.models import User
from byline.accounts.profile_forms import PictureForm, ProfileForm
from byline.accounts.profile_rules import Profile
from byline.kernel import db, images, tidy
from byline.kernel.errors import Invalid
from byline.kernel.storage import Storage
from byline.web import bodies, context, forms, guards, throttle

UPLOADS = "20 per minute; 100 per hour"
LARGEST_BODY_BYTES = images.MAX_BYTES + 64 * 1024


@blueprint.get("/settings/profile")
@guards.signed_in
def profile_settings() -> str:
    """The editor, and how the profile looks."""
    return _page(identity.member_here())


@blueprint.post("/settings/profile")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def change_profile() -> Response | tuple[str, int] | str:
    """Save the words, or show how they would look."""
    form, member = ProfileForm(), identity.member_here()
    try:
        if request.form.get("act") == "preview":
            return _page(member, form, _as_typed(form.profile()))
        profile.change(context.current().actor, member.id, form.profile())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(member, form), 400
    flash("Your profile is saved.", "success")
    return redirect(url_for("accounts.profile_settings"), 303)


@blueprint.post("/settings/profile/picture")
@throttle.limit(UPLOADS)
@bodies.takes(LARGEST_BODY_BYTES)
@guards.signed_in
def change_picture() -> Response | tuple[str, int]:
    """Show an uploaded picture from now on."""
    form = PictureForm()
    try:
        take_picture(form, identity.member_here().id)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(identity.member_here(), picture_form=form), 400
    flash("Your picture is changed.", "success")
    return redirect(url_for("accounts.profile_settings"), 303)


@blueprint.post("/settings/profile/picture/remove")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def remove_picture() -> Response:
    """Show the picture drawn from the name again."""
    profile.show_generated(context.current().actor, identity.member_here().id)
    flash("Your picture is the drawn one again.", "success")
    return redirect(url_for("accounts.profile_settings"), 303)


def take_picture(form: PictureForm, user_id: int) -> None:
    """Show what a form carries as the member's picture; Invalid for field `picture` when it carries none."""
    data = forms.picture_in(form.picture)
    db.let_others_write()
    picture = profile.square(data)
    here = context.current()
    profile.show_picture(here.actor, user_id, picture, Storage(here.settings.media_folder))


def _as_typed(typed: Profile) -> User:
    """A row that is never stored, to show how a profile would look; Invalid as for saving."""
    wrong = profile_rules.problems(typed)
    if wrong:
        raise Invalid.of(wrong, "profile-invalid")
    member = identity.member_here()
    return User(
        username=member.username,
        username_key=member.username_key,
        avatar_key=member.avatar_key,
        name=tidy.one_line(typed.name),
        location=tidy.one_line(typed.location),
        about=tidy.lines(typed.about),
        links=profile_rules.links(typed.links),
        member_since=member.member_since,
        hides_last_seen=typed.hides_last_seen,
    )


def _page(
    member: User, form: ProfileForm | None = None, shown: User | None = None, picture_form: PictureForm | None = None
) -> str:
    return render_template(
        "accounts/profile_settings.html",
        member=member,
        form=form or ProfileForm.of(member),
        shown=shown or member,
        is_preview=shown is not None,
        picture_form=picture_form or PictureForm(),
    )
