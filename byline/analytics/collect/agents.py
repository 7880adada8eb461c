"""What a user agent says: browser, system, kind of device, and whether a program is at work and not a person."""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ua_parser.basic import Resolver

LONGEST_AGENT = 512
"""Letters that are looked at. What is longer is no browser's, and its id is made from these."""
REMEMBERED = 8192

_DEVICES = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("tv", r"\btv\b|smart-?tv|googletv|appletv|hbbtv|web0s|netcast|bravia|roku|\baft[a-z]|crkey|viera"),
        ("console", r"playstation|xbox|nintendo"),
        ("watch", r"\bwatch|wear ?os"),
        ("tablet", r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobile)"),
        ("phone", r"mobi|iphone|ipod|android|phone|blackberry|opera mini"),
    )
)
_BROWSERS = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Opera Mobile": "Opera",
    "Opera Mini": "Opera",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "IE Mobile": "Internet Explorer",
    "IE": "Internet Explorer",
    "Brave Mobile": "Brave",
    "Yandex Browser": "Yandex",
    "Google": "Google app",
    "GSA": "Google app",
}
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS", "ATV OS X": "tvOS", "Windows Phone": "Windows"}
_LINUXES = frozenset({"Ubuntu", "Debian", "Fedora", "Arch Linux", "Linux Mint", "Red Hat", "SUSE", "Gentoo", "CentOS"})
_ALSO_PROGRAMS = re.compile(
    r"headless|phantomjs|selenium|puppeteer|playwright|lighthouse|electron/0|^(?:mozilla/\d\.\d|-|\W*)$", re.IGNORECASE
)
_ESCAPED = re.compile(r"\\([^A-Za-z0-9])")
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


class Agent(NamedTuple):
    """What is kept of a user agent."""

    browser: str
    system: str
    device: str
    is_bot: bool


def agent(heard: str) -> Agent:
    """What a user agent says. One that says nothing, or names a known crawler or library, is a bot's."""
    return _looked_at(heard[:LONGEST_AGENT])


@lru_cache(REMEMBERED)
def _looked_at(heard: str) -> Agent:
    if not heard.strip() or _ALSO_PROGRAMS.search(heard) or _names_crawler(heard):
        return Agent("", "", "", is_bot=True)
    browser, system = _families(heard)
    return Agent(browser, system, _device(heard), is_bot=False)


def _device(heard: str) -> str:
    return next((kind for kind, pattern in _DEVICES if pattern.search(heard)), "desktop")


def _families(heard: str) -> tuple[str, str]:
    from ua_parser import Domain

    found = _parser()(heard, Domain.USER_AGENT | Domain.OS)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    return _BROWSERS.get(browser, browser), "Linux" if system in _LINUXES else _SYSTEMS.get(system, system)


_loading = threading.Lock()


def _parser() -> Resolver:
    # Loaded with the first hit, as a site that nobody reads, and every command, starts faster without it.
    with _loading:
        return _loaded_parser()


@cache
def _loaded_parser() -> Resolver:
    from ua_parser.basic import Resolver
    from ua_parser.loaders import load_lazy_builtins

    return Resolver(load_lazy_builtins())


def _names_crawler(heard: str) -> bool:
    with _loading:
        words, patterns = _crawlers()
    return any(word in heard for word in words) or patterns.search(heard) is not None


@cache
def _crawlers() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """What crawlers are recognised by. To look for plain words is many times faster than one pattern of them all."""
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    words: dict[str, None] = {}
    patterns: list[str] = []
    for entry in CRAWLER_USER_AGENTS_DATA:
        pattern = entry["pattern"]
        if _SPECIAL.search(_ESCAPED.sub("", pattern)):
            patterns.append(pattern)
        else:
            words[_ESCAPED.sub(r"\1", pattern)] = None
    return tuple(words), re.compile("|".join(f"(?:{each})" for each in patterns))
