"""`byline backup` and `byline restore`: the whole site in one file, taken while it runs.

The file is a compressed tar: `manifest.json`, the database (a copy made by SQLite itself, or PostgreSQL's own dump),
the pictures and the signing key. Whoever has it has everything, so it is made readable by its owner alone.
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
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import click
from sqlalchemy.engine import make_url

from byline import migrations
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings, data_folder

MANIFEST, SQLITE_NAME, DUMP_NAME = "manifest.json", "byline.db", "database.dump"
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
    database = Database(chosen.database_address)
    try:
        manifest = {
            "format": 1,
            "made_at": clock.now().isoformat(),
            "byline": version("byline"),
            "schema": migrations.current(database),
            "database": "sqlite" if database.is_sqlite else "postgresql",
        }
        with tempfile.TemporaryDirectory(prefix="byline-backup-") as folder:
            described = Path(folder, MANIFEST)
            described.write_text(json.dumps(manifest, indent=2))
            archive.add(described, MANIFEST)
            # The database comes first: pictures that are added meanwhile are then too many, never too few.
            copy = _copy_of_sqlite(database, Path(folder)) if database.is_sqlite else _dump(chosen, Path(folder))
            archive.add(copy, copy.name)
    finally:
        database.dispose()
    for name in (*FOLDERS, KEY_NAME):
        if (chosen.data / name).exists():
            archive.add(chosen.data / name, name)


def _copy_of_sqlite(database: Database, folder: Path) -> Path:
    source, copy = Path(database.url.database or ""), folder / SQLITE_NAME
    if not source.exists():
        raise click.ClickException(f"There is no site yet: {source} does not exist.")
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(copy)) as there,
    ):
        here.backup(there)
    return copy


def _dump(chosen: Settings, folder: Path) -> Path:
    copy = folder / DUMP_NAME
    _run_client("pg_dump", chosen, ["--format=custom", "--no-owner", f"--file={copy}"])
    return copy


def _run_client(program: str, chosen: Settings, arguments: list[str]) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, where other users cannot see it."""
    if shutil.which(program) is None:
        raise click.ClickException(f"This needs {program}. On Debian: apt-get install postgresql-client")
    url = make_url(chosen.database_address)
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
    database = Database(chosen.database_address)
    try:
        _refuse_mismatch(manifest, database, chosen)
    finally:
        database.dispose()
    for name in (*FOLDERS, KEY_NAME):
        if (unpacked / name).exists():
            (unpacked / name).rename(chosen.data / name)
    # The database comes last: until it is there, the site is still empty and restoring can be tried again.
    if manifest["database"] == "sqlite":
        (unpacked / SQLITE_NAME).rename(make_url(chosen.database_address).database or "")
    else:
        _run_client("pg_restore", chosen, ["--no-owner", "--single-transaction", str(unpacked / DUMP_NAME)])


def _manifest(unpacked: Path) -> dict[str, str]:
    try:
        manifest = json.loads((unpacked / MANIFEST).read_text())
    except (FileNotFoundError, ValueError) as error:
        raise click.ClickException("This file is not a backup of Byline.") from error
    if not isinstance(manifest, dict):
        raise click.ClickException("This file is not a backup of Byline.")
    return manifest


def _refuse_mismatch(manifest: dict[str, str], database: Database, chosen: Settings) -> None:
    here = "sqlite" if database.is_sqlite else "postgresql"
    if manifest.get("database") != here:
        raise click.ClickException(f"The backup is of {manifest.get('database')}, but {here} is set here.")
    exists = Path(database.url.database or "").exists() if database.is_sqlite else migrations.current(database)
    if exists:
        raise click.ClickException(f"There is a site in {chosen.data} already; it is left alone. Move it away first.")
    for name in (*FOLDERS, KEY_NAME):
        if (chosen.data / name).exists():
            raise click.ClickException(f"{chosen.data / name} is in the way. Move it away first.")
