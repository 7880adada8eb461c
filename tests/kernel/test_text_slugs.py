"""Titles become addresses, whatever script they are written in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from byline.kernel import text
from byline.kernel.text import slugs


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Hello, World", "hello-world"),
        ("  What's new?  ", "whats-new"),
        ("Crème brûlée & Öl", "creme-brulee-ol"),
        ("Straße, Łódź, Ærø", "strasse-lodz-aero"),
        ("\uff21\uff24\uff2d\uff29\uff2e", "admin"),
        ("İstanbul", "istanbul"),
        ("ﬁne ½", "fine-1-2"),
        ("Привет, ёжик", "привет-ёжик"),
        ("\u13a0", "\uab70"),  # Cherokee, the only script that case folding makes upper case.
        ("日本語 の タイトル", "日本語-の-タイトル"),
        ("हिन्दी में", "हिन्दी-में"),
        ("한국어", "한국어"),
        ("C++ in 2026", "c-in-2026"),
        ("a_b.c/d\\e", "a-b-c-d-e"),
        ("a\0b\u202ec\ud800d", "a-b-c-d"),
    ],
)
def test_a_title_becomes_words_with_hyphens(title: str, slug: str) -> None:
    assert text.slugify(title, "x") == slug


@pytest.mark.parametrize("title", ["", "   ", "!?…", "🎉🎉", "\u0301", "---", "\u200b\u2060"])
def test_a_title_without_words_gives_the_fallback(title: str) -> None:
    assert text.slugify(title, "post-7") == "post-7"


def test_a_long_title_is_cut_between_words() -> None:
    slug = text.slugify("word " * 40, "x")

    assert len(slug) <= slugs.LONGEST
    assert set(slug.split("-")) == {"word"}
    assert text.slugify("x" * 200, "x") == "x" * slugs.LONGEST


@given(st.text(max_size=200), st.sampled_from(["post", "x-1"]))
@example("\u1e9b\u0323", "post")
@example("\u0345", "post")
@example("\u03d3\u0301", "post")
@example("x" * 79 + "e\u0301\u0323", "post")
def test_a_slug_is_made_of_letters_digits_and_single_hyphens_and_stays_itself(title: str, fallback: str) -> None:
    slug = text.slugify(title, fallback)

    assert 0 < len(slug) <= slugs.LONGEST
    assert "--" not in slug
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert all(letter == "-" or unicodedata.category(letter)[0] in "LNM" for letter in slug)
    assert not any(letter.isupper() for letter in slug)
    assert text.slugify(slug, "other") == slug
