"""Keyset pages: a page is found by the row it follows, so links stay right while rows come and go."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from byline.kernel.errors import NotFound

T = TypeVar("T")
Query = TypeVar("Query", bound=Select[Any, *tuple[Any, ...]])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAGE_SIZE = 20
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: after (`older`) or before (newer) the row with this key."""

    key: Key
    older: bool = True


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows, newest first, and the cursors of its neighbours (None where there is none)."""

    items: Sequence[T]
    older: str | None = None
    newer: str | None = None


def encode(key: Key) -> str:
    """A row's key as an opaque, URL-safe text."""
    moment, row_id = key
    microseconds = (moment - EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(struct.pack(">qq", microseconds, row_id)).decode().rstrip("=")


def decode(cursor: str) -> Key:
    """The key behind an opaque text; NotFound for anything else."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        microseconds, row_id = struct.unpack(">qq", raw)
        key = EPOCH + timedelta(microseconds=microseconds), row_id
        if encode(key) == cursor:
            return key
    except (ValueError, binascii.Error, struct.error, OverflowError):
        pass
    raise NotFound("no-such-page", "There is no such page.")


def cursor_from(arguments: Any) -> Cursor | None:
    """The cursor in a query string: `before=` leads to older rows, `after=` to newer ones."""
    if arguments.get("before"):
        return Cursor(decode(arguments["before"]))
    if arguments.get("after"):
        return Cursor(decode(arguments["after"]), older=False)
    return None


def narrow(
    query: Query,
    columns: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]],
    cursor: Cursor | None,
    size: int = PAGE_SIZE,
) -> Query:
    """Order a query by (moment, id), newest first, and cut it to the page at `cursor` plus one row to look ahead."""
    moment, row_id = columns
    if cursor and cursor.older:
        query = query.where(tuple_(moment, row_id) < cursor.key)
    if cursor and not cursor.older:
        return query.where(tuple_(moment, row_id) > cursor.key).order_by(moment, row_id).limit(size + 1)
    return query.order_by(moment.desc(), row_id.desc()).limit(size + 1)


def page(rows: Sequence[T], cursor: Cursor | None, key: Callable[[T], Key], size: int = PAGE_SIZE) -> Page[T]:
    """Make a page of the rows that a narrowed query gave."""
    more = len(rows) > size
    items = list(rows[:size])
    if cursor and not cursor.older:
        items.reverse()
        has_newer, has_older = more, True
    else:
        has_newer, has_older = cursor is not None, more
    if not items:
        return Page([])
    return Page(
        items,
        older=encode(key(items[-1])) if has_older else None,
        newer=encode(key(items[0])) if has_newer else None,
    )
