"""Where visits come from: names, channels in their order, spam."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.collect import addresses, origins
from byline.analytics.collect.origins import Origin


def came(referrer: str = "", query: str = "", own_host: str = "example.org") -> Origin:
    page = addresses.page(f"https://example.org/?{query}")
    return origins.origin(page, origins.referral(referrer), own_host)


@pytest.mark.parametrize(
    ("referrer", "source", "channel"),
    [
        ("", "", "Direct"),
        ("https://www.google.com/", "Google", "Organic Search"),
        ("https://google.co.uk/search?q=secret", "Google", "Organic Search"),
        ("https://google.com.evil.example/", "google.com.evil.example", "Referral"),
        ("https://notgoogle.com/", "notgoogle.com", "Referral"),
        ("https://duckduckgo.com/", "DuckDuckGo", "Organic Search"),
        ("https://news.ycombinator.com/item?id=1", "Hacker News", "Organic Social"),
        ("https://t.co/abc", "Twitter", "Organic Social"),
        ("https://l.facebook.com/l.php?u=x", "Facebook", "Organic Social"),
        ("https://m.youtube.com/watch?v=1", "YouTube", "Organic Video"),
        ("https://chatgpt.com/", "ChatGPT", "AI Assistants"),
        ("https://gemini.google.com/app", "Gemini", "AI Assistants"),
        ("https://mail.google.com/mail/u/0/", "Gmail", "Email"),
        ("android-app://com.google.android.gm/", "Gmail", "Email"),
        ("android-app://com.example.reader/", "com.example.reader", "Referral"),
        ("https://www.amazon.de/x", "Amazon", "Organic Shopping"),
        ("https://de.wikipedia.org/wiki/Blog", "Wikipedia", "Referral"),
        ("https://www.blog.example/", "blog.example", "Referral"),
        ("https://münchen.example/", "xn--mnchen-3ya.example", "Referral"),
        ("https://example.org/other", "", "Direct"),
        ("https://www.example.org/other", "", "Direct"),
        ("http://localhost:3000/", "", "Direct"),
        ("javascript:alert(1)", "", "Direct"),
        ("about:client", "", "Direct"),
        ("https://", "", "Direct"),
        ("rubbish", "", "Direct"),
    ],
)
def test_a_referrer_is_named_and_has_its_channel(referrer: str, source: str, channel: str) -> None:
    assert came(referrer)[:2] == (source, channel)


@pytest.mark.parametrize(
    ("query", "source", "channel"),
    [
        ("utm_source=google&utm_medium=cpc", "Google", "Paid Search"),
        ("utm_source=GOOGLE", "Google", "Organic Search"),
        ("utm_source=google&utm_medium=cpc&utm_campaign=x+cross-network", "Google", "Cross-network"),
        ("utm_source=google&utm_medium=ppc&utm_campaign=Summer+shopping", "Google", "Paid Shopping"),
        ("utm_source=amazon&utm_medium=paid", "Amazon", "Paid Shopping"),
        ("utm_source=ig&utm_medium=paid-social", "Instagram", "Paid Social"),
        ("utm_source=youtube&utm_medium=cpc", "YouTube", "Paid Video"),
        ("utm_source=partner&utm_medium=banner", "partner", "Display"),
        ("utm_source=partner&utm_medium=cpm", "partner", "Display"),
        ("utm_source=partner&utm_medium=retargeting", "partner", "Paid Other"),
        ("utm_source=partner&utm_campaign=coffee-shop", "partner", "Organic Shopping"),
        ("utm_source=partner&utm_medium=social", "partner", "Organic Social"),
        ("utm_source=partner&utm_medium=in-video", "partner", "Organic Video"),
        ("utm_source=chatgpt.com", "ChatGPT", "AI Assistants"),
        ("utm_source=partner&utm_medium=organic", "partner", "Organic Search"),
        ("utm_source=newsletter", "newsletter", "Email"),
        ("utm_source=may&utm_medium=E-Mail", "may", "Email"),
        ("utm_source=x1&utm_medium=affiliate", "x1", "Affiliates"),
        ("utm_source=x1&utm_medium=audio", "x1", "Audio"),
        ("utm_source=sms", "sms", "SMS"),
        ("utm_source=x1&utm_medium=web-push", "x1", "Mobile Push Notifications"),
        ("utm_source=firebase", "firebase", "Mobile Push Notifications"),
        ("utm_source=partner&utm_medium=referral", "partner", "Referral"),
        ("ref=producthunt", "producthunt", "Referral"),
        ("ref=producthunt.com", "Product Hunt", "Organic Social"),
        ("ref=www.blog.example", "blog.example", "Referral"),
        ("utm_medium=email", "", "Email"),
    ],
)
def test_a_campaign_names_its_source_and_channel(query: str, source: str, channel: str) -> None:
    assert came("", query)[:2] == (source, channel)


def test_a_campaign_goes_before_the_referrer_whose_address_is_kept_without_its_query() -> None:
    found = came("https://www.google.com/search?q=secret", "utm_source=news")
    assert found == Origin("news", "Referral", "google.com/search")


def test_a_long_referrer_is_cut() -> None:
    assert len(came("https://blog.example/" + "x" * 9000).referrer) == origins.LONGEST_REFERRER_BYTES


@pytest.mark.parametrize(
    ("referrer", "is_spam"),
    [
        ("http://semalt.com/project.php?u=x", True),
        ("http://www.best-seo-offer.com/", True),
        ("http://x.y.semalt.com/", True),
        ("http://notsemalt.com/", False),
        ("https://www.google.com/", False),
        ("", False),
    ],
)
def test_spam_is_known_by_its_host_and_all_below_it(referrer: str, *, is_spam: bool) -> None:
    assert origins.referral(referrer).is_spam is is_spam


@given(st.text(max_size=60))
def test_no_referrer_breaks_it(text: str) -> None:
    for referrer in (text, f"https://{text}", f"https://example.net/{text}", f"android-app://{text}"):
        for part in came(referrer):
            part.encode()
            assert "\0" not in part


def test_the_table_says_each_thing_once() -> None:
    written = tomllib.loads(origins.TABLE.read_text())["sources"]
    known = [each for sources in written.values() for names in sources.values() for each in names]
    assert sorted(known) == sorted(set(known))
    assert len(origins.table().hosts) > 150
