"""The archive: every post by the month in which it appeared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel.access import ANONYMOUS
from byline.kernel.errors import NotFound
from byline.pages import listing, months, pieces, queries, seo
from byline.pages.months import Span
from byline.posts.models import Post
from byline.web import pagecache
from byline.web.paging import Cursor, Page

TITLES_ON_PAGE = 50


@dataclass(frozen=True, slots=True)
class Calendar:
    """The rendered months of the site's whole life."""

    html: Markup
    head: seo.Head
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A link to the year or month before or after."""

    label: str
    path: str


@pagecache.for_strangers
def archive() -> str:
    """The years and months that have posts."""
    shown = _calendar()
    return render_template("pages/archive.html", calendar=shown, head=shown.head)


@pagecache.for_strangers
def year(year: int) -> str | AnyResponse:
    """One year: its months and its posts as a list of titles."""
    return _span_page(months.span(year), url_for("pages.archive_year", year=year), str(year), parent=None)


@pagecache.for_strangers
def month(year: int, month: int) -> str | AnyResponse:
    """One month: its posts as a list of titles."""
    found = months.span(year, month)
    title = f"{found.begin:%B} {year}" if found else ""
    path = url_for("pages.archive_month", year=year, month=month)
    return _span_page(found, path, title, parent=Step(str(year), url_for("pages.archive_year", year=year)))


def _span_page(found: Span | None, path: str, title: str, *, parent: Step | None) -> str | AnyResponse:
    if found is None:
        raise NotFound("no-such-time", "No calendar has this month.")
    if request.path != path:
        return redirect(path, 301)
    shown = listing.kept(
        ("span", path),
        partial(_posts_in, found),
        lambda query: seo.of_span(title, path, query),
        template="pages/_span.html",
        more=partial(_months_and_steps, found, by_month=parent is not None),
    )
    return render_template("pages/archive_span.html", title=title, parent=parent, listing=shown, head=shown.head)


def _posts_in(found: Span, cursor: Cursor | None) -> Page[Post]:
    return queries.between(found.begin, found.end, cursor, size=TITLES_ON_PAGE)


def _months_and_steps(found: Span, *, by_month: bool) -> Mapping[str, object]:
    """A year's months, and the nearest earlier and later span that has posts."""
    earlier, later = months.moment_before(found.begin), months.moment_from(found.end)
    return {
        "months": [] if by_month else months.counted(found),
        "earlier": _step(earlier, by_month=by_month),
        "later": _step(later, by_month=by_month),
    }


def _calendar() -> Calendar:
    def make() -> Calendar:
        counted = months.counted()
        years = [(year, list(found)) for year, found in groupby(counted, lambda month: month.year)]
        html = render_template("pages/_calendar.html", years=years, actor=ANONYMOUS)
        return Calendar(Markup(html), seo.head(seo.of_archive()), not counted)  # noqa: S704  (our own template escaped it)

    found = pieces.kept(("calendar",), make)
    if found is None:
        raise RuntimeError("A calendar is always made.")
    return found


def _step(moment: datetime | None, *, by_month: bool) -> Step | None:
    if moment is None:
        return None
    if by_month:
        path = url_for("pages.archive_month", year=moment.year, month=moment.month)
        return Step(f"{moment:%B %Y}", path)
    return Step(str(moment.year), url_for("pages.archive_year", year=moment.year))
