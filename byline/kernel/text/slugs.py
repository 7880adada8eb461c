"""Words for addresses, made from titles in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 80
# Letters whose accent is part of their shape, so that Unicode does not take them apart.
_SPELLED = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "\u0131": "i",
        "ŧ": "t", "ŋ": "n", "ĸ": "k", "'": "", "\u2019": "", "\u02bc": "",
    }
)  # fmt: skip
_LATIN_ACCENTS = re.compile("([a-z])[\u0300-\u036f]+")
_HYPHENS = re.compile("-+")


def slugify(title: str, fallback: str) -> str:
    """Lower-case words with hyphens between, at most 80 characters; `fallback` when the title holds no word.

    Latin letters lose their accents, letters and digits of every script are kept. The slug of a slug is the slug.
    """
    # Lower case may open new combinations (İ becomes i and a dot), so letters are taken apart after it. Folding makes
    # Cherokee upper case, so lower comes last.
    lowered = unicodedata.normalize("NFKC", title).casefold().lower().translate(_SPELLED)
    bare = _LATIN_ACCENTS.sub(r"\1", unicodedata.normalize("NFKD", lowered))
    words = _HYPHENS.sub("-", "".join(_letters(unicodedata.normalize("NFKC", bare))))
    return _cut(words.strip("-")) or fallback


def _letters(text: str) -> Iterator[str]:
    """Letters and digits with the marks behind them, such as the vowels of Devanagari, and hyphens for all else."""
    before = "-"
    for letter in text:
        kind = unicodedata.category(letter)[0]
        before = letter if kind in "LN" or (kind == "M" and before != "-") else "-"
        yield before


def _cut(words: str) -> str:
    if len(words) <= LONGEST:
        return words
    whole, _, _ = words[: LONGEST + 1].rpartition("-")
    return whole or words[:LONGEST]
