"""Every address of likes, in one table."""

from __future__ import annotations

from flask import Blueprint

from byline.reactions import views

blueprint = Blueprint("reactions", __name__, template_folder="templates")

ROUTES = (
    ("/posts/<row:post_id>/like", "like_post", views.like_post),
    ("/posts/<row:post_id>/unlike", "unlike_post", views.unlike_post),
    ("/comments/<row:comment_id>/like", "like_comment", views.like_comment),
    ("/comments/<row:comment_id>/unlike", "unlike_comment", views.unlike_comment),
)

for rule, endpoint, view in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=("POST",))

blueprint.add_url_rule("/@<username>/<slug>/likes", "likers", views.likers)
