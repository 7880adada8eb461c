"""What is typed becomes words, phrases and words to leave out; nothing of it is an error or an operator."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.search import engine, questions
from byline.search.questions import MOST_WORDS, Where

KNOWN = ("en", "de", "ru", "")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("bread", [("bread",)]),
        ("Bread  BREAD bread", [("bread",)]),
        ("sea chart", [("sea",), ("chart",)]),
        ('"sea chart" log', [("sea", "chart"), ("log",)]),
        ('"sea chart', [("sea", "chart")]),
        ("e-mail", [("e", "mail")]),
        ("l\u2019homme", [("l", "homme")]),
        ("C++", [("c",)]),
        ("NEAR(a b) AND OR NOT *", [("near", "a"), ("b",), ("and",), ("or",), ("not",)]),
        ("title:bread", [("title", "bread")]),
        ("x\0y", [("xy",)]),
        ("猫犬鳥", [("猫犬", "犬鳥")]),
        ("猫", [("猫",)]),
        ("Python入門", [("python",), ("入門",)]),
        ("", []),
        ("?!… --- \"\" '' \\ %_", []),
    ],
)
def test_what_is_typed_is_understood_as_words(typed: str, wanted: list[tuple[str, ...]]) -> None:
    assert [phrase.words for phrase in questions.understood(typed).wanted] == wanted


@pytest.mark.parametrize(
    ("typed", "unwanted"),
    [("bread -rye", [("rye",)]), ('-"sea chart"', [("sea", "chart")]), ("--verbose", []), ("-", [])],
)
def test_a_minus_leaves_out(typed: str, unwanted: list[tuple[str, ...]]) -> None:
    assert [phrase.words for phrase in questions.understood(typed).unwanted] == unwanted


@pytest.mark.parametrize("typed", ["a" * 10_000, "word " * 2_000, '"' + "word " * 2_000, "猫" * 10_000, "x-" * 5_000])
def test_a_long_question_is_cut_and_says_so(typed: str) -> None:
    question = questions.understood(typed)
    assert question.was_cut
    assert sum(len(phrase.words) for phrase in question.wanted) <= MOST_WORDS
    assert len(question.text) <= questions.LONGEST


def test_small_words_are_looked_for_only_where_nothing_else_is() -> None:
    assert len(questions.understood("the history of bread").match(("en",)).all_of) == 2
    assert len(questions.understood("to be or not to be").match(("en",)).all_of) == 4
    assert len(questions.understood('"to be"').match(("en",)).all_of) == 1


def test_a_word_is_looked_for_in_the_form_of_each_language_in_use() -> None:
    (forms,) = questions.understood("lamps").match(("en", "de", "fi")).all_of
    assert {sought.terms for sought in forms} == {("lamp",), ("lamps",)}


SAFE_FTS5 = re.compile(r'[a-z0-9 "*:(){}]*|(?: AND | OR | NOT )')
SAFE_TSQUERY = re.compile(r"[a-z0-9 :*&|!()<>-]*")


@given(st.text(max_size=60))
def test_nothing_that_is_typed_reaches_a_database_but_letters_and_digits(typed: str) -> None:
    question = questions.understood(typed)
    if not question.wanted:
        return
    for match in (question.match(KNOWN), question.match(KNOWN, where=Where.TITLE), question.beginning_match()):
        found = engine.fts5(engine.POSTS, match)
        assert SAFE_FTS5.fullmatch(re.sub(" AND | OR | NOT ", " ", found))
        assert SAFE_TSQUERY.fullmatch(engine.tsquery(match))
