"""Addresses of spammers, with which no account is made again. Only a keyed digest is kept, which names nobody."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app
from sqlalchemy import delete, select

from byline.accounts.models import BarredAddress, User
from byline.kernel import clock, db


def bar(member: User) -> None:
    """Take no new account with the addresses of this member, until `let_back`."""
    digests = {_digest(address, _keys()[0]) for address in (member.email, member.pending_email) if address}
    rows = [{"digest": one, "user_id": member.id, "barred_at": clock.now()} for one in sorted(digests)]
    if rows:
        db.session().execute(db.insert_into(BarredAddress).values(rows).on_conflict_do_nothing())


def let_back(member_id: int) -> None:
    """Forget what was kept about the addresses of this member."""
    db.session().execute(delete(BarredAddress).where(BarredAddress.user_id == member_id))


def is_barred(address: str) -> bool:
    """Whether a spammer had the address, with whatever label behind a plus sign."""
    known = select(BarredAddress.digest).where(BarredAddress.digest.in_([_digest(address, key) for key in _keys()]))
    return db.session().scalar(known.limit(1)) is not None


def _digest(address: str, key: str) -> str:
    name, _, place = address.casefold().rpartition("@")
    plain = f"{name.partition('+')[0]}@{place}"
    return hmac.new(key.encode(), b"byline barred address\0" + plain.encode(), hashlib.sha256).hexdigest()


def _keys() -> list[str]:
    """The site's signing keys, the present one first, so that what an earlier one marked is known too."""
    return [str(current_app.secret_key), *current_app.config["SECRET_KEY_FALLBACKS"]]
