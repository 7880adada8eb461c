"""What a reader may do with a post: like it, keep it, put it on a list, share it, follow who wrote it, report it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from byline.accounts.models import User
from byline.pages import addresses
from byline.pages.standing import Standing
from byline.posts import rules as post_rules
from byline.posts.models import Post
from byline.reactions import rules
from byline.social.rules import State
from byline.web import context


@dataclass(frozen=True, slots=True)
class Writer:
    """One of a post's authors."""

    id: int
    username: str
    shown_name: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """How a post stands with whoever reads it."""

    post_id: int
    title: str
    path: str
    likes: int
    liked: bool = False
    is_kept: bool = False
    may_like: bool = False
    states: Mapping[int, State] = field(default_factory=dict)
    """How the reader stands to each author; empty for a stranger."""

    @property
    def address(self) -> str:
        """What is copied and sent to others."""
        return addresses.absolute(self.path)


def writers(people: Sequence[User]) -> tuple[Writer, ...]:
    """A post's authors as values that outlive their rows."""
    return tuple(Writer(person.id, person.username, person.shown_name) for person in people)


def of(post: Post, path: str, authors: Sequence[Writer], now: Standing, known: Mapping[int, State]) -> Deeds:
    """The deeds for whoever reads an open post. `known` says how a member stands to people of the page."""
    actor = context.current().actor
    if not actor.is_authenticated:
        return Deeds(post.id, post.title, path, now.likes)
    states = {writer.id: known[writer.id] for writer in authors}
    is_apart = any(state.are_apart for state in states.values())
    may_like = rules.may_like(actor) and not post_rules.is_author(actor, post) and not is_apart
    return Deeds(post.id, post.title, path, now.likes, now.liked, now.is_kept, may_like or now.liked, states)
