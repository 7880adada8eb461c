"""Cross-site request forgery: every unsafe request carries a token of its session, checked by the hooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask, current_app, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup, escape

from byline.web import context
from byline.web.context import RequestContext

extension = CSRFProtect()
SIGNED_FOR_SECONDS = 1800
_OPEN = Markup("<!--form token-->")
"""No text of members can hold it: the sanitiser takes comments out, and elsewhere it would be escaped."""


def init_app(app: Flask) -> None:
    """Prepare the extension; the check itself is a step in hooks.py, not a hook of the extension."""
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", 12 * 3600)
    # The Referer check needs headers that privacy settings drop; Origin and the token are enough.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    extension.init_app(app)
    app.jinja_env.globals.update(csrf_field=csrf_field, form_token=token)


def check() -> None:
    """Raise CSRFError for this unsafe request when it has no valid token, except to views that were exempted."""
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    if request.endpoint is None or _is_exempt(request.endpoint):
        return
    extension.protect()


def _is_exempt(endpoint: str) -> bool:
    view = current_app.view_functions[endpoint]
    return bool(getattr(view, "csrf_exempt", False))


def token() -> str:
    """The token of the session under way, signed anew at most every half hour where nothing else changes."""
    here = context.current()
    if here.form_token is None or here.form_token[0] != session.get("csrf_token"):
        signed = _signed(here)
        # Signing may give the session the secret that it signs.
        here.form_token = session.get("csrf_token"), signed
    return here.form_token[1]


def _signed(here: RequestContext) -> str:
    known = session.get("csrf_token")
    if known is None:
        return str(generate_csrf())
    half_hour = int(here.started_at.timestamp() // SIGNED_FOR_SECONDS)
    return str(context.memory().remember(("form token", known, half_hour), generate_csrf))


def csrf_field() -> Markup:
    """The hidden input every form carries."""
    if context.current().leaves_tokens_open:
        return _OPEN
    return Markup(f'<input type="hidden" name="csrf_token" value="{escape(token())}">')  # noqa: S704  (escaped)


@contextmanager
def left_open() -> Iterator[None]:
    """Draw forms for everybody: in the block their token is left open, and `filled_in` for whoever reads them."""
    here = context.current()
    before, here.leaves_tokens_open = here.leaves_tokens_open, True
    try:
        yield
    finally:
        here.leaves_tokens_open = before


def parted(drawn: str) -> tuple[str, ...]:
    """What was drawn with its token left open, in the parts between which it belongs."""
    return tuple(drawn.split(_OPEN))


def filled_in(parts: Sequence[str]) -> Markup:
    """The same with the token of the session under way. Only joining costs no search through a long text."""
    return Markup(str(csrf_field()).join(parts) if len(parts) > 1 else parts[0])  # noqa: S704  (drawn by our templates)
