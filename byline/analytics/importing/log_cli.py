"""`byline import access-log`."""

from __future__ import annotations

import fcntl
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from byline.analytics import store
from byline.analytics.collect import countries
from byline.analytics.collect.collector import Collector
from byline.analytics.collect.ids import Visitors
from byline.analytics.collect.spool import Spool
from byline.analytics.importing import access_log, files, logs
from byline.analytics.importing.access_log import LogFile, LogImport
from byline.analytics.importing.counting import Counting, DaySalts, Rehearsal
from byline.analytics.importing.files import STANDARD_INPUT
from byline.analytics.importing.formats import LOOKED_AT, Format
from byline.analytics.importing.lines import Unreadable
from byline.analytics.importing.outcome import Outcome
from byline.analytics.importing.tails import Tail
from byline.analytics.sites import queries
from byline.analytics.sites.models import THIS_BYLINE
from byline.analytics.sites.queries import Collected
from byline.analytics.store import imported
from byline.analytics.store.imported import ImportedLines
from byline.kernel import commands
from byline.kernel.settings import Settings

LOOK_SECONDS = 0.5
TELL_EVERY_LINES = 1_000
NO_IMPORT = 0
"""In the place of the number of an import that a rehearsal does not begin."""


@click.command(name="access-log")
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option("--site", "site_id", type=int, required=True, help="Number of the site, as in the address of its page.")
@click.option(
    "--format", "chosen", type=click.Choice([each.value for each in Format]), default="auto", show_default=True
)
@click.option("--follow", is_flag=True, help="Go on as the files grow, also when they are rotated, until Ctrl-C.")
@click.option("--dry-run", is_flag=True, help="Say what would be counted and change nothing.")
@click.option("--over-own-days", "over_own", is_flag=True, help="Count also days that the site measured itself.")
def access_log_command(  # noqa: PLR0913, PLR0917  (click hands over every option by its name)
    names: tuple[str, ...], site_id: int, chosen: str, follow: bool, dry_run: bool, over_own: bool
) -> None:
    """Count pageviews of web servers' access logs: FILE may be compressed with gzip, or - for standard input.

    Lines count on their own days, by the rules of the beacon. Safe to run again, also after an interruption and with
    files that overlap: what was counted is not counted again. Nothing of addresses and user agents is kept.
    """
    listed = _checked(names, follow=follow)
    with commands.site() as here, ExitStack() as stack:
        with here.database.unit_of_work(write=False):
            site = queries.collected().get(site_id)
        if site is None:
            raise click.ClickException(f"There is no site {site_id}, or nothing is collected for it now.")
        if site.id == THIS_BYLINE and not site.host:
            # Byline was never started here, so its own site does not know its address yet.
            site = replace(site, host=urlsplit(here.settings.url).hostname or "")
        stack.enter_context(_alone(here.settings.data, site_id))
        run = stack.enter_context(_run(here, site, over_own=over_own, is_rehearsal=dry_run))
        if follow:
            _follow([Tail(Path(name)) for name in listed], Format(chosen), run)
        else:
            _read_all(_by_time(listed, Format(chosen)), Format(chosen), run)
    _tell(run.outcome, is_rehearsal=dry_run)


def _checked(names: tuple[str, ...], *, follow: bool) -> list[str]:
    listed = list(dict.fromkeys(names))
    for name in listed:
        if name == STANDARD_INPUT:
            if follow:
                raise click.UsageError("Standard input needs no --follow: it is read until it ends.")
        elif Path(name).is_dir():
            raise click.UsageError(f"{name} is a folder. Name the files in it.")
        elif not follow and not Path(name).exists():
            raise click.UsageError(f"There is no file {name}.")
        elif follow and name.endswith(".gz"):
            raise click.UsageError(f"{name} is compressed and does not grow. Import it without --follow.")
    return listed


@contextmanager
def _alone(data: Path, site_id: int) -> Iterator[None]:
    """Let one import of logs into a site run at a time."""
    with open(data / f"import-access-log-{site_id}.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException("Another import of logs into this site is running.") from None
        yield


@contextmanager
def _run(here: commands.Site, site: Collected, *, over_own: bool, is_rehearsal: bool) -> Iterator[LogImport]:
    """A run of the import; what it brought is noted at its end, also when it is interrupted."""
    with here.database.unit_of_work(write=not is_rehearsal):
        found = logs.find(site.id) if is_rehearsal else logs.begin(site.id)
        origin = found.id if found else NO_IMPORT
    opened = store.create(here.settings)
    try:
        lines = ImportedLines(opened.database, site.id, origin)
        if is_rehearsal:
            ledger: Rehearsal | Counting = Rehearsal(lines)
        else:
            imported.close_days(opened.database)
            ledger = Counting(
                lines, opened.turns(lambda site_id: site.time_zone if site_id == site.id else None), origin
            )
        run = LogImport(ledger, _collector(here.settings, ledger), site, over_own=over_own)
        try:
            yield run
            run.flush()
        finally:
            if not is_rehearsal:
                with here.database.unit_of_work():
                    logs.end(origin, run.outcome)
    finally:
        opened.dispose()


def _collector(settings: Settings, ledger: Rehearsal | Counting) -> Collector:
    spool = Spool(settings.spool_folder, settings.spool_limit_mb << 20)  # Nothing is put into it.
    return Collector(Visitors(DaySalts(ledger)), spool, country=countries.chosen(settings.country_file))


def _read_all(names: list[str], chosen: Format, run: LogImport) -> None:
    size = files.size_bytes(names)
    label = "Importing" if size is not None else "Importing (of unknown length)"
    with click.progressbar(length=size or 0, label=label, file=sys.stderr, update_min_steps=1 << 16) as bar:
        try:
            for name in names:
                _read_file(name, chosen, run, bar.update)
        except KeyboardInterrupt:
            run.flush()
            raise click.ClickException(
                "Stopped. What was read until now is counted; run the command again to go on."
            ) from None


def _read_file(name: str, chosen: Format, run: LogImport, tell: Callable[[int], None]) -> None:
    with files.opened(name) as log:
        told = 0
        file = LogFile(log.name, chosen)
        first, lines = access_log.looked_ahead(log.lines())
        if first and not file.recognise(first):
            raise click.ClickException(
                f"The first {len(first)} lines of {log.name} are in no format that is known. Name it with --format."
            )
        for line in lines:
            run.read(file, line)
            if line.number % TELL_EVERY_LINES == 0:
                tell(log.passed - told)
                told = log.passed
        tell(log.passed - told)
        if log.problem:
            run.outcome.note(f"{log.name}", b"", log.problem)
            run.outcome.unreadable += 1


def _by_time(names: list[str], chosen: Format) -> list[str]:
    """The files with the earliest first; rotated ones are often listed the other way round."""
    return sorted(names, key=lambda name: _first_moment(name, chosen))


def _first_moment(name: str, chosen: Format) -> float:
    if name == STANDARD_INPUT or not Path(name).is_file():
        return float("inf")
    with files.opened(name) as log:
        file = LogFile(name, chosen)
        first, _ = access_log.looked_ahead(log.lines())
        if file.recognise(first):
            for line in first[:LOOKED_AT]:
                try:
                    entry = file.entry(line.raw.decode(errors="replace").strip())
                except Unreadable:
                    continue
                if entry:
                    return entry.at_ms
    return float("inf")


def _follow(tails: list[Tail], chosen: Format, run: LogImport) -> None:
    """Read what comes until somebody ends it."""
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    followed = [_Followed(tail, chosen) for tail in tails]
    click.echo(f"Following {', '.join(tail.name for tail in tails)}. End with Ctrl-C.", err=True)
    while True:
        for each_file in followed:
            each_file.read(run, stop)
        run.flush()
        if stop.wait(LOOK_SECONDS):
            break
        run.look()
    for tail in tails:
        tail.close()


class _Followed:
    """A log that grows, and how its lines are read, which a new file under its name may change."""

    def __init__(self, tail: Tail, chosen: Format) -> None:
        self._tail = tail
        self._chosen = chosen
        self._file = LogFile(tail.name, chosen)
        self._turned = 0

    def read(self, run: LogImport, stop: threading.Event) -> None:
        """Read what came since, or until it shall stop."""
        for line in self._tail.lines():
            if self._tail.turned != self._turned:
                self._turned = self._tail.turned
                self._file = LogFile(self._tail.name, self._chosen)
            self._file.recognise([line])
            run.read(self._file, line)
            if stop.is_set():
                return


def _tell(outcome: Outcome, *, is_rehearsal: bool) -> None:
    if is_rehearsal:
        click.echo("This was a dry run: nothing was changed.")
    for sentence in outcome.report(is_rehearsal=is_rehearsal):
        click.echo(sentence)
    if outcome.examples:
        click.echo("The first of the lines with something wrong:")
        for example in outcome.examples:
            click.echo(f"  {example}")
