"""Every view of the room, so that `wiring.py` names one module."""

from byline.accounts import avatars, leaving_views, profile_views
from byline.accounts.blueprint import blueprint

__all__ = ["avatars", "blueprint", "leaving_views", "profile_views"]
