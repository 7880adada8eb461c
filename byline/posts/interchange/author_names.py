"""Names of authors as blogs write them: one string may hold several, and one person may be spelt in several ways."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_BETWEEN = re.compile(r"\s*,\s*(?:and|&)\s+|\s*[,;]\s*|\s+(?:and|&|\+|und|et)\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*<[^<>@\s]+@[^<>\s]+>|\s*\([^()]*@[^()]*\)")
_ROLE = re.compile(
    r"\b(?:of|for|at|the|director|manager|lead|leader|editor|chair|head|member|president|maintainer|engineer)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?d|md|m\.d|esq|ii|iii|iv)\.?", re.IGNORECASE)
# Letters that Unicode does not take apart into a plain one and an accent.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "ß": "ss",
        "\u0131": "i",
    }
)


def split(written: str) -> tuple[str, ...]:
    """The names in a line such as `Ada, Grace, and the Compiler Group`, in order, without doubles.

    A part after a comma that is no name but a role or a suffix (`Jane Doe, Director of Tests`) is left out of them.
    """
    names: list[str] = []
    for position, part in enumerate(_BETWEEN.split(_ADDRESS.sub("", written))):
        name = tidy(part)
        if not name or (position and _is_no_name(part)):
            continue
        if key(name) not in map(key, names):
            names.append(name)
    return tuple(names)


def _is_no_name(part: str) -> bool:
    is_group = part.lower().startswith("the ")
    return bool(_SUFFIX.fullmatch(part.strip()) or (_ROLE.search(part) and not is_group))


def tidy(name: str) -> str:
    """A name on one line, without an article or an at sign before it."""
    plain = " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", name)).split()).strip(" ,;")
    return re.sub(r"^(?:the\s+|@)", "", plain)


def key(name: str) -> str:
    """What two spellings of one name share: neither case nor accents nor spaces nor an article count."""
    return " ".join(plain_letters(tidy(name)).casefold().split()).removeprefix("the ")


def plain_letters(text: str) -> str:
    """The text with accents taken off: `Tomáš` as `Tomas`."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def best_spelling(spellings: Iterable[str]) -> str:
    """The spelling to show: the one with its accents, then the most frequent, then the first by alphabet."""
    counted = Counter(map(tidy, spellings))
    return min(counted, key=lambda name: (-sum(not letter.isascii() for letter in name), -counted[name], name))


def username_wish(name: str) -> str:
    """A username made of a name: lower-case letters, digits and hyphens, 3 to 30 of them; empty when none is in it."""
    words = re.findall(r"[a-z0-9]+", re.sub("['\u2019.\"\u201c\u201d]", "", plain_letters(name).casefold()))
    wish = "-".join(words)[:30].strip("-")
    return wish if len(wish) >= 3 else f"{wish}-author" if wish else ""
