"""Word of commits among the processes of one site, passed through memory that they share."""

from __future__ import annotations

import mmap
import secrets

_STAMP_BYTES = 8
_last = mmap.mmap(-1, _STAMP_BYTES)
"""Memory of the process that loads this, and of every one that is forked from it."""
_heard_by_all = False


def share() -> None:
    """Say that whoever works for this site from now on is forked from this process."""
    global _heard_by_all
    _heard_by_all = True


def are_heard() -> bool:
    """Whether `last` speaks for all processes of the site."""
    return _heard_by_all


def tell() -> None:
    """Say that something was committed. Two at once leave the stamp of one, which nobody has seen before."""
    _last[:] = secrets.token_bytes(_STAMP_BYTES)


def last() -> bytes:
    """The stamp of the last commit: another one after any commit, also of a process that looks at another database."""
    return _last[:]
