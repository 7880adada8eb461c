"""Every view of the room, so that `wiring.py` names one module."""

from byline.admin import (
    invitation_views,
    member_views,
    page_views,
    role_views,
    site_views,
    task_views,
    undelivered_views,
    views,
)
from byline.admin.blueprint import blueprint

__all__ = [
    "blueprint",
    "invitation_views",
    "member_views",
    "page_views",
    "role_views",
    "site_views",
    "task_views",
    "undelivered_views",
    "views",
]
