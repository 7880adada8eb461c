"""Every view of the room, so that `wiring.py` names one module."""

from byline.admin import invitation_views, member_views, role_views, task_views, views
from byline.admin.blueprint import blueprint

__all__ = ["blueprint", "invitation_views", "member_views", "role_views", "task_views", "views"]
