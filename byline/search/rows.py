"""Rows of one shape for everything a search finds, so that one statement can bring all of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, Select, String, cast, literal, null, select

TEXTS = ("key", "label", "username", "avatar")


def columns(kind: str, *, number: Any = None, **texts: Any) -> list[Any]:
    """The columns of one kind of row. PostgreSQL asks for one type in every part of a union, so each is cast."""
    said = [cast(texts.get(name, null()), String).label(name) for name in TEXTS]
    return [literal(kind).label("kind"), cast(null() if number is None else number, Float).label("number"), *said]


def part(query: Select[Any]) -> Select[Any]:
    """A query that is ordered and cut, as a part of a union: SQLite takes it only as a query of its own."""
    return select(query.subquery())
