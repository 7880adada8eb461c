"""Every address of writing, in one table."""

from __future__ import annotations

from flask import Blueprint

from byline.posts import history_views, studio_views, writing_views

blueprint = Blueprint("posts", __name__, template_folder="templates")

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")
ROUTES = (
    ("/write", "write", writing_views.write, BOTH),
    ("/write/autosave", "autosave_new", writing_views.autosave_new, POST),
    ("/write/<row:post_id>/autosave", "autosave", writing_views.autosave, POST),
    ("/write/<row:post_id>/discard", "discard", writing_views.discard, POST),
    ("/write/<row:post_id>/state", "change_state", studio_views.change_state, POST),
    ("/write/<row:post_id>/bring-back", "bring_back", studio_views.bring_back, POST),
    ("/write/<row:post_id>/delete-for-good", "delete_for_good", studio_views.delete_for_good, POST),
    ("/preview", "preview", writing_views.preview, POST),
    ("/drafts", "drafts", studio_views.drafts, GET),
    ("/@<username>/<slug>/edit", "edit", writing_views.edit, BOTH),
    ("/@<username>/<slug>/history", "history", history_views.history, GET),
    ("/@<username>/<slug>/history/<row:number>", "revision", history_views.revision, GET),
    ("/@<username>/<slug>/history/<row:number>/restore", "restore", history_views.restore, POST),
    ("/@<username>/<slug>/delete", "delete", studio_views.delete, BOTH),
)

for rule, endpoint, view, methods in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=methods)
