"""`make test`: every check and every test, one stage after the other, and a summary that leaves nothing out.

A stage that fails does not hide the ones after it. Chromium is looked for, and installed if need be, meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tally import Run, closing_lines, read

HERE = Path(__file__).parents[1]
LONGEST_STAGE_SECONDS = 900
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
PROCESSES = str(max(2, min(CORES, 8)))
PYTHON = sys.executable
PYTEST = (PYTHON, "-m", "pytest", "-q", "-n", PROCESSES, "--dist=worksteal")


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the whole: a command, whether it counts tests, and whether it needs the browser."""

    name: str
    command: tuple[str, ...]
    counts: bool = False
    needs_browser: bool = False


CHECKS = (
    Stage("Style", (PYTHON, "-m", "ruff", "check", ".")),
    Stage("Layout", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Stage("Types", (PYTHON, "-m", "mypy")),
    Stage("Rooms", (str(Path(PYTHON).with_name("lint-imports")), "--no-logo")),
)
TESTS = (
    Stage("SQLite", (*PYTEST, "-m", "not journey"), counts=True),
    Stage("PostgreSQL", (*PYTEST, "--database=postgresql", "-m", "not journey and not serve"), counts=True),
    Stage("Browser", (*PYTEST, "-m", "journey"), counts=True, needs_browser=True),
)
CHOICES = {"everything": CHECKS + TESTS, "check": CHECKS, "browser": TESTS[2:], "postgresql": TESTS[1:2]}


class Browser:
    """Chromium, looked for in the background, because installing it may take a minute."""

    def __init__(self) -> None:
        self._search = subprocess.Popen(
            [PYTHON, "-m", "tests.chromium"],
            cwd=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def settle(self) -> tuple[str, str]:
        """Its program and why there is none; one of the two is empty."""
        program, reason = self._search.communicate()
        return program.strip(), reason.strip()


def run(stages: Sequence[Stage]) -> int:
    """Run the stages, print the summary and answer the exit status."""
    browser = Browser() if any(stage.needs_browser for stage in stages) else None
    with tempfile.TemporaryDirectory(prefix="byline-tally-") as folder:
        runs = [_run(stage, Path(folder) / "tally", browser) for stage in stages]
    lines, good = closing_lines(runs)
    print("\n" + "\n".join(lines), flush=True)
    return 0 if good else 1


def _run(stage: Stage, tally: Path, browser: Browser | None) -> Run:
    _headline(stage.name)
    environment = dict(os.environ)
    begun = time.monotonic()
    if stage.needs_browser and browser:
        program, reason = browser.settle()
        if not program:
            return Run(stage.name, not_run=reason)
        environment["BYLINE_TEST_CHROMIUM"] = program
    extra = ("--tally", str(tally)) if stage.counts else ()
    status = _call([*stage.command, *extra], environment)
    counts = read(tally) if stage.counts else {}
    return Run(stage.name, status == 0, counts, time.monotonic() - begun)


def _call(command: list[str], environment: dict[str, str]) -> int:
    try:
        return subprocess.run(command, cwd=HERE, env=environment, timeout=LONGEST_STAGE_SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"Stopped after {LONGEST_STAGE_SECONDS} s.", flush=True)
        return 1


def _headline(name: str) -> None:
    print(f"\n── {name} " + "─" * (76 - len(name)), flush=True)


if __name__ == "__main__":
    sys.exit(run(CHOICES[sys.argv[1] if len(sys.argv) > 1 else "everything"]))
