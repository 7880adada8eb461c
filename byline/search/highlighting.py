"""Showing why a post was found: its title and the part of its text that answers, with the words marked."""

from __future__ import annotations

from dataclasses import dataclass

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
    """What is marked in texts of one language."""

    terms: frozenset[str]
    letters: tuple[str, ...]
    language: str

    def spans(self, text: str) -> list[Span]:
        """The words of a text that were looked for."""
        found = []
        for word in terms.words(text):
            term = terms.term(word.text, self.language)
            if term in self.terms:
                found.append(Span(word.begin, word.end, term))
            elif self.letters and word.text.startswith(self.letters) and terms.is_unspaced(word.text):
                found.append(Span(word.begin, word.begin + 1, word.text[0]))
        return found

    def whole(self, text: str) -> Markup:
        """All of a text, with the words marked."""
        return _marked(text, self.spans(text))

    def part(self, text: str, otherwise: str) -> Markup:
        """The part of a text with most of the words; the beginning of `otherwise` where it has none."""
        text = text[:READ_CHARACTERS]
        found = self.spans(text)
        if not found:
            return self.whole(otherwise)
        begin = _begin(text, _densest(found))
        end = _end(text, begin)
        inside = [Span(each.begin - begin, each.end - begin, each.term) for each in found]
        inside = [each for each in inside if each.begin >= 0 and each.end <= end - begin]
        before, after = "… " if begin else "", " …" if end < len(text) else ""
        return Markup("{}{}{}").format(before, _marked(text[begin:end], inside), after)


def marker(question: Question, language: str, known: tuple[str, ...]) -> Marker:
    """What is marked of a question in texts of this language."""
    return Marker(question.terms_in(language, known), question.letters, language)


def _densest(found: list[Span]) -> int:
    """The place from which most different words stand close together, the first of several."""
    best, most, end = found[0].begin, 0, 0
    for at, first in enumerate(found):
        while end < len(found) and found[end].end <= first.begin + WIDTH - BEFORE:
            end += 1
        different = len({each.term for each in found[at:end]})
        if different > most:
            best, most = first.begin, different
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
