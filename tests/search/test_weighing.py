"""Which of several posts answers best."""

from __future__ import annotations

from byline.search import questions, weighing
from byline.search.weighing import Document

LONG = " ".join(["word"] * 200)


def best(asked: str, *parts: tuple[str, str, str], others: tuple[str, ...] = ()) -> list[int]:
    """The places of posts, given by title, tags and text, in the order of what they say about a question."""
    match = questions.understood(asked).match(("en",))
    documents = [Document.read(place, "|".join(each)) for place, each in enumerate(parts)]
    return weighing.best(match, documents, [Document.read(0, f"||{text}") for text in others], 10)


def test_a_title_counts_more_than_a_tag_and_that_more_than_the_text() -> None:
    assert best("lamp", ("", "", "lamp sea"), ("", "lamp", "sea sea"), ("lamp", "", "sea sea")) == [2, 1, 0]


def test_a_word_said_more_often_counts_more_and_a_long_text_less() -> None:
    assert best("lamp", ("", "", "lamp sea sea"), ("", "", "lamp sea lamp")) == [1, 0]
    assert best("lamp", ("", "", f"lamp {LONG}"), ("", "", "lamp sea")) == [1, 0]


def test_a_word_that_most_posts_have_tells_less_than_a_rare_one() -> None:
    usual = ("good lamp",) + ("good",) * 9
    posts = (("", "", "good lamp good"), ("", "", "lamp good lamp"))
    assert best("good lamp", *posts, others=usual) == [1, 0]
    assert best("lamp good", *reversed(posts), others=usual) == [0, 1]


def test_only_whole_words_count_and_words_in_quotes_only_together() -> None:
    assert best("lamp", ("", "", "lamp lampshad lampshad"), ("", "", "lamp lamp shade")) == [1, 0]
    assert best('"sea chart"', ("", "", "sea chart sea chart x"), ("", "", "sea chart chart sea sea")) == [0, 1]


def test_of_equals_the_newest_comes_first() -> None:
    assert best("lamp", ("", "", "lamp"), ("", "", "lamp"), ("", "", "lamp")) == [2, 1, 0]


def test_a_word_behind_what_is_read_of_a_text_counts_once() -> None:
    assert best("lamp", ("", "", "sea sea sea sea"), ("", "", "lamp sea lamp sea")) == [1, 0]
