"""What one request knows: a typed object, and the only thing Byline keeps on Flask's `g`."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session

from byline.kernel import clock
from byline.kernel.access import ANONYMOUS, Actor
from byline.kernel.checks import Check
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.watch import Memory, Watch, memory_of

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_PROCESS = secrets.token_hex(5)
_numbers = itertools.count(1)


def _request_id() -> str:
    """An id no other request has: of this process, and its number in it. New random letters each time cost more."""
    return f"{_PROCESS}{next(_numbers):06x}"


@dataclass(slots=True)
class RequestContext:
    """One request's who, what, when and where."""

    settings: Settings
    database: Database
    method: str
    path: str
    endpoint: str | None
    """The name of the view; None where the address leads to none."""
    actor: Actor = ANONYMOUS
    locale: str = "en"
    request_id: str = field(default_factory=_request_id)
    started_at: datetime = field(default_factory=clock.now)
    started_ns: int = field(default_factory=time.perf_counter_ns)
    session: Session | None = None
    seen_due: bool = False
    """Whether the member's `last_seen` is old enough to be written once more."""
    login_id: int | None = None
    """The log-in session of the browser that asks."""
    memory: Memory | None = None
    """What may be used again of what was read before, as of this request's first look."""
    form_token: tuple[str | None, str] | None = None
    """The secret of the browser's session, and the form token made of it."""
    leaves_tokens_open: bool = False
    """Whether forms are being drawn for everybody, with their token left open."""
    token: Token[RequestContext] | None = None
    """What brings the request around this one back, where one asks another."""
    public_version: int | None = None
    """The content version this page was made from; set for pages that may be kept for strangers."""
    public_topics: dict[str, int] = field(default_factory=dict)
    """What else such a page was made from: topics with their versions."""
    loose_topics: dict[str, int] = field(default_factory=dict)
    """The same for topics that such a page may show as they were a moment ago."""

    @property
    def only_reads(self) -> bool:
        """Whether the method is one that changes nothing (RFC 9110, section 9.2.1)."""
        return self.method in _SAFE_METHODS


_under_way: ContextVar[RequestContext] = ContextVar("byline_request")
"""The same as on `g`, which a page would otherwise go through two proxies for at every question."""


def current() -> RequestContext:
    """The context of the request under way; raises LookupError outside one."""
    return _under_way.get()


def begin(app: Flask) -> RequestContext:
    """Make the context of a request that starts; `end` must follow."""
    # Asked once here: each question to Flask's `request` goes through a proxy.
    asked = request._get_current_object()  # type: ignore[attr-defined]
    begun = RequestContext(settings_of(app), database_of(app), asked.method, asked.path, asked.endpoint)
    g.byline, begun.token = begun, _under_way.set(begun)
    return begun


def begun() -> RequestContext | None:
    """The context of the request that Flask is at; None when it was refused before it had one."""
    return cast("RequestContext | None", getattr(g, "byline", None))


def end(done: RequestContext) -> None:
    """Let go of the context of a request that is over."""
    if done.token is not None:
        # A stream that its reader left may be closed by a thread that has a context of its own.
        with contextlib.suppress(ValueError):
            _under_way.reset(done.token)
        done.token = None


def settings_of(app: Flask | None = None) -> Settings:
    """The settings an application was made with; of the current application by default."""
    return cast(Settings, (app or current_app).extensions["byline.settings"])


def database_of(app: Flask | None = None) -> Database:
    """The database of an application; of the current application by default."""
    return cast(Database, (app or current_app).extensions["byline.database"])


def checks_of(app: Flask | None = None) -> Sequence[Check]:
    """What `byline doctor` looks at."""
    return cast(Sequence[Check], (app or current_app).extensions["byline.checks"])


Portion = Callable[[int], tuple[str, object]]
"""What a room packs for a member who takes their data along: a file's name and plain values, by the member's id."""


def portions_of(app: Flask | None = None) -> Sequence[Portion]:
    """What every room packs for a member who takes their data along."""
    return cast(Sequence[Portion], (app or current_app).extensions["byline.portions"])


def watch_of(app: Flask | None = None) -> Watch:
    """What tells whether an application's database changed."""
    return cast(Watch, (app or current_app).extensions["byline.watch"])


def memory() -> Memory:
    """What this request may use again of what was read before; the database is asked once."""
    here = current()
    if here.memory is None:
        here.memory = memory_of(here.session, watch_of()) if here.session else watch_of().look()
    return here.memory


def page_cache_of(app: Flask | None = None) -> Any:
    """The page cache in front of an application."""
    return (app or current_app).extensions["byline.page_cache"]
