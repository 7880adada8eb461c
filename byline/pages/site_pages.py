"""Pages of the site's own, such as About: what an administrator wrote, for everyone."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from byline.kernel import db
from byline.kernel.access import ANONYMOUS
from byline.kernel.errors import NotFound
from byline.kernel.site_rows import SitePage
from byline.pages import pieces, seo
from byline.posts import rendering
from byline.web import pagecache


@dataclass(frozen=True, slots=True)
class Written:
    """A page ready to be read."""

    html: Markup
    head: seo.Head


@pagecache.for_strangers
def show(slug: str) -> str:
    """One page of the site's own."""
    found = pieces.kept(("site page", slug), lambda: _written(slug))
    if found is None:
        raise NotFound("no-such-page", "There is no page at this address.")
    return render_template("pages/site_page.html", page=found, head=found.head, slug=slug)


def _written(slug: str) -> Written | None:
    page = db.session().scalar(select(SitePage).where(SitePage.slug == slug))
    if page is None:
        return None
    html = render_template("pages/_site_page.html", page=page, actor=ANONYMOUS)
    about = seo.About(page.title, f"/{page.slug}", seo.shortened(rendering.of(page.body, None).excerpt))
    return Written(Markup(html), seo.head(about))  # noqa: S704  (our own template escaped it)
