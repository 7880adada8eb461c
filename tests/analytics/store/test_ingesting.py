"""The way from the spool into the store: whole lines, in their order, once, whatever happens on the way."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from byline.analytics.collect.spool import Spool
from byline.analytics.hits import Hit, Kind, Reason, Refused, encode
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.ingesting import Ingester
from byline.analytics.store.joining import Joiner
from byline.analytics.store.spool_reading import Batch, SpoolReader
from byline.analytics.store.tables import events, spool_positions
from byline.kernel.settings import Settings
from tests.analytics.store import traffic
from tests.analytics.store.reading import refused, stored
from tests.analytics.store.test_taking import differences

NOON_MS = 1_790_000_000_000
DISK_FULL = """
import resource, sys
from pathlib import Path
from byline.analytics import store
from byline.analytics.store.ingesting import Ingester
from byline.kernel.settings import Settings
settings = Settings.load()
ingester = Ingester(store.create(settings).database, settings.spool_folder, lambda site: "UTC")
ingester.run_once()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
failed = 0
for _ in range(3):
    try:
        ingester.run_once()
    except Exception as error:
        failed += 1
        print(type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
while ingester.run_once().more:
    pass
sys.exit(0 if failed else 3)
"""


@pytest.fixture
def spool(settings: Settings) -> Iterator[Spool]:
    """What web processes write into."""
    opened = Spool(settings.spool_folder, 1 << 30)
    yield opened
    opened.close()


@pytest.fixture
def ingester(kept: Embedded, settings: Settings) -> Ingester:
    """What reads it."""
    return another(kept, settings)


def another(kept: Embedded, settings: Settings) -> Ingester:
    settings.spool_folder.mkdir(exist_ok=True)
    return Ingester(kept.database, settings.spool_folder, traffic.ZONES.get)


def hit(number: int, **other: object) -> Hit:
    made = Hit(1, NOON_MS + number * 1000, number + 1, path=f"/{number}", view=number + 1)
    return made._replace(**other)  # type: ignore[arg-type]


def drain(ingester: Ingester) -> int:
    """Store all that waits; answer how many events that were."""
    found = 0
    while (taken := ingester.run_once()).lines:
        found += taken.events
    ingester.run_once()
    return found


def paths(kept: Embedded) -> list[str]:
    days, _ = stored(kept.database)
    return sorted(str(key[4]) for key in days if key[3].name == "PAGE")  # type: ignore[attr-defined]


def test_a_line_is_taken_when_it_is_whole(ingester: Ingester, settings: Settings, kept: Embedded) -> None:
    file = settings.spool_folder / "0001-1.log"
    first, second = encode(hit(1)), encode(hit(2))
    file.write_bytes(first + second[:40])
    with file.open("rb") as writer:  # As the process that still writes holds it.
        fcntl.flock(writer, fcntl.LOCK_EX)
        assert drain(ingester) == 1
        file.write_bytes(first + second)
        assert drain(ingester) == 1
    assert paths(kept) == ["/1", "/2"]


def test_a_file_goes_when_it_is_read_and_nobody_writes(spool: Spool, ingester: Ingester, settings: Settings) -> None:
    spool.append(encode(hit(1)))
    drain(ingester)
    assert list(settings.spool_folder.glob("*.log")), "Its process may still write."
    spool.close()
    drain(ingester)
    assert not list(settings.spool_folder.glob("*.log"))


def test_positions_of_files_that_are_gone_go_too(spool: Spool, ingester: Ingester, kept: Embedded) -> None:
    spool.append(encode(hit(1)))
    spool.close()
    drain(ingester)
    ingester.run_once()
    with kept.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(spool_positions)) == 0


def test_damaged_lines_are_skipped_and_counted(ingester: Ingester, settings: Settings, kept: Embedded) -> None:
    lines = [encode(hit(1)), b"rubbish\n", encode(hit(2))[:-30] + encode(hit(3)), b"\r\0\n", encode(hit(4)), b"half"]
    (settings.spool_folder / "0001-1.log").write_bytes(b"".join(lines))
    drain(ingester)
    assert paths(kept) == ["/1", "/4"]
    assert refused(kept.database) == {(0, "corrupt"): 4}
    assert not list(settings.spool_folder.glob("*.log"))


def test_a_line_without_an_end_that_is_longer_than_any_is_skipped(
    ingester: Ingester, settings: Settings, kept: Embedded
) -> None:
    (settings.spool_folder / "0001-1.log").write_bytes(b"x" * 1_000_000 + b"\n" + encode(hit(1)))
    drain(ingester)
    assert paths(kept) == ["/1"]


def test_refusals_are_counted_by_reason(spool: Spool, ingester: Ingester, kept: Embedded) -> None:
    spool.append(encode(Refused(2, NOON_MS, Reason.BOT, 3)))
    spool.append(encode(Refused(2, NOON_MS, Reason.BOT)))
    drain(ingester)
    assert refused(kept.database) == {(2, "bot"): 4}


def test_what_was_stored_is_not_stored_again_after_a_restart(
    spool: Spool, ingester: Ingester, kept: Embedded, settings: Settings
) -> None:
    spool.append(encode(hit(1, view=0)))
    assert drain(ingester) == 1
    spool.append(encode(hit(2, view=0)))
    assert drain(another(kept, settings)) == 1
    assert drain(another(kept, settings)) == 0
    assert drain(ingester) == 0


def test_two_ingesters_store_everything_once(ingester: Ingester, kept: Embedded, settings: Settings) -> None:
    made = traffic.made(11, 200)
    other = another(kept, settings)
    for number, begin in enumerate(range(0, len(made), 8)):
        lines = b"".join(map(encode, made[begin : begin + 8]))
        (settings.spool_folder / f"{number:04}-1.log").write_bytes(lines)
        for one in (ingester, other) if number % 2 else (other, ingester):
            one.run_once()
    drain(ingester)
    drain(other)
    assert differences(kept, made) == []


def test_files_of_several_processes_are_read_in_the_order_of_their_times(
    kept: Embedded, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    count = Joiner.count

    def look(self: Joiner, entry: Hit) -> None:
        seen.append(entry.at_ms)
        count(self, entry)

    monkeypatch.setattr(Joiner, "count", look)
    monkeypatch.setattr("byline.analytics.store.ingesting.MOST_LINES", 300)
    ingester = another(kept, settings)
    for process in range(3):
        lines = b"".join(encode(hit(number, view=0)) for number in range(process, 3_000, 3))
        (settings.spool_folder / f"000{process}-1.log").write_bytes(lines)
    assert drain(ingester) == 3_000
    assert all(map(int.__le__, seen, seen[1:])), "Some came before what had happened earlier."


def test_an_import_does_not_hold_up_what_is_collected_now(
    spool: Spool, kept: Embedded, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byline.analytics.store.ingesting.MOST_LINES", 500)
    ingester = another(kept, settings)
    old = [hit(number, origin=5, at_ms=NOON_MS - 10**9 + number, path="/old") for number in range(3_000)]
    for part in range(6):
        lines = b"".join(map(encode, old[part * 500 : (part + 1) * 500]))
        (settings.spool_folder / f"000{part}-1.log").write_bytes(lines)
    spool.append(encode(hit(1)))
    ingester.run_once()
    assert "/1" in paths(kept)
    assert drain(ingester) > 0
    with kept.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(events)) == 3_001


def test_hits_wait_while_the_database_is_away(
    spool: Spool, ingester: Ingester, kept: Embedded, settings: Settings
) -> None:
    spool.append(encode(hit(1)))
    with kept.database.writer.begin() as connection:
        connection.execute(text("ALTER TABLE turns RENAME TO elsewhere"))
    with pytest.raises(SQLAlchemyError):
        ingester.run_once()
    spool.append(encode(hit(2)))
    with kept.database.writer.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO turns"))
    assert drain(ingester) == 2


def test_the_next_lines_are_read_while_the_disk_takes_the_ones_before(
    kept: Embedded, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingester, reads = in_tens(kept, settings, monkeypatch), reading_threads(monkeypatch)
    assert drain(ingester) == 30
    assert reads[0] == threading.main_thread().name
    assert threading.main_thread().name not in reads[1:3]


def test_what_was_read_ahead_of_a_failed_commit_is_read_again(
    kept: Embedded, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingester, reads = in_tens(kept, settings, monkeypatch), reading_threads(monkeypatch)
    dialect = kept.database.writer.dialect
    with monkeypatch.context() as failing:
        failing.setattr(dialect, "do_commit", no_disk)
        with pytest.raises(OSError, match="no disk"):
            ingester.run_once()
    assert len(reads) == 2
    assert drain(ingester) == 30
    assert len(paths(kept)) == 30


def test_a_failure_of_reading_ahead_leaves_what_was_stored(
    kept: Embedded, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingester = in_tens(kept, settings, monkeypatch)
    with monkeypatch.context() as failing:
        reading_threads(failing, fails_on=2)
        with pytest.raises(OSError, match="no disk"):
            ingester.run_once()
    assert drain(ingester) == 20
    assert len(paths(kept)) == 30


def no_disk(_connection: object) -> None:
    raise OSError("no disk")


def in_tens(kept: Embedded, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Ingester:
    """An ingester that takes thirty waiting hits ten by ten."""
    monkeypatch.setattr("byline.analytics.store.ingesting.MOST_LINES", 10)
    ingester = another(kept, settings)
    (settings.spool_folder / "0001-1.log").write_bytes(b"".join(encode(hit(number)) for number in range(30)))
    return ingester


def reading_threads(monkeypatch: pytest.MonkeyPatch, fails_on: int = 0) -> list[str]:
    """The names of the threads that read a batch from now on."""
    names: list[str] = []
    read = SpoolReader.read

    def note(self: SpoolReader, most: int) -> Batch:
        names.append(threading.current_thread().name)
        if len(names) == fails_on:
            raise OSError("no disk")
        return read(self, most)

    monkeypatch.setattr(SpoolReader, "read", note)
    return names


def test_the_ingester_goes_on_after_an_error(
    spool: Spool, ingester: Ingester, kept: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byline.analytics.store.ingesting.POLL_SECONDS", 0.01)
    stop, failed = threading.Event(), threading.Event()
    run_once = ingester.run_once

    def fail_first() -> object:
        if not failed.is_set():
            failed.set()
            raise sqlite3.OperationalError("disk I/O error")
        taken = run_once()
        if taken.events:
            stop.set()
        return taken

    monkeypatch.setattr(ingester, "run_once", fail_first)
    spool.append(encode(hit(1)))
    ingester.run(stop)
    assert failed.is_set()
    assert paths(kept) == ["/1"]


@pytest.mark.parametrize("error", [KeyError, sqlite3.IntegrityError])
def test_a_line_that_cannot_be_counted_is_left_out_and_said(
    error: type[Exception], spool: Spool, ingester: Ingester, kept: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = Joiner.count

    def stumble(self: Joiner, entry: Hit) -> None:
        if entry.path == "/13":
            raise error("a bug")
        count(self, entry)

    monkeypatch.setattr(Joiner, "count", stumble)
    for number in range(30):
        spool.append(encode(hit(number)))
    for _ in range(60):
        ingester.run_once()
    assert len(paths(kept)) == 29
    assert refused(kept.database) == {(0, "corrupt"): 1}


def test_one_visitor_with_ten_thousand_paths_a_minute_leaves_few_words(
    ingester: Ingester, settings: Settings, kept: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byline.analytics.store.vocabulary.MOST_WORDS", 50)
    made = [hit(number, visitor=7, at_ms=NOON_MS + number * 6, path=f"/{number}/{number}") for number in range(10_000)]
    (settings.spool_folder / "0001-1.log").write_bytes(b"".join(map(encode, made)))
    assert drain(ingester) == 10_000
    days, _ = stored(kept.database)
    pages = {str(key[4]): row for key, row in days.items() if key[3].name == "PAGE"}  # type: ignore[attr-defined]
    assert len(pages) == 51
    assert pages["(other)"] | {"events": 0} == pages["(other)"] | {"visitors": 1, "visits": 1, "pageviews": 9_950}
    before = stored(kept.database)
    day = int(next(iter(days))[2])  # type: ignore[call-overload]
    assert kept.rebuild(1, day, day) == 1
    assert stored(kept.database) == before


NUMBERS = st.integers(-(2**63), 2**63 - 1)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
HITS = st.builds(
    Hit,
    st.integers(1, 6),
    st.integers(0, 2**63 - 1) | st.integers(NOON_MS, NOON_MS + 10**8),
    st.integers(-2, 2) | NUMBERS,
    st.integers(-2, 2) | NUMBERS,
    st.sampled_from(Kind),
    WORDS,
    WORDS,
    source=WORDS,
    props=st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple),
    view=st.integers(-2, 2) | NUMBERS,
    engaged_ms=st.integers(0, 2**31 - 1),
    scroll=st.integers(-1, 100),
    read_seconds=st.integers(0, 2**31 - 1),
    origin=st.integers(0, 2),
)


@given(st.lists(HITS.map(encode) | st.binary(max_size=60) | st.just(b"\n"), max_size=20))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_line_stops_the_ingester(ingester: Ingester, settings: Settings, lines: list[bytes]) -> None:
    (settings.spool_folder / f"{os.urandom(8).hex()}-1.log").write_bytes(b"".join(lines))
    drain(ingester)
    assert not list(settings.spool_folder.glob("*.log"))


@pytest.mark.once
def test_a_full_disk_loses_nothing(kept: Embedded, settings: Settings, tmp_path: Path) -> None:
    settings.spool_folder.mkdir()
    made = [hit(number, view=0) for number in range(3_000)]
    (settings.spool_folder / "0001-1.log").write_bytes(b"".join(map(encode, made)))
    files = [Path(str(kept.database.url.database) + end) for end in ("", "-wal")]
    largest = max(file.stat().st_size for file in files if file.exists())
    environment = {
        "BYLINE_DATA": str(settings.data),
        "BYLINE_DATABASE_URL": settings.database_url,
        "PATH": os.environ["PATH"],
    }
    script = DISK_FULL.replace("ingester.run_once()\nresource", "resource", 1)
    command = [sys.executable, "-c", script, str(largest + 50_000)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with kept.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(events)) == 3_000
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
