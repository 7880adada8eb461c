"""The index brought in step: with a post, a member, or the whole site. Called inside the transaction of the change.

Each function looks at what is there now, so it may be called too often, and in any order, without harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, or_, select

from byline.accounts.models import User
from byline.kernel import db, text
from byline.posts.models import Post, PostAuthor, PostTag, Tag
from byline.search import languages, terms
from byline.search.models import SearchName, SearchPost

MOST_BODY_LETTERS = 700_000
"""How many letters of terms of one text are kept: PostgreSQL takes no more than a million in one document."""
AT_ONCE = 200


@dataclass(slots=True)
class Around:
    """Who wrote posts and which tags they carry, by the post's number."""

    authors: Mapping[int, list[int]] = field(default_factory=dict)
    tags: Mapping[int, list[Tag]] = field(default_factory=dict)


def bring_posts(post_ids: Iterable[int]) -> None:
    """Keep the words of those of these posts that lists show, and forget the others."""
    for ids in portions(list(post_ids)):
        _bring_some_posts(ids)


def forget_posts(post_ids: Iterable[int]) -> None:
    """Forget the words of these posts."""
    for ids in portions(list(post_ids)):
        db.session().execute(delete(SearchPost).where(SearchPost.post_id.in_(ids)))


def bring_members(user_ids: Iterable[int]) -> None:
    """Keep how these members are called and what they say about themselves. Whether they are shown is asked later."""
    for ids in portions(list(user_ids)):
        columns = (User.id, User.username, User.name, User.about)
        rows = [_name_of(*row) for row in db.session().execute(select(*columns).where(User.id.in_(ids)))]
        _put(SearchName, rows, SearchName.user_id)


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in parts that one statement may name."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _bring_some_posts(ids: Sequence[int]) -> None:
    session = db.session()
    # Columns rather than objects: what the unit of work has loaded may be older than a bulk statement.
    columns = (Post.id, Post.title, Post.standfirst, Post.html, Post.published_at)
    listed = session.execute(select(*columns).where(Post.id.in_(ids), Post.listed_at.is_not(None))).all()
    around = _around([row.id for row in listed])
    _put(SearchPost, [_post(row, around) for row in listed], SearchPost.post_id)
    _bring_tags({tag.id: tag for tags in around.tags.values() for tag in tags})
    gone = set(ids) - {row.id for row in listed}
    if gone:
        session.execute(delete(SearchPost).where(SearchPost.post_id.in_(gone)))


def _around(ids: Sequence[int]) -> Around:
    if not ids:
        return Around()
    session, authors, tags = db.session(), defaultdict(list), defaultdict(list)
    written = select(PostAuthor.post_id, PostAuthor.user_id).where(PostAuthor.post_id.in_(ids))
    for post_id, user_id in session.execute(written.order_by(PostAuthor.position)):
        authors[post_id].append(user_id)
    carried = select(PostTag.post_id, Tag).join(Tag, Tag.id == PostTag.tag_id).where(PostTag.post_id.in_(ids))
    for post_id, tag in session.execute(carried.order_by(PostTag.position)):
        tags[post_id].append(tag)
    return Around(authors, tags)


def _post(row: Any, around: Around) -> dict[str, Any]:
    title = terms.plain_words(row.title)
    body = terms.plain_words(f"{row.standfirst}\n{text.plain(row.html)}")
    tags = [word for tag in around.tags.get(row.id, ()) for word in terms.plain_words(tag.name)]
    language = languages.of(body if len(body) > len(title) else title + body)
    marks = [
        *(terms.mark("a", user_id) for user_id in around.authors.get(row.id, ())),
        *(terms.mark("t", tag.id) for tag in around.tags.get(row.id, ())),
        terms.mark("y", row.published_at.year),
    ]
    return {
        "post_id": row.id,
        "language": language,
        "year": row.published_at.year,
        "title": " ".join(terms.of_words(title, language)),
        "tags": " ".join(terms.of_words(tags, language)),
        "body": _bounded(terms.of_words(body, language)),
        "words": " ".join(terms.beginning(word) for word in title),
        "marks": " ".join(marks),
    }


def _bounded(found: Iterable[str]) -> str:
    """The terms in a row, as many as the index takes."""
    whole = " ".join(found)
    return whole if len(whole) <= MOST_BODY_LETTERS else whole[:MOST_BODY_LETTERS].rpartition(" ")[0]


def _name_of(user_id: int, username: str, name: str, about: str) -> dict[str, Any]:
    said = terms.plain_words(about)
    return {
        "user_id": user_id,
        "tag_id": None,
        "words": _beginnings(f"{username} {name}"),
        "about": " ".join(terms.of_words(said, languages.of(said))),
    }


def _bring_tags(tags: Mapping[int, Tag]) -> None:
    """Keep the names of tags that are new here; a tag's name never changes."""
    for ids in portions(sorted(tags)):
        known = set(db.session().scalars(select(SearchName.tag_id).where(SearchName.tag_id.in_(ids))))
        rows = [
            {"user_id": None, "tag_id": tag_id, "words": _beginnings(tags[tag_id].name), "about": ""}
            for tag_id in ids
            if tag_id not in known
        ]
        _put(SearchName, rows, SearchName.tag_id)


def _beginnings(name: str) -> str:
    return " ".join(dict.fromkeys(map(terms.beginning, terms.plain_words(name))))


def _put(table: type[db.Base], rows: list[dict[str, Any]], key: Any) -> None:
    """Write rows, in place of those with the same key that differ."""
    if not rows:
        return
    insert = db.insert_into(table)
    values = {name: insert.excluded[name] for name in rows[0] if name != key.key}
    columns = table.__table__.columns
    # What is the same already is left alone: a changed row costs the index a removal and an addition.
    differs = [columns[name].is_distinct_from(value) for name, value in values.items()]
    statement = insert.on_conflict_do_update(index_elements=[key], set_=values, where=or_(*differs))
    # One statement for each row, in the order of the keys, so that two of these cannot wait for one another.
    db.session().execute(statement, sorted(rows, key=lambda row: row[key.key]))
