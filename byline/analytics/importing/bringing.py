"""Bringing in what another tool exported: looked at first, then part by part, each part once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from byline.analytics.hits import Hit
from byline.analytics.importing import counting, service
from byline.analytics.importing.crowding import Crowds, Dated
from byline.analytics.importing.models import Import, State
from byline.analytics.importing.others import archive
from byline.analytics.importing.others.archive import Archive, Refused
from byline.analytics.importing.others.reading import Row
from byline.analytics.importing.others.recognising import Reader, Recognised
from byline.analytics.sites import content
from byline.analytics.sites.models import Site
from byline.analytics.sites.queries import Collected
from byline.analytics.store import dimensions, imported, summing
from byline.analytics.store.days import date_of, day_of
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.summing import Summed
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings

PART = 5_000
TELL_EVERY = 4
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What an import works on. Its transactions are short and its own."""

    settings: Settings
    database: Database
    store: Embedded


def reader_of(site: Collected | Site, key: bytes) -> Reader:
    """What reads a file for a site."""
    host = site.host if isinstance(site, Collected) else content.host_of(site.url)
    return Reader(key, host, _zone(site.time_zone))


def look(ground: Ground, import_id: int) -> None:
    """Find out what an uploaded file holds, and note it; what cannot be read is noted as the problem."""
    with ground.database.unit_of_work(write=False) as reading:
        found = reading.get(Import, import_id)
        if found is None or found.state != State.LOOKING.value:
            return
        site = reading.get_one(Site, found.site_id)
        path, reader, name = service.path_of(found, ground.settings), reader_of(site, service.key_of(found)), found.name
    try:
        recognised, problem = look_into(path, name, reader), ""
    except (Refused, FileNotFoundError) as refusal:
        recognised, problem = Recognised(), str(refusal) or "The file is gone."
    with ground.database.unit_of_work() as writing:
        noted = writing.get(Import, import_id, with_for_update=True)
        if noted is not None and noted.state == State.LOOKING.value:
            _note(noted, recognised, problem)
    if problem:
        path.unlink(missing_ok=True)


def look_into(path: Path, name: str, reader: Reader) -> Recognised:
    """What a file holds; raises Refused."""
    with archive.opened(path, name) as opened:
        found = reader.look(opened)
    if not found.tables and not found.left:
        raise Refused("The file is empty.")
    return found


def bring(ground: Ground, import_id: int, tell: Tell = lambda _: None) -> None:
    """Bring in a file, from where it broke off if it did. Afterwards the file is gone."""
    with ground.database.unit_of_work(write=False) as reading:
        found = reading.get(Import, import_id)
        if found is None or found.state != State.RUNNING.value:
            return
        site = reading.get_one(Site, found.site_id)
        reader, path = reader_of(site, service.key_of(found)), service.path_of(found, ground.settings)
    run = _Run(ground, found, site)
    problem = ""
    try:
        with archive.opened(path, found.name) as opened:
            run.bring(reader, opened, tell)
    except (Refused, FileNotFoundError) as refusal:
        problem = f"{refusal}"
    with ground.database.unit_of_work() as writing:
        noted = writing.get(Import, import_id, with_for_update=True)
        if noted is not None:
            noted.state = State.FAILED.value if problem else State.DONE.value
            noted.problem, noted.ended_at, noted.done = problem, clock.now(), run.done
            noted.numbers = {**noted.numbers, "own": run.own, "own_from": str(run.own_from or "")}
            noted.file_name = noted.file_name if problem else None
    path.unlink(missing_ok=True)


def undo(ground: Ground, import_id: int) -> None:
    """Delete what an import brought, then the import itself. Safe to run twice."""
    with ground.database.unit_of_work(write=False) as reading:
        found = reading.get(Import, import_id)
    if found is None or found.state != State.UNDOING.value:
        return
    ground.store.delete_import(found.site_id, found.id)
    imported.forget(ground.store.database, found.site_id, found.id)
    service.path_of(found, ground.settings).unlink(missing_ok=True)
    with ground.database.unit_of_work() as writing:
        gone = writing.get(Import, import_id)
        if gone is not None:
            writing.delete(gone)


def tidy(ground: Ground) -> None:
    """Close imported days, and remove files that nobody wanted after all, with their rows."""
    imported.close_days(ground.store.database)
    oldest = clock.now() - service.KEPT
    with ground.database.unit_of_work() as writing:
        unwanted = (State.WAITING.value, State.FAILED.value, State.LOOKING.value)
        old = select(Import).where(Import.state.in_(unwanted), Import.file_name.is_not(None), Import.asked_at < oldest)
        for each in writing.scalars(old):
            if each.state == State.FAILED.value:
                each.file_name = None  # It may have brought something that can still be undone.
            else:
                writing.delete(each)
        writing.flush()
        wanted = set(writing.scalars(select(Import.file_name).where(Import.file_name.is_not(None))))
    for path in service.folder(ground.settings).glob("*"):
        if path.name not in wanted and path.stat().st_mtime < oldest.timestamp():
            path.unlink(missing_ok=True)


class _Run:
    """One run of an import, whose parts are always cut the same way."""

    def __init__(self, ground: Ground, found: Import, site: Site) -> None:
        self._ground = ground
        self._site = (site.id, site.time_zone)
        self._origin = found.id
        self._rows: int = found.numbers.get("rows", 0)
        self._database = ground.store.database
        self._turns = ground.store.turns({site.id: site.time_zone}.get)
        first = imported.first_own_day(self._database, site.id)
        self.own_from = None if found.over_own or first is None else date_of(first)
        self.own = 0
        """Rows of days that were measured here."""
        self.done = 0

    def bring(self, reader: Reader, opened: Archive, tell: Tell) -> None:
        stands = summing.position(self._database, self._origin)
        for number, part in enumerate(_parts(self._counted(reader, opened)), 1):
            wanted = [made for day, made in part if self.own_from is None or day < self.own_from]
            self.own += len(part) - len(wanted)
            self.done += len(part)
            if number > stands:
                self._count(number, wanted)
            tell(len(part))
            if number % TELL_EVERY == 0:
                self._note_progress()

    def _counted(self, reader: Reader, opened: Archive) -> Iterator[Dated]:
        if self._rows <= dimensions.MOST_WORDS:
            return reader.counted(opened)
        return Crowds(reader.counted(opened)).settled(reader.counted(opened))

    def _count(self, number: int, part: list[Row | Hit]) -> None:
        rows = [
            Summed(day_of(each.day), each.dimension, each.text, each.sums) for each in part if isinstance(each, Row)
        ]
        hits = [each._replace(site_id=self._site[0], origin=self._origin) for each in part if isinstance(each, Hit)]
        if hits:
            counting.take(self._turns, hits, {summing.name_of(self._origin): number})
        if rows:
            summing.add(self._database, self._site, self._origin, number, rows)

    def _note_progress(self) -> None:
        with self._ground.database.unit_of_work() as writing:
            found = writing.get(Import, self._origin, with_for_update=True)
            if found is not None:
                found.done = self.done


def _parts(made: Iterator[Dated]) -> Iterator[list[Dated]]:
    """Parts of sums alone or of hits alone, as each is in by one transaction."""
    for _, alike in groupby(made, lambda pair: type(pair[1])):
        while part := list(islice(alike, PART)):
            yield part


def numbers_of(recognised: Recognised) -> dict[str, Any]:
    """What was found, as plain values."""
    tables = [
        {**asdict(each), "first": str(each.first or ""), "last": str(each.last or ""), "notes": list(each.notes)}
        for each in recognised.tables
    ]
    return {"rows": recognised.rows, "tables": tables, "left": [list(pair) for pair in recognised.left]}


def _note(found: Import, recognised: Recognised, problem: str) -> None:
    found.kind = recognised.kind.value if recognised.kind else ""
    found.first_day, found.last_day = recognised.first, recognised.last
    found.numbers, found.problem = numbers_of(recognised), problem
    found.state = State.FAILED.value if problem else State.WAITING.value
    if problem:
        found.file_name = None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
