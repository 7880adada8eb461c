"""Every view of the room, so that `wiring.py` names one module."""

from byline.accounts import (
    avatars,
    credential_views,
    leaving_views,
    log_in_views,
    profile_views,
    registration_views,
    security_views,
)
from byline.accounts.blueprint import blueprint

__all__ = [
    "avatars",
    "blueprint",
    "credential_views",
    "leaving_views",
    "log_in_views",
    "profile_views",
    "registration_views",
    "security_views",
]
