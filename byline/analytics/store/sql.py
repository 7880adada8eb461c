"""Conditions and expressions for whoever asks the tables: the shapes that their keys serve."""

from __future__ import annotations

import hashlib

from sqlalchemy import ColumnElement, Connection, and_, select

from byline.analytics.store.tables import DAY_SECONDS, LOOK_BACK_DAYS, events, first_visit_of, visits, words


def during_visits(site_id: int, begin: int, end: int) -> ColumnElement[bool]:
    """Visits of a site that began in `[begin, end)`, seconds since 1970: a range of the primary key."""
    lowest, highest = first_visit_of(begin // DAY_SECONDS), first_visit_of(end // DAY_SECONDS + 1)
    within = and_(visits.c.site_id == site_id, visits.c.id >= lowest, visits.c.id < highest)
    return and_(within, visits.c.began_at >= begin, visits.c.began_at < end)


def during_events(site_id: int, begin: int, end: int) -> ColumnElement[bool]:
    """Events of a site that happened in `[begin, end)`, seconds since 1970: a range of the primary key.

    An event whose visit began more than `LOOK_BACK_DAYS` UTC days before `begin` is not found.
    """
    lowest = first_visit_of(begin // DAY_SECONDS - LOOK_BACK_DAYS)
    highest = first_visit_of(end // DAY_SECONDS + 1)
    within = and_(events.c.site_id == site_id, events.c.visit_id >= lowest, events.c.visit_id < highest)
    return and_(within, events.c.at >= begin, events.c.at < end)


def of_visit() -> ColumnElement[bool]:
    """How an event meets its visit."""
    return and_(events.c.site_id == visits.c.site_id, events.c.visit_id == visits.c.id)


def digest(text: str) -> int:
    """What finds a text in `words`: 64 bits, signed."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def word_ids(connection: Connection, site_id: int, texts: list[str]) -> dict[str, int]:
    """The numbers of those of the texts that the site has ever seen."""
    by_digest = {digest(text): text for text in texts}
    query = select(words.c.digest, words.c.id).where(words.c.site_id == site_id, words.c.digest.in_(by_digest))
    return {by_digest[row.digest]: row.id for row in connection.execute(query)}
