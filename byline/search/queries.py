"""What a search needs of posts: the languages they are in, who and what filters mean, and the posts themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, literal, select, union_all
from sqlalchemy.orm import joinedload, load_only, selectinload, undefer

from byline.accounts import rules, shown
from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import Post, PostAuthor, Tag
from byline.search import languages, rows, terms
from byline.search.models import SearchPost
from byline.web import context

IN_USE = "languages in use"
PAGE_SIZE = 20
MOST_PAGES = 10
MOST = PAGE_SIZE * MOST_PAGES
"""How many posts are shown of a search, a page at a time; whoever reads that far needs another word."""
PERSON = shown.person(User.about)
SHOWN = load_only(
    Post.author_id,
    Post.slug,
    Post.title,
    Post.standfirst,
    Post.excerpt,
    Post.reading_minutes,
    Post.published_at,
    Post.listed_at,
    raiseload=True,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What posts are narrowed to: whose, under which tag, of which year. Names as they stand in addresses."""

    author: str = ""
    tag: str = ""
    year: int | None = None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.author or self.tag or self.year)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters as marks of the index, with the names they are shown by; empty names where nothing is meant."""

    marks: tuple[str, ...] = ()
    author: str = ""
    tag: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """One post that was found, and the language its words were read in."""

    post: Post
    language: str


def languages_in_use() -> tuple[str, ...]:
    """The languages that posts are written in, remembered until anybody commits."""
    return context.memory().remember(IN_USE, lambda: _languages(db.session().execute(union_all(*_in_use()))))


def _in_use() -> list[Select[Any]]:
    # One look into the index for each language, where DISTINCT would read all of it.
    names = (*languages.STEMMERS, languages.NONE)
    return [
        select(*rows.columns("language", key=literal(name))).where(exists().where(SearchPost.language == name))
        for name in names
    ]


def _languages(found: Iterable[Any]) -> tuple[str, ...]:
    return tuple(row.key for row in found if row.kind == "language") or (languages.USUAL,)


def chosen(filters: Filters) -> Chosen:
    """The marks of the filters, found in one statement; not known where one of them names nothing there is."""
    if not filters:
        return Chosen()
    key = rules.username_key(filters.author)
    author = select(*rows.columns("a", key=User.username, label=User.name, number=User.id))
    tag = select(*rows.columns("t", key=Tag.slug, label=Tag.name, number=Tag.id)).where(Tag.slug == filters.tag)
    here = author.where(User.username_key == key, User.deletion_asked_at.is_(None))
    found = db.session().execute(union_all(here, tag, *_in_use())).all()
    context.memory().remember(IN_USE, lambda: _languages(found))
    meant = {row.kind: row for row in found if row.kind in ("a", "t")}
    marks = [terms.mark(kind, int(row.number)) for kind, row in meant.items()]
    if filters.year:
        marks.append(terms.mark("y", filters.year))
    names = {kind: row.label or row.key for kind, row in meant.items()}
    is_known = ("a" in meant) == bool(filters.author) and ("t" in meant) == bool(filters.tag)
    return Chosen(tuple(marks), names.get("a", filters.author), names.get("t", filters.tag), is_known)


def posts(ids: Sequence[int]) -> list[Hit]:
    """Those of these posts that lists show, in the order given, with their people and text; two statements."""
    if not ids:
        return []
    found = {post.id: Hit(post, language) for post, language in db.session().execute(_listed(), {"ids": list(ids)})}
    return [found[post_id] for post_id in ids if post_id in found]


@cache
def _listed() -> Select[Post, str]:
    query = select(Post, SearchPost.language).join(SearchPost, SearchPost.post_id == Post.id)
    query = query.where(Post.id.in_(bindparam("ids", expanding=True)), Post.listed_at.is_not(None))
    return query.options(
        SHOWN,
        undefer(Post.html),
        joinedload(Post.author, innerjoin=True).options(*PERSON),
        selectinload(Post.authors).joinedload(PostAuthor.user, innerjoin=True).options(*PERSON),
    )
