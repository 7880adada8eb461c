"""A page of a list: its cards rendered once for everyone, with the way to its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import render_template, request
from markupsafe import Markup

from byline.kernel.access import ANONYMOUS
from byline.pages import cards, pieces, seo, tallies
from byline.posts.models import Post
from byline.web import paging
from byline.web.paging import Cursor, Page

Fetch = Callable[[Cursor | None], Page[Post]]
More = Callable[[], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A rendered page of a list, and what its page says to machines."""

    html: Markup
    head: seo.Head
    is_empty: bool


def kept(
    name: tuple[object, ...],
    fetch: Fetch,
    about: Callable[[str], seo.About],
    *,
    template: str = "pages/_cards.html",
    more: More = dict,
) -> Listing:
    """The list's page that the query string asks for, kept until the content changes.

    `about` is given the page's query string; `more` gives what else the template shows. Both are asked only when the
    page is made. The numbers on the cards are those of now.
    """
    cursor = paging.cursor_from(request.args)
    found = pieces.kept((*name, cursor), lambda: _rendered(fetch(cursor), about(_query()), template, more))
    if found is None:
        raise RuntimeError("A listing is always made.")
    return replace(found, html=tallies.fill(found.html))


def _rendered(page: Page[Post], about: seo.About, template: str, more: More) -> Listing:
    found = [cards.of(post) for post in page.items]
    older = f"?before={page.older}" if page.older else ""
    newer = f"?after={page.newer}" if page.newer else ""
    # Nobody in particular reads a piece, so the template cannot show by mistake what only this reader may see.
    html = render_template(template, cards=found, page=page, actor=ANONYMOUS, **more())
    head = seo.head(replace(about, older=older, newer=newer))
    return Listing(pieces.in_ascii(Markup(html)), head, not found)  # noqa: S704  (our own template escaped it)


def _query() -> str:
    """The part of the query string that says which page of the list it is."""
    for name in ("before", "after"):
        if request.args.get(name):
            return f"?{name}={quote(request.args[name])}"
    return ""
