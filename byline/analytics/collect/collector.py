"""From what a request says to a line in the spool: what is not counted is counted apart, by its reason."""

from __future__ import annotations

import ipaddress
import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from byline.analytics import hits
from byline.analytics.collect import addresses, agents, countries, ids, origins
from byline.analytics.collect.countries import Look
from byline.analytics.collect.ids import DAY_MS, Visitors
from byline.analytics.collect.limits import MOST_OF_ADDRESS, MOST_OF_VISITOR, Limit
from byline.analytics.collect.reading import Sent, Told
from byline.analytics.collect.spool import Spool
from byline.analytics.hits import Hit, Kind, Reason, Refused
from byline.analytics.sites.queries import Collected
from byline.kernel import clock

REMEMBERED_READERS = 8192
LONGEST_ADDRESS = 100
"""Letters that are looked at. What is longer is an address with the name of a network card, or none."""
LONGEST_LANGUAGE = 100
TELL_EVERY_MS = 1_000
PREPARE_MS = 20 * 60_000
"""How long before midnight, UTC, the next day's salt is learnt."""
LIVE = 0
"""The origin of what is collected as it happens, and not imported."""
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")


class Asked(NamedTuple):
    """What a request itself says about the visitor."""

    address: str
    agent: str
    language: str = ""
    is_prefetch: bool = False
    wants_no_tracking: bool = False


class Place(NamedTuple):
    """What is kept of an address, in memory alone."""

    packed: bytes
    country: str
    plain: str
    is_this_machine: bool


class Reader(NamedTuple):
    """What is kept of who asks, in memory alone."""

    place: Place
    heard: bytes
    """The user agent as it goes into the visitor's id."""
    is_bot: bool
    shared: tuple[str, str, str, str, str]
    """What a hit says of them: country, language, browser, system and device."""


class Known(NamedTuple):
    """A visitor at a moment, as a hit has them."""

    at_ms: int
    visitor: int
    former_visitor: int


class Collector:
    """Takes the hits of one process. Threads may share it."""

    def __init__(self, visitors: Visitors, spool: Spool, *, country: Look = countries.from_registries) -> None:
        self.visitors = visitors
        self.spool = spool
        self._country = country
        self._place = lru_cache(REMEMBERED_READERS)(self._located)
        self._remembered = lru_cache(REMEMBERED_READERS)(self._recognised)
        self._of_address = Limit(MOST_OF_ADDRESS)
        self._of_visitor = Limit(MOST_OF_VISITOR)
        self._too_many: dict[int, int] = {}
        self._telling = threading.Lock()
        self._tell_at_ms = 0
        self._next_day_ms = 0

    def take(self, site: Collected, sent: Sent, asked: Asked) -> None:
        """Count a visitor's hit, or count why it is not counted.

        Raises Unavailable when it cannot be kept, SQLAlchemyError when the day's salt cannot be had.
        """
        at_ms = clock.milliseconds()
        if at_ms >= self._next_day_ms - PREPARE_MS:
            self._prepare(at_ms)
        if self._too_many and at_ms >= self._tell_at_ms:
            self._tell(at_ms)
        reader = self._reader(asked)
        place = reader.place
        reason = _declined(site, sent, asked)
        if reason is None and self._of_address.is_over(place.packed, at_ms) and not place.is_this_machine:
            reason = Reason.TOO_MANY
        if reason is None:
            reason = _unfit(site, sent, reader)
        if reason is None:
            person = self.visitors.ids(site.id, at_ms, place.packed, reader.heard)
            if place.is_this_machine or not self._of_visitor.is_over(person[0], at_ms):
                if _is_wanted(site, sent):
                    self.spool.append(hits.encode(_hit(site, sent, reader, (at_ms, *person))))
                return
            reason = Reason.TOO_MANY
        self._refuse(site.id, sent.kind, reason, at_ms)

    def known(self, site: Collected, sent: Sent, asked: Asked, *, is_told: bool = False) -> Known | None:
        """Who a visitor is whose hit would count; None for one whose would not. Nothing is kept.

        `is_told` where a server speaks for all its visitors, whose number is its own affair. Raises as `take` does.
        """
        at_ms, reader = clock.milliseconds(), self._reader(asked)
        place = reader.place
        unfit = _declined(site, sent, asked) or _unfit(site, sent, reader)
        if unfit or (not is_told and not place.is_this_machine and self._of_address.is_over(place.packed, at_ms)):
            return None
        return Known(at_ms, *self.visitors.ids(site.id, at_ms, place.packed, reader.heard))

    def keep(self, site: Collected, sent: Sent, asked: Asked, known: Known) -> None:
        """Keep a hit of a visitor who is known; raises as `take` does."""
        self.spool.append(hits.encode(_hit(site, sent, self._reader(asked), known)))

    def take_told(self, site: Collected, batch: Sequence[tuple[Sent, Told]]) -> None:
        """Count hits that a site's own server tells of, all or none; raises as `take` does."""
        now = clock.milliseconds()
        lines = b"".join(self._told_line(site, sent, told, now) for sent, told in batch)
        if lines:
            self.spool.append(lines)

    def judge(self, site: Collected, sent: Sent, asked: Asked, at_ms: int) -> Hit | Refused:
        """What a request of the past is, its visitor known by the salt of its own day. Nothing is kept, no limit holds.

        An address that is none, as where a server writes the names of machines, stands for itself.
        """
        reader = self._reader(asked)
        reason = _declined(site, sent, asked) or _unfit(site, sent, reader)
        if reason:
            return Refused(site.id, at_ms, reason)
        address = reader.place.packed or asked.address.lower().encode(errors="ignore")
        return _hit(site, sent, reader, (at_ms, *self.visitors.ids(site.id, at_ms, address, reader.heard)))

    def _told_line(self, site: Collected, sent: Sent, told: Told, now: int) -> bytes:
        asked = Asked(told.address, told.agent, told.language)
        reader = self._reader(asked)
        reason = _declined(site, sent, asked) or _unfit(site, sent, reader)
        if reason:
            return b"" if sent.kind is Kind.ENGAGEMENT else hits.encode(Refused(site.id, told.at_ms, reason))
        if not _is_wanted(site, sent):
            return b""
        visitor = (reader.place.packed, reader.heard)
        person = self.visitors.ids_of_the_past(site.id, told.at_ms, now, visitor)
        return hits.encode(_hit(site, sent, reader, (told.at_ms, *person)))

    def _refuse(self, site_id: int, kind: Kind, reason: Reason, at_ms: int) -> None:
        if reason is Reason.TOO_MANY:
            # A flood must not fill the disk with what was refused of it: such refusals are told in sums.
            with self._telling:
                self._too_many[site_id] = self._too_many.get(site_id, 0) + 1
            if at_ms >= self._tell_at_ms:
                self._tell(at_ms)
        elif kind is not Kind.ENGAGEMENT:
            # How long a page was read belongs to a pageview that was counted as refused before.
            self.spool.append(hits.encode(Refused(site_id, at_ms, reason)))

    def _tell(self, at_ms: int) -> None:
        with self._telling:
            numbers, self._too_many = self._too_many, {}
            self._tell_at_ms = at_ms + TELL_EVERY_MS
        self.spool.append(b"".join(_too_many_line(numbers, at_ms)))

    def _prepare(self, at_ms: int) -> None:
        """Learn the next day's salt before it is needed, so that the database may be away at midnight."""
        midnight = (at_ms // DAY_MS + 1) * DAY_MS
        is_near = at_ms >= midnight - PREPARE_MS
        self._next_day_ms = midnight + DAY_MS if is_near else midnight
        if is_near:
            threading.Thread(target=self._learn_next_salt, args=(at_ms,), daemon=True).start()

    def _learn_next_salt(self, at_ms: int) -> None:
        # A database that is away now is asked again by the first hit of the day.
        with suppress(SQLAlchemyError):
            self.visitors.prepare(at_ms)

    def close(self) -> None:
        """Tell what is still to be told, and end the spool's file."""
        if self._too_many:
            self._tell(clock.milliseconds())
        self.spool.close()

    def _reader(self, asked: Asked) -> Reader:
        agent, accepted = asked.agent[: agents.LONGEST_AGENT], asked.language[:LONGEST_LANGUAGE]
        return self._remembered(asked.address[:LONGEST_ADDRESS], agent, accepted)

    def _recognised(self, address: str, agent: str, accepted: str) -> Reader:
        place, found = self._place(address), agents.agent(agent)
        shared = (place.country, language(accepted), found.browser, found.system, found.device)
        return Reader(place, agent.encode(errors="ignore"), found.is_bot, shared)

    def _located(self, address: str) -> Place:
        plain = countries.plain(address)
        # So do all visitors look behind a proxy that nobody declared; they must not be turned away for it.
        is_this_machine = plain.startswith("127.") or plain in ("", "::1")
        return Place(ids.packed(plain), self._country(plain) if plain else "", plain, is_this_machine)


def _too_many_line(numbers: Mapping[int, int], at_ms: int) -> list[bytes]:
    return [hits.encode(Refused(site_id, at_ms, Reason.TOO_MANY, number)) for site_id, number in numbers.items()]


def _declined(site: Collected, sent: Sent, asked: Asked) -> Reason | None:
    """Why the visitor, or what acts for one, is not to be counted."""
    if asked.is_prefetch:
        return Reason.PREFETCH
    if asked.wants_no_tracking and site.honours_dnt:
        return Reason.DO_NOT_TRACK
    if sent.is_own:
        return Reason.OWN_VISIT
    return Reason.AUTOMATED if sent.is_automated else None


def _unfit(site: Collected, sent: Sent, reader: Reader) -> Reason | None:
    """Why a hit that nobody declined does not count for this site."""
    if reader.is_bot:
        return Reason.BOT
    if not addresses.is_one_of(sent.page.host, site.hostnames):
        return Reason.FOREIGN_HOST
    if site.excluded_paths and addresses.matches(sent.page.path, site.excluded_paths):
        return Reason.EXCLUDED_PATH
    if site.excluded_addresses and _is_within(reader.place.plain, site.excluded_addresses):
        return Reason.EXCLUDED_ADDRESS
    return Reason.SPAM_REFERRER if origins.referral(sent.referrer).is_spam else None


def _is_wanted(site: Collected, sent: Sent) -> bool:
    return site.counts_outbound or sent.kind not in (Kind.OUTBOUND, Kind.DOWNLOAD)


def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    if not address:
        return False
    found = ipaddress.ip_address(address)
    return any(found in network for network in _networks(networks))


@lru_cache(256)
def _networks(networks: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(network, strict=False) for network in networks)


def language(accepted: str) -> str:
    """The first language that a browser asks for, without its country."""
    found = _LANGUAGE.match(accepted)
    return found[1].lower() if found else ""


def _hit(site: Collected, sent: Sent, reader: Reader, known: tuple[int, int, int]) -> Hit:
    """A hit with all its fields in their order: they are many, and naming each would take longer than to find them."""
    page = sent.page
    own = (sent.view, sent.engaged_ms, sent.scroll, sent.read_seconds, LIVE)
    origin = origins.origin(page, origins.referral(sent.referrer), site.host)
    campaign = (page.medium, page.campaign, page.content, page.term)
    shared = (*origin, *campaign, *reader.shared, sent.screen, page.host)
    return Hit._make((site.id, *known, sent.kind, sent.name, page.path, sent.props, *own, *shared))
