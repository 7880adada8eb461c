"""Links sent by mail: signed, for one purpose, for a limited time. Nothing is stored; what they name must hold."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum

from flask import current_app
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.errors import DomainError
from byline.web import context


class Purpose(StrEnum):
    """What a link does, and the path in front of its token."""

    CONFIRM = "/auth/confirm"
    RESET = "/auth/reset"
    OBJECT = "/auth/object"
    APPEAL = "/auth/appeal"


LASTS = {
    Purpose.CONFIRM: timedelta(days=3),
    Purpose.RESET: timedelta(hours=1),
    Purpose.OBJECT: timedelta(days=7),
    Purpose.APPEAL: timedelta(days=30),
}


class LinkOver(DomainError):
    """A link that was used, is too old, or never was one."""

    status = 410
    title = "This link no longer works"


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def make(purpose: Purpose, *content: str) -> str:
    """The whole address of a new link."""
    return f"{context.settings_of().url}{purpose}/{_serializer(purpose).dumps(content)}"


def read(purpose: Purpose, token: str) -> list[str]:
    """What a link was made with; LinkOver when it is too old or was not made here for this."""
    try:
        content = _serializer(purpose).loads(token, max_age=int(LASTS[purpose].total_seconds()))
    except SignatureExpired:
        raise LinkOver("link-expired", "This link is too old. Ask for a new one.") from None
    except BadData:
        sentence = "This link is not complete. Open it from the mail once more, or copy all of it."
        raise LinkOver("link-broken", sentence) from None
    return [str(part) for part in content]


def used() -> LinkOver:
    """The refusal of a link that did its work before."""
    return LinkOver("link-used", "This link was used before, or a newer one took its place.")


def state_of(member: User) -> str:
    """A digest that changes with the member's password, so that a link which changes it works once."""
    return hashlib.sha256(f"{member.password}|{member.email}".encode()).hexdigest()[:20]


def _serializer(purpose: Purpose) -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
    return URLSafeTimedSerializer(keys, salt=f"byline {purpose.name}", signer=_Signer)
