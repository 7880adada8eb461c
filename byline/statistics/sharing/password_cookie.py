"""The cookie of a browser in which the password of a link was typed: signed, for half a day, for that link alone."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadData, TimestampSigner

from byline.kernel import clock
from byline.statistics.sharing.models import Share
from byline.web import context

LASTS = timedelta(hours=12)


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def is_there(share: Share) -> bool:
    """Whether this browser was let in, with the password that the link has now."""
    sent = request.cookies.get(_name(share), "")
    try:
        return _signer().unsign(sent, max_age=int(LASTS.total_seconds())).decode() == _opened(share)
    except (BadData, UnicodeError):
        return False


def give(response: Response, share: Share) -> None:
    """Let this browser in."""
    response.set_cookie(
        _name(share),
        _signer().sign(_opened(share)).decode(),
        max_age=LASTS,
        path=f"/shared/{share.token}",
        secure=context.settings_of().is_secure,
        httponly=True,
        samesite="Lax",
    )


def _name(share: Share) -> str:
    return f"shared_{share.id}"


def _opened(share: Share) -> str:
    return f"{share.id}.{hashlib.sha256((share.password or '').encode()).hexdigest()[:20]}"


def _signer() -> TimestampSigner:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
    return _Signer(keys, salt="byline shared link", digest_method=hashlib.sha256)
