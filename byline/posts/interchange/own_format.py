"""How Byline writes a post down: front matter as Zola has it, and under `extra.byline` what only Byline knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

import tomli_w

from byline.posts.interchange import fields
from byline.posts.interchange.fields import Fields
from byline.posts.interchange.front_matter import Broken
from byline.posts.interchange.source import Source
from byline.posts.models import Post, PostState

VERSION = 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What belongs to a post and is not in its row: old addresses, and the name its cover has beside it."""

    aliases: Sequence[str]
    cover: str | None


def written(post: Post, body: str, around: Surroundings) -> str:
    """The post as a file. Its author, authors, tags and front matter must be loaded."""
    return f"+++\n{tomli_w.dumps(_front_matter(post, around))}+++\n\n{body}\n"


def _front_matter(post: Post, around: Surroundings) -> dict[str, Any]:
    rest = dict(post.front_matter or {})
    extra, taxonomies = _table(rest.pop("extra", None)), _table(rest.pop("taxonomies", None))
    tags = [link.tag.name for link in post.tags]
    if around.cover:
        extra["cover"] = around.cover
    said = {
        "title": post.title,
        "description": post.standfirst,
        "path": f"@{post.author.username}/{post.slug}",
        "date": post.published_at or post.publish_at or post.created_at,
        "updated": post.updated_at,
        "draft": post.state != PostState.PUBLISHED,
        "authors": [author.user.shown_name for author in post.authors],
        "aliases": list(around.aliases),
    }
    tables = {
        "taxonomies": taxonomies | ({"tags": tags} if tags else {}),
        "extra": extra | {"byline": _known_to_us_alone(post)},
    }
    kept = {key: value for key, value in said.items() if value or key == "title"}
    return kept | rest | {key: table for key, table in tables.items() if table}


def _known_to_us_alone(post: Post) -> dict[str, Any]:
    known = {
        "format": VERSION,
        "state": str(post.state),
        "authors": [author.user.username for author in post.authors],
        "created": post.created_at,
        "published": post.published_at,
        "publish_at": post.publish_at,
        # Where two posts have one date, this keeps them in order.
        "order": post.id,
        "source": post.source_path,
        "cover": False if post.cover_chosen and not post.cover_key else None,
    }
    return {key: value for key, value in known.items() if value is not None}


def _table(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def applied(source: Source, given: Fields, body: str, zone: tzinfo) -> Source:
    """The source with what `extra.byline` says of it; unchanged where Byline did not write the file."""
    own = given.table("extra").table("byline")
    if own.take("format") is None:
        return source
    state, order = own.text("state"), own.take("order")
    if state not in list(PostState):
        raise Broken(f"“{state[:40]}” is no state of a post: {', '.join(PostState)}.")
    return replace(
        source,
        is_own=True,
        title=given.text("title"),
        body=body.removeprefix("\n").rstrip(),
        state=PostState(state),
        slug=source.address.rpartition("/")[2],
        usernames=tuple(own.words("authors")),
        written_at=fields.moment(own, ("created",), zone) or source.written_at,
        published_at=fields.moment(own, ("published",), zone),
        publish_at=fields.moment(own, ("publish_at",), zone),
        origin=own.text("source"),
        order=order if isinstance(order, int) else 0,
        cover="" if own.take("cover") is False else source.cover,
    )
