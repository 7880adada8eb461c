"""A page of a list: its cards rendered once for everyone, with the way to its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import render_template, request
from markupsafe import Markup

from byline.kernel.access import ANONYMOUS
from byline.pages import cards, pieces
from byline.posts.models import Post
from byline.web import paging
from byline.web.paging import Cursor, Page

Fetch = Callable[[Cursor | None], Page[Post]]
More = Callable[[], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A rendered page of a list."""

    html: Markup
    is_empty: bool
    older: str | None
    newer: str | None

    @property
    def links(self) -> tuple[str, str]:
        """The queries of the older and the newer page; empty where there is none."""
        return (f"?before={self.older}" if self.older else "", f"?after={self.newer}" if self.newer else "")


def kept(name: tuple[object, ...], fetch: Fetch, *, template: str = "pages/_cards.html", more: More = dict) -> Listing:
    """The list's page that the query string asks for, kept until the content changes.

    `more` gives what else the template shows; it is asked only when the page is made.
    """
    cursor = paging.cursor_from(request.args)
    found = pieces.kept((*name, cursor), lambda: _rendered(fetch(cursor), template, more))
    if found is None:
        raise RuntimeError("A listing is always made.")
    return found


def _rendered(page: Page[Post], template: str, more: More) -> Listing:
    found = [cards.of(post) for post in page.items]
    # Nobody in particular reads a piece, so the template cannot show by mistake what only this reader may see.
    html = render_template(template, cards=found, page=page, actor=ANONYMOUS, **more())
    return Listing(Markup(html), not found, page.older, page.newer)  # noqa: S704  (our own template escaped it)


def path_here(path: str) -> str:
    """The canonical path of the list's page that the query string asks for."""
    for name in ("before", "after"):
        if request.args.get(name):
            return f"{path}?{name}={quote(request.args[name])}"
    return path
