"""One measurement with wrk: requests a second and the slowest hundredth, at a fixed number of connections."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CONNECTIONS = 8
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one address did, as the median of several rounds."""

    requests_per_second: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Target:
    """An address under measurement, with the headers of whoever asks."""

    name: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    script: Path | None = None
    """What wrk asks instead of the address alone."""


def measure(targets: Sequence[Target], *, rounds: int, seconds: int) -> dict[str, Measured]:
    """Ask each target in turn as fast as it answers, `rounds` times over, and take each one's median.

    Turns lie side by side, so that a busy minute of the machine spoils no comparison. Before the first round each is
    asked for a second that does not count. Any answer but 200 ends the run.
    """
    for target in targets:
        _once(target, 1)
    results = [{target.name: _once(target, seconds) for target in targets} for _ in range(rounds)]
    return {target.name: _median([result[target.name] for result in results]) for target in targets}


def _median(results: list[Measured]) -> Measured:
    return Measured(
        statistics.median(result.requests_per_second for result in results),
        statistics.median(result.p99_ms for result in results),
    )


def _once(target: Target, seconds: int) -> Measured:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    if target.script is not None:
        command += ["-s", str(target.script)]
    output = subprocess.run([*command, target.address], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"{target.name} failed under load:\n{output}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    if rate is None or slow is None:
        sys.exit(f"wrk said something new:\n{output}")
    return Measured(float(rate[1]), float(slow[1]) * UNITS[slow[2]])


def require_wrk() -> None:
    """End with a sentence when the load generator is not installed."""
    if shutil.which("wrk") is None:
        sys.exit("These measurements need wrk. On Debian: apt-get install wrk")
