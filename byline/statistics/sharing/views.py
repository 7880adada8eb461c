"""What others see: a link, its lists and its frame, with a password or without."""

from __future__ import annotations

from flask import Response, jsonify, redirect, render_template, request

from byline.analytics import report
from byline.kernel.errors import NotAllowed
from byline.statistics.sharing import looking, password_cookie, queries, service
from byline.statistics.sharing.looking import Look
from byline.statistics.sharing.queries import Shown
from byline.web import headers, throttle

GUESSES = "30 per minute; 200 per hour"
"""Links that do not exist, asked for by one address."""
WRONG_OF_A_LINK = "300 per hour"
"""Wrong passwords of one link, from wherever they come; a browser that was let in stays so."""
NO_LINK = "This link shows nothing. Perhaps it was not copied completely, or it was revoked."
OVER = "This link shows nothing any more. Whoever gave it to you can make a new one."
THEMES = ("light", "dark")


def _found(token: str) -> Shown | None:
    """The link with this secret; whoever tries many that do not exist has to wait."""
    who = ("shared links", throttle.origin())
    throttle.require_left(GUESSES, *who)
    shown = queries.by_token(token)
    if shown is None:
        throttle.count(GUESSES, *who)
    return shown


def _over(shown: Shown | None) -> Response:
    sentence, status = (NO_LINK, 404) if shown is None else (OVER, 410)
    return looking.marked((render_template("statistics/shared_over.html", sentence=sentence), status))


def _is_shut(shown: Shown) -> bool:
    return shown.share.password is not None and not password_cookie.is_there(shown.share)


def show(token: str) -> Response:
    """The dashboard behind a link, or the question for its password."""
    shown = _found(token)
    if shown is None or shown.is_over:
        return _over(shown)
    if _is_shut(shown):
        return _ask()
    look = Look.through(shown.share, shown.site)
    return looking.marked(looking.page(look, "statistics/shared.html"))


@throttle.limit(throttle.CREDENTIALS)
def unlock(token: str) -> Response:
    """Let a browser in whose user knows the password."""
    shown = _found(token)
    if shown is None or shown.is_over:
        return _over(shown)
    tries = ("shared password", str(shown.share.id))
    throttle.require_left(WRONG_OF_A_LINK, *tries)
    if shown.share.password is not None and not service.opens(shown, request.form.get("password", "")):
        throttle.count(WRONG_OF_A_LINK, *tries)
        return _ask("This is not the password of this link.", 400)
    answer = looking.marked(redirect(request.full_path.rstrip("?"), 303))
    if shown.share.password is not None:
        password_cookie.give(answer, shown.share)
    return answer


# Nothing but a look is to be gained: whoever could send this form for somebody knows the link and its password. Without
# a token nobody gets a cookie before they know it too.
unlock.csrf_exempt = True  # type: ignore[attr-defined]


def listed(token: str, name: str) -> Response:
    """One list behind a link in full."""
    shown = _found(token)
    if shown is None or shown.is_over:
        return _over(shown)
    if _is_shut(shown):
        return looking.marked(redirect(f"/shared/{shown.share.token}"))
    return looking.marked(looking.list_page(Look.through(shown.share, shown.site), name))


def now(token: str) -> Response:
    """How many visitors there are now, for the script of a page that stays open."""
    shown = _found(token)
    if shown is None or shown.is_over:
        return _over(shown)
    if _is_shut(shown) or shown.share.filters:
        raise NotAllowed("share-shut", "This link does not tell that.")
    return looking.marked(jsonify(current_visitors=report.current_visitors(shown.site.id)))


def embed(token: str) -> Response:
    """The dashboard for a frame in the websites that a link names, without a cookie and without the bar."""
    shown = _found(token)
    if shown is None or not shown.share.origins or shown.share.password is not None:
        return _over(None)
    frames = headers.framed_by(shown.share.origins)
    theme = request.args.get("theme", "")
    if shown.is_over:
        page = render_template("statistics/frame_over.html", sentence=OVER, theme=theme)
        return looking.marked((page, 410), frames)
    chosen = theme if theme in THEMES else ""
    look = Look.through(shown.share, shown.site, {"theme": [chosen]} if chosen else {})
    return looking.marked(looking.page(look, "statistics/frame.html", theme=chosen, in_frame=True), frames)


def _ask(wrong: str = "", status: int = 200) -> Response:
    """The page that asks for the password; it says no more of the site than the link does."""
    page = render_template("statistics/shared_password.html", wrong=wrong, action=request.full_path.rstrip("?"))
    return looking.marked((page, status))
