"""What a search needs of posts: the languages they are in, who and what filters mean, and the posts themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, literal, select, union_all
from sqlalchemy.orm import joinedload, load_only, raiseload, selectinload, undefer
from sqlalchemy.orm.interfaces import ORMOption

from byline.accounts import rules
from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import Post, PostAuthor, Tag
from byline.search import languages, terms
from byline.search.models import SearchPost
from byline.web import context

PAGE_SIZE = 20
MOST_PAGES = 10
MOST = PAGE_SIZE * MOST_PAGES
"""How many posts are shown of a search, a page at a time; whoever reads that far needs another word."""
PERSON = (
    load_only(User.username, User.username_key, User.name, User.about, User.avatar_key, User.deletion_asked_at),
    raiseload(User.role),
)
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
    return context.memory().remember("languages in use", _languages_in_use)


def _languages_in_use() -> tuple[str, ...]:
    names = (*languages.STEMMERS, languages.NONE)
    # One look into the index for each language, where DISTINCT would read all of it.
    columns = [exists().where(SearchPost.language == name).label(f"is_{name or 'none'}") for name in names]
    found = db.session().execute(select(*columns)).one()
    return tuple(name for name, is_used in zip(names, found, strict=True) if is_used) or (languages.USUAL,)


def chosen(filters: Filters) -> Chosen:
    """The marks of the filters, found in one statement; not known where one of them names nothing there is."""
    if not filters:
        return Chosen()
    key = rules.username_key(filters.author)
    author = select(User.id, User.name, User.username).where(User.username_key == key, User.deletion_asked_at.is_(None))
    tag = select(Tag.id, Tag.name, Tag.slug).where(Tag.slug == filters.tag)
    both = union_all(author.add_columns(literal("a").label("kind")), tag.add_columns(literal("t").label("kind")))
    rows = {kind: (row_id, name or other) for row_id, name, other, kind in db.session().execute(both)}
    marks = [terms.mark(kind, row_id) for kind, (row_id, _) in rows.items()]
    if filters.year:
        marks.append(terms.mark("y", filters.year))
    return Chosen(
        tuple(marks),
        rows.get("a", (0, filters.author))[1],
        rows.get("t", (0, filters.tag))[1],
        ("a" in rows) == bool(filters.author) and ("t" in rows) == bool(filters.tag),
    )


def posts(ids: Sequence[int]) -> list[Hit]:
    """Those of these posts that lists show, in the order given, with their people and text; two statements."""
    if not ids:
        return []
    query = select(Post, SearchPost.language).join(SearchPost, SearchPost.post_id == Post.id)
    query = query.where(Post.id.in_(ids), Post.listed_at.is_not(None)).options(SHOWN, undefer(Post.html), *_people())
    found = {post.id: Hit(post, language) for post, language in db.session().execute(query)}
    return [found[post_id] for post_id in ids if post_id in found]


def _people() -> tuple[ORMOption, ...]:
    return (
        joinedload(Post.author, innerjoin=True).options(*PERSON),
        selectinload(Post.authors).joinedload(PostAuthor.user, innerjoin=True).options(*PERSON),
    )
