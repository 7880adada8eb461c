"""An address that no route has: one from an imported site's former life, or one with a slash too many."""

from __future__ import annotations

from flask import current_app, redirect, request
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel import db
from byline.kernel.site_rows import FormerSitePage, SitePage
from byline.pages import addresses, queries
from byline.posts import queries as posts
from byline.posts.models import PathRedirect, Post
from byline.web import context, errors

ENDINGS = ("/index.html", ".html", "/index.htm", "/index.php")
LONGEST_PATH = 500
LONGEST_SLUG = 100


def find(error: NotFound) -> AnyResponse:
    """Lead to where the address moved; otherwise answer that nothing is here."""
    if request.routing_exception is error and request.method in ("GET", "HEAD") and context.current().session:
        try:
            target = _formerly_at(request.path) or _without_slash(request.path)
        except errors.DATABASE_AWAY as away:
            # Flask takes no handler for what a handler raises.
            return errors.database_away(away)
        if target:
            return redirect(target, 301)
    return errors.http_refusal(error)


def _formerly_at(path: str) -> str | None:
    bare = path.strip("/")
    post = post_at_path(bare)
    return addresses.of_post(post) if post else _page_formerly_at(bare)


def _page_formerly_at(slug: str) -> str | None:
    """Where the page of the site's own is that had this address before."""
    if not slug or "/" in slug or len(slug) > LONGEST_SLUG or not slug.isprintable():
        return None
    query = select(SitePage.slug).join(FormerSitePage, FormerSitePage.page_id == SitePage.id)
    now = db.session().scalar(query.where(FormerSitePage.slug == slug))
    return f"/{addresses.quoted(now)}" if now else None


def post_at_path(path: str) -> Post | None:
    """The post that an import or a move left under this path, if whoever asks may read it."""
    if not path or len(path) > LONGEST_PATH or not path.isprintable():
        return None
    wanted = [path, *(path.removesuffix(ending) for ending in ENDINGS if path.endswith(ending))]
    query = select(Post).join(PathRedirect, PathRedirect.post_id == Post.id).where(PathRedirect.path.in_(wanted))
    query = query.where(posts.visible(context.current().actor)).order_by(PathRedirect.path.desc()).limit(1)
    return db.session().scalar(query.options(*queries.with_people(), queries.IN_LISTS))


def _without_slash(path: str) -> str | None:
    """The path without slashes at its end, if a page is there."""
    shorter = path.rstrip("/")
    # `//host` would lead to another site.
    if not shorter or shorter == path or shorter.startswith("//"):
        return None
    try:
        current_app.create_url_adapter(request).match(shorter, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return None
    query = request.query_string.decode("ascii", "ignore")
    return addresses.quoted(shorter) + (f"?{query}" if query else "")
