"""The page of one post: for everyone while it is open, for its authors and administrators in every other state."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel import db
from byline.kernel.access import ANONYMOUS
from byline.kernel.errors import NotFound
from byline.pages import addresses, pieces, queries, seo
from byline.posts import rules
from byline.posts.models import Post
from byline.web import context, pagecache

LONG_WORDS = 600
LONG_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class Article:
    """A post ready to be read. `post` is detached and holds what rules ask for, not its text."""

    html: Markup
    about: seo.About
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
        about=found.about,
        may_edit=rules.may_edit(actor, found.post),
    )


def _open_article(username: str, slug: str) -> Article | None:
    """The article at exactly this address, if everyone may read it."""
    key = addresses.username_key(username)
    found = queries.post_at(key, addresses.plain_name(slug)) if key else None
    if found is None or found.author.username != username or not rules.may_read(ANONYMOUS, found):
        return None
    return _article(found)


def _post_meant(username: str, slug: str) -> Post:
    """The post that an address means, in whatever case it is written and however it was called before."""
    key, name = addresses.username_key(username), addresses.plain_name(slug)
    actor = context.current().actor
    for look_up, wanted in ((queries.post_at, name), (queries.post_at, addresses.slug(name)), (_former, name)):
        found = look_up(key, wanted) if key and wanted else None
        if found is not None and rules.may_read(actor, found):
            return found
    raise NotFound("no-such-post", "There is no post at this address.")


def _former(username_key: str, slug: str) -> Post | None:
    return queries.post_formerly_at(username_key, slug)


def _article(post: Post) -> Article:
    older, newer = queries.neighbours(post)
    is_long = post.word_count >= LONG_WORDS and len(post.toc) >= LONG_HEADINGS
    html = render_template(
        "pages/_article.html",
        post=post,
        authors=[row.user for row in post.authors],
        headings=post.toc if is_long else [],
        older=older,
        newer=newer,
        actor=ANONYMOUS,
    )
    about = seo.of_post(post)
    # Only what the rules ask for stays in memory; the text is in the rendered piece already.
    db.session().expire(post, ["html", "toc"])
    db.session().expunge(post)
    return Article(Markup(html), about, post)  # noqa: S704  (our own template escaped it)
