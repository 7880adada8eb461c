"""A member's own data, packed for them by the worker, kept for seven days, fetched by nobody else."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from byline.accounts import sessions
from byline.accounts.leaving_messages import PackExport, SweepExports
from byline.accounts.models import DataExport, User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, NotFound
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.web import context, letters

KEPT = timedelta(days=7)
PATIENCE = timedelta(hours=1)
"""How long a packing may take before another one may be asked for, and a file without a row may lie."""
PROBLEM = "Packing did not work at first. The site tries again by itself."
Writer = Callable[[int, IO[bytes]], object]


def ask(actor: Actor) -> DataExport:
    """Have the actor's data packed; Conflict while the last packing is still under way."""
    if actor.id is None:
        raise NotFound
    last = latest(actor.id)
    if last is not None and is_packing(last):
        raise Conflict("export-under-way", "Your data is being packed already. It will be here in a moment.")
    export = DataExport(user_id=actor.id, asked_at=clock.now())
    db.session().add(export)
    db.session().flush()
    bus.enqueue(PackExport(export.id))
    return export


def latest(user_id: int) -> DataExport | None:
    """The export the member asked for last."""
    mine = select(DataExport).where(DataExport.user_id == user_id)
    return db.session().scalar(mine.order_by(DataExport.asked_at.desc(), DataExport.id.desc()).limit(1))


def is_packing(export: DataExport) -> bool:
    """Whether the worker still has it."""
    return export.ready_at is None and export.asked_at > clock.now() - PATIENCE


def is_ready(export: DataExport) -> bool:
    """Whether there is a file to fetch."""
    return export.ready_at is not None and export.expires_at is not None and export.expires_at > clock.now()


def file_of(actor: Actor, export_id: int, settings: Settings) -> Path:
    """Where the packed file lies; NotFound for everybody but its owner, and once its days are over."""
    export = db.session().get(DataExport, export_id)
    if export is None or export.user_id != actor.id or not is_ready(export) or export.file_name is None:
        raise NotFound("export-unknown", "This export is not here any more. Ask for another one.")
    path = folder(settings) / export.file_name
    if not path.is_file():
        raise NotFound("export-unknown", "This export is not here any more. Ask for another one.")
    return path


def folder(settings: Settings) -> Path:
    """Where packed data lies."""
    return settings.data / "exports"


def pack(task: PackExport, settings: Settings, write: Writer) -> None:
    """Pack the data an export was asked for: what `write` adds, then the account itself. Safe to run twice.

    The file appears whole under a name nobody can guess; then the member gets a mail.
    """
    name = f"{secrets.token_urlsafe(24)}.zip"
    # What went wrong is said on the member's page, although the failed task leaves nothing else behind.
    db.after_settling(lambda: _note_problem(task.export_id))
    # Reading has a unit of work of its own: packing may take minutes, and the job's would hold SQLite's one write lock.
    with context.database_of().unit_of_work(write=False) as reading:
        export = reading.get(DataExport, task.export_id)
        if export is None or export.ready_at is not None:
            return
        size_bytes = _packed(folder(settings) / name, reading.get_one(User, export.user_id), settings, write)
    _show(task.export_id, name, size_bytes, settings)


def _note_problem(export_id: int) -> None:
    export = db.session().get(DataExport, export_id)
    if export is not None:
        export.problem = PROBLEM if export.ready_at is None else ""


def _show(export_id: int, name: str, size_bytes: int, settings: Settings) -> None:
    export = db.session().get(DataExport, export_id)
    if export is None:
        return
    member = db.session().get_one(User, export.user_id)
    export.file_name, export.size_bytes = name, size_bytes
    export.ready_at, export.expires_at = clock.now(), clock.now() + KEPT
    link = f"{settings.url}/settings/data"
    letters.send(
        member.email,
        "Your data is packed",
        "accounts/mail/packed",
        member=member,
        export=export,
        link=link,
        label="Fetch it",
    )


def _packed(path: Path, member: User, settings: Settings, write: Writer) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    draft = path.with_suffix(".part")
    try:
        with open(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            write(member.id, file)
            _add_account(file, member, settings)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    return path.stat().st_size


def _add_account(file: IO[bytes], member: User, settings: Settings) -> None:
    file.seek(0)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        portions = (portion(member.id) for portion in context.portions_of())
        for name, values in (("account.json", account_of(member)), *portions):
            archive.writestr(name, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
        media = Storage(settings.media_folder)
        if member.avatar_key and media.exists(member.avatar_key):
            archive.writestr(f"avatar.{member.avatar_key.rsplit('.', 1)[1]}", media.get(member.avatar_key))


def account_of(member: User) -> dict[str, Any]:
    """What the site keeps about a member, as plain values; no password, no keys of a second factor."""
    return {
        "username": member.username,
        "email": member.email,
        "name": member.name,
        "location": member.location,
        "about": member.about,
        "links": member.links,
        "role": member.role.name,
        "member_since": _moment(member.member_since),
        "confirmed_at": _moment(member.confirmed_at),
        "last_seen": _moment(member.last_seen),
        "hides_last_seen": member.hides_last_seen,
        "second_step_at_log_in": member.tf_primary_method,
        "logged_in": [
            {"device": each.device, "since": _moment(each.created_at), "last_used": _moment(each.seen_at)}
            for each in sessions.of_member(member.id)
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def sweep(_task: SweepExports, settings: Settings) -> None:
    """Remove exports past their days with their files, and files that belong to no export. Safe to run twice."""
    session, now = db.session(), clock.now()
    for export in session.scalars(select(DataExport).where(DataExport.expires_at <= now)):
        session.delete(export)
    session.flush()
    wanted = set(session.scalars(select(DataExport.file_name).where(DataExport.file_name.is_not(None))))
    for path in folder(settings).glob("*"):
        is_old = path.stat().st_mtime < (now - PATIENCE).timestamp()
        if path.name not in wanted and is_old:
            path.unlink(missing_ok=True)
