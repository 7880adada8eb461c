"""Feeds of the site, of an author and of a tag: Atom (RFC 4287, paged by RFC 5005) and JSON Feed 1.1, full text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.accounts import members
from byline.accounts.models import User
from byline.kernel import site
from byline.kernel.access import ANONYMOUS
from byline.pages import addresses, fulltext, people, queries
from byline.posts import tags
from byline.posts.models import Post
from byline.web import context, pagecache, paging
from byline.web.paging import Page

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is about, and one page of its posts with their HTML."""

    id: str
    title: str
    home: str
    path: str
    page: Page[Post]

    @property
    def updated(self) -> datetime:
        """When its newest change was made."""
        return max((changed_at(post) for post in self.page.items), default=NEVER)

    def page_address(self, name: str, cursor: str | None) -> str:
        """The address of a neighbouring page; empty where there is none."""
        return f"{addresses.absolute(self.path)}?{name}={cursor}" if cursor else ""

    @property
    def here(self) -> str:
        """The address of this page of the feed."""
        query = request.query_string.decode("ascii", "ignore") if paging.cursor_from(request.args) else ""
        return addresses.absolute(self.path) + (f"?{query}" if query else "")


def changed_at(post: Post) -> datetime:
    """When readers last saw a change: a post that was written before it came out changed when it came out."""
    return max(post.updated_at, post.published_at or post.updated_at)


def entry_id(post: Post) -> str:
    """A tag URI (RFC 4151) that stays when slug, title or author's name change."""
    return f"tag:{_authority()},{post.created_at:%Y-%m-%d}:post/{post.id}"


def _authority() -> str:
    return urlsplit(context.current().settings.url).hostname or "localhost"


def full_text(post: Post) -> str:
    """The post's HTML as it can be read elsewhere."""
    return fulltext.absolute(post.html, addresses.absolute(addresses.of_post(post)))


def _of_site(path: str) -> Feed:
    page = queries.latest(paging.cursor_from(request.args), full=True)
    return Feed(addresses.absolute("/"), site.current().name, "/", path, page)


def _of_author(path_of: Callable[[str], str], username: str) -> Feed | AnyResponse:
    person = members.meant(username)
    if person.username != username:
        return redirect(path_of(person.username), 301)
    title = f"{person.shown_name} · {site.current().name}"
    page = queries.of_author(person.id, paging.cursor_from(request.args), full=True)
    feed_id = f"tag:{_authority()},{person.member_since:%Y-%m-%d}:member/{person.id}"
    return Feed(feed_id, title, addresses.of_person(person), path_of(person.username), page)


def _of_tag(path_of: Callable[[str], str], tag: str) -> Feed | AnyResponse:
    found = tags.meant(tag)
    if found.slug != tag:
        return redirect(path_of(found.slug), 301)
    title = f"{found.name} · {site.current().name}"
    page = queries.tagged(found.id, paging.cursor_from(request.args), full=True)
    home = url_for("pages.tag", tag=found.slug)
    return Feed(addresses.absolute(home), title, home, path_of(found.slug), page)


@pagecache.for_strangers
def feed() -> AnyResponse:
    """The site's Atom feed."""
    return _atom(_of_site(url_for("pages.feed")))


@pagecache.for_strangers
def json_feed() -> AnyResponse:
    """The site's JSON Feed."""
    return _json(_of_site(url_for("pages.json_feed")))


@pagecache.for_strangers
def author_feed(username: str) -> AnyResponse:
    """An author's Atom feed."""
    return _atom(_of_author(lambda name: url_for("pages.author_feed", username=name), username))


@pagecache.for_strangers
def author_json_feed(username: str) -> AnyResponse:
    """An author's JSON Feed."""
    return _json(_of_author(lambda name: url_for("pages.author_json_feed", username=name), username))


@pagecache.for_strangers
def tag_feed(tag: str) -> AnyResponse:
    """A tag's Atom feed."""
    return _atom(_of_tag(lambda slug: url_for("pages.tag_feed", tag=slug), tag))


@pagecache.for_strangers
def tag_json_feed(tag: str) -> AnyResponse:
    """A tag's JSON Feed."""
    return _json(_of_tag(lambda slug: url_for("pages.tag_json_feed", tag=slug), tag))


def _atom(found: Feed | AnyResponse) -> AnyResponse:
    if not isinstance(found, Feed):
        return found
    document = render_template("pages/feed.xml", feed=found, describe=_entry, actor=ANONYMOUS)
    return _answer(found, fulltext.clean_xml(document), ATOM)


def _entry(post: Post) -> dict[str, Any]:
    return {
        "id": entry_id(post),
        "address": addresses.absolute(addresses.of_post(post)),
        "changed_at": changed_at(post),
        "html": full_text(post),
        "authors": [(one.shown_name, addresses.absolute(addresses.of_person(one))) for one in people.named(post)],
    }


def _json(found: Feed | AnyResponse) -> AnyResponse:
    if not isinstance(found, Feed):
        return found
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": found.title,
        "description": site.current().tagline,
        "home_page_url": addresses.absolute(found.home),
        "feed_url": addresses.absolute(found.path),
        "favicon": addresses.absolute("/favicon.ico"),
        "language": context.current().locale,
        "next_url": found.page_address("before", found.page.older),
        "items": [_item(post) for post in found.page.items],
    }
    return _answer(found, json.dumps(_without_gaps(document), ensure_ascii=False), JSON_FEED)


def _item(post: Post) -> dict[str, Any]:
    return _without_gaps(
        {
            "id": entry_id(post),
            "url": addresses.absolute(addresses.of_post(post)),
            "title": post.title,
            "content_html": full_text(post),
            "summary": post.standfirst or post.excerpt,
            "image": addresses.absolute(addresses.of_picture(post.cover_key)) if post.cover_key else "",
            "date_published": rfc3339(post.published_at or post.updated_at),
            "date_modified": rfc3339(changed_at(post)),
            "authors": [_author(one) for one in people.named(post)],
            "tags": [row.tag.name for row in post.tags],
        }
    )


def _author(person: User) -> dict[str, str]:
    return {
        "name": person.shown_name,
        "url": addresses.absolute(addresses.of_person(person)),
        "avatar": addresses.absolute(person.avatar_url),
    }


def _without_gaps(given: dict[str, Any]) -> dict[str, Any]:
    """Without optional members that are empty; `items` and `content_html` are always there."""
    return {name: value for name, value in given.items() if value or name in ("items", "content_html")}


def rfc3339(moment: datetime) -> str:
    """The moment as both formats want it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _answer(found: Feed, document: str, content_type: str) -> Response:
    response = Response(document, content_type=content_type)
    response.last_modified = found.updated
    return response
