"""A backup holds the whole site and restores it where there is none."""

from __future__ import annotations

import io
import stat
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from byline.analytics import store
from byline.analytics.store.salts import KeptSalts
from byline.analytics.store.tables import spool_positions
from byline.backups import backup, restore
from byline.kernel.db import Database
from byline.kernel.settings import Settings, secret_key
from byline.server import prepare
from tests.analytics.store import traffic
from tests.analytics.store.reading import stored


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A site on SQLite with a picture and a key. (PostgreSQL's own dump is tried where its programs are.)"""
    settings = Settings.load({"BYLINE_DATA": str(tmp_path / "site #1 %20")})
    secret_key(settings)
    prepare(settings)
    picture = settings.data / "media" / "ab" / "picture.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    database = Database(settings.database_address)
    with database.unit_of_work() as session:
        session.connection().exec_driver_sql("UPDATE site_state SET content_version = 4711")
    database.dispose()
    return settings


def run(command: object, file: Path, data: Path) -> tuple[int, str]:
    result = CliRunner().invoke(command, [str(file)], env={"BYLINE_DATA": str(data)})  # type: ignore[arg-type]
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_restored_site_is_the_one_that_was_backed_up(site: Settings, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "backup.tar.gz", tmp_path / "elsewhere"
    assert run(backup, file, site.data)[0] == 0
    assert run(restore, file, elsewhere)[0] == 0
    assert (elsewhere / "media/ab/picture.png").read_bytes() == b"a picture"
    assert (elsewhere / "secret_key").read_text() == (site.data / "secret_key").read_text()
    assert stat.S_IMODE((elsewhere / "secret_key").stat().st_mode) == 0o600
    database = Database(f"sqlite:///{elsewhere / 'byline.db'}")
    with database.unit_of_work(write=False) as session:
        version = session.connection().exec_driver_sql("SELECT content_version FROM site_state").scalar_one()
    database.dispose()
    assert version == 4711


def test_what_was_counted_and_what_waits_to_be_comes_back(site: Settings, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "backup.tar.gz", tmp_path / "elsewhere"
    hits = traffic.made(1, 40)
    kept = store.create(site)
    kept.turns(traffic.ZONES.get).take(hits, {"0000-1.log": 17})
    before = stored(kept.database)
    kept.dispose()
    site.spool_folder.mkdir(exist_ok=True)
    (site.spool_folder / "0000-1.log").write_bytes(b"a line that was counted, and one that was not")
    assert run(backup, file, site.data)[0] == 0
    assert run(restore, file, elsewhere)[0] == 0
    again = store.create(Settings.load({"BYLINE_DATA": str(elsewhere)}))
    assert stored(again.database) == before
    with again.reading() as connection:
        assert connection.execute(select(spool_positions.c.file, spool_positions.c.offset)).all() == [
            ("0000-1.log", 17)
        ]
    again.dispose()
    assert (elsewhere / "spool/0000-1.log").read_bytes().endswith(b"one that was not")


def test_no_salt_is_in_a_backup(site: Settings, tmp_path: Path) -> None:
    kept = store.create(site)
    salts = KeptSalts(kept.database)
    secret = [salts.for_day(20_000 + day) for day in range(3)]
    salts.forget_before(20_001)
    kept.dispose()
    assert run(backup, tmp_path / "backup.tar.gz", site.data)[0] == 0
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        files = [archive.extractfile(item) for item in archive if item.isfile()]
        content = b"".join(file.read() for file in files if file is not None)
    assert b"analytics" in content
    assert not any(salt in content for salt in secret)
    beside = [(path.name, path.read_bytes()) for path in site.data.glob("analytics.db*")]
    assert not any(secret[0] in content for _, content in beside), "A salt that was deleted is still in the files."
    assert any(secret[2] in content for _, content in beside)


def test_backup_is_readable_by_its_owner_alone(site: Settings, tmp_path: Path) -> None:
    run(backup, tmp_path / "backup.tar.gz", site.data)
    assert stat.S_IMODE((tmp_path / "backup.tar.gz").stat().st_mode) == 0o600


def test_backup_replaces_no_file(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("precious")
    assert run(backup, tmp_path / "precious.txt", site.data)[0] == 1
    assert (tmp_path / "precious.txt").read_text() == "precious"


def test_restore_leaves_an_existing_site_alone(site: Settings, tmp_path: Path) -> None:
    run(backup, tmp_path / "backup.tar.gz", site.data)
    before = (site.data / "byline.db").read_bytes()
    status, output = run(restore, tmp_path / "backup.tar.gz", site.data)
    assert (status, "left alone" in output) == (1, True)
    assert (site.data / "byline.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\x1f\x8b\x08\x00broken"])
def test_file_that_is_no_backup_is_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(content)
    status, output = run(restore, tmp_path / "odd", tmp_path / "elsewhere")
    assert (status, "not a backup" in output) == (1, True)


def test_backup_with_a_link_in_it_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        item = tarfile.TarInfo("media")
        item.type, item.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(item)
    assert run(restore, tmp_path / "evil.tar.gz", tmp_path / "elsewhere")[0] == 1
    assert not (tmp_path / "elsewhere" / "media").exists()


def test_backup_that_points_outside_writes_nothing_there(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        item = tarfile.TarInfo("../outside")
        item.size = 4
        archive.addfile(item, io.BytesIO(b"evil"))
    assert run(restore, tmp_path / "evil.tar.gz", tmp_path / "elsewhere")[0] == 1
    assert not (tmp_path / "outside").exists()
