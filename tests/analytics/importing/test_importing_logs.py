"""Each line of a log counts once: in whichever file it comes, however often, and whatever was cut short."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from byline.analytics.hits import Hit
from byline.analytics.store import imported
from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.import_tables import import_days, import_lines, import_salts
from byline.analytics.store.taking import Turns
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests.analytics.importing import stored, writing
from tests.analytics.importing.conftest import Run
from tests.analytics.importing.writing import BOT, SAFARI, line

DAY = date(2026, 3, 10)


def import_log(run: Run, *words: object) -> str:
    result = run("import", "access-log", *words, "--site", 1)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_visits_sources_and_refusals_are_those_of_the_beacon(run: Run, kept: Embedded, tmp_path: Path) -> None:
    log = writing.write(
        tmp_path / "access.log",
        [
            line("/", referrer="https://www.google.com/"),
            line("/a?utm_source=x", 10, referrer="https://ours.example/"),
            line("/b", 45, address="203.0.113.8", agent=SAFARI),
            line("/c", 50),
            line("/", 51, agent=BOT),
            line("/style.css", 52),
            line("/gone", 53, status=404),
        ],
    )
    told = import_log(run, log)
    assert stored.totals(kept) == {DAY: (4, 2, 3)}
    assert stored.sums(kept, Dimension.SOURCE, "visitors") == {DAY: {"Google": 1, "": 2}}
    assert stored.sums(kept, Dimension.DEVICE, "visits") == {DAY: {"desktop": 2, "phone": 1}}
    assert stored.refused(kept) == {"bot": 1}
    for sentence in (
        "7 lines read",
        "4 pageviews counted, from 2026-03-10",
        "1 not counted: bots",
        "1 are no pageviews",
    ):
        assert sentence in told


def test_a_second_run_changes_nothing_also_with_rotated_and_compressed_copies(
    run: Run, kept: Embedded, tmp_path: Path
) -> None:
    lines = [line(f"/{number}", number, address=f"203.0.113.{number % 5}") for number in range(40)]
    log = writing.write(tmp_path / "access.log", [*lines, line(agent=BOT)])
    import_log(run, log)
    before = stored.everything(kept)
    assert "41 were counted before" in import_log(run, log)
    rotated = writing.write(tmp_path / "access.log.1.gz", [*lines, line(agent=BOT)])
    assert "0 pageviews counted" in import_log(run, rotated, log)
    assert stored.everything(kept) == before


def test_overlapping_files_count_once_and_visits_go_on_from_one_to_the_next(
    run: Run, kept: Embedded, tmp_path: Path
) -> None:
    lines = [line(f"/{number}", number * 10) for number in range(9)]
    second, first = (
        writing.write(tmp_path / "now.log", lines[3:]),
        writing.write(tmp_path / "before.log", lines[:6]),
    )
    import_log(run, second)
    assert "3 pageviews counted" in import_log(run, first)
    assert stored.totals(kept) == {DAY: (9, 1, 1)}


def test_the_order_of_the_files_does_not_matter(run: Run, kept: Embedded, tmp_path: Path) -> None:
    """A visit over midnight is one, as its visitor is known by both days' salts when the earlier day is read first."""
    late = writing.write(tmp_path / "late.log", [line("/b", 15 * 60 + 5)])
    early = writing.write(tmp_path / "early.log", [line("/a", 15 * 60 - 5)])
    import_log(run, late, early)
    assert stored.totals(kept) == {DAY: (1, 1, 1), DAY + timedelta(days=1): (1, 1, 0)}


def test_lines_that_are_the_same_to_the_letter_all_count_once_each(run: Run, kept: Embedded, tmp_path: Path) -> None:
    log = writing.write(tmp_path / "access.log", [line("/"), line("/"), line("/")])
    assert "3 pageviews counted" in import_log(run, log)
    longer = writing.write(tmp_path / "longer.log", [line("/"), line("/"), line("/"), line("/")])
    assert "1 pageviews counted" in import_log(run, longer)
    assert stored.totals(kept) == {DAY: (4, 1, 1)}


def test_standard_input_and_several_formats_at_once(run: Run, kept: Embedded, tmp_path: Path) -> None:
    caddy = writing.write(tmp_path / "caddy.log", [writing.caddy("/a"), writing.caddy("/b", 1, Dnt="1")])
    result = run("import", "access-log", "-", caddy, "--site", 1, given=f"{line('/c', 2)}\n".encode())
    assert "2 pageviews counted" in result.stdout
    assert stored.refused(kept) == {"do_not_track": 1}
    assert stored.totals(kept) == {DAY: (2, 1, 1)}


def test_the_common_format_names_no_agents_and_takes_nobody_for_a_bot(run: Run, kept: Embedded, tmp_path: Path) -> None:
    lines = [line("/").partition(' "-"')[0], line("/a", 1, address="2001:db8::1").partition(' "-"')[0]]
    assert "2 pageviews counted" in import_log(run, writing.write(tmp_path / "access.log", lines))
    assert stored.sums(kept, Dimension.BROWSER, "visitors") == {DAY: {"": 2}}


def test_broken_lines_are_counted_and_shown_without_addresses(run: Run, kept: Embedded, tmp_path: Path) -> None:
    log = writing.write(
        tmp_path / "access.log",
        [
            line("/"),
            b"\x00\xff\xfe rubbish of 203.0.113.99",
            "",
            line("/" + "x" * 100_000, 1),
            line("/a", 2).encode().replace(b"/a", b"/caf\xe9"),
            line("/b", 3)[:90],
            line("/c", 60 * 24 * 365 * 5),
            line("javascript:alert(1)", 4),
        ],
    )
    told = import_log(run, log)
    assert stored.totals(kept) == {DAY: (2, 1, 1)}
    for sentence in ("8 lines read", "2 pageviews", "1 are longer than", "2 have bytes that", "4 could not be read"):
        assert sentence in told
    assert "access.log:2: The line has bytes" in told
    assert "203.0.113" not in told


def test_a_compressed_file_that_is_cut_off_counts_as_far_as_it_goes(run: Run, kept: Embedded, tmp_path: Path) -> None:
    lines = [line(f"/{number}", number, address=f"10.0.{number % 200}.1") for number in range(2000)]
    log = writing.write(tmp_path / "access.log.gz", lines)
    log.write_bytes(log.read_bytes()[:-4000])
    told = import_log(run, log)
    assert "damaged or cut off" in told
    counted = sum(pageviews for pageviews, _, _ in stored.totals(kept).values())
    assert 0 < counted < 2000
    writing.write(log, lines)
    import_log(run, log)
    assert sum(pageviews for pageviews, _, _ in stored.totals(kept).values()) == 2000


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run, kept: Embedded, tmp_path: Path) -> None:
    log = writing.write(tmp_path / "access.log", [line("/"), line("/a", 1), line("/", agent=BOT)])
    dry = import_log(run, log, "--dry-run")
    assert stored.everything(kept) == ([], [], [], [])
    with kept.reading() as connection:
        assert connection.execute(select(import_salts)).all() == []
    real = import_log(run, log)
    assert dry.splitlines()[0] == "This was a dry run: nothing was changed."
    assert [each.replace("would be counted", "counted") for each in dry.splitlines()[1:]] == real.splitlines()


def test_days_that_the_site_measured_itself_count_only_when_asked(run: Run, kept: Embedded, tmp_path: Path) -> None:
    own = int((writing.BEGIN + timedelta(days=1)).timestamp()) * 1000
    kept.turns({1: "UTC"}.get).take([Hit(1, own, 5, path="/own")], {})
    log = writing.write(tmp_path / "access.log", [line("/"), line("/a", 24 * 60), line("/b", 48 * 60)])
    assert "2 are of days that were measured here, from 2026-03-11" in import_log(run, log)
    assert sum(pageviews for pageviews, _, _ in stored.totals(kept).values()) == 2
    assert "2 pageviews counted" in import_log(run, log, "--over-own-days")


def test_days_are_closed_two_days_after_the_last_import_and_their_salts_are_gone(
    run: Run, kept: Embedded, tmp_path: Path, stopped_clock: object
) -> None:
    log = writing.write(tmp_path / "access.log", [line("/"), line("/a", 1)])
    import_log(run, log)
    clock.advance(47 * 3600)
    assert imported.close_days(kept.database) == 0
    clock.advance(2 * 3600)
    assert imported.close_days(kept.database) == 1
    with kept.reading() as connection:
        assert connection.execute(select(import_salts)).all() == []
        assert connection.execute(select(import_lines)).all() == []
        assert len(connection.execute(select(import_days)).all()) == 1
    before = stored.everything(kept)
    told = import_log(run, writing.write(log, [line("/"), line("/b", 5), line("/c", 24 * 60)]))
    assert "1 pageviews counted" in told
    assert "2 are of days imported more than two days ago (2026-03-10)" in told
    assert stored.everything(kept)[0] != before[0]
    assert stored.totals(kept)[DAY] == (2, 1, 1)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_batch_that_broke_off_counts_once_after_all(
    run: Run, kept: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    log = writing.write(tmp_path / "access.log", [line(f"/{number}", number) for number in range(20)])
    take = Turns.take

    def broken(self: Turns, *given: object) -> object:
        if when == "after":
            take(self, *given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Turns, "take", broken)
        assert run("import", "access-log", log, "--site", 1).exit_code == 1
    import_log(run, log)
    assert stored.totals(kept) == {DAY: (20, 1, 1)}


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again_counts_every_line_once(
    settings: Settings, kept: Embedded, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311  (nothing is kept secret by it)
    lines = [line(f"/{number % 50}", number / 20, address=f"10.1.{number % 40}.1") for number in range(12_000)]
    log = writing.write(tmp_path / "access.log", [*lines, line(agent=BOT)])
    command = [sys.executable, "-m", "byline", "import", "access-log", str(log), "--site", "1"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    environment |= {"BYLINE_DATA": str(settings.data), "BYLINE_DATABASE_URL": settings.database_address}
    killed = 0
    for _ in range(4):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(0.9 + chance.random() * 1.2)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
    assert killed, "The import was over before it could be killed; make the log longer."
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert sum(pageviews for pageviews, _, _ in stored.totals(kept).values()) == 12_000
    assert stored.totals(kept)[DAY][1] == 40
    assert stored.refused(kept) == {"bot": 1}


def test_no_address_and_no_agent_is_left_on_the_disk(run: Run, settings: Settings, tmp_path: Path) -> None:
    log = writing.write(tmp_path / "access.log", [line("/", agent=SAFARI), line("/a", agent=BOT)])
    import_log(run, log)
    found = [path for path in [*settings.data.rglob("*"), *tmp_path.glob("*.db*")] if path.is_file()]
    assert found
    for path in found:
        raw = path.read_bytes()
        assert b"203.0.113.7" not in raw, path
        assert b"iPhone; CPU" not in raw, path
        assert b"Googlebot" not in raw, path


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nothing.log",), "There is no file nothing.log"),
        (("-", "--follow"), "needs no --follow"),
        ((".",), "is a folder"),
        (("a.log.gz", "--follow"), "does not grow"),
    ],
)
def test_what_cannot_be_read_is_said(run: Run, words: tuple[str, ...], sentence: str) -> None:
    result = run("import", "access-log", *words, "--site", 1)
    assert result.exit_code == 2
    assert sentence in result.output


def test_an_unknown_site_and_an_unknown_format_are_said(run: Run, tmp_path: Path, database: Database) -> None:
    del database
    log = writing.write(tmp_path / "access.log", ["rubbish"] * 60)
    assert "There is no site 99" in run("import", "access-log", log, "--site", 99).output
    result = run("import", "access-log", log, "--site", 1)
    assert result.exit_code == 1
    assert "are in no format that is known. Name it with --format" in result.output
    assert "60 could not be read" in run("import", "access-log", log, "--site", 1, "--format", "common").output
    assert "0 lines read" in run("import", "access-log", writing.write(log, []), "--site", 1).output
