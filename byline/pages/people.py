"""Whom a post names as its authors."""

from __future__ import annotations

from byline.accounts.models import User
from byline.posts.models import Post


def named(post: Post) -> list[User]:
    """The authors in their order without those who are leaving, whose profiles nobody sees any more.

    All of them where nobody else is left, as only they see such a post. `authors` must be loaded.
    """
    everybody = [row.user for row in post.authors]
    return [person for person in everybody if person.deletion_asked_at is None] or everybody
