"""`next` leads to a path of this site and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.web.local_path import local_path
from tests.contracts.routes import open_page, readable
from tests.contracts.world import World
from tests.factories import PASSWORD

pytestmark = pytest.mark.once
FOREIGN = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "@evil.example",
    ".evil.example",
    "/%09/evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "\x00//evil.example",
    "\ud800",
    "",
    "x" * 100_000,
)
OWN = ("/", "/@ada/hello", "/write?title=a", "/archive/2026#top")


def leads_home(location: str) -> bool:
    """Whether a browser that follows this stays on the site, as browsers read addresses: tabs and breaks dropped."""
    read = location.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None}).replace("\\", "/")
    parts = urlsplit(read)
    return (parts.scheme, parts.netloc) in (("", ""), ("http", "localhost")) and not read.startswith("//")


@pytest.mark.parametrize("wished", FOREIGN)
def test_logging_in_never_leads_to_another_site(world: World, wished: str) -> None:
    typed = {"email": "ada", "password": PASSWORD, "next": wished.encode("utf-8", "surrogatepass")}
    answer = world.browser("stranger").post("/auth/login", data=typed)
    assert answer.status_code in (302, 303, 400)
    assert leads_home(answer.headers.get("Location", "/"))


@pytest.mark.parametrize("wished", OWN)
def test_logging_in_leads_to_where_one_wanted_to_go(world: World, wished: str) -> None:
    typed = {"email": "ada", "password": PASSWORD, "next": wished}
    assert world.browser("stranger").post("/auth/login", data=typed).headers["Location"] == wished


@pytest.mark.parametrize("viewer", ["stranger", "ada"])
def test_no_page_follows_a_foreign_next(world: World, viewer: str) -> None:
    browser = world.browser(viewer)
    wrong = []
    for route in readable(world):
        for wished in FOREIGN[:8]:
            location = browser.get(route.address, query_string={"next": wished}, buffered=True).headers.get("Location")
            if location is not None and not leads_home(location):
                wrong.append(f"{route.address}?next={wished!r} leads to {location!r}")
    assert wrong == []


def test_a_page_for_members_comes_back_after_the_log_in(world: World) -> None:
    asked = open_page(world.browser("stranger"), "/settings/profile")
    assert asked.headers["Location"] == "/auth/login?next=/settings/profile"


@given(st.text() | st.sampled_from(FOREIGN).flatmap(lambda start: st.text(max_size=5).map(start.__add__)))
def test_whatever_is_asked_for_stays_here(wished: str) -> None:
    assert leads_home(local_path(wished))


@given(st.from_regex(r"/[a-z0-9@/_-]{0,20}", fullmatch=True).filter(lambda path: "//" not in path))
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert local_path(path) == path
