"""Who hears Ctrl-C, which a terminal sends to every process at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

FORKS = """
import os, signal
from byline.kernel import supervision

def is_deaf():
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())

with supervision.kept_alive(lambda: None, "idle"):
    child = os.fork()
    if child == 0:
        grandchild = os.fork()
        if grandchild:
            os.waitpid(grandchild, 0)
        print("grandchild" if not grandchild else "child", is_deaf(), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print("supervisor", is_deaf(), flush=True)
"""


@pytest.mark.once
def test_only_the_supervisor_hears_an_interrupt_and_its_children_never_do() -> None:
    done = subprocess.run([sys.executable, "-c", FORKS], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split("\n")[:3] == ["grandchild True", "child True", "supervisor False"], done.stderr
