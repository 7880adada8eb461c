"""One table from refusals to answers: a page for people, RFC 9457 JSON for programs; never a traceback."""

from __future__ import annotations

import structlog
from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel.errors import DomainError, NotAuthenticated, TooMany, Unavailable

log = structlog.get_logger()

SENTENCES = {
    400: ("bad-request", "Byline could not read this request."),
    401: ("log-in-first", "Log in to see this page."),
    403: ("not-permitted", "Your account may not do this."),
    404: ("not-found", "There is nothing at this address. It may have moved, or the link may have a typing mistake."),
    405: ("wrong-method", "This address does not answer this kind of request."),
    406: ("not-acceptable", "Byline has no answer in the form that was asked for."),
    413: ("too-large", "That was more than Byline takes at once. Make it smaller and send it again."),
    414: ("address-too-long", "This address is longer than Byline reads."),
    415: ("wrong-type", "Byline does not take this type of content here."),
    429: ("too-many", "That was too often in a short time. Wait a little and try again."),
    431: ("headers-too-large", "The request's headers are longer than Byline reads."),
    500: ("broken", "Something broke on our side. Nothing you saved before is lost, and the fault is in the log."),
    503: ("unavailable", "Byline cannot reach something it needs right now. Try again in a moment."),
}
DATABASE_AWAY = (OperationalError, InterfaceError, NoConnectionFree)
"""What SQLAlchemy raises when the database cannot be asked, or not soon enough."""
KEPT_BYTES = 1_500_000
NEVER_SHOWN = ("csrf_token", "password", "password_confirm", "new_password", "new_password_confirm", "code")
TEXTS = ("body", "about")
"""Fields that hold what nobody wants to write twice."""
PASSING = {
    401: "You are logged out. Nothing is lost: log in in another window, then send this again.",
    429: "That was too often in a short time. Nothing is lost: wait a little and send it again.",
    503: "The database is busy, full or away. Nothing is lost or half-saved: wait a little and send it again.",
}
"""Refusals that have nothing to do with the text that was sent: the same form may succeed later."""


def init_app(app: Flask) -> None:
    """Answer every kind of failure in one way."""
    app.register_error_handler(DomainError, respond)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_refusal)
    for away in DATABASE_AWAY:
        app.register_error_handler(away, database_away)
    app.register_error_handler(Exception, _broken)


def wants_json() -> bool:
    """Whether the caller asked for JSON rather than a page."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return (
        best is not None and "json" in best and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]
    )


def respond(error: DomainError) -> Response:
    """The answer to a refusal: a redirect to the log-in page for a stranger, else a page or JSON with its status."""
    if isinstance(error, NotAuthenticated) and not wants_json() and request.method in ("GET", "HEAD"):
        return make_response(redirect(url_for("accounts.login", next=request.full_path.rstrip("?"))))
    response = _text_back(error.status) or _answer(error.status, error.title, error.code, error.message, error.fields)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def stale_form(_error: CSRFError) -> AnyResponse:
    """A form whose token ran out: what was typed comes back, ready to be sent again.

    Only for a form that no other site sent (`Sec-Fetch-Site`, or `Origin`); a foreign page gets a plain refusal.
    The header tells scripts of ours, whatever they asked for, to take a fresh token and send the form once more.
    """
    sentence = "This page was open for too long to be sent safely. Nothing is lost: look it over and send it again."
    is_told = wants_json() or not _from_here()
    answer = (
        _answer(400, "Please send that again", "stale-form", sentence, {}) if is_told else _form_back(400, sentence)
    )
    answer.headers["Byline-Refusal"] = "stale-form"
    return answer


def _text_back(status: int) -> Response | None:
    """The form with a text in it that a passing refusal would lose; None where there is none."""
    has_text = request.method == "POST" and any(request.form.get(name, "").strip() for name in TEXTS)
    if status not in PASSING or not has_text or wants_json() or not _from_here():
        return None
    return _form_back(status, PASSING[status])


def _form_back(status: int, sentence: str) -> Response:
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_SHOWN]
    if sum(len(value) for _, value in kept) > KEPT_BYTES:
        kept = []
    page = render_template("stale_form.html", kept=kept, sentence=sentence, action=request.full_path.rstrip("?"))
    return make_response(page, status)


def _from_here() -> bool:
    """Whether no browser says that another site sent this form; a program names no site at all."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    sent = request.headers.get("Origin", request.headers.get("Referer"))
    return sent is None or f"{sent.rstrip('/')}/".startswith(request.host_url)


def http_refusal(error: HTTPException) -> AnyResponse:
    """The answer to a refusal of the framework."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    code, sentence = SENTENCES.get(status, ("refused", error.description or "That did not work."))
    response = _answer(status, error.name, code, sentence, {})
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def database_away(error: SQLAlchemyError) -> AnyResponse:
    """The answer while the database cannot be asked."""
    cause = getattr(error, "orig", None) or error
    log.error("database away", error=type(cause).__name__, reason=str(cause)[:200])
    sentence = "The database is busy, full or away. Nothing was half-saved; try again in a moment."
    response = respond(Unavailable("database-away", sentence))
    response.headers["Retry-After"] = "5"
    return response


def _broken(error: Exception) -> AnyResponse:
    log.error("unhandled", exc_info=error)
    code, sentence = SENTENCES[500]
    try:
        return _answer(500, "Something broke", code, sentence, {})
    except Exception:  # noqa: BLE001  (the page itself is what broke)
        return Response(sentence, 500, content_type="text/plain; charset=utf-8")


def _answer(status: int, title: str, code: str, sentence: str, fields: dict[str, str]) -> Response:
    if wants_json():
        problem = {"type": "about:blank", "title": title, "status": status, "detail": sentence, "code": code}
        response = jsonify(problem | ({"errors": fields} if fields else {}))
        response.content_type = "application/problem+json"
        response.status_code = status
        return response
    page = render_template("error.html", status=status, title=title, sentence=sentence, code=code)
    return make_response(page, status)
