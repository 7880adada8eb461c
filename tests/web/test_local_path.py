"""`next` leads to a path of this site and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from byline.web.local_path import local_path

HERE = "https://byline.example/auth/login"
ELSEWHERE = (
    "",
    "evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2fevil.example",
    "/%252fevil.example",
    "/.//evil.example",
    "/./\\evil.example",
    "/x/..//evil.example",
    "/%2e//evil.example",
    "http:evil.example",
    "https://evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/\x00/evil.example",
    "/\u2028/evil.example",
    "/\u200b/evil.example",
    "/\ufeff/evil.example",
    "?next=/",
    "#here",
    "settings",
    "/" + "a" * 3000,
)
OURS = ("/", "/@ada", "/@ada/a-post?page=2#top", "/tag/c%2B%2B", "/search?q=a%20b//c", "/search?q=http://x.y", "/größe")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_another_place_is_never_next(wanted: str) -> None:
    assert local_path(wanted, "/home") == "/home"


@pytest.mark.parametrize("wanted", OURS)
def test_a_path_of_this_site_is_next(wanted: str) -> None:
    assert local_path(wanted) == wanted


def test_nothing_leads_home() -> None:
    assert local_path(None) == "/"


def as_browsers_read(address: str) -> str:
    """What the WHATWG URL standard makes of an address before it looks at it."""
    stripped = address.strip("".join(map(chr, range(0x21))))
    return re.sub(r"[\t\n\r]", "", stripped).replace("\\", "/")


@given(st.text(alphabet="/\\.%:@?#0259abcdeftx \t\n\r\x00\u2028evil", max_size=20) | st.text(max_size=30))
@example("/%2f%2fevil")
def test_what_is_followed_stays_on_this_site(wanted: str) -> None:
    path = local_path(wanted, "/home")
    for address in (path, as_browsers_read(path)):
        assert urlsplit(urljoin(HERE, address)).netloc == "byline.example"
    decoded = as_browsers_read(unquote(path.partition("?")[0].partition("#")[0]))
    assert urlsplit(urljoin(HERE, decoded)).netloc == "byline.example"
    assert path.startswith("/")
    assert not re.search(r"[\x00-\x20\\]", path)
