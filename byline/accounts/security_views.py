"""Settings: what keeps an account safe, and where it is logged in."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from byline.accounts import forms, passkeys, sessions, two_factor
from byline.accounts.answers import Answer
from byline.accounts.blueprint import blueprint
from byline.accounts.identity import member_here
from byline.kernel.errors import DomainError
from byline.web import guards, throttle


@blueprint.get("/settings/security")
@guards.signed_in
def security_settings() -> Answer:
    """Password, address, second step and passkeys at a glance."""
    return _security_page()


def _security_page(refusal: DomainError | None = None) -> str:
    member, form = member_here(), forms.NewPasskey(formdata=None)
    return render_template(
        "accounts/security.html",
        member=member,
        form=form,
        refusal=refusal,
        keys=passkeys.of_member(member),
        passkeys_possible=passkeys.are_possible(),
        two_step=two_factor.is_on(member),
        codes_left=two_factor.codes_left(member),
    )


@blueprint.route("/settings/security/two-step", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def two_step() -> Answer:
    """Join an authenticator app to the account: the picture, then the first code."""
    member, form = member_here(), forms.SetUpApp()
    if member.tf_totp_secret:
        return redirect(url_for("accounts.security_settings"))
    secret = two_factor.propose()
    page = {"form": form, "picture": two_factor.picture(member, secret), "written": two_factor.written(secret)}
    if request.method != "POST":
        return render_template("accounts/two_step.html", **page)
    try:
        codes = two_factor.turn_on(member, form.code.data or "", password=form.password.data or "")
    except DomainError as refusal:
        form.refuse(refusal)
        return render_template("accounts/two_step.html", **page), refusal.status
    return render_template("accounts/recovery_codes.html", codes=codes, begun=True)


@blueprint.post("/settings/security/two-step/off")
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def two_step_off() -> Answer:
    """Ask for no codes any more."""
    try:
        two_factor.turn_off(member_here(), password=request.form.get("password", ""))
    except DomainError as refusal:
        return _security_page(refusal), refusal.status
    flash("No code is asked for any more.", "info")
    return redirect(url_for("accounts.security_settings"))


@blueprint.post("/settings/security/recovery-codes")
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def recovery_codes() -> Answer:
    """Make new recovery codes and show them once."""
    try:
        codes = two_factor.replace_recovery_codes(member_here(), password=request.form.get("password", ""))
    except DomainError as refusal:
        return _security_page(refusal), refusal.status
    return render_template("accounts/recovery_codes.html", codes=codes, begun=False)


@blueprint.post("/settings/security/passkeys/options")
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def new_passkey_options() -> Response:
    """What the browser needs to make a passkey."""
    member, form = member_here(), forms.NewPasskey()
    options = passkeys.creation_options(
        member,
        form.name.data or "",
        password=form.password.data or "",
        only_second_step=bool(form.only_second_step.data),
    )
    return Response(options, content_type="application/json")


@blueprint.post("/settings/security/passkeys")
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def add_passkey() -> Answer:
    """Keep the passkey that the browser made; the first second step brings recovery codes."""
    member = member_here()
    try:
        key = passkeys.add(member, request.form.get("credential", ""))
    except DomainError as refusal:
        return _security_page(refusal), refusal.status
    if codes := two_factor.first_recovery_codes(member):
        return render_template("accounts/recovery_codes.html", codes=codes, begun=True)
    flash(f"The passkey “{key.name}” is ready.", "success")
    return redirect(url_for("accounts.security_settings"))


@blueprint.post("/settings/security/passkeys/<row:passkey_id>/remove")
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def remove_passkey(passkey_id: int) -> Answer:
    """Forget a passkey."""
    try:
        passkeys.remove(member_here(), passkey_id, password=request.form.get("password", ""))
    except DomainError as refusal:
        return _security_page(refusal), refusal.status
    flash("The passkey is removed.", "info")
    return redirect(url_for("accounts.security_settings"))


@blueprint.get("/settings/sessions", endpoint="sessions")
@guards.signed_in
def sessions_page() -> Answer:
    """Where the member is logged in."""
    rows = sessions.of_member(member_here().id)
    return render_template("accounts/sessions.html", rows=rows, here=sessions.current_id())


@blueprint.post("/settings/sessions/<row:session_id>/end")
@guards.signed_in
def end_session(session_id: int) -> Answer:
    """Log one browser out; the one in use is logged out as by the button."""
    if session_id == sessions.current_id():
        sessions.end()
        return redirect("/")
    sessions.end_one(member_here().id, session_id)
    flash("That browser is logged out.", "success")
    return redirect(url_for("accounts.sessions"))


@blueprint.post("/settings/sessions/end-others")
@guards.signed_in
def end_other_sessions() -> Answer:
    """Log every other browser out."""
    sessions.end_all(member_here().id, but=sessions.current_id())
    flash("Every other browser is logged out.", "success")
    return redirect(url_for("accounts.sessions"))
