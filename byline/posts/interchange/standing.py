"""What the site already holds of a folder: the posts of earlier imports, and the addresses that are taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import Post, PostAddress, PostAuthor, Revision

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A post that an earlier import made. `is_edited` when its text was last saved by a person on the site."""

    id: int
    author_ids: tuple[int, ...]
    username: str
    slug: str
    digest: str
    is_edited: bool
    is_in_bin: bool


def by_origin(origins: Mapping[str, str]) -> dict[str, Standing]:
    """The posts of earlier imports. `origins` gives each place its origin; the answer is by place."""
    return _standing(Post.source_path, origins)


def by_post(ids: Mapping[str, int]) -> dict[str, Standing]:
    """The posts with these ids; the answer is by place, as in `by_origin`."""
    return _standing(Post.id, ids)


def _standing(column: Any, wanted: Mapping[str, Any]) -> dict[str, Standing]:
    query = (
        select(column.label("wanted"), Post.id, User.username, Post.slug, Post.source_digest)
        .add_columns(Post.deleted_at, Revision.editor_id)
        .join(User, User.id == Post.author_id)
        .outerjoin(Revision, (Revision.post_id == Post.id) & (Revision.number == Post.version))
    )
    found = {row.wanted: row for row in sorted(_in_parts(query, column, wanted.values()), key=lambda row: -row.id)}
    authors = _authors(row.id for row in found.values())
    return {
        place: Standing(
            id=row.id,
            author_ids=authors[row.id],
            username=row.username,
            slug=row.slug,
            digest=row.source_digest or "",
            is_edited=row.editor_id is not None,
            is_in_bin=row.deleted_at is not None,
        )
        for place, key in wanted.items()
        if (row := found.get(key)) is not None
    }


def taken_slugs(owner_ids: Iterable[int]) -> dict[int, set[str]]:
    """The slugs that posts of these owners have or had."""
    owners = set(owner_ids)
    taken: defaultdict[int, set[str]] = defaultdict(set)
    for table in (Post, PostAddress):
        for row in _in_parts(select(table.author_id, table.slug), table.author_id, owners):
            taken[row.author_id].add(row.slug)
    return taken


def posts_at(owner_slugs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The posts at these addresses (owner and slug)."""
    wanted = set(owner_slugs)
    rows = _in_parts(select(Post.author_id, Post.slug, Post.id), Post.author_id, {owner for owner, _ in wanted})
    return {(row.author_id, row.slug): row.id for row in rows if (row.author_id, row.slug) in wanted}


def _authors(post_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    query = select(PostAuthor.post_id, PostAuthor.user_id).order_by(PostAuthor.post_id, PostAuthor.position)
    for row in _in_parts(query, PostAuthor.post_id, post_ids):
        found[row.post_id].append(row.user_id)
    return defaultdict(tuple, {post: tuple(users) for post, users in found.items()})


def _in_parts(query: Any, column: Any, values: Iterable[Any]) -> list[Any]:
    """The rows whose column has one of the values; databases take only so many values in one statement."""
    wanted = sorted(set(values))
    rows: list[Any] = []
    for start in range(0, len(wanted), AT_ONCE):
        rows += db.session().execute(query.where(column.in_(wanted[start : start + AT_ONCE]))).all()
    return rows
