"""Several acts at one moment, each in a unit of work of its own, as two requests would be."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from byline.kernel.db import Database


def together(database: Database, *acts: Callable[[], object]) -> None:
    """Run acts in threads, all at one moment; what one raises fails the test."""
    start, problems = Barrier(len(acts)), list[Exception]()

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            with database.unit_of_work():
                act()
        except Exception as problem:  # noqa: BLE001  (whatever it is, the test tells)
            problems.append(problem)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
