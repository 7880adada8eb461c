"""Children that end with their parent: the web and worker processes never outlive `byline serve`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

VARIABLE = "_BYLINE_SUPERVISOR"


def end_with_supervisor(end: Callable[[], None] = lambda: os._exit(0)) -> None:
    """Watch the process named in the environment from a thread, and end when it is gone. Without one, do nothing."""
    supervisor = os.environ.get(VARIABLE, "")
    if supervisor.isdecimal():
        threading.Thread(target=_watch, args=(int(supervisor), end), daemon=True).start()


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
