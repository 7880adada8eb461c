"""Logging in and out: by password, by passkey, and the second step."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.accounts import forms, log_in, passkeys, sessions, two_factor
from byline.accounts.answers import Answer
from byline.accounts.blueprint import blueprint
from byline.accounts.identity import current_member
from byline.accounts.models import User
from byline.kernel.errors import DomainError
from byline.web import throttle
from byline.web.local_path import local_path

WRONG_TRIES = "10 per minute; 60 per hour"
"""Of one address. Only wrong ones count, so that a whole office may come in at nine."""


@blueprint.route("/auth/login", methods=["GET", "POST"])
@throttle.limit("60 per minute; 1000 per hour")
def login() -> Answer:
    """Ask for name and password; a member who is in already goes on."""
    form = forms.LogIn()
    if request.method != "POST":
        return redirect(_next()) if current_member() else _log_in_page(form)
    throttle.require_left(WRONG_TRIES, "log in", throttle.origin())
    try:
        member = log_in.check(form.identifier, form.password.data or "")
    except DomainError as refusal:
        throttle.count(WRONG_TRIES, "log in", throttle.origin())
        form.refuse(refusal)
        return _log_in_page(form, refusal), refusal.status
    inside = log_in.enter(member, remember=bool(form.remember.data))
    return redirect(_next() if inside else url_for("accounts.second_step", next=_next()))


def _log_in_page(form: forms.LogIn, refusal: DomainError | None = None) -> str:
    appeal = refusal.appeal if isinstance(refusal, log_in.ShutOut) else ""
    possible = passkeys.are_possible()
    return render_template("accounts/log_in.html", form=form, next=_next(), passkeys=possible, appeal=appeal)


@blueprint.route("/auth/code", methods=["GET", "POST"])
@throttle.limit("20 per minute; 120 per hour")
def second_step() -> Answer:
    """Ask for the code of whoever gave the right password a moment ago."""
    member = log_in.awaited()
    if member is None and current_member():
        return redirect(_next())
    if member is None:
        flash("The second step took too long. Begin again with your password.", "info")
        return redirect(url_for("accounts.login", next=_next()))
    form = forms.Code()
    if request.method != "POST":
        return _second_step_page(form, member)
    try:
        two_factor.check(member, form.code.data or "")
        log_in.finish(member)
    except DomainError as refusal:
        form.refuse(refusal)
        return _second_step_page(form, member), refusal.status
    return redirect(_next())


def _second_step_page(form: forms.Code, member: User) -> str:
    keys = bool(passkeys.of_member(member)) and passkeys.are_possible()
    return render_template(
        "accounts/second_step.html",
        form=form,
        next=_next(),
        passkeys=keys,
        has_app=member.tf_totp_secret is not None,
    )


@blueprint.post("/auth/passkey/options")
@throttle.limit("30 per minute")
def passkey_options() -> Response:
    """What the browser needs to ask for a passkey."""
    return Response(passkeys.request_options(log_in.awaited()), content_type="application/json")


@blueprint.post("/auth/passkey")
@throttle.limit("30 per minute; 300 per hour")
def passkey() -> Answer:
    """Log in whoever's passkey answered: in place of the password, or as the second step."""
    awaited = log_in.awaited()
    try:
        member = passkeys.check(request.form.get("credential", ""), awaited)
        log_in.require_welcome(member)
    except DomainError as refusal:
        form = forms.LogIn(formdata=None)
        form.refuse(refusal)
        return _log_in_page(form, refusal), refusal.status
    if awaited is None:
        sessions.begin(member, remember=request.form.get("remember") == "y")
    else:
        log_in.finish(member)
    return redirect(_next())


@blueprint.post("/auth/logout")
def logout() -> AnyResponse:
    """Log this browser out."""
    sessions.end()
    flash("You are logged out.", "info")
    return redirect("/")


def _next() -> str:
    return local_path(request.values.get("next"))
