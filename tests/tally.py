"""The closing line of `make test`: how many tests passed, in all its runs together.

As a pytest plugin it appends one line per run to the file named by `--tally`; as a program it adds them up.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

COUNTED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
BAD = ("failed", "error", "xpassed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--tally` and `--suite`."""
    parser.addoption("--tally", type=Path, help="file to which the counts of this run are added")
    parser.addoption("--suite", default="tests", help="what this run is called in the tally")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the counts of this run."""
    file = config.getoption("--tally")
    if file is None:
        return
    counts = {word: len(terminalreporter.stats.get(word, ())) for word in COUNTED}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as tally:
        tally.write(json.dumps({"suite": config.getoption("--suite"), **counts}) + "\n")


def closing_lines(runs: list[dict[str, Any]], expected: int) -> tuple[list[str], bool]:
    """The lines that end `make test`, and whether every run was there and good."""
    lines = [f"  {run['suite']:<12} {_words(run)}" for run in runs]
    total = {word: sum(run[word] for run in runs) for word in COUNTED}
    good = len(runs) == expected and total["passed"] > 0 and not any(total[word] for word in BAD)
    missing = f", {expected - len(runs)} runs did not finish" if len(runs) < expected else ""
    lines.append(f"Byline's tests: {_words(total)}{missing}.")
    return lines, good


def _words(counts: dict[str, Any]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in COUNTED if counts[word] or word == "passed")


def main() -> int:
    """Print the closing lines of the file and number of runs given; answer the exit status."""
    file, expected = Path(sys.argv[1]), int(sys.argv[2])
    runs = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    lines, good = closing_lines(runs, expected)
    print("\n".join(lines))  # noqa: T201  (this program's whole purpose)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
