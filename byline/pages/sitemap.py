"""For machines that walk the site: sitemap and robots.txt.

A sitemap may hold 50,000 addresses. Ours are cut by ranges of row ids, so each file costs one walk along a primary key,
stays the same while newer posts come, and never needs the whole site in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Response, render_template, url_for
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.kernel import db, site
from byline.kernel.errors import NotFound
from byline.lists import queries as lists
from byline.lists.models import ReadingList
from byline.pages import addresses
from byline.posts.models import Post, PostAuthor, PostTag, Tag
from byline.web import context, pagecache

IDS_IN_FILE = 5_000
XML = "application/xml; charset=utf-8"
KEPT_FROM_ROBOTS = ("/settings/", "/admin", "/drafts", "/*/edit$")
"""Joining, logging in and beginning to write may be found; pages behind a link from a mail say `noindex` themselves."""


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a sitemap and when it changed."""

    address: str
    changed_at: datetime | None = None


@pagecache.for_strangers
def sitemap() -> Response:
    """The index of the sitemap's files."""
    newest = {"posts": Post.id, "members": User.id, "tags": Tag.id, "reading-lists": ReadingList.id}
    files = [Place(addresses.absolute(url_for("pages.sitemap_file", kind="lists", number=1)))]
    for kind, row_id in newest.items():
        last = db.session().scalar(select(func.max(row_id))) or 0
        numbers = range(1, -(-last // IDS_IN_FILE) + 1)
        files += [Place(addresses.absolute(url_for("pages.sitemap_file", kind=kind, number=n))) for n in numbers]
    return _xml("pages/sitemap_index.xml", files)


@pagecache.for_strangers
def sitemap_file(kind: str, number: int) -> Response:
    """One file of the sitemap."""
    if not 1 <= number <= 1_000_000:
        raise NotFound
    first = (number - 1) * IDS_IN_FILE + 1
    last = first + IDS_IN_FILE - 1
    if kind == "lists":
        return _xml("pages/sitemap.xml", _lists() if number == 1 else [])
    find = {"posts": _posts, "members": _members, "tags": _tags, "reading-lists": _reading_lists}.get(kind)
    if find is None:
        raise NotFound
    return _xml("pages/sitemap.xml", find(first, last))


def _lists() -> Sequence[Place]:
    own = (page.path for page in site.current().pages)
    return [Place(addresses.absolute(path)) for path in ("/", url_for("pages.archive"), *own)]


def _posts(first: int, last: int) -> Sequence[Place]:
    query = select(User.username, Post.slug, Post.updated_at).join(User, User.id == Post.author_id)
    query = query.where(Post.id.between(first, last), Post.listed_at.is_not(None))
    # Asking the router for each of 5,000 addresses would take longer than everything else.
    root = addresses.absolute(url_for("pages.home"))
    rows = db.session().execute(query.order_by(Post.id))
    return [Place(f"{root}@{quote(username)}/{quote(slug)}", changed_at) for username, slug, changed_at in rows]


def _members(first: int, last: int) -> Sequence[Place]:
    has_posts = select(1).where(PostAuthor.user_id == User.id, PostAuthor.listed_at.is_not(None)).exists()
    here = (User.id.between(first, last), User.deletion_asked_at.is_(None), has_posts)
    names = db.session().scalars(select(User.username).where(*here).order_by(User.id))
    return [Place(addresses.absolute(url_for("pages.profile", username=name))) for name in names]


def _tags(first: int, last: int) -> Sequence[Place]:
    has_posts = select(1).where(PostTag.tag_id == Tag.id, PostTag.listed_at.is_not(None)).exists()
    query = select(Tag.slug).where(Tag.id.between(first, last), has_posts).order_by(Tag.id)
    return [Place(addresses.absolute(url_for("pages.tag", tag=slug))) for slug in db.session().scalars(query)]


def _reading_lists(first: int, last: int) -> Sequence[Place]:
    root = addresses.absolute(url_for("pages.home"))
    found = lists.published_between(first, last)
    return [Place(f"{root}@{quote(username)}/lists/{quote(slug)}", changed_at) for username, slug, changed_at in found]


def _xml(template: str, places: Sequence[Place]) -> Response:
    return Response(render_template(template, places=places), content_type=XML)


def robots() -> Response:
    """What robots need not read, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_FROM_ROBOTS), ""]
    lines.append(f"Sitemap: {context.current().settings.url}{url_for('pages.sitemap')}")
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
