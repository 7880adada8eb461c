"""How much a comment or a post looks like spam: a sum of plain signs, worked out here and asked of nobody else.

Pure: whoever calls it looks up the signs. Each sign has its points, so a moderator can be told why.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

SUSPECT = 50
"""From here on it waits for approval."""
CERTAIN = 85
"""From here on it is kept as spam and takes nobody's time."""

HASTE_SECONDS = 3.0
"""Nobody reads, thinks and writes a comment in less."""
_LINK = re.compile(r"(?:https?:)?//[^\s)>\]]+|\bwww\.[^\s)>\]]+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known about a text and whoever wrote it."""

    body: str
    account_age: timedelta = timedelta(days=365)
    same_before: int = 0
    """How often the same words were sent lately, here or under another post, by anybody."""
    sent_lately: int = 0
    """How much the member sent within the last ten minutes, this apart."""
    trap: str = ""
    seconds: float | None = None
    shown_before: int = 0
    """How many of the member's comments readers see, as far as it matters."""
    links_expected: int = 0
    """So many links are no sign of anything, as in a long text."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure it is, from 0 to 100, and why, in words for moderators."""

    score: int
    reasons: tuple[str, ...]

    @property
    def is_suspect(self) -> bool:
        """Whether somebody should look at it first."""
        return self.score >= SUSPECT

    @property
    def is_certain(self) -> bool:
        """Whether nobody needs to."""
        return self.score >= CERTAIN


def judge(signals: Signals) -> Verdict:
    """How much these signs speak of spam. A member whom readers know has to try harder to look like it."""
    found = [*_form(signals), *_words(signals), *_habits(signals)]
    score = sum(points for points, _ in found) - 5 * min(signals.shown_before, 6)
    return Verdict(min(100, max(0, score)), tuple(reason for _, reason in found))


def digest(body: str) -> str:
    """The same for texts that differ only in case, space and the dress of their letters."""
    plain = "".join(unicodedata.normalize("NFKC", body).casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def links_in(body: str) -> int:
    """How many addresses of other sites a text names."""
    return len(_LINK.findall(body))


def _form(signals: Signals) -> Iterator[tuple[int, str]]:
    if signals.trap.strip():
        yield 90, "a field was filled in that people do not see"
    if signals.seconds is not None and signals.seconds < HASTE_SECONDS:
        yield 35, "it was sent faster than anybody writes"


def _words(signals: Signals) -> Iterator[tuple[int, str]]:
    body = signals.body
    links = max(0, links_in(body) - signals.links_expected)
    words = max(1, len(_WORD.findall(_LINK.sub(" ", body))))
    if links:
        yield min(10 * links, 40), f"{links} link" + ("s" if links > 1 else "")
    if links and words < 8 * links:
        yield 25, "more links than words around them"
    letters = _LETTER.findall(_LINK.sub(" ", body))
    if len(letters) > 20 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        yield 15, "most of it is in capitals"
    if _is_monotonous(body):
        yield 15, "the same word over and over"


def _is_monotonous(body: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(body)]
    return len(words) >= 12 and len(set(words)) < len(words) / 4


def _habits(signals: Signals) -> Iterator[tuple[int, str]]:
    if signals.same_before:
        yield min(25 * signals.same_before, 75), f"the same words were sent {signals.same_before} times lately"
    if signals.sent_lately >= 5:
        yield min(10 + 5 * (signals.sent_lately - 5), 40), f"{signals.sent_lately} others within ten minutes"
    if signals.account_age < timedelta(hours=1):
        yield 15, "the account is less than an hour old"
    elif signals.account_age < timedelta(days=2):
        yield 8, "the account is less than two days old"
