"""`byline import markdown` and `byline export`."""

from __future__ import annotations

import fcntl
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from sqlalchemy import func, select

from byline.kernel import commands
from byline.kernel.storage import Storage
from byline.posts.interchange import author_map, exporting, people, rehearsing
from byline.posts.interchange.author_map import NOBODY, AuthorMap, Known, WrongMap
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.importing import Importer, UnitOfWork
from byline.posts.interchange.outcome import Outcome
from byline.posts.interchange.planning import Plan
from byline.posts.interchange.settling import Wishes
from byline.posts.interchange.targets import FolderTarget
from byline.posts.models import Post

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NOTES_SHOWN = 20


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--author-map", "map_file", type=FILE, help="YAML, TOML or JSON: which members the names stand for.")
@click.option("--author", default="", help="Username or name of the owner of texts that name no author.")
@click.option("--site", "sites", multiple=True, help="Address the blog had. Links to it become links within this site.")
@click.option("--name", default="", help="Name by which the next import knows these posts; the folder's.")
@click.option("--time-zone", default="UTC", show_default=True, help="Where dates without a zone were written.")
@click.option("--overwrite", is_flag=True, help="Take the folder's text also where a post was changed here since.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--verbose", "-v", is_flag=True, help="Show every note.")
def markdown(  # noqa: PLR0913, PLR0917  (click hands over every option by its name)
    folder: Path,
    map_file: Path | None,
    author: str,
    sites: tuple[str, ...],
    name: str,
    time_zone: str,
    overwrite: bool,
    dry_run: bool,
    verbose: bool,
) -> None:
    """Bring in a FOLDER of Markdown with front matter, as Zola, Hugo, Jekyll or Byline's own export write it.

    Safe to run again, also after an interruption: what is in already is not touched. Ends with status 0 when every
    file is in, 1 when some were skipped, 2 when the command itself was wrong.
    """
    found = Folder.at(folder)
    wishes = Wishes(
        name=name or folder.resolve().name,
        known=_author_map(map_file),
        nobody=_nobody(author),
        hosts=tuple(filter(None, map(_host, sites))),
        zone=_zone(time_zone),
    )
    with commands.site() as here, _alone(here.settings.data), _ground(here, dry_run) as (unit_of_work, storage):
        with unit_of_work():
            _checked(wishes.known)
        click.echo(f"Reading {folder}", err=True)
        importer = Importer(unit_of_work, storage, overwrite=overwrite)
        plan = importer.prepare(found, wishes)
        outcome = _carried_out(importer, plan)
        importer.bring_beside(found, outcome)
    _tell(outcome, plan, dry_run=dry_run, verbose=verbose)
    if not outcome.is_complete:
        sys.exit(1)


def _carried_out(importer: Importer, plan: Plan) -> Outcome:
    label = f"Importing {len(plan.posts):,} posts"
    with click.progressbar(length=len(plan.posts), label=label, file=sys.stderr) as bar:
        return importer.carry_out(plan, lambda _: bar.update(1))


@contextmanager
def _ground(here: commands.Site, dry_run: bool) -> Iterator[tuple[UnitOfWork, Storage]]:
    """How the import opens transactions and where its pictures go."""
    if dry_run:
        with rehearsing.site(here) as (unit_of_work, storage):
            yield unit_of_work, storage
    else:
        yield here.database.unit_of_work, here.storage


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Let one import run at a time, since two of the same folder would both make its posts."""
    with open(data / "import.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException("Another import is running. Wait until it is done.") from None
        yield


def _author_map(path: Path | None) -> AuthorMap:
    try:
        return author_map.read(path) if path else NOBODY
    except WrongMap as wrong:
        raise click.UsageError(str(wrong)) from None


def _checked(known: AuthorMap) -> None:
    try:
        people.check(known)
    except WrongMap as wrong:
        raise click.UsageError(str(wrong)) from None


def _nobody(author: str) -> Known | None:
    if not author:
        return None
    return (
        Known(username=author.removeprefix("@")) if author.startswith("@") or " " not in author else Known(name=author)
    )


def _host(site: str) -> str:
    return urlsplit(site if "//" in site else f"//{site}").hostname or ""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.UsageError(f"“{name}” is no time zone. Write it like Europe/Prague.") from None


def _tell(outcome: Outcome, plan: Plan, *, dry_run: bool, verbose: bool) -> None:
    if plan.hosts:
        click.echo(f"Links to {', '.join(sorted(plan.hosts))} were taken for links within this folder.")
    _list(
        "Notes", [f"{place}: {note}" for place, note in outcome.notes], len(outcome.notes) if verbose else NOTES_SHOWN
    )
    _list("Left as they are", [f"{one.place}: {one.reason}" for one in outcome.left])
    _list("Skipped", [f"{one.place}: {one.reason}" for one in outcome.skipped])
    if dry_run:
        click.echo("This was a dry run: nothing was changed. It would end like this.")
    for line in outcome.lines() or ["There is no text in this folder."]:
        click.echo(line)


def _list(title: str, lines: list[str], shown: int | None = None) -> None:
    if not lines:
        return
    click.echo(f"{title}:")
    for line in lines[:shown]:
        click.echo(f"  {line}")
    if shown is not None and len(lines) > shown:
        click.echo(f"  … and {len(lines) - shown} more; --verbose shows them.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def export(folder: Path) -> None:
    """Write every post and site page as Markdown with front matter into FOLDER, which must not exist or be empty.

    The site's settings go along. `byline import markdown FOLDER` on an empty site gives the same site. Revisions,
    accounts' secrets and e-mail addresses are not written; `byline backup` keeps those.
    """
    with commands.site() as here, _fresh(folder) as target, here.database.unit_of_work(write=False) as reading:
        count = reading.scalar(select(func.count()).select_from(Post).where(Post.deleted_at.is_(None))) or 0
        with click.progressbar(length=count, label=f"Exporting {count:,} posts", file=sys.stderr) as bar:
            written = exporting.write_site(target, here.storage, lambda: bar.update(1))
    _list("Pictures that are missing", written.missing)
    counted = f"{written.posts:,} posts, {written.pictures:,} pictures, {written.people:,} authors"
    pages = f", {written.pages:,} site {'page' if written.pages == 1 else 'pages'}" if written.pages else ""
    settings = ", the site's settings" if written.settings else ""
    click.echo(f"{counted}{pages}{settings}: {folder}")
    if written.missing:
        sys.exit(1)


@contextmanager
def _fresh(folder: Path) -> Iterator[FolderTarget]:
    """A folder that gets its name once everything is in it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{folder} is not an empty folder. Choose another one, so that nothing is overwritten.")
    draft = folder.absolute().with_name(f".{folder.absolute().name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        yield FolderTarget(draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as failure:
        raise click.ClickException(f"The export could not be written: {failure}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
