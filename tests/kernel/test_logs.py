"""Lines of the log: what matters at once, all else in a moment, nothing lost at an end in order."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from byline.kernel import logs
from byline.kernel.logs import Lines
from tests.running import until

IN_A_PROCESS = """
import multiprocessing, structlog
from byline.kernel import logs

def say(line):
    logs.start()
    structlog.get_logger().info(line, path="/a b")

if __name__ == "__main__":
    child = multiprocessing.get_context("fork").Process(target=say, args=("forked",))
    child.start()
    child.join()
    say("first")
"""


def test_a_line_is_there_in_a_moment() -> None:
    written = io.StringIO()
    Lines(written).info("request")
    until(lambda: written.getvalue() == "request\n", 5)


def test_what_matters_is_there_at_once_after_what_was_said_before() -> None:
    written = io.StringIO()
    lines = Lines(written)
    lines.info("request")
    lines.error("commit failed")
    assert written.getvalue() == "request\ncommit failed\n"


def test_very_many_lines_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LATER_SECONDS", 3600)
    monkeypatch.setattr(logs, "MOST_WAITING", 3)
    written = io.StringIO()
    lines = Lines(written)
    for number in range(5):
        lines.info(str(number))
    assert written.getvalue() == "0\n1\n2\n3\n"


def test_nothing_is_lost_when_a_process_ends_in_order() -> None:
    done = subprocess.run([sys.executable, "-c", IN_A_PROCESS], capture_output=True, text=True, check=True)
    said = [line.split(" ", 1)[1] for line in done.stderr.splitlines()]
    assert said == ["info forked path='/a b'", "info first path='/a b'"]
