"""Every view of the room, so that `wiring.py` names one module."""

from byline.notifications import settings_views, unsubscribe_views, views
from byline.notifications.blueprint import blueprint

__all__ = ["blueprint", "settings_views", "unsubscribe_views", "views"]
