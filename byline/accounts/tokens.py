"""Secrets that open something by themselves: the browser or the mail has them, the database only their digests."""

from __future__ import annotations

import hashlib
import secrets


def new(size_bytes: int = 24) -> str:
    """A fresh one, which stands in addresses and cookies as it is."""
    return secrets.token_urlsafe(size_bytes)


def digest_of(token: str) -> str:
    """What the database keeps of one, so that a copy of it opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
