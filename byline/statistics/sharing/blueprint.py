"""The blueprint of what is shared; its templates lie beside those of the dashboards."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("sharing", __name__)
