"""Cookies as the site itself would send them."""

from __future__ import annotations

from typing import Any

from flask import Flask


def signed(app: Flask, cookie: dict[str, Any]) -> str:
    """The session cookie with this content."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps(cookie))
