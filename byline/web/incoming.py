"""The request as Byline reads it: its method, the numbers it names, and forms in whatever bytes they come.

What is not UTF-8 becomes replacement characters, in every kind of form alike.
"""

from __future__ import annotations

from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from byline.kernel import site
from byline.web import context

LARGEST_NUMBER = 2**31 - 1
"""What a column for whole numbers holds on every database."""
Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]


class RowNumber(IntegerConverter):
    """The number of a row in an address, `<row:post_id>`; one that no column holds is no address."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_NUMBER)


class SitePageName(UnicodeConverter):
    """The name of a page of the site's own, `<site_page:slug>`. Every other one-word address stays unknown."""

    def to_python(self, value: str) -> str:
        """The name, if there is such a page."""
        if not any(page.slug == value for page in site.of(context.database_of()).pages):
            raise ValidationError
        return value


def number(typed: str) -> int | None:
    """The whole number somebody typed or a form carries; None for what is none that a column holds."""
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else None


class TolerantParser(FormDataParser):
    """Werkzeug drops a whole form for one wrong byte, and writes another as `%FF`; both hide the fault from views."""

    def _parse_urlencoded(self, stream: IO[bytes], *_said: Any, **_named: Any) -> Parsed:
        typed = stream.read().decode(errors="replace")
        return stream, self.cls(parse_qsl(typed, keep_blank_values=True, errors="replace")), self.cls()


class IncomingRequest(Request):
    """Flask's request with forms read tolerantly."""

    form_data_parser_class = TolerantParser
