"""The room's one blueprint. Its views live in several modules; `wiring.py` imports them all."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("notifications", __name__, template_folder="templates")
