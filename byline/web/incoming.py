"""The request as Byline reads it: what is not UTF-8 becomes replacement characters, in every kind of form alike."""

from __future__ import annotations

from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]


class TolerantParser(FormDataParser):
    """Werkzeug drops a whole form for one wrong byte, and writes another as `%FF`; both hide the fault from views."""

    def _parse_urlencoded(self, stream: IO[bytes], *_said: Any, **_named: Any) -> Parsed:
        typed = stream.read().decode(errors="replace")
        return stream, self.cls(parse_qsl(typed, keep_blank_values=True, errors="replace")), self.cls()


class IncomingRequest(Request):
    """Flask's request with forms read tolerantly."""

    form_data_parser_class = TolerantParser
