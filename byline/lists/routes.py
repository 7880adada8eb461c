"""Every address of bookmarks and reading lists where something is changed, in one table."""

from __future__ import annotations

from flask import Blueprint

from byline.lists import bookmark_views, views

blueprint = Blueprint("lists", __name__, template_folder="templates")

POST, BOTH = ("POST",), ("GET", "POST")
ROUTES = (
    ("/posts/<row:post_id>/bookmark", "bookmark", bookmark_views.bookmark, POST),
    ("/posts/<row:post_id>/unbookmark", "unbookmark", bookmark_views.unbookmark, POST),
    ("/posts/<row:post_id>/lists", "choose", views.choose, BOTH),
    ("/lists/new", "new", views.new, BOTH),
    ("/lists/<row:list_id>/edit", "edit", views.edit, BOTH),
    ("/lists/<row:list_id>/publish", "publish", views.publish, POST),
    ("/lists/<row:list_id>/take-back", "take_back", views.take_back, POST),
    ("/lists/<row:list_id>/hide", "hide", views.hide, POST),
    ("/lists/<row:list_id>/show", "show", views.show, POST),
    ("/lists/<row:list_id>/delete", "delete", views.delete, POST),
    ("/lists/<row:list_id>/posts/<row:post_id>/add", "add", views.add, POST),
    ("/lists/<row:list_id>/posts/<row:post_id>/remove", "remove", views.remove, POST),
    ("/lists/<row:list_id>/posts/<row:post_id>/note", "annotate", views.annotate, POST),
    ("/lists/<row:list_id>/posts/<row:post_id>/move", "move", views.move, POST),
)

for rule, endpoint, view, methods in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=methods)
