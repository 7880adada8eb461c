"""A log is followed as it grows and is turned over, and ends cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from byline.analytics.importing.tails import Tail
from byline.analytics.store.embedded import Embedded
from byline.kernel.settings import Settings
from tests.analytics.importing import stored
from tests.analytics.importing.writing import append, line


def new(tail: Tail) -> list[str]:
    return [each.raw.decode() for each in tail.lines()]


def test_what_is_appended_comes_once_and_a_line_without_its_end_waits(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    tail = Tail(log)
    assert new(tail) == []
    log.write_text("one\ntw")
    assert new(tail) == ["one"]
    assert new(tail) == []
    append(log, "o", "three")
    assert new(tail) == ["two", "three"]
    tail.close()


def test_a_log_that_is_moved_away_is_read_to_its_end_before_the_new_one(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    append(log, "one")
    tail = Tail(log)
    assert new(tail) == ["one"]
    moved = log.rename(tmp_path / "access.log.1")
    append(moved, "two")
    assert new(tail) == ["two"]
    moved.write_text(moved.read_text() + "three, cut off")
    append(log, "four")
    assert new(tail) == ["three, cut off", "four"]
    assert tail.turned == 1
    tail.close()


def test_a_log_that_is_cut_to_nothing_begins_anew(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    append(log, "one", "two")
    tail = Tail(log)
    assert new(tail) == ["one", "two"]
    log.write_text("")
    append(log, "three")
    assert new(tail) == ["three"]
    tail.close()


def test_a_line_without_any_end_is_given_once_and_cut(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(b"x" * 3_000_000)
    tail = Tail(log)
    assert new(tail) == []
    append(log, "", "next")
    lines = list(tail.lines())
    assert [(len(each.raw), each.is_too_long) for each in lines] == [(64 * 1024, True), (4, False)]
    tail.close()


@pytest.mark.slow
def test_following_counts_what_comes_also_after_a_rotation_and_ends_at_ctrl_c(
    settings: Settings, kept: Embedded, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    append(log, line("/one"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    environment |= {"BYLINE_DATA": str(settings.data), "BYLINE_DATABASE_URL": settings.database_address}
    command = [sys.executable, "-m", "byline", "import", "access-log", str(log), "--site", "1", "--follow"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            until(lambda: pageviews(kept) == 1)
            append(log, line("/two", 1))
            until(lambda: pageviews(kept) == 2)
            log.rename(tmp_path / "access.log.1")
            append(log, line("/three", 2))
            until(lambda: pageviews(kept) == 3)
            process.send_signal(signal.SIGINT)
            said, complained = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 0, complained
    assert b"3 pageviews counted" in said
    assert b"Traceback" not in complained


def pageviews(kept: Embedded) -> int:
    return sum(number for number, _, _ in stored.totals(kept).values())


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
