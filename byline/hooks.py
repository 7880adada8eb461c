"""The life of one request, in order. Nobody else registers functions that run before or after a view.

Before the view: context → body → session → who is it → waiting gate → throttle → CSRF. After it: settle → mark as
seen → headers → one log line. At teardown: close. `docs/lifecycle.md` tells the same story for newcomers.
"""

from __future__ import annotations

import re
import time

import structlog
from flask import Flask, Response, current_app, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from byline.accounts import identity
from byline.kernel.errors import NotFound, Unavailable
from byline.web import bodies, context, csrf, errors, headers, pagecache, throttle

log = structlog.get_logger()
LINK_WITH_SECRET = re.compile(
    r"^(/auth/(?:appeal|confirm|first|letters|object|reset|unsubscribe)/|/shared/).+", re.DOTALL
)
NEEDS_NOTHING = frozenset(
    {
        "static",
        "accounts.avatar",
        "assets.show",
        "assets.accent",
        "assets.favicon",
        "assets.beacon",
        "assets.experiment",
        "ops.health",
        "ops.metrics",
        "media.show",
    }
)
"""Endpoints answered without a session and without asking who it is."""


def init_app(app: Flask) -> None:
    """Register the three hooks."""
    app.before_request(before_view)
    app.after_request(after_view)
    app.teardown_request(close)


def before_view() -> AnyResponse | None:
    """Run every step before the view, in order; a step that answers ends the way there."""
    begun = context.begin(current_app)
    if begun.endpoint in NEEDS_NOTHING:
        return None
    if "\0" in begun.path:
        # Nothing has this letter in its address; PostgreSQL would even refuse to look for it.
        raise NotFound
    bodies.apply(begun)
    writes = not begun.only_reads
    if writes:
        bodies.receive(begun)
    begun.session = begun.database.open(write=writes)
    gate = _waiting_gate(begun, identity.recognise(begun))
    if gate is None and writes:
        throttle.check()
        csrf.check()
    return gate


def _waiting_gate(begun: context.RequestContext, found: identity.Recognised | None) -> AnyResponse | None:
    """Keep a member who must confirm an address, or who is leaving, to the page that says so."""
    room = identity.waiting_room(begun, found)
    return redirect(url_for(room)) if room else None


def after_view(response: Response) -> Response:
    """Run every step after the view. Flask also comes here with the answer to an unhandled error."""
    done = context.begun()
    if done is None:
        return response
    response = _settle(done, response)
    if done.seen_due:
        identity.mark_seen(done)
    headers.apply(done, response)
    _keep_for_strangers(done, response)
    _log(done, response)
    return response


def _settle(done: context.RequestContext, response: Response) -> Response:
    """Commit a change that succeeded, roll back everything else, then run what must outlive a refusal."""
    if done.session is None:
        return response
    try:
        if not done.only_reads and response.status_code < 400:
            done.session.commit()
        else:
            done.session.rollback()
    except SQLAlchemyError as error:
        log.error("commit failed", error=type(error).__name__, reason=str(getattr(error, "orig", None))[:200])
        done.session.rollback()
        sentence = "Saving failed: the database is busy, full or away. Nothing was half-saved; try again in a moment."
        response = errors.respond(Unavailable("not-saved", sentence))
    done.database.run_afterwards(done.session)
    return response


def _keep_for_strangers(done: context.RequestContext, response: Response) -> None:
    """Give a page that is the same for every stranger its validators, and keep it."""
    if done.public_version is None or response.status_code != 200 or response.is_streamed:
        return
    if "Set-Cookie" in response.headers or done.method not in ("GET", "HEAD"):
        return
    if not pagecache.validate(response):
        return
    if done.method == "GET":
        context.page_cache_of().keep(response, done)
    response.make_conditional(request)


def _log(done: context.RequestContext, response: Response) -> None:
    milliseconds = round((time.perf_counter_ns() - done.started_ns) / 1e6, 1)
    log.info(
        "request",
        id=done.request_id,
        method=done.method,
        path=LINK_WITH_SECRET.sub(r"\1…", done.path),
        status=response.status_code,
        ms=milliseconds,
        actor=done.actor.id or "-",
    )


def close(_error: BaseException | None) -> None:
    """Give the session back, whatever happened; what was not committed is gone."""
    done = context.begun()
    if done is None:
        return
    if done.session is not None:
        done.database.close(done.session)
        done.session = None
    context.end(done)
