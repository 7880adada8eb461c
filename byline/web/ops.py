"""For machines that watch over Byline: is it well, and how much does it do."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from byline.web import context

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """200 while the database answers, otherwise 503."""
    try:
        context.database_of().ping()
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="away"), 503
    return jsonify(status="ok"), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters in Prometheus' text format."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
