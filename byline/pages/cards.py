"""Posts as lists show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from byline.accounts.models import User
from byline.pages import addresses, people
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


def of(post: Post) -> Card:
    """The card of a post whose people are loaded."""
    return Card(
        url=addresses.of_post(post),
        title=post.title,
        excerpt=post.standfirst or post.excerpt,
        reading_minutes=post.reading_minutes,
        published_at=post.published_at,
        authors=people.named(post),
        cover_url=addresses.of_picture(post.cover_key) if post.cover_key else None,
    )
