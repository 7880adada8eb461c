"""A post's tags: found or made, in the order they were written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from byline.kernel import db
from byline.posts.content import tag_slug
from byline.posts.models import Post, PostTag, Tag


def put(post: Post, names: Sequence[str]) -> None:
    """Give the post exactly these tags, in this order. The names are distinct already."""
    slugs = [tag_slug(name) for name in names]
    tags = _found_or_made(dict(zip(slugs, names, strict=True)))
    present = {link.tag_id: link for link in post.tags}
    links = []
    for position, slug in enumerate(slugs):
        link = present.get(tags[slug].id) or PostTag(tag=tags[slug], tag_id=tags[slug].id, listed_at=post.listed_at)
        link.position = position
        links.append(link)
    post.tags = links


def _found_or_made(wanted: dict[str, str]) -> dict[str, Tag]:
    tags = _find(wanted)
    missing = sorted(wanted.keys() - tags.keys())
    if missing:
        # Two writers may use a new tag in the same moment: the later insert waits and then does nothing. Sorted, so
        # that two of them cannot wait for one another.
        rows = [{"slug": slug, "name": wanted[slug]} for slug in missing]
        db.session().execute(db.insert_into(Tag).on_conflict_do_nothing(index_elements=[Tag.slug]), rows)
        db.content_changed()
        tags |= _find(missing)
    return tags


def _find(slugs: Sequence[str] | dict[str, str]) -> dict[str, Tag]:
    if not slugs:
        return {}
    return {tag.slug: tag for tag in db.session().scalars(select(Tag).where(Tag.slug.in_(slugs)))}
