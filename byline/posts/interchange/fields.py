"""What the keys of front matter mean, under the names that Zola, Hugo and Jekyll give them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from typing import Any

from byline.posts.interchange import moments
from byline.posts.interchange.front_matter import Broken

WRITTEN = ("date", "created", "created_at", "published_at", "pubdate")
CHANGED = ("updated", "lastmod", "last_modified_at", "modified", "updated_at")
SLUGS = ("slug",)
ADDRESSES = ("path", "url", "permalink")
ALIASES = ("aliases", "redirect_from", "alias")
TAGS = ("tags", "tag", "keywords", "categories", "category", "topics")
NAMES = ("authors", "author", "byline")
STANDFIRSTS = ("description", "standfirst", "subtitle", "lead", "summary")
COVERS = ("cover", "image", "featured_image", "thumbnail", "banner", "cover_image")


class Fields:
    """The front matter of one file. What is taken is used up; what is left nobody understood."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given
        # Hugo's keys may be written in any case.
        self._spelling = {key.casefold(): key for key in reversed(given)}
        self._used: set[str] = set()
        self._tables: dict[str, Fields] = {}

    def take(self, *names: str) -> Any:
        """The value of the first of these keys that has one; every one of them is used up."""
        found = None
        for name in names:
            key = self._spelling.get(name)
            if key is None:
                continue
            self._used.add(key)
            if found is None and self._given[key] not in (None, ""):
                found = self._given[key]
        return found

    def text(self, *names: str) -> str:
        """The first of these keys as one piece of text, empty when there is none."""
        value = self.take(*names)
        return value.strip() if isinstance(value, str) else "" if value is None else str(value)

    def words(self, *names: str) -> list[str]:
        """Every word in all these keys: lists of texts, or texts with commas between."""
        return [word for name in names for word in words_of(self.take(name))]

    def table(self, name: str) -> Fields:
        """An inner table; what nobody takes out of it stays in the rest. Empty when there is none."""
        key = self._spelling.get(name, name)
        if key not in self._tables:
            value = self._given.get(key)
            self._tables[key] = Fields(value if isinstance(value, dict) else {})
        return self._tables[key]

    def rest(self) -> dict[str, Any]:
        """What nobody took, here and in the inner tables that were looked into, in a form that JSON can hold."""
        left = {}
        for key, value in self._given.items():
            if isinstance(value, dict) and key in self._tables:
                if inner := self._tables[key].rest():
                    left[key] = inner
            elif key not in self._used and value is not None:
                left[key] = storable(value)
        return left


def moment(given: Fields, names: tuple[str, ...], zone: tzinfo) -> datetime | None:
    """The moment under the first of these keys; Broken with a sentence when what stands there is none."""
    value = given.take(*names)
    if value is None:
        return None
    found = moments.moment(value, zone)
    if found is None:
        shown = str(value)[:60]
        raise Broken(f"“{shown}” is no date that can be read. Write it like 2026-03-14 or 2026-03-14T12:00:00Z.")
    return found


def words_of(value: Any) -> list[str]:
    """The words a value holds, as a list or with commas between them."""
    if isinstance(value, str):
        parts: Iterable[Any] = value.split(",")
    elif isinstance(value, list):
        parts = value
    else:
        parts = [] if value is None or isinstance(value, dict | bool) else [value]
    return [word for part in parts if not isinstance(part, dict | list | bool) and (word := str(part or "").strip())]


def names_of(value: Any) -> list[str]:
    """The authors a value names: a line, a list of lines, or tables with a name."""
    if isinstance(value, dict):
        inner = value.get("name") or value.get("username") or value.get("display_name")
        return names_of(inner) if inner else []
    if isinstance(value, list):
        return [name for one in value for name in names_of(one)]
    return [value.strip()] if isinstance(value, str) and value.strip() else []


def storable(value: Any) -> Any:
    """The value with moments as text and without what is empty, for a column of JSON and for TOML."""
    if isinstance(value, dict):
        return {key: storable(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [storable(inner) for inner in value if inner is not None]
    return value.isoformat() if isinstance(value, datetime | date | time) else value
