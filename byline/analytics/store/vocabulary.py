"""The words of sites and the days on which each was used, remembered so that few statements ask for them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from byline.analytics.store import sql
from byline.analytics.store.days import Days, calendar
from byline.analytics.store.dimensions import MOST_WORDS, NOTHING, OF_VISITS, OTHER, OTHER_TEXT, Dimension, key_of
from byline.analytics.store.tables import daily, words

LONGEST_TEXT = 2_000
MOST_REMEMBERED = 300_000
"""Words, of all sites together, before all of them are forgotten and read again as they are needed."""
FIRST_WORD = 2
AT_ONCE = 2_000
_OF_VISITS = frozenset(OF_VISITS)


class Vocabulary:
    """The words of one site. Every text of a batch is looked up before the batch is counted."""

    def __init__(self, site_id: int, time_zone: str, next_word: int, *, is_new: bool) -> None:
        self.site_id = site_id
        self.days: Days = calendar(time_zone)
        self.next_word = next_word
        self.is_new = is_new
        self._numbers: dict[str, int] = {"": NOTHING, OTHER_TEXT: OTHER}
        self._today: dict[int, list[dict[str, int]]] = {}
        self._keys: dict[int, list[dict[str, int]]] = {}
        self._used: dict[tuple[int, int], set[int]] = {}
        self.made: list[tuple[int, int, int, str]] = []
        """Rows of words that are not stored yet."""
        if is_new:
            self.made = [(site_id, NOTHING, sql.digest(""), ""), (site_id, OTHER, sql.digest(OTHER_TEXT), OTHER_TEXT)]

    @property
    def remembered(self) -> int:
        """How much it remembers."""
        today = sum(len(texts) for day in self._today.values() for texts in day)
        return len(self._numbers) + sum(map(len, self._used.values())) + today

    def known(self, day: int) -> list[dict[str, int]]:
        """For each dimension what `word` answered for a day: a look into a dictionary costs a tenth of a call."""
        found = self._today.get(day)
        if found is None:
            found = self._today[day] = [{} for _ in Dimension]
        return found

    def keys(self, day: int) -> list[dict[str, int]]:
        """The same as keys of the rows that a visit with the text adds to; 0 where there is no such row."""
        found = self._keys.get(day)
        if found is None:
            found = self._keys[day] = [{} for _ in Dimension]
        return found

    def word(self, text: str, dimension: int, day: int) -> int:
        """The number of a text; of `(other)` where the dimension has too many different ones on that day already."""
        number = self.known(day)[dimension].get(text)
        if number is None:
            number = self.known(day)[dimension][text] = self._word(text, dimension, day)
            if dimension in _OF_VISITS:
                self.keys(day)[dimension][text] = key_of(number, dimension)
        return number

    def _word(self, text: str, dimension: int, day: int) -> int:
        used = self._used.setdefault((dimension, day), set())
        number = self._numbers.get(text)
        if number in used or number == NOTHING:
            return number
        if len(used) >= MOST_WORDS:
            return OTHER
        if number is None:
            number = self._make(text)
        used.add(number)
        return number

    def _make(self, text: str) -> int:
        short = text[:LONGEST_TEXT]
        number = self._numbers.get(short)
        if number is None:
            number, self.next_word = self.next_word, self.next_word + 1
            self.made.append((self.site_id, number, sql.digest(short), short))
            self._numbers[short] = number
        return number

    def look_up(self, connection: Connection, texts: Iterable[str]) -> None:
        """Learn the numbers of those texts that are stored; the others are new."""
        unknown = list({text[:LONGEST_TEXT] for text in texts} - self._numbers.keys()) if not self.is_new else []
        for begin in range(0, len(unknown), AT_ONCE):
            by_digest = {sql.digest(text): text for text in unknown[begin : begin + AT_ONCE]}
            query = select(words.c.digest, words.c.id)
            query = query.where(words.c.site_id == self.site_id, words.c.digest.in_(by_digest))
            for found, number in connection.execute(query):
                self._numbers[by_digest[found]] = number

    def look_at_days(self, connection: Connection, days: Iterable[int]) -> None:
        """Learn which words were used on some days."""
        unknown = [day for day in days if (-1, day) not in self._used]
        for day in unknown:
            self._used[-1, day] = set()
        if not unknown or self.is_new:
            return
        query = select(daily.c.dimension, daily.c.day, daily.c.word_id)
        query = query.where(daily.c.site_id == self.site_id, daily.c.dimension.in_(list(Dimension)))
        for dimension, day, number in connection.execute(query.where(daily.c.day.in_(unknown))):
            self._used.setdefault((dimension, day), set()).add(number)
