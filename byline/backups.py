"""`byline backup` and `byline restore`: the whole site in one file, taken while it runs.

The file is a compressed tar: `manifest.json`, the site's database and that of the analytics (copies made by SQLite
itself, or PostgreSQL's own dumps), hits that still wait to be counted, the pictures and the signing key. Whoever has it
has everything, so it is made readable by its owner alone. Only the salts of visitors' ids are never in it: they must
not outlive their two days.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import click
from sqlalchemy.engine import URL

from byline import migrations
from byline.analytics.store import embedded, secrets
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings, data_folder

MANIFEST, SQLITE_NAME, DUMP_NAME = "manifest.json", "byline.db", "database.dump"
STORE_NAME, STORE_DUMP_NAME = "analytics.db", "analytics.dump"
SPOOL_NAME = "spool"
WITH_SITE = "with the site"
FOLDERS = ("media",)
KEY_NAME = "secret_key"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole site into FILE (a .tar.gz) while it runs; an existing file is not replaced."""
    chosen = Settings.load()
    if file.exists():
        raise click.ClickException(f"{file} exists already. Choose another name.")
    draft = file.with_name(f".{file.name}.part")
    try:
        with _private(draft) as stream, tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as archive:
            _fill(archive, chosen)
        os.replace(draft, file)
    except OSError as error:
        raise click.ClickException(f"{file} could not be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    click.echo(f"The site is in {file} ({file.stat().st_size / 1e6:.1f} MB). It holds secrets: keep it safe.")


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _fill(archive: tarfile.TarFile, chosen: Settings) -> None:
    database, kept = Database(chosen.database_address), embedded.database_of(chosen)
    try:
        manifest = {
            "format": 1,
            "made_at": clock.now().isoformat(),
            "byline": version("byline"),
            "schema": migrations.current(database),
            "database": _kind(database),
            "analytics": WITH_SITE if _are_one(database, kept) else _kind(kept),
        }
        with tempfile.TemporaryDirectory(prefix="byline-backup-") as folder:
            described = Path(folder, MANIFEST)
            described.write_text(json.dumps(manifest, indent=2))
            archive.add(described, MANIFEST)
            # What waits comes before where the ingester stands: then nothing is missing, and nothing counts twice.
            _add_waiting(archive, chosen, Path(folder))
            # The database comes before pictures: those that are added meanwhile are then too many, never too few.
            for copy in _copies(database, kept, Path(folder)):
                archive.add(copy, copy.name)
    finally:
        database.dispose()
        kept.dispose()
    for name in (*FOLDERS, KEY_NAME):
        if (chosen.data / name).exists():
            archive.add(chosen.data / name, name)


def _kind(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def _are_one(database: Database, kept: Database) -> bool:
    """Whether the analytics are in a schema of the site's own PostgreSQL database, and so in its dump."""
    return not kept.is_sqlite and kept.url == database.url


def _add_waiting(archive: tarfile.TarFile, chosen: Settings, folder: Path) -> None:
    for path in sorted(chosen.spool_folder.glob("*.log")):
        copy = folder / path.name
        with suppress(FileNotFoundError):  # It was read to its end and removed just now.
            shutil.copyfile(path, copy)
            archive.add(copy, f"{SPOOL_NAME}/{path.name}")


def _copies(database: Database, kept: Database, folder: Path) -> Iterator[Path]:
    yield _copy_of_sqlite(database, folder / SQLITE_NAME) if database.is_sqlite else _dump(database, folder / DUMP_NAME)
    if kept.is_sqlite:
        copy = _copy_of_sqlite(kept, folder / STORE_NAME)
        secrets.forget_salts(copy)
        yield copy
    elif not _are_one(database, kept):
        yield _dump(kept, folder / STORE_DUMP_NAME)


def _copy_of_sqlite(database: Database, copy: Path) -> Path:
    source = Path(database.url.database or "")
    if not source.exists():
        raise click.ClickException(f"There is no site yet: {source} does not exist.")
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(copy)) as there,
    ):
        here.backup(there)
    return copy


def _dump(database: Database, copy: Path) -> Path:
    salts = [f"--exclude-table-data={embedded.SCHEMA}.{name}" for name in secrets.names()]
    schema = [f"--schema={database.schema}"] if database.schema else []
    _run_client("pg_dump", database.url, ["--format=custom", "--no-owner", *schema, *salts, f"--file={copy}"])
    return copy


def _run_client(program: str, url: URL, arguments: list[str]) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, where other users cannot see it."""
    if shutil.which(program) is None:
        raise click.ClickException(f"This needs {program}. On Debian: apt-get install postgresql-client")
    environment = os.environ | {"PGPASSWORD": str(url.password or "")}
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603  (no shell; the address is the operator's own setting)
        [program, *arguments, f"--dbname={plain}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"{program} failed: {done.stderr.strip()}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make the site of a backup FILE here, where there is none yet. Stop `byline serve` first."""
    chosen = Settings.load()
    try:
        data = data_folder(chosen)
        with tarfile.open(file, mode="r:gz") as archive, tempfile.TemporaryDirectory(dir=data) as folder:
            _unpack(archive, Path(folder))
            _put_in_place(Path(folder), chosen)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise click.ClickException(f"{file} is not a backup of Byline, or is damaged.") from error
    except OSError as error:
        raise click.ClickException(f"The site could not be written: {error.strerror or error}.") from error
    click.echo(f"The site is back in {chosen.data}. `byline serve` starts it.")


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the archive's files below `folder`; TarError for anything that is no file or has a place elsewhere.

    Python's own filter for this came with 3.11.4.
    """
    for item in archive:
        target = (folder / item.name).resolve()
        if not target.is_relative_to(folder.resolve()) or not (item.isfile() or item.isdir()):
            raise tarfile.TarError(f"{item.name} does not belong into a backup.")
        if item.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(item)
        if content is not None:
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
        target.chmod(item.mode & 0o755 | 0o600)


def _put_in_place(unpacked: Path, chosen: Settings) -> None:
    manifest = _manifest(unpacked)
    database, kept = Database(chosen.database_address), embedded.database_of(chosen)
    try:
        _refuse_mismatch(manifest, database, kept, chosen)
    finally:
        database.dispose()
        kept.dispose()
    for name in (*FOLDERS, KEY_NAME, SPOOL_NAME):
        if (unpacked / name).exists():
            (unpacked / name).rename(chosen.data / name)
    if manifest.get("analytics") != WITH_SITE:
        _bring_back(unpacked, kept, STORE_NAME, STORE_DUMP_NAME)
    # The database comes last: until it is there, the site is still empty and restoring can be tried again.
    _bring_back(unpacked, database, SQLITE_NAME, DUMP_NAME)


def _bring_back(unpacked: Path, database: Database, name: str, dump_name: str) -> None:
    if (unpacked / name).exists():
        (unpacked / name).rename(database.url.database or "")
    elif (unpacked / dump_name).exists():
        options = ["--no-owner", "--single-transaction", str(unpacked / dump_name)]
        _run_client("pg_restore", database.url, options)


def _manifest(unpacked: Path) -> dict[str, str]:
    try:
        manifest = json.loads((unpacked / MANIFEST).read_text())
    except (FileNotFoundError, ValueError) as error:
        raise click.ClickException("This file is not a backup of Byline.") from error
    if not isinstance(manifest, dict):
        raise click.ClickException("This file is not a backup of Byline.")
    return manifest


def _refuse_mismatch(manifest: dict[str, str], database: Database, kept: Database, chosen: Settings) -> None:
    if manifest.get("database") != _kind(database):
        sentence = f"The backup is of {manifest.get('database')}, but {_kind(database)} is set here."
        raise click.ClickException(sentence)
    here = WITH_SITE if _are_one(database, kept) else _kind(kept)
    if manifest.get("analytics", here) != here:
        raise click.ClickException(f"The backup's analytics are {manifest['analytics']}, but those here are {here}.")
    if _stands(database, migrations.SITE) or _stands(kept, migrations.STORE):
        raise click.ClickException(f"There is a site in {chosen.data} already; it is left alone. Move it away first.")
    with suppress(OSError):
        chosen.spool_folder.rmdir()  # An empty one is of no use and in nobody's way.
    for name in (*FOLDERS, KEY_NAME, SPOOL_NAME):
        if (chosen.data / name).exists():
            raise click.ClickException(f"{chosen.data / name} is in the way. Move it away first.")


def _stands(database: Database, line: migrations.Line) -> bool:
    if database.is_sqlite:
        return Path(database.url.database or "").exists()
    return migrations.current(database, line) is not None
