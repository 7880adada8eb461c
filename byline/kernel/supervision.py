"""Children that end with their parent and are started again when they end alone."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from byline.kernel.returns import Returns

log = structlog.get_logger()

VARIABLE = "_BYLINE_SUPERVISOR"
ENDING_SECONDS = 20


@contextlib.contextmanager
def kept_alive(run: Callable[[], None], name: str) -> Iterator[None]:
    """Run a function in a process beside the block; start it again, ever more slowly, when it ends; stop it at last.

    Where processes are forked it begins with what this one has loaded. It has a session of its own, so Ctrl-C reaches
    this process alone, which then ends it in order. `name` is what `ps -o comm` and the log call it.
    """
    _keep_interrupts_from_children()
    keeper = _Keeper(run, name)
    watching = threading.Thread(target=keeper.watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        keeper.stop()
        watching.join()


def _keep_interrupts_from_children() -> None:
    """Let every process that is forked from this one be deaf to Ctrl-C from its first moment.

    One that only turns deaf once it has loaded what it runs may hear a Ctrl-C before, and then ends late or not in
    order: see `leave_interrupts_to_supervisor`, which does the same where processes are not forked.
    """
    mine, interrupt = os.getpid(), {signal.SIGINT}

    def block() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, interrupt)

    def hear_again() -> None:
        # What a child forks runs through here as well, and stays deaf.
        if os.getpid() == mine:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, interrupt)

    os.register_at_fork(before=block, after_in_parent=hear_again)


def _begin(run: Callable[[], None], name: str) -> None:
    """What a child does first: leave the terminal's session, and take a name where the system lets it."""
    with contextlib.suppress(OSError):
        os.setsid()
        Path("/proc/self/comm").write_text(name)
    run()


class _Keeper:
    def __init__(self, run: Callable[[], None], name: str) -> None:
        self._run = run
        self._name = name
        self._stopping = threading.Event()
        self._child = self._start()

    def _start(self) -> multiprocessing.Process:
        child = multiprocessing.Process(target=_begin, args=(self._run, self._name), name=self._name)
        child.start()
        return child

    def watch(self) -> None:
        """Wait for the child; when it ends unasked, start another."""
        returns = Returns()
        while True:
            self._child.join()
            if self._stopping.wait(returns.end()):
                return
            log.error("ended by itself, started again", process=self._name, status=self._child.exitcode)
            self._child = self._start()
            returns.begin()

    def stop(self) -> None:
        """Ask the child to end, and insist when it does not."""
        self._stopping.set()
        self._child.terminate()
        self._child.join(ENDING_SECONDS)
        self._child.kill()


def end_with_supervisor(end: Callable[[], None] = lambda: os._exit(0)) -> None:
    """Watch the process named in the environment from a thread, and end when it is gone. Without one, do nothing."""
    supervisor = os.environ.get(VARIABLE, "")
    if supervisor.isdecimal():
        threading.Thread(target=_watch, args=(int(supervisor), end), daemon=True).start()


def leave_interrupts_to_supervisor() -> None:
    """Let Ctrl-C, which a terminal sends to every process at once, reach this one only through its supervisor.

    Granian's web process waits on an event that its signal handler sets; a second signal while it wakes up locks it.
    """
    if os.environ.get(VARIABLE, "").isdecimal():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _watch(pid: int, end: Callable[[], None]) -> None:
    while _alive(pid):
        time.sleep(1)
    end()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
