"""Pieces in ASCII: the same to a browser, and only where that costs next to nothing."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from byline.pages import pieces

NO_SURROGATES = st.text(st.characters(exclude_categories=["Cs"]))


@given(NO_SURROGATES)
def test_a_browser_reads_the_same(text: str) -> None:
    html = escape("a plain sentence, " * 50 + text)
    assert unescape(pieces.in_ascii(html)) == unescape(html)


def test_rare_letters_become_references() -> None:
    html = Markup("<p>" + "word " * 100 + "café…</p>")
    assert pieces.in_ascii(html) == Markup("<p>" + "word " * 100 + "caf&#233;&#8230;</p>")


def test_a_text_in_another_alphabet_stays_as_it_is() -> None:
    html = Markup("<p>Добрый вечер, дорогие читатели</p>")
    assert pieces.in_ascii(html) is html
