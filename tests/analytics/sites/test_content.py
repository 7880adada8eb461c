"""What somebody types about a site: put in order, or refused with a sentence."""

from __future__ import annotations

import pytest

from byline.analytics.sites import content
from byline.analytics.sites.content import Collecting, General
from byline.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://example.org", "https://example.org"),
        ("example.org", "https://example.org"),
        ("HTTP://Example.ORG:80/", "http://example.org"),
        ("https://example.org:8443/blog/", "https://example.org:8443/blog"),
        ("https://example.org/?q=1#top", "https://example.org"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://192.0.2.7/", "http://192.0.2.7"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080"),
        ("https://example.org/ä b".replace(" ", ""), "https://example.org/%C3%A4b"),
        ("https://example.org.", "https://example.org"),
    ],
)
def test_an_address_is_put_in_order(typed: str, kept: str) -> None:
    assert content.checked_url(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ftp://example.org",
        "javascript:alert(1)",
        "data:text/html,hello",
        "https://ada:secret@example.org",
        "https://exa mple.org",
        "https://example.org\nx",
        "https://example.org\0",
        "https://-example.org",
        "https://exa_mple..org",
        "https://1.2.3.4.5",
        "https://example.org:99999",
        "https://[::1",
        "https://xn--ls8h\udc00.example",
        "https://" + "a" * 64 + ".org",
        "https://example.org/" + "a" * 300,
        "https://example.org/" + "ä" * 100,
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        content.checked_general(General("Mine", typed))
    assert list(refusal.value.fields) == ["url"]


def test_a_site_without_a_name_is_called_by_its_host() -> None:
    assert content.checked_general(General(" ", "https://straße.example/blog")).name == "straße.example"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe", "x" * 1000, "\0"])
def test_a_time_zone_that_there_is_not_is_refused(zone: str) -> None:
    with pytest.raises(Invalid) as refusal:
        content.checked_general(General("Mine", "https://example.org", zone))
    assert list(refusal.value.fields) == ["time_zone"]


def test_time_zones_are_those_of_places() -> None:
    zones = content.time_zones()
    assert zones[0] == "UTC"
    assert {"Europe/Berlin", "America/Argentina/Ushuaia", "Asia/Kolkata"} <= set(zones)
    assert not any(zone.startswith(("Etc/", "posix/", "right/")) for zone in zones)


def test_hosts_come_with_and_without_www() -> None:
    assert content.usual_hosts("https://example.org/blog") == ("example.org", "www.example.org")
    assert content.usual_hosts("https://www.example.org") == ("www.example.org", "example.org")
    assert content.usual_hosts("http://192.0.2.7") == ("192.0.2.7",)
    assert content.usual_hosts("http://localhost:3000") == ("localhost",)
    assert content.usual_hosts("http://[2001:db8::1]") == ("2001:db8::1",)
    assert content.usual_hosts("") == ()


def test_lines_are_put_in_order_and_said_once() -> None:
    given = Collecting(
        hostnames=(" Example.ORG ", "", "example.org", "*.Example.org", "https://straße.example/x"),
        excluded_paths=("/private/*", "*.pdf", "/private/*"),
        excluded_addresses=("192.0.2.7", "192.0.2.77/24", "2001:db8::1/48", "2001:DB8::7"),
        retention_days=90,
    )
    checked = content.checked_collecting(given)
    assert checked.hostnames == ("example.org", "*.example.org", "xn--strae-oqa.example")
    assert checked.excluded_paths == ("/private/*", "*.pdf")
    assert checked.excluded_addresses == ("192.0.2.7", "192.0.2.0/24", "2001:db8::/48", "2001:db8::7")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Collecting(hostnames=("exa mple.org",)), "hostnames"),
        (Collecting(hostnames=("*",)), "hostnames"),
        (Collecting(hostnames=("a*.example.org",)), "hostnames"),
        (Collecting(hostnames=("host.example",) * 101), "hostnames"),
        (Collecting(excluded_paths=("private",)), "excluded_paths"),
        (Collecting(excluded_paths=("/x?y=1",)), "excluded_paths"),
        (Collecting(excluded_paths=("/" + "x" * 300,)), "excluded_paths"),
        (Collecting(excluded_addresses=("192.0.2.300",)), "excluded_addresses"),
        (Collecting(excluded_addresses=("example.org",)), "excluded_addresses"),
        (Collecting(excluded_addresses=("10.0.0.0/33",)), "excluded_addresses"),
        (Collecting(retention_days=0), "retention_days"),
        (Collecting(retention_days=100_000), "retention_days"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(given: Collecting, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        content.checked_collecting(given)
    assert list(refusal.value.fields) == [field]
