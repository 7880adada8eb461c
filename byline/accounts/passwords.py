"""Passwords: hashed with Argon2id, compared in the same time whether or not there is anything to compare with."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import flask_security

from byline.accounts import attempts, rules
from byline.accounts.models import User
from byline.kernel.errors import Invalid

RESTING = "There were too many wrong tries. Wait a quarter of an hour, or choose a new password by mail."


def hashed(written: str) -> str:
    """What the database keeps of a password."""
    made: str = flask_security.hash_password(rules.normal_password(written))
    return made


def choose(written: str, repeated: str, *, username: str, email: str, field: str = "password") -> str:
    """The hash of a new password that was typed twice; Invalid, with the field, when it must not be used."""
    wrong = rules.wrong_with_password(written, username=username, email=email)
    if wrong:
        raise Invalid("password-weak", wrong, field=field)
    if written != repeated:
        raise Invalid("password-repeated-wrong", "The two passwords differ.", field=f"{field}_confirm")
    return hashed(written)


def matches(member: User | None, written: str) -> bool:
    """Whether this is the member's password. One hash is computed in any case, also without a member.

    A stored hash that was made with older parameters is renewed on the way.
    """
    password = rules.normal_password(written)
    usable = 0 < len(password) <= rules.LONGEST_PASSWORD and "\0" not in password
    if member is None or not member.password or not usable:
        flask_security.verify_password("a password nobody has", _nobodys_hash())
        return False
    return bool(flask_security.verify_and_update_password(password, cast(Any, member)))


@cache
def _nobodys_hash() -> str:
    made: str = flask_security.hash_password("another password nobody has")
    return made


def require(member: User, written: str) -> None:
    """Raise Invalid, with the field, unless this is the member's password: asked before what a thief would do first."""
    if attempts.is_resting(member):
        flask_security.verify_password("a password nobody has", _nobodys_hash())
        raise Invalid("too-many-wrong", RESTING, field="password")
    if not matches(member, written):
        attempts.note_failure(member)
        raise Invalid("password-wrong", "This is not your password.", field="password")
    attempts.forget(member)
