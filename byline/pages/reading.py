"""The page of one post: for everyone while it is open, for its authors and administrators in every other state."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel import db
from byline.kernel.access import ANONYMOUS
from byline.kernel.errors import NotFound
from byline.pages import addresses, lost, people, pieces, queries, seo
from byline.posts import queries as posts
from byline.posts import rules
from byline.posts.models import Post
from byline.web import context, pagecache

LONG_WORDS = 600
LONG_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class Article:
    """A post ready to be read. `post` is detached and holds what rules ask for, not its text."""

    html: Markup
    head: seo.Head
    post: Post


@pagecache.for_strangers
def post(username: str, slug: str) -> str | AnyResponse:
    """One post."""
    found = pieces.kept(("post", username, slug), lambda: _open_article(username, slug))
    if found is None:
        meant = _post_meant(username, slug)
        path = addresses.of_post(meant)
        if (meant.author.username, meant.slug) != (username, slug):
            return redirect(path, 301)
        found = _article(meant)
    actor = context.current().actor
    return render_template(
        "pages/post.html",
        article=found,
        post=found.post,
        head=found.head,
        may_edit=rules.may_edit(actor, found.post),
    )


def _open_article(username: str, slug: str) -> Article | None:
    """The article at exactly this address, if everyone may read it."""
    key, name = addresses.username_key(username), addresses.plain_name(slug)
    found = posts.by_address(ANONYMOUS, key, name) if key and name else None
    return _article(found) if found and (found.author.username, found.slug) == (username, slug) else None


def _post_meant(username: str, slug: str) -> Post:
    """The post an address means, in whatever case it is written and whatever post and author were called before."""
    key, name = addresses.username_key(username), addresses.plain_name(slug)
    actor = context.current().actor
    for wanted in dict.fromkeys((name, addresses.slug(name))):
        found = posts.by_address(actor, key, wanted) if key and wanted else None
        if found is not None:
            return found
    found = lost.post_at_path(f"@{username}/{slug}") or _under_former_name(key, name)
    if found is None:
        raise NotFound("no-such-post", "There is no post at this address.")
    return found


def _under_former_name(username_key: str, slug: str) -> Post | None:
    renamed = queries.formerly(username_key) if username_key and slug else None
    return posts.by_address(context.current().actor, renamed.username_key, slug) if renamed else None


def _article(post: Post) -> Article:
    neighbours = posts.neighbours(post)
    is_long = post.word_count >= LONG_WORDS and len(post.toc) >= LONG_HEADINGS
    html = render_template(
        "pages/_article.html",
        post=post,
        authors=people.named(post),
        headings=post.toc if is_long else [],
        older=neighbours.older,
        newer=neighbours.newer,
        actor=ANONYMOUS,
    )
    head = seo.head(seo.of_post(post))
    # Only what the rules ask for stays in memory; the text is in the rendered piece already.
    db.session().expire(post, ["html", "toc", "body"])
    db.session().expunge(post)
    return Article(Markup(html), head, post)  # noqa: S704  (our own template escaped it)
