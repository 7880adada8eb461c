"""Whatever is sent: never a fault, always a sentence, and nothing is half-done."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

import lxml.html
import pytest
from _pytest.mark import ParameterSet
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from byline.app import LARGEST_FORM_BYTES
from tests.contracts.routes import Route, every_route, open_page, readable
from tests.contracts.world import Snapshot, World

USUAL_FIELDS = ("title", "body", "tags", "state", "publish_at", "slug", "name", "email", "username", "password", "next")
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "limit"
PAGE = {"Accept": "text/html,*/*;q=0.8"}
QUERIES = ("before=%00", "after=AAAA", "before=%ff", "page=-1", "q=%00%ff", "next=//evil.example", "a=b&a=c", "%")
PARTS = (
    "%00",
    "%ff",
    "%ed%a0%80",
    "🦩",
    "9" * 40,
    "-1",
    "..%2f..",
    "x" * 2000,
    "%0d%0aX: y",
    "<script>",
    "''",
    "{{7*7}}",
)


FIELDS: dict[tuple[str, str], list[str]] = {}
"""The fields of each page as each viewer sees it, looked up once."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, and how it is called."""

    data: bytes
    content_type: str = FORM


def same_value(value: bytes) -> Callable[[list[str]], Body]:
    """A form in which every field has this value."""
    return lambda names: Body(b"&".join(name.encode() + b"=" + quote_from_bytes(value).encode() for name in names))


def repeated(names: list[str]) -> Body:
    """Every field three times, with different values."""
    return Body(b"&".join(f"{name}={value}".encode() for name in names for value in ("a", "", "3")))


def files(names: list[str]) -> Body:
    """A file wherever a text was expected."""
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="x.png"\r\n\r\n\x89PNG\r\n'
        for name in [*names, "file", "image", "avatar"]
    )
    return Body(f"{parts}--{BOUNDARY}--\r\n".encode("latin-1"), f"multipart/form-data; boundary={BOUNDARY}")


def json_of(value: object) -> Callable[[list[str]], Body]:
    """JSON with this value wherever a text was expected."""
    return lambda names: Body(json.dumps(dict.fromkeys(names, value)).encode(), "application/json")


def plain(data: bytes, content_type: str = FORM) -> Callable[[list[str]], Body]:
    """These bytes and nothing else."""
    return lambda _names: Body(data, content_type)


BODIES: dict[str, Callable[[list[str]], Body]] = {
    "nothing": plain(b""),
    "empty fields": same_value(b""),
    "a blank": same_value(b" \t\r\n"),
    "NUL": same_value(b"a\x00b"),
    "invalid UTF-8": same_value(b"a\xff\xfe\xc3"),
    "a lone surrogate": same_value("a\ud800b".encode("utf-8", "surrogatepass")),
    "right to left and invisible": same_value("\u202eabc\u200b\ufeff\U000e0001".encode()),
    "emoji": same_value("🦩".encode()),
    "markup": same_value(b"<script>alert(1)</script>{{7*7}}%0d%0aSet-Cookie: x=1"),
    "a header's end": same_value(b"a@example.org\r\nBcc: b@example.org"),
    "a long text": same_value(b"x" * 300_000),
    "a large number": same_value(b"9" * 40),
    "a negative number": same_value(b"-1"),
    "a number beyond the database": same_value(b"9223372036854775808"),
    "a date out of bounds": same_value(b"9999-12-31T23:59:59+00:00"),
    "a date that is none": same_value(b"2026-02-30T25:61"),
    "a path upwards": same_value(b"../../etc/passwd"),
    "repeated fields": repeated,
    "files": files,
    "JSON lists": json_of([[]]),
    "JSON objects": json_of({"a": {"b": None}}),
    "JSON nulls": json_of(None),
    "JSON surrogates": json_of("\ud800\x00"),
    "broken JSON": plain(b'{"title": ', "application/json"),
    "deep JSON": plain(b"[" * 50_000, "application/json"),
    "JSON of another encoding": plain(b'"\xff\xfe"', "application/json; charset=utf-16"),
    "a multipart without boundary": plain(b"--x\r\n", "multipart/form-data"),
    "a multipart cut short": plain(
        b'--limit\r\nContent-Disposition: form-data; name="a', "multipart/form-data; boundary=limit"
    ),
    "a type that is none": plain(b"\x00\x01", "nonsense; charset=\xff"),
}


FELT_BY_THE_DATABASE = frozenset(
    {
        # Bodies
        "NUL",
        "a lone surrogate",
        "a large number",
        "a number beyond the database",
        "a date out of bounds",
        # Queries
        "before=%00",
        "page=-1",
        "q=%00%ff",
        # Parts of an address
        "%00",
        "%ed%a0%80",
        "9" * 40,
    }
)
"""What may come as far as a column. The rest is refused before, or is a text like any other."""


def each(kinds: Iterable[str]) -> list[ParameterSet]:
    """A test for each kind, on PostgreSQL too where the database may feel it."""
    return [pytest.param(kind, marks=() if kind in FELT_BY_THE_DATABASE else pytest.mark.once) for kind in kinds]


@pytest.mark.parametrize("kind", each(BODIES))
def test_no_form_breaks(world: World, kind: str) -> None:
    before = Snapshot(world.database)
    wrong = []
    for route in every_route(world):
        for viewer in route.welcome_viewers()[:2]:
            browser = world.browser(viewer)
            if (route.address, viewer) not in FIELDS:
                FIELDS[route.address, viewer] = fields_of(browser, route)
            body = BODIES[kind](FIELDS[route.address, viewer])
            for method in route.unsafe:
                answer = browser.open(
                    route.address, method=method, data=body.data, content_type=body.content_type, headers=PAGE
                )
                wrong += [f"{method} {route.address} by {viewer}: {fault}" for fault in faults(answer)]
                if answer.status_code < 400:
                    before.restore()
    assert wrong == []


@pytest.mark.parametrize("query", each(QUERIES))
def test_no_query_breaks(world: World, query: str) -> None:
    wrong = [
        f"{route.address} by {viewer}: {fault}"
        for viewer in ("stranger", "administrator")
        for browser in [world.browser(viewer)]
        for route in readable(world)
        for fault in faults(open_page(browser, f"{route.address}?{query}"))
    ]
    assert wrong == []


@pytest.mark.parametrize("part", each(PARTS))
def test_no_address_breaks(world: World, part: str) -> None:
    browser = world.browser("administrator")
    addresses = sorted({filled_with(part, rule.rule) for rule in world.app.url_map.iter_rules() if rule.arguments})
    wrong = [f"{address[:120]}: {fault}" for address in addresses for fault in faults(open_page(browser, address))]
    assert wrong == []


@pytest.mark.once
def test_too_large_a_body_is_refused_with_its_status(guarded_world: World) -> None:
    wrong = []
    for route in every_route(guarded_world):
        for method in route.unsafe:
            browser = guarded_world.browser(route.welcome_viewers()[0])
            body = io.BytesIO(b"body=" + b"x" * 11_000_000)
            answer = browser.open(
                route.address,
                method=method,
                input_stream=body,
                content_type=FORM,
                headers={**PAGE, "Content-Length": "11000005"},
            )
            if answer.status_code != 413 or list(faults(answer)):
                wrong.append(f"{method} {route.address}: {answer.status}")
    assert wrong == []
    assert LARGEST_FORM_BYTES < 10_000_000


def filled_with(part: str, rule: str) -> str:
    """A rule's address with the same text for every argument."""
    return re.sub(r"<[^>]+>", lambda _: part, rule)


def faults(answer: TestResponse) -> Iterator[str]:
    """What is wrong with an answer to something odd: a fault, or a refusal without a sentence."""
    if answer.status_code >= 500:
        yield answer.status
    if "Traceback" in str(answer.data[:100_000]):
        yield "a traceback is shown"
    if 400 <= answer.status_code < 500 and not _has_sentence(answer):
        yield f"{answer.status} without a sentence: {answer.data[:80]!r}"
    if "\n" in answer.headers.get("Location", "") or "evil.example" in answer.headers.get("Location", "")[:20]:
        yield f"leads to {answer.headers['Location']!r}"


def _has_sentence(answer: TestResponse) -> bool:
    if "json" in (answer.mimetype or ""):
        problem = answer.json
        return isinstance(problem, dict) and len(problem.get("detail", "").split()) > 2
    if (answer.mimetype or "").startswith("image/"):
        return True
    if answer.mimetype != "text/html" or not answer.data:
        return False
    words = lxml.html.document_fromstring(answer.data.decode()).find(".//main").text_content().split()
    return len(words) > 4


def fields_of(browser: FlaskClient, route: Route) -> list[str]:
    """The fields of the page's own forms, and the usual ones."""
    names: set[str] = set(USUAL_FIELDS)
    if "GET" in route.methods:
        page = open_page(browser, route.address)
        if page.mimetype == "text/html" and page.data:
            fields = lxml.html.document_fromstring(page.data.decode()).xpath("//form//*[@name]/@name")
            names |= set(map(str, fields)) - {"csrf_token"}
    return sorted(names)
