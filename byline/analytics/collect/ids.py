"""Who is the same visitor: an id made of site, address, user agent and the day's salt, and of nothing that lasts.

Once a day's salt is gone nobody, not even we, can tell whether an address was here. Salts are kept by the store for
two days, never logged, never in a backup.
"""

from __future__ import annotations

import secrets
import socket
import threading
from hashlib import blake2b
from typing import NamedTuple, Protocol

SALT_BYTES = 32
MAPPED = bytes(10) + b"\xff\xff"
"""How IPv4 begins in IPv6."""
DAY_MS = 86_400_000
CARRIED_MS = 30 * 60_000
"""For so long after midnight, UTC, a visitor is also known by the former salt, as a visit lasts over midnight."""


MOST_REMEMBERED = 8_192


class Salts(Protocol):
    """Where the salts are kept. A day is a number of days since 1970, UTC."""

    def for_day(self, day: int) -> bytes:
        """The day's 32 random bytes, the same for every process; made on their first use.

        Raises SQLAlchemyError when the database is away.
        """

    def known(self, day: int) -> bytes | None:
        """The same of a day that has some, None for any other; nothing is made. Raises as above."""


def visitor_id(salt: bytes, site_id: int, address: bytes, agent: bytes) -> int:
    """The id, signed 64 bits, never 0: the first 8 bytes of BLAKE2b keyed with the salt over site, address, agent.

    `address` is what `packed` answers. Its length goes in as well, so that no two triples read the same.
    """
    heard = b"%x %x " % (site_id, len(address)) + address + agent
    return int.from_bytes(blake2b(heard, digest_size=8, key=salt).digest(), signed=True) or 1


def packed(address: str) -> bytes:
    """The bytes of an address: 4 of IPv4, also of IPv4 in IPv6, and the network's 8 of IPv6; empty for anything else.

    An IPv6 line has its whole /64, and its devices change their address within it every day.
    """
    try:
        if ":" not in address:
            return socket.inet_pton(socket.AF_INET, address)
        whole = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except (OSError, ValueError):
        return b""
    return whole[12:] if whole.startswith(MAPPED) else whole[:8]


class Recent(NamedTuple):
    """The ids of those who were here a moment ago. An id, and whether there is a former one, holds for a period."""

    period: int
    """The number of the half hour since 1970, UTC, so that nothing is kept beyond the day of its salt."""
    ids: dict[tuple[int, bytes, bytes], tuple[int, int]]


class Visitors:
    """Ids of visitors with the salts of today and yesterday. Threads may share it.

    The database is asked for a salt once a day, so that it may be away while hits come.
    """

    def __init__(self, salts: Salts) -> None:
        self._salts = salts
        self._known: dict[int, bytes | None] = {}
        self._recent = Recent(-1, {})
        self._asking = threading.Lock()

    def ids(self, site_id: int, at_ms: int, address: bytes, agent: bytes) -> tuple[int, int]:
        """A visitor's id now and by the salt of the day before, 0 where that one is not needed.

        Raises SQLAlchemyError when the day's salt is not known here yet and the database is away.
        """
        period = at_ms // CARRIED_MS
        recent = self._recent
        if recent.period != period or len(recent.ids) >= MOST_REMEMBERED:
            recent = self._recent = Recent(period, {})
        visitor = (site_id, address, agent)
        found = recent.ids.get(visitor)
        if found is None:
            found = recent.ids[visitor] = self._made(at_ms, *visitor)
        return found

    def _made(self, at_ms: int, site_id: int, address: bytes, agent: bytes) -> tuple[int, int]:
        day, since_midnight = divmod(at_ms, DAY_MS)
        salt = self._known.get(day) or self._salt(day)
        visitor = visitor_id(salt, site_id, address, agent)
        if since_midnight >= CARRIED_MS:
            return visitor, 0
        former = self._known.get(day - 1) or self._former(day - 1)
        return visitor, visitor_id(former, site_id, address, agent) if former else 0

    def ids_of_the_past(self, site_id: int, at_ms: int, now_ms: int, visitor: tuple[bytes, bytes]) -> tuple[int, int]:
        """The same for what happened on an earlier day. `visitor` is an address and an agent.

        The salts of days long past are gone. Today's, mixed with the number of the day, tells its visitors apart.
        """
        day, today = at_ms // DAY_MS, now_ms // DAY_MS
        if day >= today or (day == today - 1 and self._former(day)):
            return self.ids(site_id, at_ms, *visitor)
        today_salt = self._known.get(today) or self._salt(today)
        salt = blake2b(b"%d" % day, digest_size=SALT_BYTES, key=today_salt).digest()
        return visitor_id(salt, site_id, *visitor), 0

    def prepare(self, now_ms: int) -> None:
        """Learn the salt of the next day; raises as above."""
        self._salt(now_ms // DAY_MS + 1)

    def _salt(self, day: int) -> bytes:
        with self._asking:
            salt = self._known.get(day)
            if salt is None:
                salt = self._salts.for_day(day)
                kept = {known: each for known, each in self._known.items() if known >= day - 2}
                self._known = {**kept, day: salt}
        return salt

    def _former(self, day: int) -> bytes | None:
        with self._asking:
            if day not in self._known:
                self._known[day] = self._salts.known(day)
            return self._known[day]


class SaltsInMemory:
    """Salts of this process alone: for tests and measurements."""

    def __init__(self) -> None:
        self._salts: dict[int, bytes] = {}

    def for_day(self, day: int) -> bytes:
        """The day's salt."""
        return self._salts.setdefault(day, secrets.token_bytes(SALT_BYTES))

    def known(self, day: int) -> bytes | None:
        """The day's salt, if there is one."""
        return self._salts.get(day)
