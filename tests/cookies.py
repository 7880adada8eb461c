"""Sessions for browsers that talk to a running site: cookies and tokens as the site itself would send them."""

from __future__ import annotations

from typing import Any

from flask import Flask, session
from flask_wtf.csrf import generate_csrf


def signed(app: Flask, cookie: dict[str, Any]) -> str:
    """The session cookie with this content."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps(cookie))


def with_token(app: Flask, cookie: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The cookie of a session that has asked for a form, and that form's token."""
    with app.test_request_context():
        session.update(cookie)
        token = generate_csrf()
        return dict(session), token
