"""What clients say: read where it can be used, refused by field where it cannot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics import hits
from byline.analytics.collect import reading
from byline.analytics.collect.reading import Unusable
from byline.analytics.hits import Hit, Kind

URL = "https://example.org/"
NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)


@pytest.mark.parametrize(
    ("values", "kind", "name"),
    [
        ({}, Kind.PAGEVIEW, ""),
        ({"event": ""}, Kind.PAGEVIEW, ""),
        ({"event": "pageview"}, Kind.PAGEVIEW, ""),
        ({"event": "PageLoad"}, Kind.PAGEVIEW, ""),
        ({"event": "not_found"}, Kind.NOT_FOUND, ""),
        ({"event": "engagement"}, Kind.ENGAGEMENT, ""),
        ({"event": "Sign up"}, Kind.EVENT, "Sign up"),
        ({"event": " two\n lines "}, Kind.EVENT, "two lines"),
        ({"event": "\0"}, Kind.PAGEVIEW, ""),
        ({"event": "download"}, Kind.EVENT, "download"),
        ({"event": "download", "target": "https://a.example/b.zip?k=1"}, Kind.DOWNLOAD, "a.example/b.zip"),
        ({"event": "outbound", "target": "https://a.example"}, Kind.OUTBOUND, "a.example/"),
    ],
)
def test_an_event_is_of_a_kind(values: dict[str, object], kind: Kind, name: str) -> None:
    found = reading.sent({"url": URL, **values})
    assert (found.kind, found.name) == (kind, name)


def test_the_page_is_where_the_request_comes_from_if_it_names_none() -> None:
    assert reading.sent({}, "https://example.org/from").page.path == "/from"
    assert reading.sent({"url": "https://example.org/named"}, "https://example.org/from").page.path == "/named"


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"url": ""}, {"url"}),
        ({"url": "javascript:alert(1)"}, {"url"}),
        ({"url": None}, {"url"}),
        ({"url": 5}, {"url"}),
        ({"url": ["https://example.org/"]}, {"url"}),
        ({"event": 5}, {"event"}),
        ({"event": ["x"]}, {"event"}),
        ({"event": "x" * 101}, {"event"}),
        ({"event": "outbound", "target": "javascript:x"}, {"target"}),
        ({"event": "outbound", "target": {"x": 1}}, {"target"}),
        ({"referrer": 5}, {"referrer"}),
        ({"ref": ["x"]}, {"ref"}),
        ({"width": "wide"}, {"width"}),
        ({"width": True}, {"width"}),
        ({"width": float("inf")}, {"width"}),
        ({"width": "nan"}, {"width"}),
        ({"engaged_ms": [1]}, {"engaged_ms"}),
        ({"scroll": {}}, {"scroll"}),
        ({"view": 2**63}, {"view"}),
        ({"view": -(2**63) - 1}, {"view"}),
        ({"view": "x"}, {"view"}),
        ({"view": "1-2"}, {"view"}),
        ({"view": True}, {"view"}),
        ({"view": "9" * 400}, {"view"}),
        ({"view": float("nan")}, {"view"}),
        ({"props": [1]}, {"props"}),
        ({"props": "x"}, {"props"}),
        ({"props": '{"a": NaN}'}, {"props"}),
        ({"props": "[" * 10_000}, {"props"}),
        ({"props": {"a": {"b": 1}}}, {"props"}),
        ({"props": {"a": [1]}}, {"props"}),
        ({"props": {"": 1}}, {"props"}),
        ({"props": {"k" * 101: 1}}, {"props"}),
        ({"props": {str(number): 1 for number in range(1000)}}, {"props"}),
        ({"url": "x", "width": "x", "props": 1}, {"url", "width", "props"}),
    ],
)
def test_what_cannot_be_used_is_refused_by_field(values: dict[str, object], fields: set[str]) -> None:
    with pytest.raises(Unusable) as refusal:
        reading.sent({"url": URL, **values})
    assert set(refusal.value.errors) == fields
    assert all(sentence.endswith(".") for sentence in refusal.value.errors.values())


def test_numbers_come_as_numbers_or_texts_and_are_brought_within_bounds() -> None:
    found = reading.sent(
        {"url": URL, "width": 1279.5, "engaged_ms": "1500.7", "scroll": 104.2, "read_seconds": "60", "view": "-77"}
    )
    assert found[4:10] == ("992-1439", (), -77, 1500, 100, 60)
    found = reading.sent({"url": URL, "width": -5, "engaged_ms": 1e300, "scroll": -9, "view": 4503599627370496.5})
    assert (found.screen, found.engaged_ms, found.scroll, found.view) == ("", 86_400_000, -1, 4503599627370496)


@pytest.mark.parametrize(
    ("width", "screen"),
    [(0, ""), (1, "<576"), (575, "<576"), (576, "576-767"), (991, "768-991"), (992, "992-1439"), (1440, "1440+")],
)
def test_widths_have_classes(width: int, screen: str) -> None:
    assert reading.screen(width) == screen


def test_properties_are_texts() -> None:
    props = {"plan": "pro\n", "n": 3, "f": 1.5, "yes": True, "no": False, "none": None, "long": "ü" * 900}
    found = reading.sent({"url": URL, "event": "x", "props": props}).props
    assert found[:5] == (("plan", "pro"), ("n", "3"), ("f", "1.5"), ("yes", "true"), ("no", "false"))
    assert [key for key, _ in found] == ["plan", "n", "f", "yes", "no", "long"]
    assert len(found[5][1].encode()) <= reading.LONGEST_VALUE_BYTES
    assert reading.sent({"url": URL, "props": '{"a": 1}'}).props == (("a", "1"),)
    assert len(reading.sent({"url": URL, "props": {str(number): "" for number in range(30)}}).props) == 30


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("event", "referrer", "ref", "width", "view", "engaged_ms", "scroll", "read_seconds", "props", "target"),
    *("webdriver", "own", "url"),
)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_whatever_is_sent_is_refused_or_makes_a_line(values: dict[str, object]) -> None:
    try:
        found = reading.sent({"url": URL, **values})
    except Unusable:
        return
    line = hits.encode(
        Hit(
            1, 1, 1, kind=found.kind, name=found.name, host=found.page.host, path=found.page.path, props=found.props
        )._replace(view=found.view, engaged_ms=found.engaged_ms, scroll=found.scroll, read_seconds=found.read_seconds)
    )
    assert isinstance(hits.decode(line), Hit)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"5",
        b'"x"',
        b"\xff",
        b'{"a": "\xff"}',
        b'{"a": NaN}',
        b"[" * 50_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1} {"a": 2}',
        b'{"a": 1},',
        b"",
        b" ",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(Unusable) as refusal:
        reading.values_of_json(body)
    assert set(refusal.value.errors) == {"body"}


@pytest.mark.parametrize("body", [b'{"a": 1}', b' {"a": 1}', b'{"a": 1}\r\n', b'\t{"a": 1} '])
def test_space_around_a_body_means_nothing(body: bytes) -> None:
    assert reading.values_of_json(body) == {"a": 1}


def test_of_a_field_given_twice_the_first_counts() -> None:
    assert reading.values_of_query("a=1&a=2&b=%FF") == {"a": "1", "b": "\ufffd"}
    assert reading.values_of_query("a=\xc3\xbc") == {"a": "ü"}
    with pytest.raises(Unusable):
        reading.values_of_query("&".join("a=1" for _ in range(101)))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, NOW),
        (NOW.timestamp() - 60, NOW - timedelta(minutes=1)),
        (int(NOW.timestamp()) + 299, NOW + timedelta(seconds=299)),
        (str(int(NOW.timestamp())), NOW),
        ("2026-03-14T11:00:00Z", NOW - timedelta(hours=1)),
        ("2026-03-14T11:00:00+01:00", NOW - timedelta(hours=2)),
        ("2026-02-12T12:00:01Z", NOW - timedelta(days=30) + timedelta(seconds=1)),
    ],
)
def test_a_server_may_say_when_something_happened(at: object, expected: datetime) -> None:
    told = reading.told({"ip": "81.2.69.142", "user_agent": "", "at": at}, NOW_MS)
    assert told.at_ms == int(expected.timestamp() * 1000)


@pytest.mark.parametrize(
    "at",
    [
        *("1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "2026-02-12T11:59:59Z", "2026-03-14T12:06:00Z", 0, -1, 1e300),
        *("2026-03-14T11:00:00", "yesterday", "", [], {}, True, float("nan"), "9" * 5000),
    ],
)
def test_a_time_that_cannot_be_is_refused(at: object) -> None:
    with pytest.raises(Unusable) as refusal:
        reading.told({"ip": "81.2.69.142", "user_agent": "x", "at": at}, NOW_MS)
    assert set(refusal.value.errors) == {"at"}


def test_a_server_must_say_of_whom_it_tells() -> None:
    with pytest.raises(Unusable) as refusal:
        reading.told({"language": 5}, NOW_MS)
    assert set(refusal.value.errors) == {"ip", "user_agent", "language"}
