"""Every address of moderation, in one table."""

from __future__ import annotations

from flask import Blueprint

from byline.moderation import answer_views, log_views, queue_views, report_views

blueprint = Blueprint("moderation", __name__, template_folder="templates")

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")
THING = "<any(post, comment, member, message):kind>/<row:subject_id>"
ROUTES = (
    (f"/report/{THING}", "report", report_views.report, BOTH),
    ("/moderation", "waiting", queue_views.waiting, GET),
    (f"/moderation/{THING}", "look", queue_views.look, GET),
    (f"/moderation/{THING}/act", "act", queue_views.act, POST),
    ("/moderation/all", "act_on_all", queue_views.act_on_all, POST),
    ("/moderation/decisions/<row:decision_id>/undo", "undo", queue_views.undo, POST),
    ("/moderation/decisions/<row:decision_id>/settle", "settle", queue_views.settle, POST),
    ("/moderation/batches/<batch>/undo", "undo_all", queue_views.undo_all, POST),
    ("/moderation/comments", "comments", log_views.comments, GET),
    ("/moderation/log", "log", log_views.entries, GET),
    ("/moderation/spam", "spam", log_views.spam, GET),
    ("/moderation/invitations", "invitations", log_views.invitations, GET),
    ("/decisions/<row:decision_id>", "decision", answer_views.decision, BOTH),
    ("/auth/appeal/<token>", "appeal", answer_views.appeal, BOTH),
)

for rule, endpoint, view, methods in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=methods)
