"""Addresses of pages: what is kept of one, and what is no address of a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.collect import addresses
from byline.analytics.collect.addresses import Page


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://example.org", "example.org", "/"),
        ("https://example.org/", "example.org", "/"),
        ("https://example.org/about/", "example.org", "/about/"),
        ("HTTPS://Example.ORG:8443/A", "example.org", "/A"),
        ("http://user:secret@example.org/x", "example.org", "/x"),
        ("http://example.org./x", "example.org", "/x"),
        ("https://example.org/a?secret=1#part", "example.org", "/a"),
        ("https://example.org?a=1", "example.org", "/"),
        ("https://example.org#part", "example.org", "/"),
        ("https://example.org/%C3%BCber%20uns", "example.org", "/über%20uns"),
        ("https://example.org/über", "example.org", "/über"),
        ("https://example.org/a%2Fb%3Fc%23d%25", "example.org", "/a%2Fb%3Fc%23d%25"),
        ("https://example.org/%41%ff%41", "example.org", "/%41%FF%41"),
        ("https://example.org/%00%0a%1b", "example.org", "/%00%0A%1B"),
        ("https://example.org/a\0b\nc\u2028d\ud800e", "example.org", "/abcde"),
        ("https://example.org/e\u0301", "example.org", "/é"),
        ("https://example.org/shop;jsessionid=ABC123/x", "example.org", "/shop/x"),
        ("https://example.org\\a\\b", "example.org", "/a/b"),
        ("https://münchen.example/", "xn--mnchen-3ya.example", "/"),
        ("https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", "/"),
        ("https://日本.example/", "xn--wgv71a.example", "/"),
        ("http://[2001:DB8::1]:8080/x", "2001:db8::1", "/x"),
        ("http://192.0.2.7/x", "192.0.2.7", "/x"),
        ("http://localhost:8000/x", "localhost", "/x"),
    ],
)
def test_a_page_is_its_host_and_path(url: str, host: str, path: str) -> None:
    assert addresses.page(url) == Page(host, path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/x",
        "/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://",
        "https:///x",
        "https://?x",
        "https://exa mple.org/",
        "https://exa\0mple.org/",
        "https://[::1/",
        "https://1.2.3/",
        "https://" + "a" * 300 + ".org/",
        "https://\ud800.org/",
        "https://example.org/" + "x" * 9000,
    ],
)
def test_what_is_no_page_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        addresses.page(url)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_it_and_whatever_is_kept_can_be_written(host: str, rest: str) -> None:
    for url in (f"https://example.org/{rest}", f"https://{host}/{rest}", f"https://example.org/?utm_source={rest}"):
        try:
            page = addresses.page(url)
        except ValueError:
            continue
        for text in page:
            text.encode()
            assert "\0" not in text
            assert "\n" not in text
        assert page.path.startswith("/")


def test_a_long_path_is_cut_between_letters() -> None:
    assert addresses.page("https://example.org/" + "x" * 5000).path == "/" + "x" * 999
    path = addresses.page("https://example.org/" + "%C3%BC" * 1200).path
    assert len(path.encode()) <= addresses.LONGEST_PATH_BYTES
    assert set(path[1:]) == {"ü"}


def test_a_path_is_the_same_when_it_is_read_twice() -> None:
    for path in ("/ü%20x", "/a%2Fb", "/%FF", "/e\u0301"):
        once = addresses.path(path)
        assert addresses.path(once) == once


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("utm_source=News&utm_medium=email&utm_campaign=May&utm_content=top&utm_term=x", "News email May top x"),
        ("source=a&ref=b", "a    "),
        ("ref=b", "b    "),
        ("utm_source=&ref=b", "b    "),
        ("utm_source=first&utm_source=second", "first    "),
        ("utm_source=%E4%B8%AD+%00%0Ax", "中 x    "),
        ("utm_source=%FF", "\ufffd    "),
        ("password=secret&q=words", "    "),
        ("notref=x&utm_nothing=1", "    "),
    ],
)
def test_of_a_query_only_campaign_and_source_are_read(query: str, expected: str) -> None:
    page = addresses.page(f"https://example.org/?{query}")
    assert " ".join(page[2:]) == expected


def test_a_campaign_is_cut_and_a_flood_of_fields_read_as_none() -> None:
    assert len(addresses.page("https://example.org/?utm_source=" + "x" * 3000).source) == 200
    assert addresses.page("https://example.org/?ref=a" + "&a=1" * 1500).source == ""


@pytest.mark.parametrize(
    ("host", "patterns", "is_one"),
    [
        ("example.org", (), True),
        ("example.org", ("example.org",), True),
        ("www.example.org", ("example.org",), False),
        ("www.example.org", ("*.example.org",), True),
        ("example.org", ("*.example.org",), False),
        ("evilexample.org", ("*.example.org",), False),
        ("example.org.evil", ("example.org", "*.example.org"), False),
    ],
)
def test_a_host_is_one_of_a_sites(host: str, patterns: tuple[str, ...], *, is_one: bool) -> None:
    assert addresses.is_one_of(host, patterns) is is_one


@pytest.mark.parametrize(
    ("path", "pattern", "is_meant"),
    [
        ("/private/x", "/private/*", True),
        ("/private", "/private/*", False),
        ("/private", "/private", True),
        ("/a/private/b", "*/private/*", True),
        ("/a.b", "/a?b", False),
        ("/axb", "/a.b", False),
        ("/" + "a" * 900, "/" + "*a" * 90 + "b", False),
    ],
)
def test_a_path_is_one_of_the_excluded(path: str, pattern: str, *, is_meant: bool) -> None:
    assert addresses.matches(path, (pattern,)) is is_meant
