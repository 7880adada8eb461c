"""Passwords and addresses: chosen anew by a link, changed by members, objected to by whoever had the old address."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.accounts import addresses, credentials, forms
from byline.accounts.answers import LETTERS, Answer, just_sent, link_over, sent
from byline.accounts.blueprint import blueprint
from byline.accounts.identity import member_here
from byline.accounts.links import LinkOver
from byline.kernel.errors import DomainError
from byline.web import guards, throttle


@blueprint.route("/auth/reset", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
def ask_for_reset() -> Answer:
    """Send a link for a new password."""
    form = forms.Address()
    if request.method != "POST":
        return just_sent() or render_template("accounts/ask_for_reset.html", form=form)
    throttle.count(LETTERS, "letters", form.wanted)
    try:
        credentials.ask_for_reset(form.email.data or "")
    except DomainError as refusal:
        form.refuse(refusal)
        return render_template("accounts/ask_for_reset.html", form=form), refusal.status
    return sent("reset", form.email.data or "")


@blueprint.route("/auth/reset/<token>", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
def reset(token: str) -> Answer:
    """Choose a new password by the link."""
    form = forms.NewPassword()
    try:
        member = credentials.of_link(token)
        if request.method != "POST":
            return render_template("accounts/reset.html", form=form, member=member)
        credentials.reset(token, form.new_password.data or "", form.new_password_confirm.data or "")
    except LinkOver as over:
        return link_over(over, again=url_for("accounts.ask_for_reset"))
    except DomainError as refusal:
        form.refuse(refusal)
        return render_template("accounts/reset.html", form=form, member=credentials.of_link(token)), refusal.status
    flash("Your password is changed, and you are logged out everywhere. Log in with the new one.", "success")
    return redirect(url_for("accounts.login"))


@blueprint.route("/auth/change", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def change_password() -> Answer:
    """Change the password, knowing the old one."""
    form, member = forms.ChangePassword(), member_here()
    if request.method != "POST":
        return render_template("accounts/change_password.html", form=form, member=member)
    new, repeated = form.new_password.data or "", form.new_password_confirm.data or ""
    try:
        credentials.change(member, form.password.data or "", new, repeated)
    except DomainError as refusal:
        form.refuse(refusal)
        return render_template("accounts/change_password.html", form=form, member=member), refusal.status
    flash("Your password is changed. Every other browser is logged out.", "success")
    return redirect(url_for("accounts.security_settings"))


@blueprint.route("/auth/change-email", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def change_email() -> Answer:
    """Begin to change the address."""
    form, member = forms.NewAddress(), member_here()
    if request.method != "POST":
        return render_template("accounts/change_email.html", form=form, member=member)
    try:
        addresses.ask_to_change(member, form.email.data or "", form.password.data or "")
        throttle.count(LETTERS, "letters", form.wanted)
    except DomainError as refusal:
        form.refuse(refusal)
        return render_template("accounts/change_email.html", form=form, member=member), refusal.status
    flash(f"A message is on its way to {member.pending_email}. The change is done once you follow its link.", "success")
    return redirect(url_for("accounts.security_settings" if member.confirmed_at else "accounts.unconfirmed"))


@blueprint.post("/auth/change-email/keep")
@guards.signed_in
def keep_email() -> Answer:
    """Call a change of address off."""
    addresses.call_off(member_here())
    flash("Your address stays as it is.", "info")
    return redirect(url_for("accounts.security_settings"))


@blueprint.route("/auth/object/<token>", methods=["GET", "POST"])
@throttle.limit(throttle.CREDENTIALS)
def object_to_change(token: str) -> Answer:
    """Take an account back by the link in the notice to its old address."""
    try:
        member, address = addresses.of_objection(token)
        if request.method != "POST":
            return render_template("accounts/object.html", member=member, address=address)
        addresses.take_back(token)
    except LinkOver as over:
        return link_over(over, again=None)
    return render_template("accounts/sent.html", address=address, what="taken_back")
