"""What kept pages about one post lean on, besides the site's content (`kernel.state.renew`)."""

from __future__ import annotations


def of_post(post_id: int) -> str:
    """The topic of what readers add to a post: its likes and its comments."""
    return f"post/{post_id}"
