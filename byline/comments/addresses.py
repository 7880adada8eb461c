"""Where comments are."""

from __future__ import annotations

from flask import url_for

from byline.comments.models import Comment
from byline.posts.models import Post


def of_post(post: Post) -> str:
    """The path of a post. `post.author` must be loaded."""
    return url_for("pages.post", username=post.author.username, slug=post.slug)


def of_thread(post: Post, endpoint: str = "comments.thread") -> str:
    """The path of the page with all comments of a post, or of another endpoint of the whole thread."""
    return url_for(endpoint, username=post.author.username, slug=post.slug)


def of(comment: Comment, post: Post | None = None) -> str:
    """The path of one comment with what stands around it. `post.author` must be loaded."""
    return of_act(post or comment.post, comment.id, "comments.conversation")


def of_act(post: Post, comment_id: int, endpoint: str) -> str:
    """The path of something that can be done with a comment, by the name of its endpoint."""
    return url_for(endpoint, username=post.author.username, slug=post.slug, comment_id=comment_id)
