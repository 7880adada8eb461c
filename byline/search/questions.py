"""What somebody typed into the search field, understood: words to find, phrases in quotes, words to leave out.

Nothing that is typed is an error, and nothing of it reaches a database's own language of searching.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from byline.kernel import tidy
from byline.search import languages, terms

LONGEST = 300
MOST_WORDS = 12
_PIECE = re.compile(r'-?"[^"]*"?|\S+')


class Where(Enum):
    """Which terms of a document are looked at."""

    TEXT = auto()
    """Title, tags and body."""
    TITLE = auto()
    """Title and tags."""
    BEGINNINGS = auto()
    """The words of a title or a name as they are written, so that the beginning of one finds it."""
    ABOUT = auto()
    """What a member says about themselves."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Terms that stand one after the other. With `goes_on` the last one may be longer."""

    terms: tuple[str, ...]
    where: Where = Where.TEXT
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What a document must have: one of each group, none of the others, and every mark."""

    all_of: tuple[tuple[Sought, ...], ...]
    none_of: tuple[Sought, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in small letters that belong together; mostly just one."""

    words: tuple[str, ...]
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a search. `text` is what was typed, on one line; `was_cut` tells that it was longer."""

    text: str
    wanted: tuple[Phrase, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    was_cut: bool = False

    def match(self, known: Sequence[str], *, where: Where = Where.TEXT, marks: tuple[str, ...] = ()) -> Match:
        """What posts must have, with each word in the form that any of the languages in use gives it."""
        wanted = self._telling(known)
        return Match(
            tuple(tuple(_in_languages(phrase, known, where)) for phrase in wanted),
            tuple(sought for phrase in self.unwanted for sought in _in_languages(phrase, known, Where.TEXT)),
            marks,
        )

    def name_match(self, known: Sequence[str]) -> Match:
        """What a member or a tag must have: each word as the beginning of a name, or among what they say."""
        every = [
            (_beginning(word), *_in_languages(Phrase((word,)), known, Where.ABOUT))
            for phrase in self._telling(known)
            for word in phrase.words
        ]
        return Match(tuple(every))

    def beginning_match(self) -> Match:
        """What a title or name must have while the question is still being typed: its last word may go on.

        Of `anna-l` it is `anna`, as one letter of the next word tells nothing yet.
        """
        words = [word for phrase in self.wanted for word in phrase.words]
        last = self.wanted[-1]
        if len(last.words) > 1 and len(words[-1]) == 1 and not (last.is_quoted or terms.is_unspaced(words[-1])):
            words.pop()
        whole = [(_beginning(word, goes_on=False),) for word in words[:-1]]
        return Match((*whole, *((_beginning(word),) for word in words[-1:])))

    def terms_in(self, language: str, known: Sequence[str]) -> frozenset[str]:
        """The terms that are marked in a text of this language, where `known` are those in use."""
        return frozenset(terms.term(word, language) for phrase in self._telling(known) for word in phrase.words)

    @property
    def letters(self) -> tuple[str, ...]:
        """Single letters of scripts without spaces; they are found inside words."""
        singles = (phrase.words[0] for phrase in self.wanted if len(phrase.words) == 1)
        return tuple(word for word in singles if len(word) == 1 and terms.is_unspaced(word))

    def _telling(self, known: Sequence[str]) -> tuple[Phrase, ...]:
        """The phrases without the small words of a language, which every text has; all where nothing else is asked."""
        kept = tuple(
            phrase
            for phrase in self.wanted
            if phrase.is_quoted or len(phrase.words) > 1 or not languages.is_small(phrase.words[0], known)
        )
        return kept or self.wanted


def understood(typed: str) -> Question:
    """The question in what was typed, of whatever length and whatever letters."""
    # Cut before anything is done with it, and again after, as tidying makes some letters longer.
    text = tidy.one_line(typed[: 4 * LONGEST])
    cut = text[:LONGEST]
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    left = MOST_WORDS
    for piece in _PIECE.findall(cut):
        for phrase in _phrases(piece):
            left -= len(phrase.words)
            if left >= 0:
                (unwanted if _is_unwanted(piece) else wanted).append(phrase)
    was_cut = left < 0 or len(text) > LONGEST or len(typed) > 4 * LONGEST
    return Question(cut, _distinct(wanted), _distinct(unwanted), was_cut)


def _is_unwanted(piece: str) -> bool:
    return piece.startswith("-") and not piece.startswith("--")


def _phrases(piece: str) -> list[Phrase]:
    """The phrases of one piece: a word, or words in quotes or joined by a hyphen. A run without spaces stands alone."""
    found = terms.plain_words(piece)
    is_quoted = '"' in piece
    parts = []
    for unspaced, run in groupby(found, key=terms.is_unspaced):
        words = list(run)
        # The last letter alone stands in the index for its own sake and belongs to no phrase.
        words = [word for word in words if len(word) == 2] or words if unspaced else words
        parts.append(Phrase(tuple(words[:MOST_WORDS]), is_quoted))
    return parts


def _distinct(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(phrases))


def _in_languages(phrase: Phrase, known: Sequence[str], where: Where) -> list[Sought]:
    # One letter of a script without spaces is the beginning of the pairs that it stands in.
    goes_on = len(phrase.words) == 1 and len(phrase.words[0]) == 1 and terms.is_unspaced(phrase.words[0])
    forms = (tuple(terms.of_words(phrase.words, language)) for language in known or (languages.USUAL,))
    return [Sought(form, where, goes_on) for form in dict.fromkeys(forms)]


def _beginning(word: str, *, goes_on: bool = True) -> Sought:
    # One letter is the beginning of too many words to be of help, where it is not a word of its own.
    goes_on = goes_on and (len(word) > 1 or terms.is_unspaced(word))
    return Sought((terms.beginning(word),), Where.BEGINNINGS, goes_on)
