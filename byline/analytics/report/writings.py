"""The statistics of single pages, such as an author's posts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from byline.analytics.report.answers import Panel, PathAnswer

Key = TypeVar("Key", bound=Hashable)


def of_paths(site_id: int, paths: Mapping[Key, Iterable[str]], first: date, last: date) -> Mapping[Key, PathAnswer]:
    """The statistics of several pages, each of which may have had several paths, day by day; one statement for all.

    Visitors of a page with several paths are those of each path, added up.
    """
    raise NotImplementedError


def sources_of(site_id: int, paths: Iterable[str], first: date, last: date) -> Panel:
    """Where the visitors of a page came from."""
    raise NotImplementedError
