"""Style sheets, scripts and pictures of the interface: our own and Bootstrap's, out of its installed package.

An address carries a hash of the file, so a browser may keep it for ever; text is compressed once and kept in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, request

from byline.kernel.errors import NotFound
from byline.web import bundles, headers

blueprint = Blueprint("assets", __name__)

OWN = Path(__file__).resolve().parent / "static"
LONGEST_NAME = 200
COMPRESSED_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content_type: str
    plain: bytes
    packed: bytes | None
    digest: str


def bootstrap_folder() -> Path:
    """Where the installed Bootstrap-Flask keeps Bootstrap 5."""
    spec = find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        raise RuntimeError("Bootstrap-Flask is not installed.")
    return Path(spec.origin).parent / "static" / "bootstrap5"


@cache
def address(name: str) -> str:
    """The address of `byline.css`, `byline.js` or a file below `static/`; LookupError where there is none."""
    return f"/static/{name}?v={_load(name).digest}"


@blueprint.get("/static/<path:name>")
def show(name: str) -> Response:
    """Send one file, compressed where the browser takes it."""
    return _sent(name)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The mark, where browsers look for it unasked."""
    return _sent("img/favicon.ico")


@blueprint.get("/beacon.js")
def beacon() -> Response:
    """The script of measured pages, for any website: kept for a day, and asked for anew while it is still shown."""
    return _sent_anywhere("beacon.js")


@blueprint.get("/experiment.js")
def experiment() -> Response:
    """The script of pages that take part in experiments, for any website."""
    return _sent_anywhere("experiment.js")


def _sent_anywhere(name: str) -> Response:
    response = _sent(name)
    response.headers["Cache-Control"] = headers.DAILY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _sent(name: str) -> Response:
    try:
        found = _load(name)
    except LookupError:
        raise NotFound from None
    packed = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(found.packed if packed else found.plain, content_type=found.content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    current = request.args.get("v") == found.digest
    response.headers["Cache-Control"] = headers.FOREVER if current else headers.BRIEFLY
    response.set_etag(found.digest + ("-gz" if packed else ""))
    response.make_conditional(request)
    return response


@cache
def _load(name: str) -> Asset:
    """The file in memory; LookupError, which `cache` does not keep, for the names that strangers invent."""
    plain = _content(name)
    if plain is None:
        raise LookupError(f"There is no static file {name!r}.")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind in ("text/javascript", "application/javascript"):
        kind = "text/javascript"
    content_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    packed = gzip.compress(plain, 9, mtime=0) if kind.startswith(COMPRESSED_TYPES) else None
    return Asset(content_type, plain, packed, hashlib.sha256(plain).hexdigest()[:12])


def _content(name: str) -> bytes | None:
    if name == "byline.css":
        return bundles.style_sheet((bootstrap_folder() / "css" / "bootstrap.min.css").read_text()).encode()
    if name == "beacon.js":
        return bundles.beacon().encode()
    if name == "experiment.js":
        return bundles.experiment().encode()
    if name == "byline.js":
        return bundles.script().encode()
    if "\0" in name or len(name) > LONGEST_NAME:
        return None
    path = (OWN / name).resolve()
    return path.read_bytes() if path.is_relative_to(OWN) and path.is_file() else None
