"""Where a visit came from: the source's name, its channel, and whether the referrer is spam."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from byline.analytics.collect import addresses
from byline.analytics.collect.addresses import Page

TABLE = Path(__file__).with_name("origins.toml")
LONGEST_REFERRER = 2_000
LONGEST_REFERRER_BYTES = 300
_REFERRER = re.compile(r"\s*(?:https?|(android-app|ios-app))://([^/?#\\]+)([^?#]*)", re.IGNORECASE)
_ENDING = re.compile(r"(?:com?\.|net\.|org\.)?[a-z]{2,3}")
_PAID = re.compile(r"(?:.*cp.*|ppc|retargeting|paid.*)")
_SHOPS = re.compile(r"(?:.*(?:[^a-df-z]|^)shop|.*shopping).*")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_DISPLAY = frozenset({"display", "banner", "expandable", "interstitial", "cpm"})
_SOCIAL = frozenset({"social", "social-network", "social-media", "sm", "social network", "social media"})
_EMAIL = frozenset({"email", "e-mail", "e_mail", "e mail", "newsletter"})


class Source(NamedTuple):
    """Somewhere that leads to pages: its name, and what kind of place it is."""

    name: str
    kind: str = ""
    """`search`, `social`, `video`, `shopping`, `email`, `ai`, or nothing."""


class Origin(NamedTuple):
    """Where one visit came from."""

    source: str = ""
    channel: str = "Direct"
    referrer: str = ""


class Referral(NamedTuple):
    """What a referrer says."""

    host: str
    address: str
    source: Source
    is_spam: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of sources: by host, by the middle of a host with many endings, by name; and hosts of spam."""

    hosts: Mapping[str, Source] = field(default_factory=dict)
    many_endings: Mapping[str, Source] = field(default_factory=dict)
    names: Mapping[str, Source] = field(default_factory=dict)
    spam: frozenset[str] = frozenset()


NOWHERE = Referral("", "", Source(""))


@cache
def table() -> Table:
    """What is known of sources."""
    written = tomllib.loads(TABLE.read_text())
    hosts: dict[str, Source] = {}
    many: dict[str, Source] = {}
    names: dict[str, Source] = {}
    for kind, sources in written["sources"].items():
        for name, known_as in sources.items():
            source = Source(name, "" if kind == "other" else kind)
            names[name.lower()] = source
            for each in known_as:
                if each.endswith(".*"):
                    many[each.removesuffix(".*")] = source
                else:
                    (hosts if "." in each else names)[each] = source
    return Table(hosts, many, names, frozenset(written["spam"]["hosts"]))


def referral(referrer: str) -> Referral:
    """What a referrer says; nothing for one that is no web address."""
    return _referral(referrer[:LONGEST_REFERRER]) if referrer else NOWHERE


@lru_cache(4096)
def _referral(referrer: str) -> Referral:
    found = _REFERRER.match(referrer)
    if not found:
        return NOWHERE
    app, authority, path = found.groups()
    if app:
        named = addresses.plain(authority.lower())
        return Referral(named, named, _of_host(named))
    try:
        host = addresses.host(authority).removeprefix("www.")
    except ValueError:
        return NOWHERE
    address = addresses.cut(host + addresses.path(path), LONGEST_REFERRER_BYTES)
    return Referral(
        host, address, _of_host(host), is_spam=any(each in table().spam for each in _self_and_parents(host))
    )


def origin(page: Page, came_from: Referral, own_host: str) -> Origin:
    """Where a visit to a page came from; the site's own pages and the visitor's own machine are nowhere."""
    if came_from.host in (page.host.removeprefix("www."), own_host.removeprefix("www."), *_THIS_MACHINE):
        came_from = NOWHERE
    return _origin(page.source, page.medium, page.campaign, came_from)


@lru_cache(4096)
def _origin(named: str, medium: str, campaign: str, came_from: Referral) -> Origin:
    source = named_source(named) if named else came_from.source
    channel = channel_of(source, medium.lower(), campaign.lower(), came_from.host)
    return Origin(source.name, channel, came_from.address)


def named_source(named: str) -> Source:
    """The source that a campaign names, in whatever case: by its name, by its host, else just as it is."""
    wanted = named.strip().lower()
    known = table().names.get(wanted)
    if known:
        return known
    if "." in wanted and " " not in wanted:
        known = _of_host(wanted.removeprefix("www."))
        return known if known.name != wanted else Source(wanted)
    return Source(named)


def _of_host(host: str) -> Source:
    known = table()
    for each in _self_and_parents(host):
        if each in known.hosts:
            return known.hosts[each]
        label, _, ending = each.partition(".")
        if label in known.many_endings and _ENDING.fullmatch(ending):
            return known.many_endings[label]
    return Source(host)


def _self_and_parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]


def channel_of(source: Source, medium: str, campaign: str, referrer_host: str) -> str:
    """The channel, by the categories of Google Analytics 4 and one for AI assistants; the first that fits."""
    return _paid_channel(source.kind, medium, campaign) or _free_channel(source, medium, campaign, referrer_host)


_PAID_KINDS = {"search": "Paid Search", "social": "Paid Social", "video": "Paid Video"}


def _paid_channel(kind: str, medium: str, campaign: str) -> str:
    if "cross-network" in campaign:
        return "Cross-network"
    is_paid = _PAID.fullmatch(medium) is not None
    if is_paid and (kind == "shopping" or _SHOPS.fullmatch(campaign)):
        return "Paid Shopping"
    if is_paid and kind in _PAID_KINDS:
        return _PAID_KINDS[kind]
    if medium in _DISPLAY:
        return "Display"
    return "Paid Other" if is_paid else ""


def _free_channel(source: Source, medium: str, campaign: str, referrer_host: str) -> str:
    if source.kind == "shopping" or _SHOPS.fullmatch(campaign):
        return "Organic Shopping"
    name = source.name.lower()
    for channel, fits in (
        ("Organic Social", source.kind == "social" or medium in _SOCIAL),
        ("Organic Video", source.kind == "video" or "video" in medium),
        ("AI Assistants", source.kind == "ai"),
        ("Organic Search", source.kind == "search" or medium == "organic"),
        ("Email", source.kind == "email" or name in _EMAIL or medium in _EMAIL),
        ("Affiliates", medium in ("affiliate", "affiliates")),
        ("Audio", medium == "audio"),
        ("SMS", "sms" in (name, medium)),
        ("Mobile Push Notifications", _is_push(name, medium)),
        ("Referral", bool(name or referrer_host) or medium in ("referral", "app", "link")),
    ):
        if fits:
            return channel
    return "Direct"


def _is_push(name: str, medium: str) -> bool:
    return medium.endswith("push") or "mobile" in medium or "notification" in medium or name == "firebase"
