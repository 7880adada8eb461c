"""What CommonMark promises: the reader as we configure it answers the specification's own examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from byline.kernel.text import parser

READER = parser.make()
EXAMPLES = Path(__file__).parents[1] / "data" / "commonmark" / "examples.jsonl"


class Example(NamedTuple):
    """One example of the specification."""

    example: int
    section: str
    markdown: str
    html: str


ALL = [Example(**json.loads(line)) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
DELIBERATE = {
    608: "Bare addresses become links, as on GitHub: < https://foo.bar > is one between two signs.",
    611: "Bare addresses become links, as on GitHub: https://example.com is one.",
}
EMPTY_QUOTE = "<blockquote></blockquote>", "<blockquote>\n</blockquote>"
"""The reader writes no line break into an empty quote. It cannot be seen."""


def read(example: Example) -> str:
    return str(READER.render(example.markdown)).replace(*EMPTY_QUOTE)


def test_all_examples_are_here() -> None:
    assert [each.example for each in ALL] == list(range(1, 653))


@pytest.mark.parametrize("example", [e for e in ALL if e.example not in DELIBERATE], ids=lambda e: str(e.example))
def test_an_example_comes_out_as_specified(example: Example) -> None:
    assert read(example) == example.html


@pytest.mark.parametrize("number", sorted(DELIBERATE))
def test_a_deliberate_difference_is_still_one(number: int) -> None:
    example = ALL[number - 1]
    assert example.example == number
    assert read(example) != example.html, f"Remove it from the list: {DELIBERATE[number]}"
