"""The part of a text that answers is shown, with its words marked and everything else as it was."""

from __future__ import annotations

from byline.search import highlighting, questions
from byline.search.highlighting import Marker


def marker(typed: str, language: str = "en") -> Marker:
    return highlighting.marker(questions.understood(typed), language, (language,))


def test_words_are_marked_in_every_form() -> None:
    assert marker("running dogs").whole("A dog runs & barks") == "A <mark>dog</mark> <mark>runs</mark> &amp; barks"


def test_markup_in_a_text_stays_text() -> None:
    assert marker("script").whole("<script>x</script>") == ("&lt;<mark>script</mark>&gt;x&lt;/<mark>script</mark>&gt;")


def test_the_part_with_most_of_the_words_is_shown() -> None:
    text = "A lamp. " + "Nothing at all. " * 60 + "Here a lamp stands in the tower by the sea. " + "Nothing. " * 60
    part = str(marker("lamp tower").part(text, "Otherwise."))
    assert "<mark>lamp</mark> stands in the <mark>tower</mark>" in part
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert len(part) < 330


def test_a_text_without_the_words_shows_its_beginning() -> None:
    assert marker("lamp").part("Nothing here.", "A standfirst with a lamp.") == "A standfirst with a <mark>lamp</mark>."


def test_letters_without_spaces_are_marked_together() -> None:
    assert marker("猫犬鳥", "").whole("黒猫犬鳥だ") == "黒<mark>猫犬鳥</mark>だ"
    assert marker("猫", "").whole("黒猫だ") == "黒<mark>猫</mark>だ"


def test_a_very_long_word_is_cut() -> None:
    part = marker("lamp").part("lamp " + "x" * 5_000, "")
    assert len(part) < 400
