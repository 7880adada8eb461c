"""The command line. Each command lives in its room; this table names them and loads only the one that is run."""

from __future__ import annotations

import importlib
import sys

import click
from sqlalchemy.exc import OperationalError

from byline.kernel.db import Database
from byline.kernel.settings import Settings, WrongSetting

COMMANDS = {
    "serve": "byline.server:serve",
    "work": "byline.server:work",
    "migrate": "byline.server:migrate",
    "doctor": "byline.doctor:doctor",
    "backup": "byline.backups:backup",
    "restore": "byline.backups:restore",
    "user": "byline.accounts.cli:user",
    "import": "byline.cli:bring",
    "export": "byline.posts.interchange.cli:export",
    "reindex": "byline.search.cli:reindex",
    "analytics": "byline.analytics.store.cli:analytics",
    "demo": "byline.demo.cli:demo",
}
IMPORTS = {
    "markdown": "byline.posts.interchange.cli:markdown",
    "access-log": "byline.analytics.importing.log_cli:access_log_command",
    "statistics": "byline.analytics.importing.sums_cli:statistics",
}


class Rooms(click.Group):
    """A group whose commands are imported when they are asked for."""

    table = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click names it)
        """The names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click names it)
        """The command, imported now."""
        if cmd_name not in self.table:
            return None
        module, _, name = self.table[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


class Imports(Rooms):
    """What can be brought in, each by a command of the room that owns it."""

    table = IMPORTS


@click.group(name="import", cls=Imports)
def bring() -> None:
    """Bring in what another program wrote."""


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="byline")
@click.pass_context
def group(context: click.Context) -> None:
    """Byline: a self-hosted home for many writers and their readers."""
    context.obj = make_ready


def make_ready(settings: Settings, database: Database) -> None:
    """What `kernel.commands.site` calls before a room's command works on the site."""
    # Late, because a command that needs no site should start at once.
    from byline import server

    server.make_ready(settings, database)


def main() -> None:
    """Run a command; a wrong setting ends it with its sentence and status 2, a refusing disk or database with 1."""
    try:
        group()
    except WrongSetting as wrong:
        click.echo(f"Byline cannot start with these settings:\n{wrong}", err=True)
        sys.exit(2)
    except OperationalError as failure:
        from byline.kernel import checks  # Late, because almost no command needs it.

        click.echo(f"Error: The database refuses: {checks.cause(failure)}", err=True)
        sys.exit(1)
    except OSError as failure:
        if failure.filename is None:
            raise
        click.echo(f"Error: {failure.filename} cannot be used: {failure.strerror}.", err=True)
        sys.exit(1)
