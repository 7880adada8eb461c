"""What a test run adds up to, so that nothing is left out by accident.

As a pytest plugin it writes the counts of a run to the file named by `--tally`; `closing_lines` words the whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

COUNTED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
BAD = ("failed", "error", "xpassed")


@dataclass(frozen=True, slots=True)
class Run:
    """How one stage went. `counts` is empty for a check that counts no tests; `not_run` says why it never began."""

    name: str
    good: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    not_run: str = ""

    @property
    def words(self) -> str:
        """The outcome in words."""
        if self.not_run:
            return f"NOT RUN: {self.not_run}"
        outcome = _words(self.counts) if self.counts else "passed"
        return outcome if self.good else f"{'' if not self.counts else outcome + ', '}FAILED"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--tally`."""
    parser.addoption("--tally", type=Path, help="file to which the counts of this run are written")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the counts of this run."""
    file = config.getoption("--tally")
    if file is not None:
        counts = {word: len(terminalreporter.stats.get(word, ())) for word in COUNTED}
        file.write_text(json.dumps(counts))


def read(file: Path) -> dict[str, int]:
    """Take the counts a run has written; none when it did not come that far."""
    counts: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    file.unlink(missing_ok=True)
    return counts


def closing_lines(runs: Sequence[Run]) -> tuple[list[str], bool]:
    """The lines that end `make test`, and whether all of it was good; a stage that could not run is no failure.

    A run of tests in which nothing passed is one: it has lost its tests.
    """
    total = {word: sum(run.counts.get(word, 0) for run in runs) for word in COUNTED}
    good = all(run.not_run or _is_good(run) for run in runs) and not all(run.not_run for run in runs)
    lines = [f"  {run.name:<12} {run.seconds:5.0f} s  {run.words}" for run in runs]
    if any(run.counts for run in runs):
        lines.append(f"Byline's tests: {_words(total)}.")
    lines += [f"ATTENTION: {run.name} did not run: {run.not_run}" for run in runs if run.not_run]
    failed = ", ".join(run.name for run in runs if not run.not_run and not _is_good(run))
    lines.append(f"FAILED: {failed}." if failed else "Everything that ran is good." if good else "Nothing ran.")
    return lines, good


def _is_good(run: Run) -> bool:
    lost = bool(run.counts) and not run.counts.get("passed")
    return run.good and not lost and not any(run.counts.get(word) for word in BAD)


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in COUNTED if counts.get(word) or word == "passed")
