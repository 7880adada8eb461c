"""Is the site well? Small checks that look at one thing each, change nothing and answer with a sentence."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import smtplib
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.exc import SQLAlchemyError

from byline.kernel import bus, clock, db, mail
from byline.kernel.db import Database
from byline.kernel.settings import Settings

SCARCE_BYTES = 1024**3
TOO_LITTLE_BYTES = 100 * 1024**2
OVERDUE = timedelta(minutes=10)


class State(StrEnum):
    """How bad a finding is."""

    WELL = "well"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw, with a sentence that says what to do where something is wrong."""

    name: str
    state: State
    sentence: str


Check = Callable[[Settings, Database], Finding]


def run(checks: Sequence[Check], settings: Settings, database: Database) -> list[Finding]:
    """The finding of each check, in order; a check that breaks is itself a finding."""
    return [_careful(check, settings, database) for check in checks]


def _careful(check: Check, settings: Settings, database: Database) -> Finding:
    try:
        return check(settings, database)
    except (OSError, SQLAlchemyError) as error:
        return Finding(check.__name__.replace("_", " "), State.BROKEN, f"This could not be checked: {cause(error)}")


def data_folder(settings: Settings, _database: Database) -> Finding:
    """Whether Byline can write where its data is. Tries with a small file, which it removes."""
    folder = settings.data
    if not folder.exists():
        return Finding("data folder", State.WARNING, f"{folder} does not exist yet; the first start makes it.")
    trial = folder / f".doctor-{secrets.token_hex(4)}"
    try:
        with open(trial, "xb") as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Finding("data folder", State.BROKEN, f"{folder} cannot be written to: {cause(error)}")
    finally:
        with contextlib.suppress(OSError):
            trial.unlink(missing_ok=True)
    return Finding("data folder", State.WELL, f"{folder} can be written to.")


def disk_space(settings: Settings, _database: Database) -> Finding:
    """How much room is left where the data is."""
    existing = next(folder for folder in (settings.data, *settings.data.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    sentence = f"{free / 1024**3:.1f} GiB are free below {existing}."
    if free < TOO_LITTLE_BYTES:
        return Finding("disk space", State.BROKEN, f"{sentence} Make room before something is lost.")
    if free < SCARCE_BYTES:
        return Finding("disk space", State.WARNING, f"{sentence} That will not last.")
    return Finding("disk space", State.WELL, sentence)


def signing_key(settings: Settings, _database: Database) -> Finding:
    """Whether the key that signs cookies and links is there and nobody else can read it."""
    path = settings.data / "secret_key"
    if settings.secret_key:
        return Finding("signing key", State.WELL, "It is set in the environment.")
    if not path.exists():
        return Finding("signing key", State.WARNING, "There is none yet; the first start makes one.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        sentence = f"{path} can be read by others (mode {mode:o}). Run: chmod 600 {path}"
        return Finding("signing key", State.BROKEN, sentence)
    return Finding("signing key", State.WELL, f"{path} is kept for its owner alone.")


def database_answers(_settings: Settings, database: Database) -> Finding:
    """Whether the database can be reached. A SQLite file that does not exist is not made."""
    if is_missing(database):
        return Finding(
            "database", State.WARNING, f"{database.url.database} does not exist yet; the first start makes it."
        )
    try:
        with database.reader.connect() as connection:
            version = connection.exec_driver_sql(
                "SELECT sqlite_version()" if database.is_sqlite else "SHOW server_version"
            ).scalar_one()
    except SQLAlchemyError as error:
        return Finding("database", State.BROKEN, f"{_shown(database)} does not answer: {cause(error)}")
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    return Finding("database", State.WELL, f"{kind} {version} answers at {_shown(database)}.")


def tasks(_settings: Settings, database: Database) -> Finding:
    """Whether the worker keeps up and nothing was given up."""
    if is_missing(database):
        return Finding("tasks", State.WARNING, "There is no database to look into yet.")
    with database.unit_of_work(write=False):
        overdue_now = ~bus.Task.dead & (bus.Task.run_at < clock.now() - OVERDUE)
        numbers = select(_count_of_tasks(bus.Task.dead.is_(True)), _count_of_tasks(overdue_now))
        given_up, overdue = db.session().execute(numbers).one()
    if given_up:
        sentence = f"Given up after many attempts: {given_up}. See the administration's list of tasks."
        return Finding("tasks", State.WARNING, sentence)
    if overdue:
        sentence = f"Waiting for more than {OVERDUE.seconds // 60} minutes: {overdue}. Is `byline work` running?"
        return Finding("tasks", State.WARNING, sentence)
    return Finding("tasks", State.WELL, "Nothing is overdue.")


def _count_of_tasks(which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(bus.Task).where(which).scalar_subquery()


def mail_server(settings: Settings, _database: Database) -> Finding:
    """Whether the mail server takes our name and password; sends nothing."""
    if not settings.mail_url:
        return Finding("mail", State.WARNING, f"No mail server is set: messages are kept in {settings.outbox_folder}.")
    parts = urlsplit(settings.mail_url)
    shown = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    try:
        with mail.connection(settings.mail_url) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Finding("mail", State.BROKEN, f"{shown} does not take mail from us: {cause(error)}")
    return Finding("mail", State.WELL, f"{shown} takes mail from us.")


def public_address(settings: Settings, _database: Database) -> Finding:
    """Whether passwords and cookies travel encrypted."""
    host = urlsplit(settings.url).hostname
    if settings.is_secure or host in ("127.0.0.1", "localhost", "::1"):
        return Finding("public address", State.WELL, f"The site is reached at {settings.url}.")
    sentence = f"{settings.url} is not https, so passwords and cookies travel in the clear."
    return Finding("public address", State.WARNING, sentence)


def is_missing(database: Database) -> bool:
    """Whether the database is a SQLite file that nobody has made yet."""
    return database.is_sqlite and not Path(database.url.database or "").exists()


def _shown(database: Database) -> str:
    return database.url.render_as_string(hide_password=True)


def cause(error: Exception) -> str:
    """One line on what went wrong, without the statement or the traceback."""
    reason = getattr(error, "orig", None) or error
    if isinstance(reason, OSError) and reason.strerror:
        return f"{reason.strerror}."
    lines = str(reason).strip().splitlines()
    return lines[0] if lines else type(reason).__name__
