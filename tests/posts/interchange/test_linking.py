from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.kernel import text
from byline.posts.interchange import linking


def shout(reference: str) -> str | None:
    """Put every reference to `a` and nothing else anew."""
    return "/@ada/a" if reference == "a" else None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[x](a)", "[x](/@ada/a)"),
        ('[x](a "title")', '[x](/@ada/a "title")'),
        ("[x](<a>)", "[x](</@ada/a>)"),
        ("![x](a)", "![x](/@ada/a)"),
        ("[![x](a)](a)", "[![x](/@ada/a)](/@ada/a)"),
        ("[x][r]\n\n[r]: a", "[x][r]\n\n[r]: /@ada/a"),
        ('[x]\n\n> [x]: a "title"', '[x]\n\n> [x]: /@ada/a "title"'),
        ("<img alt='>' src='a'>", "<img alt='>' src='/@ada/a'>"),
        ('<a class="y" HREF = "a">x</a>', '<a class="y" HREF = "/@ada/a">x</a>'),
        ("- [x](a)\n\n  [y](a)", "- [x](/@ada/a)\n\n  [y](/@ada/a)"),
        ("[^1]\n\n[^1]: [x](a)", "[^1]\n\n[^1]: [x](/@ada/a)"),
        ("`[x](a)`", "`[x](a)`"),
        ("``[x](a) ` ``", "``[x](a) ` ``"),
        ("    [x](a)", "    [x](a)"),
        ("```\n[x](a)\n```\n[y](a)", "```\n[x](a)\n```\n[y](/@ada/a)"),
        ("> ~~~\n> [x](a)\n> ~~~", "> ~~~\n> [x](a)\n> ~~~"),
        (r"\[x](b) \](a", r"\[x](b) \](a"),
        ("<!-- [x](a) -->", "<!-- [x](a) -->"),
        ("[x](b) [y](a b)", "[x](b) [y](/@ada/a b)"),
        ("`[x](a)```\n> `[x](a)`", "`[x](/@ada/a)```\n> `[x](a)`"),
        ("an ` alone [x](a)", "an ` alone [x](/@ada/a)"),
    ],
)
def test_destinations_are_put_anew_and_nothing_else_moves(source: str, expected: str) -> None:
    assert linking.rewritten(source, shout) == expected


def test_an_autolink_keeps_what_it_shows() -> None:
    address = "https://old.example/2020/a"
    assert linking.rewritten(f"<{address}>", lambda _: "/@ada/a") == f"[{address}](/@ada/a)"


def test_a_destination_with_spaces_gets_its_brackets() -> None:
    assert linking.rewritten("[x](b)", lambda _: "/a b") == "[x](</a b>)"


@given(st.text(alphabet="ab[]()<>!`\\\"' \n#:/*_-~>", max_size=80))
def test_no_answer_leaves_every_text_as_it_is(source: str) -> None:
    assert linking.rewritten(source, lambda _: None) == source


PARTS = (
    "[x](a)", "`[x](a)`", "![i](a)", "<a href='a'>y</a>", "[r]", "[r]: a\n", "[r]: a 'b'\n", "[r]: b ", "[^1]: ",
    "\n", "\n\n", "    ", "> ", "- ",
    "1. ", "# ", "*", "`", "```\n", "word ", "::: note\n", ":::\n", "| a | [x](a) |\n|---|---|\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_what_readers_read_stays_the_same(parts: list[str]) -> None:
    source = "".join(parts)
    after = text.render(linking.rewritten(source, lambda _: "/@ada/other")).html
    assert text.plain(after) == text.plain(text.render(source).html)


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_every_link_that_is_rendered_was_found(parts: list[str]) -> None:
    source = "".join(parts)
    after = text.render(linking.rewritten(source, shout)).html
    assert 'href="a"' not in after
    assert 'src="a"' not in after
