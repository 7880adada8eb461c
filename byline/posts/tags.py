"""Tags as readers meet them: only those that a listed post carries."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select

from byline.kernel import db
from byline.kernel.errors import NotFound
from byline.posts import content
from byline.posts.models import PostTag, Tag

LONGEST_WRITTEN = 200


def is_listed() -> ColumnElement[bool]:
    """Whether a listed post carries the tag: a condition for any query on tags."""
    return exists().where(PostTag.tag_id == Tag.id, PostTag.listed_at.is_not(None))


def listed(slug: str) -> Tag | None:
    """The tag with this address, if a listed post carries it: what only drafts are about is nobody's business."""
    return db.session().scalar(select(Tag).where(Tag.slug == slug, is_listed()))


def meant(written: str) -> Tag:
    """The tag an address means, however it is written; NotFound when no listed post carries it."""
    name = written if len(written) <= LONGEST_WRITTEN and written.isprintable() else ""
    found = (listed(name) or listed(content.tag_slug(name))) if name else None
    if found is None:
        raise NotFound("no-such-tag", "No post carries this tag.")
    return found
