"""The blueprint of the room, and what its views have in common."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

blueprint = Blueprint("statistics", __name__, template_folder="templates")
Answer = AnyResponse | Response | str | tuple[str, int]
