"""The badge: a small picture with the number of a site's visitors, for any page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, make_response, render_template, request
from sqlalchemy import select

from byline.analytics.report import sql_glance
from byline.analytics.sites.models import Site
from byline.analytics.sites.queries import NOT_AWAY
from byline.kernel import clock, db
from byline.kernel.errors import NotFound
from byline.statistics import figures, weeks
from byline.statistics.sharing import queries
from byline.statistics.sharing.models import Share
from byline.web import headers

DAYS = 30
ALL = "all"
KEPT_SECONDS = 300
HEIGHT = 20
PADDING = 6
SLIM, WIDE, USUAL = 3.4, 9.2, 6.7
BOLD = 1.12
"""How wide letters are at 11 pixels, bold ones more: a picture cannot ask the browser before it is drawn."""
SLIM_LETTERS = "fijlrt1.,:;'|! "
WIDE_LETTERS = "mwMWOQ"


@dataclass(frozen=True, slots=True)
class Part:
    """One half of the badge."""

    text: str
    is_bold: bool = False

    @property
    def letters_width(self) -> int:
        """About how wide its text is."""
        widths = (SLIM if letter in SLIM_LETTERS else WIDE if letter in WIDE_LETTERS else USUAL for letter in self.text)
        return round(sum(widths) * (BOLD if self.is_bold else 1))

    @property
    def width(self) -> int:
        """How wide it is."""
        return self.letters_width + 2 * PADDING


def show(site_id: int) -> Response:
    """The badge of a public site, or of one with a link whose key is given; NotFound for every other."""
    site = queries.public(site_id) or _keyed(site_id, request.args.get("key", ""))
    if site is None:
        raise NotFound("site-unknown", "There is no such site.")
    is_all = request.args.get("period") == ALL
    visitors = _visitors(site, is_all)
    drawn = render_template(
        "statistics/badge.svg",
        label=Part("visitor" if visitors == 1 else "visitors"),
        number=Part(figures.short(visitors), is_bold=True),
        title=f"{site.name}: {visitors:,} {'visitor' if visitors == 1 else 'visitors'}"
        + ("" if is_all else f" in {DAYS} days"),
        is_dark=request.args.get("style") == "dark",
        height=HEIGHT,
        padding=PADDING,
    )
    answer = make_response(drawn)
    answer.content_type = "image/svg+xml; charset=utf-8"
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer.headers["Content-Security-Policy"] = headers.SHUT_IN
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def key_of(share: Share) -> str:
    """What the badge of a site is shown for that is not public. It opens nothing else and cannot be turned back."""
    return hashlib.sha256(f"badge {share.token}".encode()).hexdigest()[:32]


def gives_key(share: Share) -> bool:
    """Whether a link lets its site have a badge: one that shows everything to whoever has it, and still works."""
    return share.password is None and not share.filters and queries.works(share, clock.now())


def _keyed(site_id: int, key: str) -> Site | None:
    if not key or not any(key_of(share) == key for share in queries.shares_of(site_id) if gives_key(share)):
        return None
    return db.session().scalar(select(Site).where(Site.id == site_id, NOT_AWAY))


def _visitors(site: Site, is_all: bool) -> int:
    today = weeks.today(site)
    first = 0 if is_all else today - timedelta(days=DAYS - 1).days
    return sum(sql_glance.visitors_by_day([site.id], first, today).get(site.id, {}).values())
