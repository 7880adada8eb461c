"""What the tests of a process share because it follows from the code alone: compiled statements and addresses.

A site compiles each of them once and lives for weeks. A test's site lives for a moment, and would compile them all for
a page or two. Nothing here knows a row, a setting or a request.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

from byline.kernel.db import Database

MOST_STATEMENTS = 5000
Builder = Callable[[Rule, bool], Callable[..., tuple[str, str]]]
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
    """Read a route's rule and compile what builds its addresses once for all applications: both follow from the words.

    Converters are shared with the parts; ours know nothing of the application they belong to.
    """
    patch.setattr(Rule, "_parse_rule", _parsing_once(Rule._parse_rule))
    patch.setattr(Rule, "_compile_builder", _compiling_once(Rule._compile_builder))


def _parsing_once(parse: Callable[[Rule, str], Iterable[RulePart]]) -> Callable[[Rule, str], list[RulePart]]:
    known: dict[str, tuple[list[RulePart], list[tuple[bool, str]], dict[str, BaseConverter]]] = {}

    def parse_once(self: Rule, rule: str) -> list[RulePart]:
        if rule not in known:
            before = self._trace, self._converters
            self._trace, self._converters = [], {}
            known[rule] = list(parse(self, rule)), self._trace, self._converters
            self._trace, self._converters = before
        parts, trace, converters = known[rule]
        self._trace.extend(trace)
        self._converters.update(converters)
        self.arguments.update(converters)
        return parts

    return parse_once


def _compiling_once(compile_builder: Builder) -> Builder:
    known: dict[object, Callable[..., tuple[str, str]]] = {}

    def compile_once(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in known:
            known[key] = compile_builder(self, append_unknown)
        return known[key]

    return compile_once


def rest() -> None:
    """Let the garbage collector forget what is there already, and look less often.

    Modules, templates and statements live as long as the run. Every test leaves a few applications' worth of cycles,
    and looking for them among all that takes a sixth of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
