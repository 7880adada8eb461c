"""From content to post: Markdown rendered once, tags, address and picture put in place, a revision kept."""

from __future__ import annotations

from dataclasses import asdict

from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.posts import media, rendering, rules
from byline.posts.content import Content
from byline.posts.models import Post, PostAuthor, PostState, PostTag, Revision
from byline.posts.service import addresses, tagging


def put(post: Post, content: Content) -> None:
    """Write checked content into a post whose authors and tags are loaded, and render it."""
    post.title, post.standfirst, post.body = content.title, content.standfirst, content.body
    rendered = rendering.of(content.body, post.author_id)
    post.html, post.excerpt = rendered.html, rendered.excerpt
    post.toc = [asdict(heading) for heading in rendered.toc]
    post.word_count, post.reading_minutes = rendered.word_count, rendered.reading_minutes
    _put_cover(post, content.cover, rendered.first_image)
    tagging.put(post, content.tags)


def put_address(post: Post, content: Content) -> None:
    """Move a post to the address its content asks for; a draft nobody has seen follows its title."""
    if content.slug:
        addresses.move(post, addresses.typed(post, content.slug))
    elif post.published_at is None and post.state == PostState.DRAFT:
        slug = addresses.from_title(post.author_id, content.title, post_id=post.id, current=post.slug)
        addresses.move(post, slug)


def content_of(post: Post) -> Content:
    """The content a post was last saved with."""
    return Content(
        title=post.title,
        body=post.body,
        tags=tuple(link.tag.name for link in post.tags),
        standfirst=post.standfirst,
        slug=post.slug,
        cover=(post.cover_key or "") if post.cover_chosen else None,
    )


def keep_revision(actor: Actor, post: Post) -> None:
    """Keep the text as it stands under the post's version number."""
    revision = Revision(
        post_id=post.id,
        number=post.version,
        editor_id=actor.id,
        title=post.title,
        standfirst=post.standfirst,
        body=post.body,
        tags=[link.tag.name for link in post.tags],
        created_at=clock.now(),
    )
    db.session().add(revision)


def relist(post: Post) -> None:
    """Bring `listed_at` of the post, its authors and its tags in step with its state. All three must be loaded."""
    moment = rules.listed_at(post)
    rows: list[Post | PostAuthor | PostTag] = [post, *post.authors, *post.tags]
    for row in rows:
        row.listed_at = moment


def _put_cover(post: Post, chosen: str | None, first_image: str | None) -> None:
    post.cover_chosen = chosen is not None
    address = media.address(chosen) if chosen else first_image if chosen is None else None
    post.cover_key = media.key_of(address) if address else None
