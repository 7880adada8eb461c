"""Words for addresses, made from titles in any script."""

from __future__ import annotations

import re
import unicodedata

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
    # Lower case may open new combinations (İ becomes i and a dot), so letters are taken apart after it.
    lowered = unicodedata.normalize("NFKC", title).casefold().translate(_SPELLED)
    bare = _LATIN_ACCENTS.sub(r"\1", unicodedata.normalize("NFKD", lowered))
    letters = "".join(letter if _belongs(letter) else "-" for letter in unicodedata.normalize("NFKC", bare))
    return _cut(_HYPHENS.sub("-", letters).strip("-")) or fallback


def _belongs(letter: str) -> bool:
    """Whether this is part of a word: a letter, a digit, or a mark such as the vowels of Devanagari."""
    return unicodedata.category(letter)[0] in "LNM"


def _cut(words: str) -> str:
    if len(words) <= LONGEST:
        return words
    whole, _, _ = words[: LONGEST + 1].rpartition("-")
    return whole or words[:LONGEST]
