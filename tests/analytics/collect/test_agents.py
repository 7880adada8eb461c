"""What user agents say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.collect import agents
from byline.analytics.collect.agents import Agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5"


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (f"(Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/138.0.0.0 Safari/537.36", "Chrome Windows desktop"),
        (f"(Windows NT 10.0) {WEBKIT} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "Edge Windows desktop"),
        ("(X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox Linux desktop"),
        (f"(Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Safari/605.1.15", "Safari macOS desktop"),
        (f"(iPhone; CPU iPhone OS 18_5 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1", "Safari iOS phone"),
        (f"(iPad; CPU OS 15_5 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1", "Safari iOS tablet"),
        (f"(Linux; Android 10; K) {WEBKIT} Chrome/138.0.0.0 Mobile Safari/537.36", "Chrome Android phone"),
        (f"(Linux; Android 14; SM-X910) {WEBKIT} Chrome/138.0.0.0 Safari/537.36", "Chrome Android tablet"),
        ("(Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox Android phone"),
        (f"(X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/138.0.0.0 Safari/537.36", "Chrome ChromeOS desktop"),
        (f"(Linux; Android 12; BRAVIA 4K UR3) {WEBKIT} Chrome/120.0.0.0 Safari/537.36", "Chrome Android tv"),
        (f"(PlayStation; PlayStation 5/2.26) {WEBKIT} Version/13.0 Safari/605.1.15", "console"),
    ],
)
def test_browser_system_and_device_are_known(heard: str, expected: str) -> None:
    found = agents.agent(f"Mozilla/5.0 {heard}")
    assert not found.is_bot
    assert f"{found.browser} {found.system} {found.device}".endswith(expected)


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "   ",
        "-",
        "Mozilla/5.0",
        "curl/8.5.0",
        "Wget/1.21",
        "python-requests/2.32",
        "Go-http-client/2.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/138.0.0.0 Safari/537.36",
        "facebookexternalhit/1.1",
        "Feedly/1.0",
    ],
)
def test_programs_are_known_as_such(heard: str) -> None:
    assert agents.agent(heard).is_bot


@given(st.text(max_size=600))
def test_no_user_agent_breaks_it(heard: str) -> None:
    found = agents.agent(heard)
    assert isinstance(found, Agent)
    assert "".join(found[:3]).isprintable()


def test_what_is_remembered_is_bounded() -> None:
    assert agents._looked_at.cache_info().maxsize == agents.REMEMBERED
    agents.agent("x" * 100_000)
    assert len(agents.agent("Firefox " * 1000).browser) < 50
