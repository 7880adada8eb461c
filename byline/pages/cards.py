"""Posts as lists show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from byline.accounts.models import User
from byline.pages import addresses, people, tallies
from byline.pages.tallies import Tally
from byline.posts.models import Post


@dataclass(frozen=True, slots=True)
class Card:
    """One post in a list."""

    url: str
    title: str
    excerpt: str
    reading_minutes: int
    published_at: datetime | None
    authors: Sequence[User]
    cover_url: str | None
    tally: Markup
    """Likes and comments, or the place for them in a piece that is kept."""


def of(post: Post, tally: Tally | None = None) -> Card:
    """The card of a post whose people are loaded. Without a tally it leaves a place for `tallies.fill`."""
    return Card(
        url=addresses.of_post(post),
        title=post.title,
        excerpt=post.standfirst or post.excerpt,
        reading_minutes=post.reading_minutes,
        published_at=post.published_at,
        authors=people.named(post),
        cover_url=addresses.of_picture(post.cover_key) if post.cover_key else None,
        tally=tally.html if tally is not None else tallies.place_for(post.id),
    )
