"""Languages are told from a few sentences, and a word's forms become one term."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from byline.search import languages, terms

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "sentence"), SENTENCES.items())
def test_a_sentence_tells_its_language(name: str, sentence: str) -> None:
    assert languages.of(word.text for word in terms.words(sentence)) == name


@pytest.mark.parametrize("text", ["", "Lamps", "git rebase --onto", "Lorem ipsum dolor sit amet consectetur"])
def test_what_cannot_be_told_is_taken_for_the_usual_language(text: str) -> None:
    assert languages.of(word.text for word in terms.words(text)) == languages.USUAL


def test_scripts_without_spaces_have_no_stemmer() -> None:
    assert languages.of(word.text for word in terms.words("猫は窓辺で眠っている")) == languages.NONE


def test_every_language_with_small_words_has_a_stemmer_that_works() -> None:
    assert languages.SMALL.keys() <= languages.STEMMERS.keys()
    assert all(languages.stem("lamp", name) for name in languages.STEMMERS)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "lighthouse", "lighthouses"),
        ("en", "running", "runs"),
        ("de", "häuser", "haus"),
        ("de", "über", "uber"),
        ("fr", "été", "été"),
        ("fr", "marchait", "marcher"),
        ("ru", "домами", "дом"),
        ("es", "canciones", "canción"),
        ("sv", "båtarna", "båtar"),
        ("", "naïve", "naive"),
        ("", "ﬁne", "fine"),
        ("", "\uff12\uff10\uff12\uff16", "2026"),
    ],
)
def test_forms_of_a_word_are_one_term(language: str, one: str, other: str) -> None:
    assert terms.term(one, language) == terms.term(other, language)


def test_different_words_stay_apart() -> None:
    words = ["c", "2026", "202", "猫", "犬", "é1", "zq", "zs61", "zwa1", "don", "и", "хлеб"]
    assert len({terms.term(word, "") for word in words}) == len(words)
    assert terms.mark("a", 1) not in {terms.term("zwa1", ""), terms.beginning("zwa1")}


def test_the_beginning_of_a_word_is_the_beginning_of_its_term() -> None:
    for word in ("bread", "Überall", "хлеб", "2026"):
        whole = terms.beginning(word.casefold())
        assert all(whole.startswith(terms.beginning(word.casefold()[:cut])) for cut in range(1, len(word)))


def test_words_are_found_where_they_stand() -> None:
    text = "Straße, नमस्ते दुनिया — 猫が"
    found = list(terms.words(text))
    assert [text[word.begin : word.end] for word in found] == ["Straße", "नमस्ते", "दुनिया", "猫が", "が"]
    assert found[0].text == "strasse"
