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

REMEMBERED_ADDRESSES = 8192
TELL_EVERY_MS = 1_000
PREPARE_MS = 20 * 60_000
"""How long before midnight, UTC, the next day's salt is learnt."""
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


class Known(NamedTuple):
    """A visitor at a moment, as a hit has them."""

    at_ms: int
    visitor: int
    former_visitor: int
    country: str


class Collector:
    """Takes the hits of one process. Threads may share it."""

    def __init__(self, visitors: Visitors, spool: Spool, *, country: Look = countries.from_registries) -> None:
        self.visitors = visitors
        self.spool = spool
        self._country = country
        self._place = lru_cache(REMEMBERED_ADDRESSES)(self._located)
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
        at_ms = now_ms()
        if at_ms >= self._next_day_ms - PREPARE_MS:
            self._prepare(at_ms)
        if self._too_many and at_ms >= self._tell_at_ms:
            self._tell(at_ms)
        reason = _declined(site, sent, asked)
        place = self._place(asked.address)
        if reason is None and self._of_address.is_over(place.packed, at_ms) and not place.is_this_machine:
            reason = Reason.TOO_MANY
        if reason is None:
            reason = _unfit(site, sent, asked.agent, place)
        if reason is None:
            person = self.visitors.ids(site.id, at_ms, place.packed, _heard(asked.agent))
            if place.is_this_machine or not self._of_visitor.is_over(person[0], at_ms):
                if _is_wanted(site, sent):
                    self.spool.append(hits.encode(_hit(site, sent, asked, (at_ms, *person, place.country))))
                return
            reason = Reason.TOO_MANY
        self._refuse(site.id, sent.kind, reason, at_ms)

    def known(self, site: Collected, sent: Sent, asked: Asked, *, is_told: bool = False) -> Known | None:
        """Who a visitor is whose hit would count; None for one whose would not. Nothing is kept.

        `is_told` where a server speaks for all its visitors, whose number is its own affair. Raises as `take` does.
        """
        at_ms = now_ms()
        place = self._place(asked.address)
        unfit = _declined(site, sent, asked) or _unfit(site, sent, asked.agent, place)
        if unfit or (not is_told and not place.is_this_machine and self._of_address.is_over(place.packed, at_ms)):
            return None
        person = self.visitors.ids(site.id, at_ms, place.packed, _heard(asked.agent))
        return Known(at_ms, *person, place.country)

    def keep(self, site: Collected, sent: Sent, asked: Asked, known: Known) -> None:
        """Keep a hit of a visitor who is known; raises as `take` does."""
        self.spool.append(hits.encode(_hit(site, sent, asked, known)))

    def take_told(self, site: Collected, batch: Sequence[tuple[Sent, Told]]) -> None:
        """Count hits that a site's own server tells of, all or none; raises as `take` does."""
        now = now_ms()
        lines = b"".join(self._told_line(site, sent, told, now) for sent, told in batch)
        if lines:
            self.spool.append(lines)

    def judge(self, site: Collected, sent: Sent, asked: Asked, at_ms: int) -> Hit | Refused:
        """What a request of the past is, its visitor known by the salt of its own day. Nothing is kept, no limit holds.

        An address that is none, as where a server writes the names of machines, stands for itself.
        """
        place = self._place(asked.address)
        reason = _declined(site, sent, asked) or _unfit(site, sent, asked.agent, place)
        if reason:
            return Refused(site.id, at_ms, reason)
        address = place.packed or asked.address.lower().encode(errors="ignore")
        person = self.visitors.ids(site.id, at_ms, address, _heard(asked.agent))
        return _hit(site, sent, asked, (at_ms, *person, place.country))

    def _told_line(self, site: Collected, sent: Sent, told: Told, now: int) -> bytes:
        place = self._place(told.address)
        asked = Asked(told.address, told.agent, told.language)
        reason = _declined(site, sent, asked) or _unfit(site, sent, told.agent, place)
        if reason:
            return b"" if sent.kind is Kind.ENGAGEMENT else hits.encode(Refused(site.id, told.at_ms, reason))
        if not _is_wanted(site, sent):
            return b""
        visitor = (place.packed, _heard(told.agent))
        person = self.visitors.ids_of_the_past(site.id, told.at_ms, now, visitor)
        return hits.encode(_hit(site, sent, asked, (told.at_ms, *person, place.country)))

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
            self._tell(now_ms())
        self.spool.close()

    def _located(self, address: str) -> Place:
        plain = countries.plain(address)
        # So do all visitors look behind a proxy that nobody declared; they must not be turned away for it.
        is_this_machine = plain.startswith("127.") or plain in ("", "::1")
        return Place(ids.packed(plain), self._country(plain) if plain else "", plain, is_this_machine)


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return int(clock.now().timestamp() * 1000)


def _too_many_line(numbers: Mapping[int, int], at_ms: int) -> list[bytes]:
    return [hits.encode(Refused(site_id, at_ms, Reason.TOO_MANY, number)) for site_id, number in numbers.items()]


def _heard(agent: str) -> bytes:
    return agent[: agents.LONGEST_AGENT].encode(errors="ignore")


def _declined(site: Collected, sent: Sent, asked: Asked) -> Reason | None:
    """Why the visitor, or what acts for one, is not to be counted."""
    if asked.is_prefetch:
        return Reason.PREFETCH
    if asked.wants_no_tracking and site.honours_dnt:
        return Reason.DO_NOT_TRACK
    if sent.is_own:
        return Reason.OWN_VISIT
    return Reason.AUTOMATED if sent.is_automated else None


def _unfit(site: Collected, sent: Sent, agent: str, place: Place) -> Reason | None:
    """Why a hit that nobody declined does not count for this site."""
    if agents.agent(agent).is_bot:
        return Reason.BOT
    if not addresses.is_one_of(sent.page.host, site.hostnames):
        return Reason.FOREIGN_HOST
    if site.excluded_paths and addresses.matches(sent.page.path, site.excluded_paths):
        return Reason.EXCLUDED_PATH
    if site.excluded_addresses and _is_within(place.plain, site.excluded_addresses):
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


@lru_cache(1024)
def language(accepted: str) -> str:
    """The first language that a browser asks for, without its country."""
    found = _LANGUAGE.match(accepted)
    return found[1].lower() if found else ""


def _hit(site: Collected, sent: Sent, asked: Asked, known: tuple[int, int, int, str]) -> Hit:
    at_ms, visitor, former_visitor, country = known
    page, agent = sent.page, agents.agent(asked.agent)
    source, channel, referrer = origins.origin(page, origins.referral(sent.referrer), site.host)
    return Hit(
        site.id,
        at_ms,
        visitor,
        former_visitor,
        sent.kind,
        sent.name,
        page.path,
        sent.props,
        sent.view,
        sent.engaged_ms,
        sent.scroll,
        sent.read_seconds,
        0,
        source,
        channel,
        referrer,
        page.medium,
        page.campaign,
        page.content,
        page.term,
        country,
        language(asked.language[:100]),
        agent.browser,
        agent.system,
        agent.device,
        sent.screen,
        page.host,
    )
