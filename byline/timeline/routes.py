"""The buttons of the room. The pages around them are in `pages.following`."""

from __future__ import annotations

from flask import Blueprint

from byline.timeline import tag_views

blueprint = Blueprint("timeline", __name__, template_folder="templates")
blueprint.add_url_rule("/tag/<tag>/follow", "follow_tag", tag_views.follow, methods=("POST",))
blueprint.add_url_rule("/tag/<tag>/unfollow", "unfollow_tag", tag_views.unfollow, methods=("POST",))
