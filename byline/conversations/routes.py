"""Every view of the room, so that `wiring.py` names one module."""

from byline.conversations import settings_views, views
from byline.conversations.views import blueprint

__all__ = ["blueprint", "settings_views", "views"]
