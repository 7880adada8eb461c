"""Members by name, for rooms of analytics that know them only by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from byline.accounts import members
from byline.accounts.models import User
from byline.accounts.shown import person
from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid, NotFound
from byline.social import queries as social


def named(ids: Iterable[int | None]) -> Mapping[int, User]:
    """Members by their numbers, in one statement; those who are gone are missing."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    found = db.session().scalars(select(User).where(User.id.in_(wanted)).options(*person()))
    return {member.id: member for member in found}


def asked(actor: Actor, username: str) -> User:
    """The member of that name whom the actor may ask for something; Invalid, for field `username`, where there is none.

    Nobody can ask whom they are kept apart from by a block, nor a name that nobody has claimed yet.
    """
    try:
        found = members.meant(username.strip().removeprefix("@"))
    except NotFound:
        raise Invalid("no-such-person", "Nobody here has this name.", field="username") from None
    may_be_asked = found.claimed and found.confirmed_at is not None and found.suspended_at is None
    if not may_be_asked or (actor.id is not None and social.are_apart(actor.id, found.id)):
        raise Invalid("person-not-asked", f"@{found.username} cannot be asked.", field="username")
    return found
