"""What sums are kept by. The numbers are stored: never give one another meaning."""

from __future__ import annotations

from enum import IntEnum


class Dimension(IntEnum):
    """What a row of `daily` is about; its word is one value of it. `definitions` says what each means."""

    TOTAL = 0
    PAGE = 1
    ENTRY = 2
    EXIT = 3
    SOURCE = 4
    CHANNEL = 5
    REFERRER = 6
    UTM_SOURCE = 7
    """Never stored: a hit's source is its `utm_source` where there is one."""
    UTM_MEDIUM = 8
    UTM_CAMPAIGN = 9
    UTM_CONTENT = 10
    UTM_TERM = 11
    COUNTRY = 12
    LANGUAGE = 13
    BROWSER = 14
    SYSTEM = 15
    DEVICE = 16
    SCREEN = 17
    HOST = 18
    EVENT = 19
    PROP = 20
    """The word is `event`, `key` and `value` with tabs between them."""
    OUTBOUND = 21
    DOWNLOAD = 22
    NOT_FOUND = 23


OF_VISITS: tuple[Dimension, ...] = (
    Dimension.ENTRY,
    Dimension.EXIT,
    Dimension.SOURCE,
    Dimension.CHANNEL,
    Dimension.REFERRER,
    Dimension.UTM_MEDIUM,
    Dimension.UTM_CAMPAIGN,
    Dimension.UTM_CONTENT,
    Dimension.UTM_TERM,
    Dimension.COUNTRY,
    Dimension.LANGUAGE,
    Dimension.BROWSER,
    Dimension.SYSTEM,
    Dimension.DEVICE,
    Dimension.SCREEN,
    Dimension.HOST,
)
"""Attributes of a visit; the column of `visits` has the dimension's name in small letters and holds a word's number."""

ONLY_WHERE_KNOWN = frozenset(
    {
        Dimension.REFERRER,
        Dimension.UTM_MEDIUM,
        Dimension.UTM_CAMPAIGN,
        Dimension.UTM_CONTENT,
        Dimension.UTM_TERM,
        Dimension.ENTRY,
        Dimension.EXIT,
    }
)
"""Of these the empty word has no row: almost every visit would have one. All others have a row for "not known"."""

NOTHING, OTHER = 0, 1
"""Numbers of two words that every site has: the empty one, and the one for all that came after too many others."""
OTHER_TEXT = "(other)"

BITS = 5
"""A key is a word's number, shifted by this, and the number of its dimension."""

MOST_WORDS: int = 10_000
"""How many different words one dimension of one site may have on one day before `(other)` takes the rest."""


def key_of(word: int, dimension: int) -> int:
    """The key of a row for an attribute of visits; 0 where it has none."""
    return word << BITS | dimension if word or dimension not in ONLY_WHERE_KNOWN else 0
