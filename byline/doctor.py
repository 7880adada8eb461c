"""`byline doctor`: what is set, and whether everything the site stands on is well."""

from __future__ import annotations

import sys

import click

from byline import wiring
from byline.kernel import checks
from byline.kernel.checks import Finding, State
from byline.kernel.db import Database
from byline.kernel.settings import Settings

COLOURS = {State.WELL: "green", State.WARNING: "yellow", State.BROKEN: "red"}


@click.command()
def doctor() -> None:
    """Print the settings (secrets masked), then check what the site needs. Ends with 1 when something is broken."""
    chosen = Settings.load()
    _print_settings(chosen)
    database = Database(chosen.database_address)
    try:
        findings = checks.run(wiring.CHECKS, chosen, database)
    finally:
        database.dispose()
    click.echo()
    for finding in findings:
        _print_finding(finding)
    sys.exit(any(finding.state is State.BROKEN for finding in findings))


def _print_settings(chosen: Settings) -> None:
    rows = chosen.described()
    width = max(len(variable) for variable, _, _ in rows)
    for variable, value, about in rows:
        click.echo(f"{variable.ljust(width)}  {value or '(empty)'}")
        click.secho(f"{' ' * width}  {about}", dim=True)


def _print_finding(finding: Finding) -> None:
    state = click.style(finding.state.ljust(7), fg=COLOURS[finding.state])
    click.echo(f"{state}  {finding.name}: {finding.sentence}")
