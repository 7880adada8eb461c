"""What an address, a username and a password must be."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from byline.accounts import members, rules

REFUSED_NAMES = (
    *("", "..", ".", "_", "-ada", "1ada", "ada.", "a..b", "a--b", "ada lovelace", "ada/b", "ada@b", "a\0b", "ada\n"),
    *("\uff41dmin", "\u0430dmin", "😀", "adá", "İstanbul", "ⅷ", "ada\u200b", "x" * 65),
    *(
        "admin",
        "Admin",
        "ADMIN",
        "ad.min",
        "adm1n",
        "r00t",
        "admln",
        "rnoderator",
        "root",
        "system",
        "moderator",
        "support",
        "settings",
    ),
    *("tag", "write", "feed", "sitemap", "static", "auth", "you", "null"),
)


@pytest.mark.parametrize("name", REFUSED_NAMES)
def test_a_name_that_confuses_is_refused(name: str) -> None:
    assert rules.wrong_with_username(name)


@pytest.mark.parametrize("name", ["a", "ada", "Ada.Lovelace", "ada_l", "ada-l", "ada2", "writer1", "x" * 64])
def test_a_plain_name_is_allowed(name: str) -> None:
    assert rules.wrong_with_username(name) is None


@pytest.mark.parametrize(
    ("one", "other"), [("paul", "pau1"), ("Modern", "rnodern"), ("boo", "b0O"), ("ADA", "ada"), ("paul", "pauI")]
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert rules.username_skeleton(one) == rules.username_skeleton(other)


def test_the_first_part_of_every_address_is_reserved(app: Flask) -> None:
    parts = {rule.rule.split("/")[1].split(".")[0] for rule in app.url_map.iter_rules()}
    words = {part for part in parts if part.isalpha()}
    assert words - rules.RESERVED == set()


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("ada@localhost", "ada@localhost"),
        ("ada+byline@mail.example", "ada+byline@mail.example"),
        ("ada@exämple.org", "ada@exämple.org"),
        *(
            (wrong, None)
            for wrong in ("", "ada", "@x", "a b@c.d", "a@b.c\r\nBcc: x@y.z", "a\0@b.c", "x" * 300 + "@y.z")
        ),
    ],
)
def test_an_address_is_stored_in_one_form(written: str, address: str | None) -> None:
    assert rules.email_of(written) == address


@pytest.mark.parametrize(
    "password",
    ["", "short", "password", "Password1!", "1234567890ab", "qwertyuiop12", "aaaaaaaaaaaa", "abcdefghijkl", "x" * 1025],
)
def test_a_password_that_is_tried_first_is_refused(password: str) -> None:
    assert rules.wrong_with_password(password)


def test_a_password_that_names_its_owner_is_refused() -> None:
    assert rules.wrong_with_password("lovelace likes tea", username="Lovelace")
    assert rules.wrong_with_password("countess@example.org!", email="countess@example.org")
    assert rules.wrong_with_password("ada likes tea leaves", username="ada") is None


@pytest.mark.parametrize(
    "password", ["eleven quiet herons", "Tr0ub4dor&3x", "пять тихих цапель", "　" * 3 + "sieben Eulen"]
)
def test_a_good_password_is_allowed(password: str) -> None:
    assert rules.wrong_with_password(password) is None


@given(st.text(max_size=80))
def test_any_text_is_judged(text: str) -> None:
    rules.wrong_with_username(text)
    rules.wrong_with_password(text, username=text, email=text)
    rules.email_of(text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_imported_author_always_finds_a_name(name: str, wish: str) -> None:
    wished = next(found for found in members._wishes(wish or name) if not rules.wrong_with_username(found))
    assert rules.wrong_with_username(wished) is None


def test_no_password_takes_long_to_judge() -> None:
    rules.is_common("loads the word lists")
    for signs in ("4@8({[<369!1|0$5+7%2", "0o$s5s@a4a8b(c{c[c<c6g9g3e!i1i|i7t+t%x2z", "|1!7469({[<@8350$+%2"):
        begun = time.process_time()
        assert not rules.is_common(signs * 50)
        assert time.process_time() - begun < 1
