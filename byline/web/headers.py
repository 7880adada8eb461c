"""Headers that every answer carries: what the browser may load, keep, frame and tell others."""

from __future__ import annotations

from flask import Response, request

from byline.web.context import RequestContext

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"

NEVER_KEPT = ("/auth/", "/settings/", "/admin")
"""Pages with tokens, codes and addresses: no cache and no way back to them after logging out."""


def apply(done: RequestContext, response: Response) -> None:
    """Add them; a view that set one of its own keeps it."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("X-Request-Id", done.request_id)
    if done.settings.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.path.startswith(NEVER_KEPT):
        headers.setdefault("Cache-Control", "no-store")
    if done.actor.is_authenticated:
        headers.setdefault("Cache-Control", "private, no-cache")
        headers.add("Vary", "Cookie")
