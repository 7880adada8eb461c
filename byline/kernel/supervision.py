"""Children that end with their parent and are started again when they end alone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import structlog

log = structlog.get_logger()

VARIABLE = "_BYLINE_SUPERVISOR"
ENDING_SECONDS = 20
RESTART_SECONDS = 1.0
LONGEST_RESTART_SECONDS = 60.0


@contextlib.contextmanager
def kept_alive(command: Sequence[str]) -> Iterator[None]:
    """Run a command beside the block; start it again, ever more slowly, while it ends by itself; stop it at the end.

    The child has a session of its own, so Ctrl-C reaches the parent alone, which then ends the child in order.
    """
    keeper = _Keeper(command)
    watching = threading.Thread(target=keeper.watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        keeper.stop()
        watching.join()


class _Keeper:
    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._child = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, start_new_session=True)  # noqa: S603  (our own command)

    def watch(self) -> None:
        """Wait for the child; when it ends unasked, start another."""
        pause = RESTART_SECONDS
        while True:
            began = time.monotonic()
            status = self._child.wait()
            if time.monotonic() - began > LONGEST_RESTART_SECONDS:
                pause = RESTART_SECONDS
            if self._stopping.wait(pause):
                return
            log.error("ended by itself, started again", command=self._command[-1], status=status)
            self._child = self._start()
            pause = min(pause * 2, LONGEST_RESTART_SECONDS)

    def stop(self) -> None:
        """Ask the child to end, and insist when it does not."""
        self._stopping.set()
        self._child.terminate()
        try:
            self._child.wait(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
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
