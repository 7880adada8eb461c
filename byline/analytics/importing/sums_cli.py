"""`byline import statistics`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from byline.analytics import store
from byline.analytics.importing import bringing, service
from byline.analytics.importing.bringing import Ground
from byline.analytics.importing.models import LABELS, Import, State
from byline.analytics.importing.others.archive import Refused
from byline.analytics.importing.others.recognising import Recognised
from byline.analytics.sites import queries
from byline.analytics.sites.queries import Collected
from byline.kernel import clock, commands


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", "site_id", type=int, required=True, help="Number of the site, as in the address of its page.")
@click.option("--over-own-days", "over_own", is_flag=True, help="Count also days that the site measured itself.")
@click.option("--dry-run", is_flag=True, help="Say what the file holds and change nothing.")
def statistics(file: Path, site_id: int, over_own: bool, dry_run: bool) -> None:
    """Bring in what another tool exported: FILE is a CSV, or a zip of some, of Plausible, Umami, GoatCounter or GA4.

    What is brought in can be undone on the site's page of imports.
    """
    with commands.site() as here:
        with here.database.unit_of_work(write=False):
            site = queries.collected().get(site_id)
        if site is None:
            raise click.ClickException(f"There is no site {site_id}, or nothing is collected for it now.")
        found = _looked(file, site)
        _tell(found)
        if dry_run or not found.rows:
            return
        opened = store.create(here.settings)
        try:
            _bring(Ground(here.settings, here.database, opened), file, site, found, over_own=over_own)
        finally:
            opened.dispose()


def _looked(file: Path, site: Collected) -> Recognised:
    try:
        return bringing.look_into(file, file.name, bringing.reader_of(site, b"a look"))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None


def _tell(found: Recognised) -> None:
    if found.kind:
        click.echo(f"This is an export of {LABELS[found.kind]}, from {found.first} to {found.last}.")
    for table in found.tables:
        broken = f", {table.broken:,} of no use" if table.broken else ""
        missing = f"; not taken over: {', '.join(table.notes)}" if table.notes else ""
        click.echo(f"  {table.name}: {table.about}, {table.rows:,} rows{broken}{missing}")
    for name, cause in found.left:
        click.echo(f"  {name}: left out. {cause}")


def _bring(ground: Ground, file: Path, site: Collected, found: Recognised, *, over_own: bool) -> None:
    made = Import(
        site_id=site.id,
        kind=found.kind.value if found.kind else "",
        name=file.name[:200],
        state=State.RUNNING.value,
        over_own=over_own,
        file_name=service.fresh_name(),
        asked_at=clock.now(),
        first_day=found.first,
        last_day=found.last,
        numbers=bringing.numbers_of(found),
    )
    service.save(service.path_of(made, ground.settings), lambda draft: shutil.copyfile(file, draft))
    with ground.database.unit_of_work() as writing:
        writing.add(made)
        writing.flush()
        import_id = made.id
    with click.progressbar(length=found.rows, label="Importing", file=sys.stderr) as bar:
        bringing.bring(ground, import_id, bar.update)
    with ground.database.unit_of_work(write=False) as reading:
        done = reading.get_one(Import, import_id)
    if done.problem:
        raise click.ClickException(done.problem)
    own = done.numbers.get("own", 0)
    if own:
        since = done.numbers.get("own_from")
        click.echo(f"{own:,} rows are of days that were measured here, from {since}; --over-own-days counts them too.")
    click.echo(f"Done. It is import {import_id} of the site, and can be undone there.")
