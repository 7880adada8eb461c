"""The account engine's place in the application: who a session belongs to."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from byline.accounts.models import User
from byline.kernel import db


def init_app(app: Flask) -> None:
    """Join the account engine to an application."""
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def _load(user_id: str) -> User | None:
        return db.session().get(User, int(user_id)) if user_id.isdecimal() else None
