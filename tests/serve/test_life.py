"""One site through its life: first start, work, wounds, end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from byline.kernel import bus
from byline.kernel.db import Database
from byline.kernel.mail import SendMail
from tests.running import RunningSite, is_alive, until

pytestmark = [pytest.mark.serve, pytest.mark.slow]
SECOND_START_SECONDS = 3.0


def test_the_first_start_says_where_it_is_and_how_to_become_administrator(site: RunningSite) -> None:
    site.start()
    assert f"open at {site.url}" in site.said
    status, page = site.get(site.first_link)
    assert status == 200
    assert b"<form" in page
    assert (site.data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert "Traceback" not in site.said


def test_the_first_page_of_an_empty_site_is_there(site: RunningSite) -> None:
    site.start()
    status, page = site.get("/")
    assert status == 200
    assert b"</html>" in page


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_with_everything_it_started(site: RunningSite, how: signal.Signals) -> None:
    site.start()
    family = site.children()
    assert len(family) >= 2
    assert site.stop(how) == 0
    until(lambda: not any(map(is_alive, family)), 5, lambda: f"Still alive: {[pid for pid in family if is_alive(pid)]}")
    assert "Traceback" not in site.said


def test_ctrl_c_which_reaches_every_process_at_once_ends_it_at_once(site: RunningSite) -> None:
    for _ in range(3):
        site.start()
        assert site.process is not None
        os.killpg(site.process.pid, signal.SIGINT)
        assert site.process.wait(10) == 0
    assert "Killing" not in site.said


def test_the_second_start_is_quick(site: RunningSite) -> None:
    site.start()
    site.stop()
    seconds: list[float] = []
    while len(seconds) < 4 and (not seconds or min(seconds) > SECOND_START_SECONDS):
        seconds.append(site.start())
        site.stop()
    assert min(seconds) < SECOND_START_SECONDS, seconds


def test_the_worker_does_what_is_due(site: RunningSite) -> None:
    site.start()
    database = Database(f"sqlite:///{site.data / 'byline.db'}")
    with database.unit_of_work():
        bus.enqueue(SendMail(to="ada@example.org", subject="Hello", text="Hello, Ada."))
    database.dispose()
    until(site.letters, 15, lambda: f"No letter came:\n{site.said}")
    assert site.letters()[0]["Subject"] == "Hello"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="tells processes apart by /proc")
def test_a_killed_web_process_is_replaced(site: RunningSite) -> None:
    site.start()
    (victim, *_) = site.web_processes()
    os.kill(victim, signal.SIGKILL)
    until(lambda: not is_alive(victim), 5)
    until(site.is_well, 15, lambda: f"It did not heal:\n{site.said}")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="tells processes apart by /proc")
def test_web_processes_that_die_again_and_again_are_brought_back(site: RunningSite) -> None:
    site.start()
    for _ in range(2):
        until(lambda: site.is_well() and site.web_processes(), 15)
        for victim in site.web_processes():
            os.kill(victim, signal.SIGKILL)
    until(lambda: "started again" in site.said, 15, lambda: f"It did not notice:\n{site.said}")
    until(site.is_well, 15, lambda: f"It did not heal:\n{site.said}")
    assert site.stop() == 0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="tells processes apart by /proc")
def test_a_killed_worker_is_replaced_or_the_site_ends(site: RunningSite) -> None:
    site.start()
    (victim,) = site.workers()
    os.kill(victim, signal.SIGKILL)

    def settled() -> bool:
        assert site.process is not None
        return any(pid != victim and is_alive(pid) for pid in site.workers()) or site.process.poll() is not None

    until(settled, 15, lambda: "Without a worker no mail leaves, and nobody would notice.")


def test_killing_the_supervisor_leaves_no_orphans(site: RunningSite) -> None:
    site.start()
    family = site.children()
    assert site.process is not None
    os.kill(site.process.pid, signal.SIGKILL)
    site.process.wait(5)
    until(lambda: not any(map(is_alive, family)), 20, lambda: f"Orphans: {[pid for pid in family if is_alive(pid)]}")


def test_two_sites_on_one_port_are_told_apart_by_a_sentence(site: RunningSite, tmp_path: Path) -> None:
    site.start()
    second = RunningSite(tmp_path / "other", port=site.port)
    second.launch()
    assert second.process is not None
    assert second.process.wait(20) != 0
    assert str(site.port) in second.said
    assert "Traceback" not in second.said
    assert site.is_well()


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"BYLINE_REGISTRATION": "perhaps"}, "BYLINE_REGISTRATION"),
        ({"BYLINE_REGISTERATION": "open"}, "BYLINE_REGISTERATION"),
        ({"BYLINE_DATA": "/dev/null/byline"}, "/dev/null/byline"),
        ({"BYLINE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "database"),
        ({"BYLINE_SECRET_KEY": "short"}, "BYLINE_SECRET_KEY"),
    ],
    ids=["a value that is none", "a setting that is none", "a folder that cannot be", "a database away", "a short key"],
)
def test_what_it_cannot_start_with_is_a_sentence(tmp_path: Path, settings: dict[str, str], word: str) -> None:
    site = RunningSite(tmp_path / "data", settings=settings)
    site.launch()
    assert site.process is not None
    assert site.process.wait(30) != 0
    assert word in site.said
    assert "Traceback" not in site.said


def test_the_program_explains_itself(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "byline", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "serve" in done.stdout
    assert list(tmp_path.iterdir()) == []
