"""Every address of what is shared, in one table."""

from __future__ import annotations

from byline.statistics.sharing import badge, links, settings_views, stop_views, views
from byline.statistics.sharing.blueprint import blueprint

__all__ = ["blueprint"]

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")
SHARED, SITE = "/shared/<token>", "/sites/<row:site_id>"
SETTINGS = f"{SITE}/settings/sharing"
ROUTES = (
    (SHARED, "show", views.show, GET),
    (SHARED, "unlock", views.unlock, POST),
    (f"{SHARED}/by/<name>", "listing", views.listed, GET),
    (f"{SHARED}/now", "now", views.now, GET),
    (f"{SHARED}/embed", "embed", views.embed, GET),
    (f"{SITE}/badge.svg", "badge", badge.show, GET),
    (SETTINGS, "settings", settings_views.show, BOTH),
    (f"{SETTINGS}/public", "set_public", settings_views.set_public, POST),
    (f"{SETTINGS}/<row:share_id>/revoke", "revoke", settings_views.revoke, POST),
    (f"{SETTINGS}/<row:share_id>/restore", "restore", settings_views.restore, POST),
    (f"{SITE}/settings/mail", "letters", settings_views.letters, BOTH),
    (f"{links.PATH}/<token>", "stop_letters", stop_views.ask, GET),
    (f"{links.PATH}/<token>", "end_letters", stop_views.stop, POST),
)

for rule, endpoint, view, methods in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=methods)
