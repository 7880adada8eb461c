"""Every address of comments, in one table."""

from __future__ import annotations

from flask import Blueprint

from byline.comments import deciding_views, listing_views, reading_views, writing_views

blueprint = Blueprint("comments", __name__, template_folder="templates")

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")
THREAD = "/@<username>/<slug>/comments"
ONE = f"{THREAD}/<row:comment_id>"
ROUTES = (
    (THREAD, "thread", reading_views.thread, GET),
    (THREAD, "write", writing_views.write, POST),
    (f"{THREAD}/close", "close", deciding_views.close, POST),
    (f"{THREAD}/open", "reopen", deciding_views.reopen, POST),
    (ONE, "conversation", reading_views.conversation, GET),
    (f"{ONE}/history", "history", reading_views.history, GET),
    (f"{ONE}/edit", "edit", writing_views.edit, BOTH),
    (f"{ONE}/delete", "delete", writing_views.delete, BOTH),
    (f"{ONE}/hide", "hide", deciding_views.hide, BOTH),
    (f"{ONE}/approve", "approve", deciding_views.approve, POST),
    (f"{ONE}/restore", "restore", deciding_views.restore, POST),
    ("/comments", "waiting", listing_views.waiting, GET),
    ("/@<username>/comments", "of_member", listing_views.of_member, GET),
)

for rule, endpoint, view, methods in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=methods)
