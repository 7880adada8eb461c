"""What an address of comments means: a post the reader may see, and one comment under it."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.comments import queries
from byline.comments.models import Comment
from byline.kernel.errors import NotFound
from byline.posts.models import Post
from byline.web import context


def post_here(username: str, slug: str) -> Post:
    """The post at an address, an old one included; NotFound for whoever may not read it."""
    found = queries.post_at(context.current().actor, username, slug)
    if found is None:
        raise NotFound("no-such-post", "There is no post at this address.")
    return found


def comment_here(post: Post, comment_id: int) -> Comment:
    """A comment under the post whose words the reader may read; NotFound otherwise."""
    found = queries.comment_in(context.current().actor, post, comment_id)
    if found is None:
        raise NotFound("no-such-comment", "There is no comment at this address any more.")
    return found


def moved(post: Post, username: str, slug: str) -> AnyResponse | None:
    """The way to the present address for a page that was asked for at an old one."""
    if not context.current().only_reads or (post.author.username, post.slug) == (username, slug):
        return None
    values = {**(request.view_args or {}), "username": post.author.username, "slug": post.slug}
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    return redirect(url_for(str(request.endpoint), **values) + query, 301)
