"""Looking at a site without being on its team: what is shown then, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from byline.analytics import report
from byline.analytics.report import filters
from byline.analytics.report.questions import Question
from byline.analytics.sites.models import Site
from byline.statistics import asking, board, listing
from byline.statistics.blueprint import Answer
from byline.statistics.board import Board
from byline.statistics.sharing.models import Share
from byline.web import throttle

LOOKS = "120 per minute; 1500 per hour"
"""Questions that one address may ask about sites of others: some cost a second of counting."""
NOTHING_MORE: Mapping[str, str] = {}
OF_TEAMS = ("segment",)
"""Arguments of a dashboard that name what only a team knows."""


@dataclass(frozen=True, slots=True)
class Look:
    """A site as others see it: `details` is the address below which its lists lie."""

    site: Site
    details: str
    filters: Sequence[str] = ()
    """What is shown only, as filters stand in a URL."""
    shows: str = ""
    """What that is called."""
    kept: Mapping[str, list[str]] = field(default_factory=dict)
    """Arguments about the looks of the page, which its links keep."""

    @classmethod
    def through(cls, share: Share, site: Site, kept: Mapping[str, list[str]] | None = None) -> Look:
        """The site as a link shows it."""
        return cls(site, f"/shared/{share.token}", tuple(share.filters), share.shows, kept or {})


def marked(answer: Answer, more: Mapping[str, str] = NOTHING_MORE) -> Response:
    """An answer that no proxy keeps and no search engine lists, and whose address goes nowhere."""
    response = make_response(answer)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.update(more)
    return response


def page(look: Look, template: str, **values: object) -> Answer:
    """The dashboard, or the way to it with the filter that was typed."""
    drawn = board_of(look)
    narrowed = board.narrowed(drawn, request.args)
    if narrowed:
        return redirect(request.path + narrowed)
    return render_template(
        template, board=drawn, look=look, base="", details=look.details, may_edit=False, **values, **asking.drawing()
    )


def list_page(look: Look, name: str) -> str:
    """One of its lists in full; NotFound for a list that there is not."""
    throttle.count(LOOKS, "looking", throttle.origin())
    found = listing.of(look.site, name, question_of(look))
    return render_template(
        "statistics/shared_listing.html", listing=found, look=look, base=look.details, **asking.drawing()
    )


def board_of(look: Look) -> Board:
    """The dashboard without the names that its team gave to segments, and without its notes."""
    throttle.count(LOOKS, "looking", throttle.origin())
    drawn = board.of(look.site, request.args, question_of(look))
    found = drawn.page
    if look.filters:
        # Neither of them knows filters: they would tell of what is not shown.
        found = replace(found, current_visitors=0, refused={})
    return replace(
        drawn, page=found, segments=(), notes=(), kept=look.kept, knows_now=not look.filters, is_unheard=False
    )


def question_of(look: Look) -> Question:
    """What the address asks, among what may be seen."""
    args = MultiDict((name, value) for name, value in request.args.items(multi=True) if name not in OF_TEAMS)
    asked = report.asked(args, look.site)
    only, _ = filters.read_all(look.filters)
    if len(only) < len(look.filters):
        # A filter that cannot be read any more must not show more than it did.
        only = (*only, filters.filter_of("page", "\N{REPLACEMENT CHARACTER}"))
    return replace(asked, segment_filters=only)
