"""Comments as pages show them: plain values that no longer need the database, in threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from byline.accounts.models import User
from byline.comments.models import Comment, CommentState

DELETED, HIDDEN, AWAY, APART = "deleted", "hidden", "away", "apart"
"""Why only the place of a comment is shown: taken back, hidden, its author is leaving, its author is kept away."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Whoever speaks."""

    id: int
    username: str
    shown_name: str
    avatar_url: str

    @classmethod
    def of(cls, user: User) -> Voice:
        """A member as pages name them."""
        return cls(user.id, user.username, user.shown_name, user.avatar_url)


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment. `gone` says why its words are not shown; empty when they are."""

    id: int
    author: Voice | None
    html: Markup
    gone: str
    created_at: datetime
    first_shown_at: datetime | None
    is_edited: bool
    parent_id: int | None
    depth: int
    path: str
    likes: int
    shown_below: int
    is_by_author: bool
    """Whether an author of the post wrote it."""
    state: str
    held_for: str | None
    reason: str
    spam_score: int
    answers: Voice | None = None
    """Whom it answers, where the page does not show that by its place."""
    is_folded: bool = False
    """Whether the reader muted its author."""
    children: tuple[Remark, ...] = ()
    more: int = 0
    """How many comments that readers see stand below it and are not loaded."""

    def everything(self) -> Iterator[Remark]:
        """It and all below it that is loaded."""
        yield self
        for child in self.children:
            yield from child.everything()


def of(comment: Comment, post_authors: Iterable[int] = ()) -> Remark:
    """A comment with its words, whatever its state; `comment.author` must be loaded."""
    person = comment.author
    return Remark(
        id=comment.id,
        author=Voice.of(person) if person is not None else None,
        html=Markup(comment.html),  # noqa: S704  (the text's own gate made it safe)
        gone="",
        created_at=comment.created_at,
        first_shown_at=comment.first_shown_at,
        is_edited=comment.edited_at is not None,
        parent_id=comment.parent_id,
        depth=comment.depth,
        path=comment.path,
        likes=comment.likes,
        shown_below=comment.shown_below,
        is_by_author=comment.author_id is not None and comment.author_id in post_authors,
        state=comment.state,
        held_for=comment.held_for,
        reason=comment.reason,
        spam_score=comment.spam_score,
    )


def public(comment: Comment, post_authors: Iterable[int] = ()) -> Remark:
    """A comment as everyone sees it: its words, or only its place."""
    remark = of(comment, post_authors)
    if comment.shown_at is not None:
        return remark
    return _without_words(remark, _why_gone(comment))


def _why_gone(comment: Comment) -> str:
    if comment.state == CommentState.DELETED or comment.author_id is None:
        return DELETED
    return AWAY if comment.state == CommentState.VISIBLE else HIDDEN


def _without_words(remark: Remark, why: str) -> Remark:
    return replace(remark, author=None, html=Markup(), gone=why, reason="", is_by_author=False, likes=0)


def forest(remarks: Sequence[Remark]) -> list[Remark]:
    """The remarks with what answers them inside; one stands outermost where what it answers is not among them.

    The outermost keep their order; replies must follow the order of their paths.
    """
    by_id = {one.id: one for one in remarks}
    known = {one.path for one in remarks}
    below: dict[str, list[Remark]] = {}
    for one in remarks:
        below.setdefault(_above(one), []).append(one)
    return [_grown(one, below, by_id) for one in remarks if _above(one) not in known]


def _above(remark: Remark) -> str:
    return remark.path[:-10]


def _grown(remark: Remark, below: dict[str, list[Remark]], by_id: dict[int, Remark]) -> Remark:
    children = []
    for child in below.get(remark.path, ()):
        answered = by_id.get(child.parent_id or 0)
        beside = child.parent_id != remark.id and answered is not None
        named = replace(child, answers=answered.author) if beside and answered else child
        children.append(_grown(named, below, by_id))
    loaded = sum(not one.gone for child in children for one in child.everything())
    return replace(remark, children=tuple(children), more=max(0, remark.shown_below - loaded))


def kept_away(remark: Remark) -> Remark:
    """The place of a comment whose author the reader keeps away from."""
    return _without_words(remark, APART)


def seen_by(remark: Remark, apart: frozenset[int], muted: frozenset[int]) -> Remark | None:
    """A thread as somebody sees it who keeps away from some and would rather not hear of others; None for nothing."""
    children = tuple(filter(None, (seen_by(child, apart, muted) for child in remark.children)))
    seen = replace(remark, children=children)
    if seen.answers is not None and seen.answers.id in apart:
        seen = replace(seen, answers=None)
    if remark.author is not None and remark.author.id in apart:
        seen = _without_words(seen, APART)
    elif remark.author is not None and remark.author.id in muted:
        seen = replace(seen, is_folded=True)
    return seen if not seen.gone or children or remark.more else None


def flat(remarks: Iterable[Remark]) -> Iterator[Remark]:
    """Every remark of these threads whose words are shown."""
    for root in remarks:
        yield from (one for one in root.everything() if not one.gone)
