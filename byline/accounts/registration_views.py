"""Joining: the form, confirming the address, and the first administrator."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.accounts import addresses, forms, founding, invitations, registration, sessions
from byline.accounts.answers import LETTERS, Answer, just_sent, link_over, sent
from byline.accounts.blueprint import blueprint
from byline.accounts.identity import current_member
from byline.accounts.links import LinkOver
from byline.accounts.models import Invitation, User
from byline.kernel import db
from byline.kernel.errors import DomainError
from byline.web import throttle


@blueprint.route("/auth/register", methods=["GET", "POST"])
@throttle.limit("30 per minute; 120 per hour")
def register() -> Answer:
    """Make an account and log in; a member who is in already is told so."""
    if current_member():
        flash("You are logged in already. Log out first to make another account.", "info")
        return redirect("/")
    token = request.values.get("invitation", "")
    invitation = invitations.opened(token) if token else None
    registration.require_open(invitation)
    author = db.session().get(User, invitation.claims_id) if invitation and invitation.claims_id else None
    form = forms.Register(invitation=token, email=invitation.email if invitation else None)
    if request.method != "POST":
        return _register_page(form, author)
    try:
        member = _register(form, invitation)
    except DomainError as refusal:
        form.refuse(refusal)
        return _register_page(form, author), refusal.status
    sessions.begin(member)
    return redirect(url_for("accounts.unconfirmed") if member.confirmed_at is None else "/")


def _register(form: forms.Register, invitation: Invitation | None) -> User:
    member = registration.register(form.applicant, invitation)
    throttle.count(LETTERS, "letters", form.wanted)
    if invitation is not None:
        invitations.accept(invitation, member)
    return member


def _register_page(form: forms.Register, author: User | None) -> str:
    return render_template("accounts/register.html", form=form, author=author)


@blueprint.route("/auth/first/<token>", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
def first(token: str) -> Answer:
    """Make the first administrator, by the link that the first start shows."""
    form = forms.Register()
    try:
        founding.check_link(token)
        if request.method != "POST":
            return render_template("accounts/first.html", form=form)
        member = founding.begin_site(token, form.applicant)
    except LinkOver as over:
        return link_over(over, again=None)
    except DomainError as refusal:
        form.refuse(refusal)
        return render_template("accounts/first.html", form=form), refusal.status
    sessions.begin(member)
    flash("The site is yours. Everything an administrator can do is under Administration in your menu.", "success")
    return redirect("/")


@blueprint.get("/auth/unconfirmed")
def unconfirmed() -> Answer:
    """Tell a member how to confirm their address; everybody else has nothing to do here."""
    member = current_member()
    address = addresses.to_prove(member) if member and member.confirmed_at is None else None
    if member is None or address is None:
        return redirect("/")
    return render_template("accounts/unconfirmed.html", address=address, member=member)


@blueprint.route("/auth/confirm", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
def resend() -> Answer:
    """Send the link that confirms an address once more."""
    member = current_member()
    form = forms.Address()
    if request.method != "POST":
        return redirect(url_for("accounts.unconfirmed")) if member else just_sent() or _resend_page(form)
    throttle.count(LETTERS, "letters", member.username if member else form.wanted)
    if member:
        addresses.ask_again(member)
        flash("A new message is on its way.", "success")
        return redirect(url_for("accounts.unconfirmed"))
    try:
        addresses.ask_for(form.email.data or "")
    except DomainError as refusal:
        form.refuse(refusal)
        return _resend_page(form), refusal.status
    return sent("confirm", form.email.data or "")


def _resend_page(form: forms.Address) -> str:
    return render_template("accounts/resend.html", form=form)


@blueprint.route("/auth/confirm/<token>", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
def confirm(token: str) -> Answer:
    """Confirm an address by the link sent to it.

    Mail scanners open links, so opening alone confirms only in the browser of the member whom the link is for;
    elsewhere the page asks for one click.
    """
    try:
        member, address = addresses.of_link(token)
        mine = current_member() is member
        if request.method != "POST" and not mine:
            return render_template("accounts/confirm.html", member=member, address=address)
        if request.method != "POST":
            db.after_settling(lambda: _confirm_quietly(token))
        else:
            addresses.confirm(token)
    except LinkOver as over:
        return link_over(over, again=url_for("accounts.resend"))
    flash("Your address is confirmed. Welcome." if mine else "The address is confirmed. You can log in now.", "success")
    return redirect("/" if mine else url_for("accounts.login"))


def _confirm_quietly(token: str) -> None:
    try:
        addresses.confirm(token)
    except LinkOver:
        return
