"""Passwords: hashed with Argon2id, compared in the same time whether or not there is anything to compare with."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from byline.accounts import attempts, rules
from byline.accounts.models import User
from byline.kernel.errors import Invalid

# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane; about 30 ms on a small server.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
RESTING = "There were too many wrong tries. Wait a quarter of an hour, or choose a new password by mail."


def hashed(written: str) -> str:
    """What the database keeps of a password."""
    return HASHER.hash(rules.normal_password(written))


def choose(written: str, repeated: str, *, username: str, email: str, field: str = "password") -> str:
    """The hash of a new password that was typed twice; Invalid, with the field, when it must not be used."""
    wrong = rules.wrong_with_password(written, username=username, email=email)
    if wrong:
        raise Invalid("password-weak", wrong, field=field)
    if written != repeated:
        raise Invalid("password-repeated-wrong", "The two passwords differ.", field=f"{field}_confirm")
    return hashed(written)


def matches(member: User, written: str) -> bool:
    """Whether this is the member's password. A stored hash that was made with older parameters is renewed."""
    if not fits(member, written):
        return False
    renew(member, written)
    return True


def fits(member: User | None, written: str) -> bool:
    """Whether this is the member's password; changes nothing. One hash is computed in any case, also for nobody."""
    password = rules.normal_password(written)[: rules.LONGEST_PASSWORD + 1]
    if member is None or not member.password:
        verifies(_nobodys_hash(), password)
        return False
    return verifies(member.password, password)


def renew(member: User, written: str) -> None:
    """Hash the right password anew if its stored hash was made with older parameters."""
    if member.password and HASHER.check_needs_rehash(member.password):
        member.password = hashed(written)


def verifies(stored: str, password: str) -> bool:
    """Whether a stored hash was made of this password, in the form that `rules.normal_password` gives it."""
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return HASHER.hash("a password that nobody has")


def require(member: User, written: str) -> None:
    """Raise Invalid, with the field, unless this is the member's password: asked before what a thief would do first."""
    if attempts.is_resting(member):
        fits(None, written)
        raise Invalid("too-many-wrong", RESTING, field="password")
    if not matches(member, written):
        attempts.note_failure(member)
        raise Invalid("password-wrong", "This is not your password.", field="password")
    attempts.forget(member)
