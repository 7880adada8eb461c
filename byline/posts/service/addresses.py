"""Addresses of posts: a slug from the title, another one on request, and old ones that lead on for ever."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable

from sqlalchemy import delete, select

from byline.accounts.models import User
from byline.kernel import db, text
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid
from byline.posts import rules
from byline.posts.models import PathRedirect, Post, PostAddress
from byline.posts.service import opening

RESERVED = frozenset({"comments", "drafts", "edit", "feed", "follow", "followers", "following", "lists", "unfollow"})
"""What has a page of its own below a member's address."""


def change_slug(actor: Actor, post_id: int, slug: str) -> Post:
    """Give the post another address; the old one leads to it. Invalid when it is taken or has no letter."""
    post = opening.for_change(actor, post_id, rules.may_edit)
    move(post, typed(post, slug))
    db.session().flush()
    return post


def lead_here(actor: Actor, post_id: int, paths: Iterable[str]) -> None:
    """Make addresses of another site's life (an import's aliases) lead to this post; those that do already stay."""
    post = opening.for_change(actor, post_id, rules.may_edit)
    wanted = {path.strip("/") for path in paths if path.strip("/")}
    known = set(db.session().scalars(select(PathRedirect.path).where(PathRedirect.path.in_(wanted))))
    db.session().add_all(PathRedirect(path=path, post_id=post.id) for path in sorted(wanted - known))
    db.session().flush()


def move(post: Post, slug: str) -> None:
    """Set the slug and keep the old one as a way here."""
    if slug == post.slug:
        return
    forget_abandoned(post, slug)
    db.session().add(PostAddress(author_id=post.author_id, slug=post.slug, post_id=post.id))
    post.slug = slug


def known_of(post: Post) -> set[str]:
    """Old slugs under the post's author that lead to this post or to another one already."""
    kept = select(PostAddress.slug).join(Post, Post.id == PostAddress.post_id)
    kept = kept.where(PostAddress.author_id == post.author_id)
    return set(db.session().scalars(kept.where((Post.id == post.id) | Post.published_at.is_not(None))))


def forget_abandoned(post: Post, slug: str) -> None:
    """Give up an old address for a new use: the post's own, or one of a draft that nobody else ever saw."""
    never_out = select(Post.id).where(Post.author_id == post.author_id, Post.published_at.is_(None))
    mine_or_unseen = (PostAddress.post_id == post.id) | PostAddress.post_id.in_(never_out)
    old = (PostAddress.author_id == post.author_id) & (PostAddress.slug == slug) & mine_or_unseen
    db.session().execute(delete(PostAddress).where(old))


def typed(post: Post, slug: str) -> str:
    """The slug as a writer typed it, in order; Invalid when it cannot be had."""
    wanted = _stem(slug)
    if not wanted:
        raise Invalid("slug-empty", "An address needs letters or digits.", field="slug")
    if wanted == post.slug:
        return wanted
    lock(post.author_id)
    if wanted in RESERVED:
        raise Invalid("slug-reserved", f"“{wanted}” is used by the site itself. Choose another address.", field="slug")
    if wanted in _taken(post.author_id, wanted, except_post_id=post.id):
        raise Invalid("slug-taken", f"There is another post at “{wanted}”. Choose another address.", field="slug")
    return wanted


def from_title(author_id: int, title: str, *, post_id: int | None = None, current: str = "") -> str:
    """A free slug for a title: the title's own, or with a number; `untitled-…` for a title without letters.

    `current` is kept when it is what the title gives anyway.
    """
    stem = _stem(title)
    if not stem:
        return current if current.startswith("untitled-") else f"untitled-{secrets.token_hex(3)}"
    if is_from(stem, current):
        return current
    lock(author_id)
    taken = _taken(author_id, stem, except_post_id=post_id) | RESERVED
    return next(slug for slug in _numbered(stem) if slug not in taken)


def is_from(stem: str, slug: str) -> bool:
    """Whether a slug is a stem or a stem with the number that kept it apart."""
    rest = slug.removeprefix(stem)
    return slug == stem or (slug.startswith(stem) and rest.startswith("-") and rest[1:].isdecimal())


def lock(author_id: int) -> User:
    """Let one post of an author at a time choose its address; answer the author. SQLite has one writer anyway."""
    owner = select(User).where(User.id == author_id).with_for_update(key_share=True, of=User)
    return db.session().execute(owner).scalar_one()


def _stem(words: str) -> str:
    return text.slugify(words, "")


def _numbered(stem: str) -> Iterable[str]:
    yield stem
    for number in itertools.count(2):
        yield f"{stem}-{number}"


def _taken(author_id: int, stem: str, *, except_post_id: int | None) -> set[str]:
    """Slugs that begin with `stem` and belong to another post, now or through what readers may have linked."""
    session = db.session()
    now = select(Post.slug).where(Post.author_id == author_id, Post.slug.startswith(stem, autoescape=True))
    once = (
        select(PostAddress.slug)
        .join(Post, Post.id == PostAddress.post_id)
        .where(
            PostAddress.author_id == author_id,
            PostAddress.slug.startswith(stem, autoescape=True),
            Post.published_at.is_not(None),
        )
    )
    if except_post_id is not None:
        now, once = now.where(Post.id != except_post_id), once.where(Post.id != except_post_id)
    return {*session.scalars(now), *session.scalars(once)}


def is_chosen(post: Post) -> bool:
    """Whether somebody chose the post's address, or it has one that readers know; otherwise it follows the title."""
    stem = _stem(post.title)
    follows = is_from(stem, post.slug) if stem else post.slug.startswith("untitled-")
    return post.published_at is not None or not follows
