"""The only door for imports of other tools' exports: ask, look, begin, undo. What takes long is done by tasks."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from byline.analytics.importing.messages import BringNumbers, LookAtFile, UndoImport
from byline.analytics.importing.models import Import, Kind, State
from byline.analytics.sites import queries
from byline.analytics.sites.rules import Access
from byline.kernel import bus, clock, db, tidy
from byline.kernel.access import Actor
from byline.kernel.bus import Task
from byline.kernel.errors import Conflict, Invalid, NotFound
from byline.kernel.settings import Settings

LARGEST_UPLOAD_BYTES = 50 << 20
MOST_LISTED = 100
MOST_AT_ONCE = 5
"""Files of one site that may wait or be under way at a time."""
KEPT = timedelta(days=7)
"""How long a file waits for somebody to say that it shall be brought in."""
UNDER_WAY = (State.LOOKING.value, State.WAITING.value, State.RUNNING.value)


def of_site(actor: Actor, site_id: int) -> Sequence[Import]:
    """A site's imports, the newest first, for its editors."""
    queries.get(actor, site_id, Access.EDIT)
    query = select(Import).where(Import.site_id == site_id).order_by(Import.id.desc())
    return db.session().scalars(query.limit(MOST_LISTED)).all()


def get(actor: Actor, site_id: int, import_id: int) -> Import:
    """One of them; NotFound for whoever may not see it."""
    queries.get(actor, site_id, Access.EDIT)
    return _of(site_id, import_id)


def ask(actor: Actor, site_id: int, name: str, file_name: str) -> Import:
    """Begin an import of a file that waits under `file_name`, one of `fresh_name`; a task looks at it.

    Conflict while too many others of the site are under way.
    """
    queries.reached(actor, site_id, Access.EDIT, locked=True)
    waiting = [each for each in of_site(actor, site_id) if each.state in UNDER_WAY and each.file_name]
    if len(waiting) >= MOST_AT_ONCE:
        raise Conflict(
            "imports-waiting", "There are five files under way already. Bring them in or discard them first."
        )
    made = Import(
        site_id=site_id,
        by_id=actor.id,
        kind="",
        name=tidy.one_line(name)[:200] or "file",
        state=State.LOOKING.value,
        file_name=file_name,
        asked_at=clock.now(),
    )
    db.session().add(made)
    db.session().flush()
    bus.enqueue(LookAtFile(made.id))
    return made


def begin(actor: Actor, site_id: int, import_id: int, *, over_own: bool) -> Import:
    """Have a file brought in that was looked at; `over_own` counts days too that were measured here. Conflict twice."""
    queries.get(actor, site_id, Access.EDIT)
    found = _of(site_id, import_id, locked=True)
    if found.state != State.WAITING.value:
        raise Conflict("import-not-waiting", "This import is under way or over already.")
    if not found.numbers.get("rows"):
        raise Invalid("import-empty", "There is nothing in this file that could be brought in.")
    found.state, found.over_own = State.RUNNING.value, over_own
    bus.enqueue(BringNumbers(found.id))
    return found


def undo(actor: Actor, site_id: int, import_id: int) -> Import:
    """Delete an import with everything that it brought; the numbers go by a task. Conflict while it is under way."""
    queries.get(actor, site_id, Access.EDIT)
    found = _of(site_id, import_id, locked=True)
    if found.state == State.RUNNING.value and found.kind != Kind.ACCESS_LOG.value and _is_being_brought(found.id):
        raise Conflict("import-running", "This import is under way. Wait until it is done, then undo it.")
    found.state = State.UNDOING.value
    bus.enqueue(UndoImport(found.id))
    return found


def fresh_name() -> str:
    """A name for a file that nobody can guess and that says nothing."""
    return secrets.token_hex(16)


def folder(settings: Settings) -> Path:
    """Where files wait."""
    return settings.data / "imports"


def path_of(one: Import, settings: Settings) -> Path:
    """Where the file of an import waits; it has no other name there than a random one."""
    return folder(settings) / (one.file_name or "none")


def key_of(one: Import) -> bytes:
    """What keeps sessions of another tool from being known by their ids here; the same while the import lasts."""
    return (one.file_name or "").encode()


def save(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file that only this Byline may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    try:
        write(draft)
        draft.chmod(0o600)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _is_being_brought(import_id: int) -> bool:
    """Whether a task still has it; one that a command was stopped at, or that was given up, nobody has."""
    task = BringNumbers(import_id)
    mine = (Task.name == bus.name_of(BringNumbers), Task.payload == json.dumps(asdict(task)), ~Task.dead)
    return db.session().scalar(select(Task.id).where(*mine).limit(1)) is not None


def _of(site_id: int, import_id: int, *, locked: bool = False) -> Import:
    query = select(Import).where(Import.id == import_id, Import.site_id == site_id)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session().scalar(query)
    if found is None:
        raise NotFound("import-unknown", "There is no such import.")
    return found
