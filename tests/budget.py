"""Query budgets: a page or a query may run so many statements and no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

FREE = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect every statement that runs in the block, on any engine."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        statement: str = arguments[2]
        if not statement.lstrip().upper().startswith(FREE):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def at_most(limit: int) -> Iterator[list[str]]:
    """Fail when the block runs more than `limit` statements, and show them."""
    with counted() as seen:
        yield seen
    shown = "\n".join(f"{number}. {' '.join(statement.split())}" for number, statement in enumerate(seen, 1))
    assert len(seen) <= limit, f"{len(seen)} statements ran where {limit} are allowed:\n{shown}"
