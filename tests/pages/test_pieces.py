"""Pieces in ASCII: the same to a browser, and only where that costs next to nothing."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from byline.pages import pieces

LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cn"]))


@given(LETTERS)
def test_a_browser_reads_the_same(text: str) -> None:
    html = escape("a plain sentence, " * 50 + text)
    assert unescape(pieces.in_ascii(html)) == unescape(html)


def test_rare_letters_become_references() -> None:
    html = escape("word " * 200 + "café…")
    assert pieces.in_ascii(html) == "word " * 200 + "caf&#233;&#8230;"


def test_a_text_in_another_alphabet_stays_as_it_is() -> None:
    html = escape("Добрый вечер, дорогие читатели")
    assert pieces.in_ascii(html) is html
