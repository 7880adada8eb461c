"""The browser of the journeys: one that is installed, or one that is installed now if this machine lets us.

As a program it makes sure that there is one, prints where, and ends with status 1 and the reason where there is none.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
CHOICE = "BYLINE_TEST_CHROMIUM"
DOWNLOADED = Path(sys.prefix) / "browsers"
PACKAGES = ("chromium", "fonts-liberation", "fonts-dejavu-core")
INSTALL_SECONDS = 400


class NoChromium(RuntimeError):
    """There is no browser here and none could be installed; the text says why."""


def found() -> str | None:
    """The program of an installed Chromium that starts, None where there is none."""
    return next((program for program in _candidates() if starts(program)), None)


def starts(program: str) -> bool:
    """Whether the program opens an empty page."""
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"<html" in done.stdout


def ensure() -> str:
    """The program of a Chromium that starts, installed now if need be; raises NoChromium with every reason."""
    program = found()
    reasons = ["no Chromium is installed"]
    for command in _ways_to_install():
        if program:
            break
        reasons.append(_attempt(command))
        program = found()
    if program is None:
        raise NoChromium("; ".join(reason for reason in reasons if reason))
    return program


def _candidates() -> Iterator[str]:
    if os.environ.get(CHOICE):
        yield os.environ[CHOICE]
        return
    yield from (program for name in NAMES if (program := shutil.which(name)))
    for folder in (DOWNLOADED, Path.home() / ".cache" / "ms-playwright"):
        yield from map(str, sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True))


def _ways_to_install() -> Iterator[list[str]]:
    """The distribution's package for root; otherwise, or where that fails, Playwright's download."""
    if os.environ.get(CHOICE):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = f"apt-get install -y -qq --no-install-recommends {' '.join(PACKAGES)}"
        yield ["sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && {install}"]
    yield [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]


def _attempt(command: list[str]) -> str:
    """Run one way to install; answer why it failed, or nothing."""
    environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(DOWNLOADED)}
    shown = command[-1] if command[0] == "sh" else "playwright install chromium"
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"`{shown}` took more than {INSTALL_SECONDS} s"
    return (
        f"`{shown}` failed: {_reason(done.stderr + done.stdout)}"
        if done.returncode
        else "what it installed does not start"
    )


def _reason(output: str) -> str:
    """The line that says what went wrong; the last one if none does."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it said nothing"]
    return next((line for line in lines if re.match(r"(E: |(\w*)error\b)", line, re.IGNORECASE)), lines[-1])


def main() -> int:
    """Print the browser's program, or why there is none."""
    try:
        print(ensure())
    except NoChromium as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
