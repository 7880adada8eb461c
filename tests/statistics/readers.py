"""Hits of readers for tests: who came at which minute of the stopped clock's day, and what they did."""

from __future__ import annotations

from typing import Any

from byline.analytics.hits import Hit, Kind
from tests.conftest import NOON

LOOKS = {"source": "Google", "country": "DE", "browser": "Firefox", "system": "Linux", "device": "desktop"}


def viewed(site_id: int, visitor: int, path: str, minute: int = 0, **more: Any) -> Hit:
    """A pageview, so many minutes before noon."""
    at = int(NOON.timestamp() * 1000) - minute * 60_000
    return Hit(site_id, at, visitor, path=path, **{**LOOKS, **more})


def did(site_id: int, visitor: int, name: str, minute: int = 0, **props: str) -> Hit:
    """An event with properties."""
    return viewed(site_id, visitor, "/", minute, kind=Kind.EVENT, name=name, props=tuple(props.items()))
