"""Members: found by name or address, made by commands and imports, suspended and given roles by administrators."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from itertools import count

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import raiseload

from byline.accounts import roles, rules
from byline.accounts.messages import MemberDescribed
from byline.accounts.models import FormerName, Role, User
from byline.kernel import bus, clock, db
from byline.kernel.errors import Invalid, NotFound

LONGEST_WRITTEN = 200
TAKEN = "This username is taken, or looks like one that is. Choose another one."


def by_username(username: str) -> User | None:
    """The member of that name, in whatever case it is written."""
    if "\0" in username:
        return None  # PostgreSQL does not even ask for such a name.
    return db.session().scalar(select(User).where(User.username_key == rules.username_key(username)))


def meant(written: str, *, even_leaving: bool = False) -> User:
    """The member an address means, in whatever case or width, under this name or a former one; without their role.

    NotFound when there is none, or when they are leaving.
    """
    plain = written if len(written) <= LONGEST_WRITTEN and written.isprintable() else ""
    key = rules.username_key(unicodedata.normalize("NFKC", plain))
    now = select(User).where(User.username_key == key)
    before = select(User).join(FormerName, FormerName.user_id == User.id).where(FormerName.username_key == key)
    found = next(filter(None, (_alone(query) for query in (now, before) if key)), None)
    if found is None or (found.deletion_asked_at is not None and not even_leaving):
        raise NotFound("no-such-member", "Nobody here has this name.")
    return found


def _alone(query: Select[User]) -> User | None:
    return db.session().scalar(query.options(raiseload(User.role)))


def by_email(address: str) -> User | None:
    """The member whose address this is, in whatever case it is written."""
    written = rules.email_of(address)
    return db.session().scalar(select(User).where(User.email == written)) if written else None


def is_taken(username: str) -> bool:
    """Whether a name, or one that looks like it, is in use or was somebody's before."""
    key = rules.username_key(username)
    like_it = or_(User.username_key == key, User.username_skeleton == rules.username_skeleton(username))
    if db.session().scalar(select(User.id).where(like_it).limit(1)) is not None:
        return True
    return db.session().get(FormerName, key) is not None


def add(username: str, *, role: Role | None = None, **columns: object) -> User:
    """Make a member's row; Invalid, with the field, when somebody else was faster with this name.

    The username was checked before; only the database can say who came first.
    """
    given = {
        "fs_uniquifier": secrets.token_hex(16),
        "member_since": clock.now(),
        "role": role or roles.default(),
        "username": username,
        "username_key": rules.username_key(username),
        "username_skeleton": rules.username_skeleton(username),
    }
    member = User(**(given | columns))
    try:
        with db.session().begin_nested():
            db.session().add(member)
            db.session().flush()
    except IntegrityError as error:
        raise Invalid("username-taken", TAKEN, field="username") from error
    bus.publish(MemberDescribed(member.id))
    return member


def make_unclaimed(name: str, *, username: str = "", member_since: datetime | None = None) -> User:
    """An account for an author whom nobody has claimed: it shows their posts and cannot log in.

    `username` is a wish; the nearest allowed and free name is taken. Command line only, so nobody's right is asked.
    """
    wished = next(wish for wish in _wishes(username or name) if not rules.wrong_with_username(wish))
    free = next(wish for wish in _numbered(wished) if not is_taken(wish))
    now = clock.now()
    return add(free, name=name.strip()[:64], claimed=False, member_since=member_since or now, vouched_at=now)


def _wishes(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"[._-]*[^A-Za-z0-9._-]+[._-]*", "-", folded.replace("'", "")).lstrip("0123456789._-").rstrip("._-")
    plain = re.sub(r"[._-]{2,}", "-", plain)[:40].rstrip("._-")
    yield plain.casefold() if plain != text else plain
    yield f"{plain.casefold()}-writes"
    yield "author"


def _numbered(wished: str) -> Iterator[str]:
    yield wished
    for number in count(2):
        yield f"{wished[:56]}-{number}"
