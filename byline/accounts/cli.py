"""`byline user`: members made, promoted and let in again by whoever runs the server."""

from __future__ import annotations

import sys

import click

from byline.accounts import addresses, member_acts, members, passwords, registration, roles, rules
from byline.accounts.messages import WriteConfirmation, WriteReset
from byline.accounts.models import Role, User
from byline.kernel import bus, clock, commands, db
from byline.kernel.access import SYSTEM
from byline.kernel.errors import DomainError


@click.group()
def user() -> None:
    """Make members, make them administrators, let them in again."""


@user.command()
@click.argument("email")
@click.argument("username")
@click.option("--role", default="user", show_default=True, help="user, moderator, administrator, or one of yours.")
@click.option("--confirmed", is_flag=True, help="Take the address as theirs, without a mail to it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
def create(email: str, username: str, *, role: str, confirmed: bool, password_stdin: bool) -> None:
    """Make a member. Without a password they get a link by mail to choose one."""
    password = _password(from_input=password_stdin)
    with commands.site() as here, here.database.unit_of_work():
        try:
            member = _create(email, username, password, _role(role))
        except DomainError as refusal:
            raise click.ClickException(" ".join(refusal.fields.values()) or refusal.message) from refusal
        if confirmed:
            member.confirmed_at = clock.now()
        elif password:
            bus.enqueue(WriteConfirmation(email, member.id))
        if not password:
            bus.enqueue(WriteReset(member.email or ""))
        said = f"@{member.username} is a member now, as {member.role.name}."
    click.echo(said)


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        return ""
    typed: str = click.prompt(
        "Password (empty: a link is sent)", default="", hide_input=True, confirmation_prompt=True, show_default=False
    )
    return typed


def _create(email: str, username: str, password: str, role: Role) -> User:
    address = addresses.checked(email)
    wrong = registration.wrong_with_new_name(username)
    if wrong:
        raise click.ClickException(wrong)
    if members.by_email(address) is not None:
        raise click.ClickException("Another member has this address.")
    weak = rules.wrong_with_password(password, username=username, email=address) if password else None
    if weak:
        raise click.ClickException(weak)
    hashed = passwords.hashed(password) if password else None
    return members.add(username, role=role, email=address, password=hashed, vouched_at=clock.now())


def _role(name: str) -> Role:
    known = {role.name.casefold(): role for role in roles.every()}
    if name.casefold() not in known:
        raise click.ClickException(f"There is no role {name!r}. There are: {', '.join(sorted(known))}.")
    return known[name.casefold()]


@user.command()
@click.argument("who")
def promote(who: str) -> None:
    """Make a member, named by address or username, an administrator."""
    with commands.site() as here, here.database.unit_of_work():
        member = member_acts.give_role(SYSTEM, _found(who).id, roles.named(roles.ADMINISTRATOR).id)
        said = f"@{member.username} is an administrator now."
        if member.confirmed_at is None:
            said += "\nTheir address is not confirmed yet; until it is they see only how to confirm it."
    click.echo(said)


@user.command()
@click.argument("who")
@click.option("--without-second-step", is_flag=True, help="Also stop asking them for a code or a passkey.")
def unlock(who: str, *, without_second_step: bool) -> None:
    """Let a member try to log in again after too many wrong passwords."""
    with commands.site() as here, here.database.unit_of_work():
        member = member_acts.unlock(SYSTEM, _found(who).id)
        if without_second_step:
            member_acts.end_second_step(SYSTEM, member.id)
        said = f"@{member.username} may log in again."
    click.echo(said)


def _found(who: str) -> User:
    member = members.by_email(who) if "@" in who.lstrip("@") else members.by_username(who.lstrip("@"))
    if member is None:
        raise click.ClickException(f"There is no member {who!r}.")
    db.session().flush()
    return member
