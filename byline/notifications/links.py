"""The link in every letter that stops letters of its kind: signed, for ever, for whoever holds the letter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import current_app
from itsdangerous import BadData, Signer

from byline.accounts.links import LinkOver
from byline.accounts.models import User
from byline.kernel import db
from byline.notifications.models import Kind, Pace
from byline.web import context

PATH = "/auth/unsubscribe"
SCOPES = frozenset({*map(str, Kind), str(Pace.DAILY), str(Pace.WEEKLY)})


def stop_link(member: User, scope: str) -> str:
    """The whole address at which letters of a scope (a kind, or a pace) to the member are stopped."""
    return f"{context.settings_of().url}{PATH}/{_signer().sign(_named(member, scope)).decode()}"


def one_click(link: str) -> Mapping[str, str]:
    """The headers that let a mail program stop letters by itself (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read(token: str) -> tuple[User, str]:
    """The member and the scope that a link was made for; LinkOver when it was not made here or they are gone."""
    try:
        named = _signer().unsign(token).decode()
    except (BadData, UnicodeError):
        raise _broken() from None
    number, scope, _ = named.split(".")
    member = db.session().get(User, int(number))
    # A number may be given to another member once this one is gone.
    if member is None or scope not in SCOPES or _named(member, scope) != named:
        raise _broken()
    return member, scope


def _named(member: User, scope: str) -> str:
    return f"{member.id}.{scope}.{int(member.member_since.timestamp())}"


def _broken() -> LinkOver:
    sentence = "This link is not complete. Open it from the mail once more, or copy all of it."
    return LinkOver("link-broken", sentence)


def _signer() -> Signer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
    return Signer(keys, salt="byline letters", digest_method=hashlib.sha256)
