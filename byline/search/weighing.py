"""Which of a few posts that match say most about what was asked, by Okapi's BM25 over their own words.

FTS5 looks through its whole index once more for each word and phrase to learn how usual it is, and PostgreSQL does not
ask at all. A few posts are read sooner than that, and both databases put the same ones first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Self

from byline.search.questions import Match, Sought

TITLE, TAG = 8, 5
"""How often a word in the title, or in a tag, counts; one in the text counts once."""
ENOUGH, FOR_LENGTH = 1.2, 0.75
"""BM25's constants: how soon one more of the same word adds nothing, and how much of a text's length is held
against it."""
BETWEEN = "|"
"""What stands between the parts of a document. No term has it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A post's terms, each between spaces."""

    key: int
    title: str
    tags: str
    body: str

    @classmethod
    def read(cls, key: int, joined: str) -> Self:
        """A document from its parts in a row."""
        title, tags, body = joined.split(BETWEEN)
        return cls(key, f" {title} ", f" {tags} ", f" {body} ")


def best(match: Match, documents: Sequence[Document], others: Sequence[Document], most: int) -> list[int]:
    """The keys of the documents that answer best, the best first; of equals the newest.

    `others` are posts of the site, whatever they are about: a word that many of them have tells little.
    """
    if not documents:
        return []
    groups = [_letters(group) for group in match.all_of]
    lengths = [len(document.body) for document in documents]
    usual = sum(lengths) / len(lengths)
    shares = [ENOUGH * (1 - FOR_LENGTH + FOR_LENGTH * length / usual) for length in lengths]
    scores = [0.0] * len(documents)
    for letters in groups:
        telling = _telling(letters, others)
        for place, times in enumerate(_times(letters, documents)):
            scores[place] += telling * times / (times + shares[place])
    order = sorted(range(len(documents)), key=lambda place: (-scores[place], -documents[place].key))
    return [documents[place].key for place in order[:most]]


def _letters(group: Iterable[Sought]) -> list[str]:
    """What stands in a document where these terms do."""
    return [f" {' '.join(sought.terms)}{'' if sought.goes_on else ' '}" for sought in group]


def _times(letters: Sequence[str], documents: Iterable[Document]) -> list[int]:
    """How often each document has any of them; the same word twice in a row is one time.

    At least once: it was found, if only behind what is read of it.
    """
    return [max(1, sum(_once(each, document) for each in letters)) for document in documents]


def _once(letters: str, document: Document) -> int:
    return TITLE * document.title.count(letters) + TAG * document.tags.count(letters) + document.body.count(letters)


def _telling(letters: Sequence[str], others: Sequence[Document]) -> float:
    """How much a word tells: BM25's measure, moved so that no word tells less than nothing."""
    having = sum(any(_once(each, document) for each in letters) for document in others)
    return log(1 + (len(others) - having + 0.5) / (having + 0.5))
