"""The page of one post: for everyone while it is open, for its authors and administrators in every other state."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from byline.comments.section import Place
from byline.kernel import db
from byline.kernel.access import ANONYMOUS
from byline.kernel.errors import NotFound
from byline.pages import addresses, deeds, discussion, lost, people, pieces, queries, seo, standing
from byline.pages.deeds import Writer
from byline.posts import queries as posts
from byline.posts import rules
from byline.posts.models import Post
from byline.web import context, pagecache

LONG_WORDS = 600
LONG_HEADINGS = 3
GAP = Markup("<!--who reads-->")
"""Where an article is parted. Comments never come through the sanitiser, so no text can hold it."""


@dataclass(frozen=True, slots=True)
class Article:
    """A post ready to be read. `post` is detached and holds what rules ask for, not its text.

    The parts are the same for everyone; between them stands what depends on who reads: the button to follow the
    author, and the row of deeds under the text.
    """

    parts: tuple[Markup, Markup, Markup]
    head: seo.Head
    post: Post
    writers: tuple[Writer, ...]
    place: Place

    @property
    def html(self) -> Markup:
        """What is the same for everyone, put together."""
        return Markup("").join(self.parts)


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
    now = standing.of(found.place.id) if found.place.is_open else None
    below = discussion.of(found.place, now)
    return render_template(
        "pages/post.html",
        article=found,
        post=found.post,
        head=found.head,
        deeds=deeds.drawn(found.post, found.head.path, found.writers, now, below.states) if now else None,
        discussion=below.html,
        may_edit=rules.may_edit(actor, found.post),
    )


def _open_article(username: str, slug: str) -> Article | None:
    """The article at exactly this address, if everyone may read it."""
    key, name = addresses.username_key(username), addresses.plain_name(slug)
    found = posts.for_reading(ANONYMOUS, key, name) if key and name else None
    return _article(found) if found and (found.author.username, found.slug) == (username, slug) else None


def _post_meant(username: str, slug: str) -> Post:
    """The post an address means, in whatever case it is written and whatever post and author were called before."""
    key, name = addresses.username_key(username), addresses.plain_name(slug)
    actor = context.current().actor
    for wanted in dict.fromkeys((name, addresses.slug(name))):
        found = posts.for_reading(actor, key, wanted) if key and wanted else None
        if found is not None:
            return found
    found = lost.post_at_path(f"@{username}/{slug}") or _under_former_name(key, name)
    if found is None:
        raise NotFound("no-such-post", "There is no post at this address.")
    return found


def _under_former_name(username_key: str, slug: str) -> Post | None:
    renamed = queries.formerly(username_key) if username_key and slug else None
    return posts.for_reading(context.current().actor, renamed.username_key, slug) if renamed else None


def _article(post: Post) -> Article:
    around = posts.around(post)
    is_long = post.word_count >= LONG_WORDS and len(post.toc) >= LONG_HEADINGS
    authors = people.named(post)
    html = render_template(
        "pages/_article.html",
        post=post,
        authors=authors,
        gap=GAP,
        headings=post.toc if is_long else [],
        around=around,
        actor=ANONYMOUS,
    )
    top, text, foot = (Markup(part) for part in html.split(GAP))  # noqa: S704  (our own template escaped it)
    head = seo.head(seo.of_post(post, [tag.name for tag in around.tags]))
    place = Place.of(post)
    # Only what the rules ask for stays in memory; the text is in the rendered piece already.
    db.session().expire(post, ["html", "toc"])
    db.session().expunge(post)
    return Article((top, text, foot), head, post, deeds.writers(authors), place)
