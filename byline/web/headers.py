"""Headers that every answer carries: what the browser may load, keep, frame and tell others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response

from byline.web.context import RequestContext

_LOADED_FROM = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
)
CONTENT_SECURITY_POLICY = _LOADED_FROM + "frame-ancestors 'none'"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"

NEVER_KEPT = ("/auth/", "/settings/", "/admin")
"""Pages with tokens, codes and addresses: no cache and no way back to them after logging out."""

FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"
DAILY = "public, max-age=86400, stale-while-revalidate=604800"
"""How long a file may be kept: for ever under an address that names its content, otherwise for five minutes.

The script of measured pages may be kept for a day: other websites name it by an address that never changes.
"""

SHUT_IN = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A drawing that is opened by itself is a document of this site; this policy leaves it nothing to run or to call."""

FOR_EVERY_ANSWER = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", PERMISSIONS),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
OVER_TLS = (("Strict-Transport-Security", "max-age=31536000"),)
FOR_MEMBERS = (("Cache-Control", "private, no-cache"),)
MOVED = (301, 308)
ASKED_ANEW = (("Cache-Control", "no-cache"),)
"""A browser keeps such an answer for ever. When an address gets its former name back, it would go round in a circle."""
NOWHERE_KEPT = (("Cache-Control", "no-store"),)


def framed_by(origins: Sequence[str]) -> Mapping[str, str]:
    """The headers of a page that pages of these checked origins may show in a frame."""
    return {
        "Content-Security-Policy": f"{_LOADED_FROM}frame-ancestors {' '.join(origins)}",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def apply(done: RequestContext, response: Response) -> None:
    """Add them; a view that set one of its own keeps it."""
    added = [*FOR_EVERY_ANSWER, ("X-Request-Id", done.request_id)]
    if done.settings.is_secure:
        added += OVER_TLS
    if done.path.startswith(NEVER_KEPT):
        added += NOWHERE_KEPT
    elif done.actor.is_authenticated:
        added += FOR_MEMBERS
    elif response.status_code in MOVED:
        added += ASKED_ANEW
    # One look at what is there costs a third of asking for each header by itself.
    present = {name.lower() for name, _ in response.headers}
    response.headers.extend(item for item in added if item[0].lower() not in present)
    if done.actor.is_authenticated:
        response.headers.add("Vary", "Cookie")
