"""What is typed into small fields is kept without what nobody sees."""

from __future__ import annotations

from byline.kernel import tidy


def test_unseen_characters_are_taken_out() -> None:
    assert tidy.one_line(" Ada\0 \u202e Lovelace\n") == "Ada Lovelace"
    assert tidy.lines("One\r\n\r\nTwo\x07\rThree  ") == "One\n\nTwo\nThree"


def test_length_is_counted_as_a_browser_counts_it() -> None:
    assert tidy.length(tidy.lines("🙂" * 250)) == 500
    assert tidy.length(tidy.lines("x\r\n" * 250)) == 499
