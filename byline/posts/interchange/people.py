"""The members behind a cast: found where they are known, made as unclaimed accounts where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from byline.accounts import members, rules
from byline.accounts.models import User
from byline.kernel import clock, db
from byline.posts.interchange import author_names
from byline.posts.interchange.author_map import AuthorMap, WrongMap
from byline.posts.interchange.casting import Cast, Person
from byline.posts.interchange.standing import Standing


@dataclass(frozen=True, slots=True)
class Someone:
    """A member by whom a text can be owned. `is_new` when this import made the account."""

    id: int
    username: str
    is_new: bool = False


def check(known: AuthorMap) -> None:
    """Refuse an author map that asks for usernames which cannot be; WrongMap with a sentence."""
    for person in (person for people in known.people.values() for person in people):
        sentence = person.username and rules.wrong_with_username(person.username)
        if sentence and members.by_username(person.username) is None:
            raise WrongMap(f"The author map wants the username “{person.username}”. {sentence}")


def settle(cast: Cast, standing: Mapping[str, Standing]) -> dict[str, Someone]:
    """The member behind each key of the cast. `standing` are posts of earlier imports by their place.

    Who was found or made once stays the same, also after the account was claimed and got another name, because the
    posts of the earlier import say whose they are. Makes accounts, so call it in a unit of work.
    """
    before = _as_before(cast, standing)
    unclaimed = {author_names.key(member.name): member for member in _unclaimed()}
    people = {}
    for key, person in cast.people.items():
        member = _asked_for(person) or before.get(key) or unclaimed.get(author_names.key(person.name))
        people[key] = Someone(member.id, member.username) if member else _made(person)
    return people


def _asked_for(person: Person) -> User | None:
    if person.email and (member := members.by_email(person.email)):
        return member
    return members.by_username(person.username) if person.username else None


def _as_before(cast: Cast, standing: Mapping[str, Standing]) -> dict[str, User]:
    ids: dict[str, int] = {}
    for place, keys in cast.authors.items():
        post = standing.get(place)
        if post is not None and len(post.author_ids) == len(keys):
            ids |= {key: member for key, member in zip(keys, post.author_ids, strict=True) if key not in ids}
    users = {member.id: member for member in _users(ids.values())}
    return {key: users[user_id] for key, user_id in ids.items()}


def _users(ids: Iterable[int]) -> Iterable[User]:
    return db.session().scalars(select(User).where(User.id.in_(set(ids))))


def _unclaimed() -> Iterable[User]:
    return db.session().scalars(select(User).where(User.claimed.is_(False)).order_by(User.id.desc()))


def _made(person: Person) -> Someone:
    wish = person.username or author_names.username_wish(person.name)
    since = min(person.since, clock.now()) if person.since else None
    member = members.make_unclaimed(person.name, username=wish, member_since=since)
    return Someone(member.id, member.username, is_new=True)
