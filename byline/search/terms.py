"""From text to the terms that are kept and looked for: words found, folded, stemmed, and spelled in plain letters.

Both databases are given nothing but `a` to `z` and digits, so neither's idea of a letter or of a word matters and both
find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from byline.search import languages

LONGEST_WORD = 64
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that write no spaces between words."""
FIRST_UNSPACED = "\u0e00"
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
"""Marks that belong to the letter before them; for a regular expression they are no letters."""
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]|[{_MARKS}])+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_PLAIN = re.compile("[a-z][a-z0-9]*")
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u0591-\u05c7]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in small letters and where it stands in its text."""

    text: str
    begin: int
    end: int


def runs(text: str) -> Iterator[re.Match[str]]:
    """The words of a text as they are written; what a script without spaces writes in one is one run."""
    return _WORD.finditer(text)


def words(text: str) -> Iterator[Word]:
    """The words of a text. Where a script has no spaces, each two neighbouring letters, and the last one alone."""
    for found in runs(text):
        at = found.start()
        if is_unspaced(found[0]):
            yield from (Word(pair, at + i, at + i + len(pair)) for i, pair in enumerate(_pairs(found[0])))
        else:
            yield Word(found[0].casefold()[:LONGEST_WORD], at, found.end())


def plain_words(text: str) -> list[str]:
    """The same words without their places, in a third of the time."""
    found: list[str] = []
    for run in _WORD.findall(text):
        if is_unspaced(run):
            found += _pairs(run)
        else:
            found.append(run.casefold()[:LONGEST_WORD])
    return found


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run))]


def is_unspaced(word: str) -> bool:
    """Whether a word is a piece of a script without spaces."""
    return word[0] >= FIRST_UNSPACED and bool(_IS_UNSPACED.match(word))


def of_words(found: Iterable[str], language: str) -> list[str]:
    """The terms under which these words of a text in this language are kept."""
    return [term(word, language) for word in found]


@lru_cache(maxsize=50_000)
def term(word: str, language: str) -> str:
    """The term of one word: stemmed, without accents, in plain letters."""
    return spelled(folded(languages.stem(word, language)))


def folded(word: str) -> str:
    """The word without accents, so that `uber` finds `über`; wide and joined letters made plain."""
    if word.isascii():
        return word
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", word))
    # One letter can become eighteen, and PostgreSQL takes no endless word.
    return unicodedata.normalize("NFC", bare)[:LONGEST_WORD] or word


def spelled(word: str) -> str:
    """The word in plain letters: itself, or its bytes in hexadecimal behind `zq`, which begins no word."""
    return (
        word if _PLAIN.fullmatch(word) and not word.startswith(("zq", "zs", "zt", "zw")) else f"zq{word.encode().hex()}"
    )


def beginning(word: str) -> str:
    """A term of its own kind for the word as it is written: what a term of its first letters is the beginning of."""
    return f"zs{folded(word).encode().hex()}"


def mark(kind: str, value: object = "") -> str:
    """A term that no word has: what sort of thing it is, whose, under which tag, of which year."""
    return f"zw{kind}{value}"
