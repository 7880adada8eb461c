"""What a page says about itself to machines: canonical address, Open Graph, cards, JSON-LD and its feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from byline.accounts.models import User
from byline.kernel import site
from byline.kernel.access import ANONYMOUS
from byline.lists.models import ReadingList
from byline.pages import addresses, people
from byline.posts.models import Post, PostState, Tag

LONGEST_DESCRIPTION = 200
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed a page offers."""

    title: str
    path: str
    content_type: str = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class About:
    """One page's answer to machines that ask what it is. `path` is its canonical path."""

    title: str
    path: str
    description: str = ""
    kind: str = "website"
    image: str = ""
    is_listed: bool = True
    feeds: tuple[FeedLink, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    data: tuple[Data, ...] = ()
    older: str = ""
    newer: str = ""

    @property
    def address(self) -> str:
        """The canonical address."""
        return addresses.absolute(self.path)


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says about itself, rendered."""

    title: str
    path: str
    html: Markup


def head(about: About) -> Head:
    """The rendered head of a page; the first page has the site's own title."""
    title = "" if about.path.partition("?")[0] == "/" else about.title
    html = render_template("pages/_head.html", about=about, actor=ANONYMOUS)
    return Head(title, about.path, Markup(html))  # noqa: S704  (our own template escaped it)


def shortened(text: str, limit: int = LONGEST_DESCRIPTION) -> str:
    """The text on one line, cut after a word where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"


def site_feeds() -> tuple[FeedLink, ...]:
    """The feeds of the whole site, which every list offers."""
    name = site.current().name
    return (
        FeedLink(name, url_for("pages.feed")),
        FeedLink(name, url_for("pages.json_feed"), "application/feed+json"),
    )


def of_home(query: str) -> About:
    """The first page, and those it leads to."""
    here = site.current()
    path = url_for("pages.home") + query
    address = addresses.absolute("/")
    data = {"@context": "https://schema.org", "@type": "WebSite", "name": here.name, "url": address}
    return About(here.name, path, here.tagline, feeds=site_feeds(), data=(data,), is_listed=not query)


def of_person(person: User, query: str) -> About:
    """A profile."""
    path = addresses.of_person(person) + query
    data: Data = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "dateCreated": _moment(person.member_since),
        "mainEntity": _person(person) | {"description": person.about, "alternateName": person.username},
    }
    own = FeedLink(person.shown_name, url_for("pages.author_feed", username=person.username))
    return About(
        person.shown_name,
        path,
        shortened(person.about) or f"Posts by {person.shown_name}.",
        kind="profile",
        # Cards do not show SVG, which a generated picture is.
        image=addresses.absolute(person.avatar_url) if person.avatar_key else "",
        is_listed=not query and person.apart_at is None,
        feeds=(own, *site_feeds()),
        properties=(("profile:username", person.username),),
        data=(data,),
    )


def of_post(post: Post, tags: Sequence[str]) -> About:
    """A post with the names of its tags. `authors` must be loaded."""
    path, first = addresses.of_post(post), people.named(post)[0]
    image = addresses.absolute(addresses.of_picture(post.cover_key)) if post.cover_key else ""
    return About(
        post.title,
        path,
        shortened(post.standfirst or post.excerpt),
        kind="article",
        image=image,
        is_listed=post.state == PostState.PUBLISHED,
        feeds=(
            FeedLink(first.shown_name, url_for("pages.author_feed", username=first.username)),
            *site_feeds(),
        ),
        properties=_article_properties(post, tags),
        data=(_blog_posting(post, tags, path, image), _way_to(post, path)),
    )


def _article_properties(post: Post, tags: Sequence[str]) -> tuple[tuple[str, str], ...]:
    times = [("article:modified_time", _moment(post.updated_at))]
    if post.published_at:
        times.insert(0, ("article:published_time", _moment(post.published_at)))
    authors = [("article:author", addresses.absolute(addresses.of_person(one))) for one in people.named(post)]
    return (*times, *authors, *(("article:tag", tag) for tag in tags))


def _blog_posting(post: Post, tags: Sequence[str], path: str, image: str) -> Data:
    data: Data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "description": shortened(post.standfirst or post.excerpt),
        "url": addresses.absolute(path),
        "mainEntityOfPage": addresses.absolute(path),
        "dateModified": _moment(post.updated_at),
        "author": [_person(one) for one in people.named(post)],
        "keywords": list(tags),
        "wordCount": post.word_count,
        "publisher": {"@type": "Organization", "name": site.current().name, "url": addresses.absolute("/")},
    }
    if post.published_at:
        data["datePublished"] = _moment(post.published_at)
    return data | ({"image": image} if image else {})


def _way_to(post: Post, path: str) -> Data:
    first = people.named(post)[0]
    stops = (
        (site.current().name, "/"),
        (first.shown_name, addresses.of_person(first)),
        (post.title, path),
    )
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": addresses.absolute(stop)}
            for number, (name, stop) in enumerate(stops, 1)
        ],
    }


def _person(person: User) -> Data:
    return {
        "@type": "Person",
        "name": person.shown_name,
        "url": addresses.absolute(addresses.of_person(person)),
        "image": addresses.absolute(person.avatar_url),
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def of_tag(tag: Tag, query: str) -> About:
    """A tag's list."""
    path = url_for("pages.tag", tag=tag.slug) + query
    name = site.current().name
    own = FeedLink(f"{name}: {tag.name}", url_for("pages.tag_feed", tag=tag.slug))
    sentence = f"Posts about {tag.name} on {name}."
    return About(tag.name, path, sentence, is_listed=not query, feeds=(own, *site_feeds()))


def of_archive() -> About:
    """The list of all months."""
    return About("Archive", url_for("pages.archive"), "Every post by month.", feeds=site_feeds())


def of_span(title: str, path: str, query: str) -> About:
    """A year's or a month's list."""
    return About(title, path + query, f"Posts from {title}.", is_listed=not query, feeds=site_feeds())


def of_lists(person: User) -> About:
    """The lists that somebody shows."""
    path = url_for("pages.lists", username=person.username)
    return About(f"Lists of {person.shown_name}", path, f"What {person.shown_name} suggests to read.")


def of_list(found: ReadingList) -> About:
    """A reading list. `owner` must be loaded."""
    path = url_for("pages.list", username=found.owner.username, slug=found.slug)
    sentence = shortened(found.description) or f"A reading list of {found.owner.shown_name}."
    is_listed = found.published_at is not None and found.hidden_at is None
    return About(found.title, path, sentence, is_listed=is_listed)
