"""Asking an application for a page in this process, without a server or a network between."""

from __future__ import annotations

import io
import sys
from typing import Any


def answer(application: Any, address: str, *, cookie: str = "") -> bytes:
    """Ask a WSGI application for a page, as a stranger or by a cookie; any answer but 200 ends the run."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    said: list[str] = []
    body = b"".join(application(environ, lambda status, _headers, *_: said.append(status)))
    if said != ["200 OK"]:
        sys.exit(f"{address} answered {said}.")
    return body
