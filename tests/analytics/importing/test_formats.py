"""Every format says the same of the same request."""

from __future__ import annotations

import time

import pytest

from byline.analytics.importing import caddy, combined, formats, w3c
from byline.analytics.importing.formats import Format
from byline.analytics.importing.lines import Entry, NoPage, Unreadable, no_page, unescaped
from tests.analytics.importing import writing

AT = 1773133200_000
IIS = (
    "#Software: Microsoft Internet Information Services 10.0",
    "#Version: 1.0",
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) cs(Referer) sc-status",
    "2026-03-10 09:00:00 10.0.0.4 GET /a q=1 - 203.0.113.7 Mozilla/5.0+(X11)+Firefox/140.0 https://example.org/x 200",
)
EDGE_FIELDS = (
    "date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query "
    "x-host-header"
)
EDGE_WORDS = (
    "2026-03-10 09:00:00 FRA2 203.0.113.7 GET d1.cloudfront.net /a 200 https://example.org/x "
    "Mozilla/5.0%2520(X11)%2520Firefox/140.0 q=1 ours.example"
)
EDGE = ("#Version: 1.0", f"#Fields: {EDGE_FIELDS}", EDGE_WORDS.replace(" ", "\t"))


def test_combined_with_everything_in_it() -> None:
    text = (
        '203.0.113.7 - ada [10/Mar/2026:11:00:00 +0200] "GET /a?q=1 HTTP/2.0" 200 5 "https://example.org/x" "Firefox"'
    )
    assert combined.read(text) == Entry(AT, "203.0.113.7", "GET", "/a?q=1", 200, "Firefox", "https://example.org/x")
    assert combined.read(f"{text} 0.003 upstream").agent == "Firefox"
    assert combined.read(f"ours.example:443 {text}").host == "ours.example"
    assert combined.read(text.replace(" - ada ", " - ada lovelace ")).at_ms == AT


@pytest.mark.parametrize(
    ("text", "what", "expected"),
    [
        ('1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 -', "agent", None),
        ('1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 5 "-" "-"', "agent", ""),
        ('::1 - - [10/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 5 "-" "a"', "address", "::1"),
        ('1.2.3.4 - - [10/Mar/2026:09:00:60 +0000] "GET / HTTP/1.0" 200 5', "at_ms", AT + 59_000),
        ('1.2.3.4 - - [2026-03-10T10:00:00+01:00] "GET / HTTP/1.0" 200 5', "at_ms", AT),
        ('1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "GET /a b HTTP/1.0" 200 5', "target", "/a b"),
        ('1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "\\x16\\x03\\x01" 400 5', "method", ""),
        ('1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 5 "-" "a \\"b\\" c"', "agent", 'a "b" c'),
    ],
)
def test_odd_lines_of_servers_are_read(text: str, what: str, expected: object) -> None:
    assert getattr(combined.read(text), what) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        '1.2.3.4 - - [10/Mar/2026:09:00:00] "GET / HTTP/1.0" 200 5',
        '1.2.3.4 - - [10/Foo/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 5',
        '1.2.3.4 - - [99/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 5',
        '1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" two 5',
        '1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 5 "cut o',
    ],
)
def test_what_is_no_line_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        combined.read(text)


@pytest.mark.parametrize("piece", [" [", '" "', "a.b ", "\\", '"\\x', "- "])
def test_hostile_lines_cost_little(piece: str) -> None:
    begun = time.process_time()
    with pytest.raises(Unreadable):
        combined.read("1.2.3.4 - - " + piece * (60_000 // len(piece)))
    assert time.process_time() - begun < 1


def test_caddy_prefers_whom_it_trusts_and_passes_over_other_messages() -> None:
    entry = caddy.read(writing.caddy("/a?q=1", Referer="https://example.org/x", Accept_Language="de", Dnt="1"))
    assert entry == Entry(
        AT,
        "203.0.113.7",
        "GET",
        "/a?q=1",
        200,
        writing.FIREFOX,
        "https://example.org/x",
        "ours.example",
        "de",
        "text/html; charset=utf-8",
        wants_no_tracking=True,
    )
    prefetched = caddy.read(writing.caddy(Sec_Purpose="prefetch;prerender"))
    assert prefetched is not None
    assert prefetched.is_prefetch
    assert caddy.read('{"level":"info","logger":"tls","msg":"cleaning storage"}') is None


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"ts": "x", "status": 200, "request": {}}', '{"ts": NaN, "status": 1, "request": {}}', "[" * 60_000],
)
def test_what_caddy_never_writes_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        caddy.read(text)


@pytest.mark.parametrize("lines", [IIS, EDGE])
def test_the_extended_format_names_its_own_fields(lines: tuple[str, ...]) -> None:
    read = w3c.reader()
    assert [read(each) for each in lines[:-1]] == [None] * (len(lines) - 1)
    entry = read(lines[-1])
    assert entry is not None
    assert entry.agent == "Mozilla/5.0 (X11) Firefox/140.0"
    told = (entry.at_ms, entry.address, entry.method, entry.target, entry.status, entry.referrer)
    assert told == (AT, "203.0.113.7", "GET", "/a?q=1", 200, "https://example.org/x")
    assert entry.host == ("ours.example" if lines is EDGE else "")


def test_the_extended_format_without_its_head_or_cut_off_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="#Fields"):
        w3c.reader()(IIS[-1])
    read = w3c.reader()
    read(IIS[2])
    with pytest.raises(Unreadable, match="fields"):
        read(IIS[-1][:60])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([writing.line()], Format.COMBINED),
        (["rubbish", writing.line()], Format.COMBINED),
        (['1.2.3.4 - - [10/Mar/2026:09:00:00 +0000] "GET / HTTP/1.0" 200 5'], Format.COMMON),
        ([writing.caddy()], Format.CADDY),
        (IIS, Format.W3C),
        (EDGE, Format.CLOUDFRONT),
        (["rubbish"], None),
        ([], None),
    ],
)
def test_a_format_is_recognised_by_its_first_lines(lines: list[str], expected: Format | None) -> None:
    assert formats.recognised(lines) is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"status": 203}, None),
        ({"status": 304}, None),
        ({"method": "HEAD"}, NoPage.METHOD),
        ({"method": "POST"}, NoPage.METHOD),
        ({"status": 206}, NoPage.STATUS),
        ({"status": 404}, NoPage.STATUS),
        ({"target": "/a.PNG"}, NoPage.FILE),
        ({"target": "/a.css?v=1"}, NoPage.FILE),
        ({"target": "/a?file=x.css"}, None),
        ({"target": "/a.html"}, None),
        ({"target": "/style.css/"}, None),
        ({"content_type": "application/atom+xml; charset=utf-8"}, NoPage.FEED),
    ],
)
def test_what_counts_as_a_page(changed: dict[str, object], expected: NoPage | None) -> None:
    said = {"at_ms": AT, "address": "1.2.3.4", "method": "GET", "target": "/a", "status": 200, **changed}
    assert no_page(Entry(**said)) is expected  # type: ignore[arg-type]


def test_escapes_become_what_was_sent() -> None:
    assert unescaped(r"/caf\xc3\xa9") == "/café"
    assert unescaped(r"a \"b\" \\ c") == 'a "b" \\ c'
    assert unescaped(r"http://\xe4\xe5.\xf0/") == "http://\ufffd\ufffd.\ufffd/"
