"""What counts, what does not and why, and that nothing of the visitor is in a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from byline.analytics.collect import reading
from byline.analytics.collect.collector import Asked, Collector, language
from byline.analytics.collect.limits import MOST_OF_ADDRESS, MOST_OF_VISITOR
from byline.analytics.collect.reading import Sent, Told
from byline.analytics.hits import Kind, Reason
from byline.analytics.sites.queries import Collected
from byline.kernel import clock
from byline.kernel.errors import Unavailable
from tests.analytics.collect.conftest import FIREFOX, IPHONE, READER, SITE, Kept

URL = "https://example.org/post"


def said(url: str = URL, **values: object) -> Sent:
    return reading.sent({"url": url, **values})


def test_a_pageview_is_one_line_with_what_is_known_and_nothing_of_the_visitor(collector: Collector, kept: Kept) -> None:
    collector.take(
        SITE,
        said(
            f"{URL}?utm_source=News&utm_medium=email&password=geheim#part",
            referrer="https://www.google.com/search?q=geheim",
            width="1280",
            view=77,
            read_seconds="108",
        ),
        READER,
    )
    (hit,) = kept.hits
    assert hit._replace(visitor=0, at_ms=0) == (
        *(7, 0, 0, 0, Kind.PAGEVIEW, "", "/post", (), 77, 0, -1, 108, 0, "News", "Email", "google.com/search"),
        *("email", "", "", "", "GB", "en", "Firefox", "Linux", "desktop", "992-1439", "example.org"),
    )
    assert hit.visitor != 0
    (line,) = kept.lines
    for secret in (b"81.2.69", b"Mozilla", b"Gecko", b"geheim", b"password", b"part"):
        assert secret not in line


@pytest.mark.parametrize(
    ("site", "sent", "asked", "reason"),
    [
        (SITE, said(), READER._replace(is_prefetch=True), Reason.PREFETCH),
        (SITE, said(), READER._replace(wants_no_tracking=True), Reason.DO_NOT_TRACK),
        (SITE, said(own="1"), READER, Reason.OWN_VISIT),
        (SITE, said(webdriver=True), READER, Reason.AUTOMATED),
        (SITE, said(), READER._replace(agent="Googlebot/2.1"), Reason.BOT),
        (SITE, said(), READER._replace(agent=""), Reason.BOT),
        (SITE, said("https://elsewhere.example/"), READER, Reason.FOREIGN_HOST),
        (SITE, said("https://example.org.evil.example/"), READER, Reason.FOREIGN_HOST),
        (SITE, said(referrer="http://www.semalt.com/x"), READER, Reason.SPAM_REFERRER),
        (replace(SITE, excluded_paths=("/post",)), said(), READER, Reason.EXCLUDED_PATH),
        (replace(SITE, excluded_paths=("/x", "/p*")), said(), READER, Reason.EXCLUDED_PATH),
        (replace(SITE, excluded_addresses=("81.2.0.0/16",)), said(), READER, Reason.EXCLUDED_ADDRESS),
        (
            replace(SITE, excluded_addresses=("81.2.69.142",)),
            said(),
            READER._replace(address="::ffff:81.2.69.142"),
            Reason.EXCLUDED_ADDRESS,
        ),
        (
            replace(SITE, excluded_addresses=("2001:db8::/32",)),
            said(),
            READER._replace(address="2001:db8::7"),
            Reason.EXCLUDED_ADDRESS,
        ),
    ],
)
def test_what_does_not_count_is_counted_by_its_reason(
    collector: Collector, kept: Kept, site: Collected, sent: Sent, asked: Asked, reason: Reason
) -> None:
    collector.take(site, sent, asked)
    assert kept.hits == []
    assert kept.refused == {reason: 1}


@pytest.mark.parametrize(
    ("site", "sent", "asked"),
    [
        (replace(SITE, honours_dnt=False), said(), READER._replace(wants_no_tracking=True)),
        (SITE, said("https://www.example.org/"), READER),
        (replace(SITE, hostnames=()), said("https://anything.example/"), READER),
        (replace(SITE, excluded_paths=("/other/*",)), said(), READER),
        (replace(SITE, excluded_addresses=("10.0.0.0/8", "::/64")), said(), READER),
        (replace(SITE, excluded_addresses=("10.0.0.0/8",)), said(), READER._replace(address="")),
        (SITE, said(), READER._replace(address="rubbish")),
    ],
)
def test_what_nothing_speaks_against_counts(
    collector: Collector, kept: Kept, site: Collected, sent: Sent, asked: Asked
) -> None:
    collector.take(site, sent, asked)
    assert len(kept.hits) == 1
    assert kept.refused == {}


def test_a_refused_page_is_counted_once_however_long_it_was_read(collector: Collector, kept: Kept) -> None:
    asked = READER._replace(wants_no_tracking=True)
    collector.take(SITE, said(view=5), asked)
    collector.take(SITE, said(event="engagement", view=5, engaged_ms=900), asked)
    assert kept.refused == {Reason.DO_NOT_TRACK: 1}


def test_a_site_that_does_not_count_links_keeps_none(collector: Collector, kept: Kept) -> None:
    site = replace(SITE, counts_outbound=False)
    for event in ("outbound", "download"):
        collector.take(site, said(event=event, target="https://elsewhere.example/file.pdf"), READER)
        collector.take(SITE, said(event=event, target="https://elsewhere.example/file.pdf?x=1"), READER)
    assert [(hit.kind, hit.name) for hit in kept.hits] == [
        (Kind.OUTBOUND, "elsewhere.example/file.pdf"),
        (Kind.DOWNLOAD, "elsewhere.example/file.pdf"),
    ]
    assert kept.refused == {}


def test_visitors_are_told_apart_by_address_and_agent(collector: Collector, kept: Kept) -> None:
    for asked in (READER, READER, READER._replace(agent=IPHONE), READER._replace(address="81.2.69.143")):
        collector.take(SITE, said(), asked)
    collector.take(replace(SITE, id=8), said(), READER)
    visitors = [hit.visitor for hit in kept.hits]
    assert visitors[0] == visitors[1]
    assert len(set(visitors)) == 4


def test_one_visitor_who_sends_too_many_is_counted_so_far_and_told_in_sums(collector: Collector, kept: Kept) -> None:
    with clock.frozen(datetime(2026, 3, 14, 12, 0, tzinfo=UTC)):
        for _ in range(1000):
            collector.take(SITE, said(), READER)
        collector.take(SITE, said(), READER._replace(address="81.2.69.200"))
        assert len(kept.hits) == MOST_OF_VISITOR + 1
        assert len(kept.entries) - len(kept.hits) == 1
        clock.advance(60)
        collector.take(SITE, said(), READER)
    assert len(kept.hits) == MOST_OF_VISITOR + 2
    assert kept.refused == {Reason.TOO_MANY: 1000 - MOST_OF_VISITOR}


def test_one_address_with_many_agents_is_limited_too(collector: Collector, kept: Kept) -> None:
    agents = [f"{FIREFOX} {number}" for number in range(30)]
    with clock.frozen(datetime(2026, 3, 14, 12, 0, tzinfo=UTC)):
        for number in range(MOST_OF_ADDRESS + 50):
            collector.take(SITE, said(), READER._replace(agent=agents[number % 30]))
        collector.take(SITE, said(), READER._replace(address="81.2.69.200"))
    assert len(kept.hits) == MOST_OF_ADDRESS + 1


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_an_undeclared_proxy_turns_nobody_away(collector: Collector, kept: Kept, address: str) -> None:
    with clock.frozen(datetime(2026, 3, 14, 12, 0, tzinfo=UTC)):
        for _ in range(MOST_OF_VISITOR + 20):
            collector.take(SITE, said(), READER._replace(address=address))
    assert len(kept.hits) == MOST_OF_VISITOR + 20


def test_a_full_spool_is_a_refusal_not_a_loss(collector: Collector, kept: Kept) -> None:
    collector.spool._limit = 10
    with pytest.raises(Unavailable):
        collector.take(SITE, said(), READER)
    assert kept.lines == []


def test_what_a_server_tells_is_taken_with_its_time_and_visitor(collector: Collector, kept: Kept) -> None:
    at_ms = 1_773_400_000_000
    with clock.frozen(datetime(2026, 3, 14, 12, 0, tzinfo=UTC)):
        collector.take_told(
            SITE,
            [
                (said(), Told("81.2.69.142", FIREFOX, "de-CH", at_ms)),
                (said(), Told("81.2.69.142", "Googlebot/2.1", "", at_ms)),
                (said("https://elsewhere.example/"), Told("81.2.69.142", FIREFOX, "", at_ms)),
                (said(event="engagement", view=1), Told("81.2.69.142", "curl/8", "", at_ms)),
            ],
        )
    (hit,) = kept.hits
    assert (hit.at_ms, hit.country, hit.language, hit.browser) == (at_ms, "GB", "de", "Firefox")
    assert kept.refused == {Reason.BOT: 1, Reason.FOREIGN_HOST: 1}


@pytest.mark.parametrize(
    ("accepted", "found"),
    [("en-GB,en;q=0.9", "en"), ("DE", "de"), ("gsw-CH", "gsw"), ("*", ""), ("", ""), ("english", ""), ("\xfc", "")],
)
def test_the_first_language_counts_without_its_country(accepted: str, found: str) -> None:
    assert language(accepted) == found


def test_shortly_before_midnight_the_next_salt_is_learnt_ahead(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[int] = []
    monkeypatch.setattr(collector.visitors, "prepare", asked_for.append)
    moment = datetime(2026, 3, 14, 23, 50, tzinfo=UTC)
    with clock.frozen(moment):
        for _ in range(3):
            collector.take(SITE, said(), READER)
    assert asked_for == [int(moment.timestamp() * 1000)]
