"""What a site costs that nobody reads, and how soon it answers: memory of web and worker, start to first page."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bench import filling, servers

POSTS = 1_000
SETTLING_SECONDS = 5
MOST_MEGABYTES, MOST_SECONDS = 250.0, 2.0


def main() -> None:
    """Measure, print, and end with 1 when a target is missed."""
    control = _flask_seconds()
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as folder:
        filling.fill(Path(folder), POSTS)
        began = time.perf_counter()
        with servers.byline(Path(folder)) as (address, process):
            servers.wait_for(f"{address}/")
            seconds = time.perf_counter() - began
            time.sleep(SETTLING_SECONDS)
            megabytes = servers.memory_megabytes(process)
    missed = megabytes > MOST_MEGABYTES or seconds > MOST_SECONDS
    print(f"idle memory of supervisor, web and worker: {megabytes:.0f} MB (target {MOST_MEGABYTES:.0f})")
    print(f"start to first page: {seconds:.2f} s, {seconds / control:.1f} x bare Flask's (target {MOST_SECONDS:.0f} s)")
    sys.exit(missed)


def _flask_seconds() -> float:
    began = time.perf_counter()
    with servers.control("flask"):
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
