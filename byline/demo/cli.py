"""`byline demo`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from byline.analytics import store
from byline.demo import filling, people
from byline.kernel import commands
from byline.kernel.errors import Conflict


@click.command()
def demo() -> None:
    """Fill an empty site with people and posts, so that there is something to look at.

    Refuses where real members are. Safe to run again; prints how to log in each time.
    """
    with commands.site() as here:
        try:
            with here.database.unit_of_work(write=False):
                filling.refuse_real_site()
            password = people.password_kept_in(here.settings.data)
            numbers = store.create(here.settings)
            try:
                filling.fill(here.database, here.storage, password, _progress(), numbers)
            finally:
                numbers.dispose()
        except Conflict as refusal:
            raise click.ClickException(refusal.message) from None
        _tell(here.settings.url, password)


def _progress() -> Callable[[str, int, int], None]:
    is_watched = sys.stderr.isatty()

    def show(what: str, done: int, whole: int) -> None:
        if is_watched:
            click.echo(f"\r\033[KMaking {what}: {done} of {whole}", nl=done == whole, err=True)

    return show


def _tell(url: str, password: str) -> None:
    click.echo("The demo is ready. Every member of it has the same password:")
    click.echo(f"  {password}")
    for person in people.everyone():
        role = "" if person.role == "User" else f"  ({person.role.lower()})"
        click.echo(f"  {person.username:<12} {person.name}{role}")
    click.echo(f"Log in at {url}/auth/login with a username or {people.everyone()[0].email}.")
