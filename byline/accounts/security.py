"""The account engine, Flask-Security: whose session it is, one-time codes, recovery codes.

Its views stay out: they settle their own transactions, confirm an address by a GET and need Principal's hook. Ours
are thin and call its functions.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, cast

from flask import Flask, current_app
from flask_security import Security
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.totp import Totp

from byline.accounts import sessions
from byline.accounts.models import Role, User, WebAuthnCredential
from byline.kernel import db

RECOVERY_CODES = 10


class Members(SQLAlchemyUserDatastore):
    """Where the engine finds members: in the unit of work under way, which only the hooks settle."""

    def commit(self) -> None:
        """Send what is pending to the database, and leave the decision to whoever opened the unit of work."""
        db.session().flush()


class OneUseTotp(Totp):
    """Codes of an authenticator app, each of which works once (RFC 6238, section 5.2)."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the last code that was used."""
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note that this time step is used up."""
        user.tf_last_counter = tmatch.counter


class _CurrentSession:
    @property
    def session(self) -> Any:
        return db.session()


def init_app(app: Flask) -> None:
    """Join the account engine to an application."""
    app.config.update(_config(app))
    models: tuple[Any, ...] = (User, Role, WebAuthnCredential)
    datastore = Members(cast(Any, _CurrentSession()), *models)
    engine = Security(app, datastore, register_blueprint=False, totp_cls=OneUseTotp)
    engine.login_manager.user_loader(sessions.member_of)
    engine.login_manager.request_loader(None)
    # A phone changes its address and a browser its version; the session's row is what ends a session here.
    engine.login_manager.session_protection = None
    _keep_hooks_in_one_place(app, engine)


def _config(app: Flask) -> dict[str, object]:
    return {
        # Passwords are hashed in passwords.py, which the command line needs without an application.
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        # The engine encrypts with the highest number. Keys are told oldest first, so each keeps its number for ever.
        "SECURITY_TOTP_SECRETS": {
            str(number): key.hex() for number, key in enumerate(_derived_keys(app, "one-time codes"), 1)
        },
        "SECURITY_TOTP_ISSUER": "Byline",  # What apps are shown is in two_factor.py: the name may change meanwhile.
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [
            base64.urlsafe_b64encode(key) for key in reversed(_derived_keys(app, "recovery codes"))
        ],
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }


def _derived_keys(app: Flask, purpose: str) -> list[bytes]:
    """What the signing keys become for one purpose, the key of today last."""
    keys = [*app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"]]
    return [hmac.digest(key.encode(), f"byline {purpose}".encode(), hashlib.sha256) for key in keys]


def _keep_hooks_in_one_place(app: Flask, engine: Any) -> None:
    """Take back what comes with the engine; hooks.py alone says what runs when.

    Flask-Principal would load the member before the request's transaction is open, for needs nobody here asks about;
    Flask-Login would look after a second, long-lived cookie, where a session that lasts has the same effect.
    """
    app.before_request_funcs[None].remove(engine.principal._on_before_request)
    app.after_request_funcs[None].remove(engine.login_manager._update_remember_cookie)


def engine() -> Any:
    """The engine of the current application."""
    return current_app.extensions["security"]
