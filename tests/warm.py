"""What the tests of a process share because it follows from the code alone: compiled statements and addresses.

A site compiles each of them once and lives for weeks. A test's site lives for a moment, and would compile them all for
a page or two. Nothing here knows a row, a setting or a request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from byline.kernel.db import Database

MOST_STATEMENTS = 5000
_known: dict[tuple[str, str], tuple[Dialect, LRUCache[Any, Any]]] = {}


def share_statements(database: Database) -> None:
    """Let a database use what the ones before it have compiled: statements are kept by dialect, which they share."""
    for engine in (database.writer, database.reader):
        kind = engine.dialect.name, database.schema
        if kind not in _known:
            # A dialect learns from the first connection what the server can do.
            engine.connect().close()
            _known[kind] = engine.dialect, LRUCache(MOST_STATEMENTS)
        _share(engine, *_known[kind])


def _share(engine: Engine, dialect: Dialect, statements: LRUCache[Any, Any]) -> None:
    engine.dialect = engine.pool._dialect = dialect
    engine._compiled_cache = statements


def share_addresses(patch: pytest.MonkeyPatch) -> None:
    """Compile what builds a route's addresses once for all applications; it depends on the route's own words alone."""
    compiled: dict[object, Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def compile_once(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(self, append_unknown)
        return compiled[key]

    patch.setattr(Rule, "_compile_builder", compile_once)
