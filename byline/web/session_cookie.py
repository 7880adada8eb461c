"""Flask's signed session cookie, for a site that is sent the same few cookies again and again."""

from __future__ import annotations

import time
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import SignatureExpired, URLSafeTimedSerializer

from byline.web.shelf import Shelf

BYTES_KEPT = 2 * 1024 * 1024
LARGER_IN_MEMORY = 8
"""How much more room a session takes than its cookie, roughly."""
UNCHANGING = (str, int, float, bool, type(None))

Known = Shelf[str | bytes, tuple[dict[str, Any], datetime]]


class RememberingSerializer(URLSafeTimedSerializer):
    """Checks a cookie's signature and unpacks it once, then knows it. Whether it is too old is asked every time."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._known: Known = Shelf(BYTES_KEPT)

    def loads(  # type: ignore[override]
        self,
        s: str | bytes,
        max_age: int | None = None,
        return_timestamp: bool = False,
        salt: str | bytes | None = None,
    ) -> Any:
        """What was signed, as a copy of its own; BadSignature or SignatureExpired like the library's."""
        known = self._known.get(s) if salt is None else None
        if known is None:
            known = super().loads(s, max_age=max_age, return_timestamp=True, salt=salt)
            self._remember(s, known)
        payload, signed_at = known
        if max_age is not None and not 0 <= int(time.time()) - signed_at.timestamp() <= max_age:
            raise SignatureExpired("The cookie is too old.", payload=s, date_signed=signed_at)
        copy = dict(payload)
        return (copy, signed_at) if return_timestamp else copy

    def _remember(self, cookie: str | bytes, known: tuple[dict[str, Any], datetime]) -> None:
        # A session that holds a list, as one with messages to show does, could be changed through the copy.
        if all(isinstance(value, UNCHANGING) for value in known[0].values()):
            self._known.put(cookie, known, LARGER_IN_MEMORY * len(cookie))


class SessionCookie(SecureCookieSessionInterface):
    """The session interface of one application, whose keys do not change while it runs."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    @cached_property
    def _serializer(self) -> URLSafeTimedSerializer:
        config = self._app.config
        return RememberingSerializer(
            [*(config["SECRET_KEY_FALLBACKS"] or ()), config["SECRET_KEY"]],
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002  (Flask's name)
        """What signs and reads the cookie."""
        return self._serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie when the session changed; a page that only reads it says no more than that it varies."""
        if session.modified or response.headers.get("Vary") != "Cookie":
            super().save_session(app, session, response)
