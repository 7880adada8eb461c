"""Showing why a post was found: its title and the part of its text that answers, with the words marked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from byline.search import terms
from byline.search.questions import Question

WIDTH = 240
"""How many characters of a text are shown."""
BEFORE = 60
READ_CHARACTERS = 100_000
"""How far into a text its answer is looked for."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a word that was looked for stands."""

    begin: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class Marker:
    """What is marked in texts of one language; it remembers each word it has judged."""

    terms: frozenset[str]
    letters: tuple[str, ...]
    language: str
    judged: dict[str, str | None] = field(default_factory=dict)

    def spans(self, text: str) -> Iterator[Span]:
        """The words of a text that were looked for, in their order."""
        judged = self.judged
        for found in terms.runs(text):
            run = found[0]
            if run not in judged:
                judged[run] = self._judge(run)
            term = judged[run]
            if term is None:
                continue
            if term:
                yield Span(*found.span(), term)
            else:
                yield from self._inside(run, found.start())

    def whole(self, text: str) -> Markup:
        """All of a text, with the words marked."""
        return _marked(text, list(self.spans(text)))

    def part(self, text: str, otherwise: str) -> Markup:
        """The part of a text with most of the words; the beginning of `otherwise` where it has none."""
        text = text[:READ_CHARACTERS]
        place = _densest(self.spans(text), len(self.terms))
        if place is None:
            return self.whole(otherwise)
        begin = _begin(text, place)
        end = _end(text, begin)
        before, after = "… " if begin else "", " …" if end < len(text) else ""
        return Markup("{}{}{}").format(before, self.whole(text[begin:end]), after)

    def _judge(self, run: str) -> str | None:
        """The word's term if it was looked for; nothing for a run without spaces, which is looked into."""
        if terms.is_unspaced(run):
            return ""
        term = terms.term(run.casefold()[: terms.LONGEST_WORD], self.language)
        return term if term in self.terms else None

    def _inside(self, run: str, begin: int) -> Iterator[Span]:
        """The pieces of a run without spaces that were looked for."""
        for word in terms.words(run):
            term = terms.term(word.text, self.language)
            if term in self.terms:
                yield Span(begin + word.begin, begin + word.end, term)
            elif word.text.startswith(self.letters):
                yield Span(begin + word.begin, begin + word.begin + 1, word.text[0])


def marker(question: Question, language: str, known: tuple[str, ...]) -> Marker:
    """What is marked of a question in texts of this language."""
    return Marker(question.terms_in(language, known), question.letters, language)


def _densest(spans: Iterator[Span], most: int) -> int | None:
    """The place from which most different words stand close together, the first of several; None without any.

    It reads no further than where `most` of them are found together.
    """
    best, best_number = None, 0
    near: deque[Span] = deque()
    for span in spans:
        near.append(span)
        while span.end > near[0].begin + WIDTH - BEFORE and len(near) > 1:
            near.popleft()
        number = len({each.term for each in near})
        if number > best_number:
            best, best_number = near[0].begin, number
        if number >= most:
            break
    return best


def _begin(text: str, place: int) -> int:
    """Where to begin so that some words stand before a place, with a whole word."""
    if place <= BEFORE:
        return 0
    space = text.find(" ", place - BEFORE, place)
    return space + 1 if space >= 0 else place


def _end(text: str, begin: int) -> int:
    if len(text) <= begin + WIDTH:
        return len(text)
    space = text.rfind(" ", begin, begin + WIDTH)
    return space if space > begin else begin + WIDTH


def _marked(text: str, spans: list[Span]) -> Markup:
    parts: list[Markup] = []
    at = 0
    for begin, end in _joined(spans):
        parts += (escape(text[at:begin]), Markup("<mark>{}</mark>").format(text[begin:end]))
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _joined(spans: list[Span]) -> list[tuple[int, int]]:
    """The places of words, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for span in spans:
        if joined and span.begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(span.end, joined[-1][1]))
        else:
            joined.append((span.begin, span.end))
    return joined
