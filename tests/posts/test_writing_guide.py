"""docs/writing.md tells authors what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from byline.kernel import images, text
from byline.kernel.text import limits, notes, pictures
from byline.posts import content

GUIDE = (Path(__file__).parents[2] / "docs" / "writing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^(`{3,4})(?:markdown|html)\n(.*?)^\1$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "number",
    [
        f"{content.LONGEST_BODY:,} characters",
        f"| {content.LONGEST_BODY:,} |",
        f"| {limits.MAX_LINES:,} |",
        f"| {limits.MAX_BLOCK_DEPTH} (lists: {limits.MAX_BLOCK_DEPTH // 2}) |",
        f"| {limits.MAX_ADDRESS_CHARACTERS:,} characters |",
        f"| {limits.MAX_CODES_CHARACTERS:,} characters a text |",
        f"more than {limits.MAX_CODE_CHARACTERS:,} characters, or with lines of more than {limits.MAX_CODE_LINE}, stay",
        f"at least {pictures.WIDE_PIXELS:,} pixels wide",
        f"up to {images.MAX_BYTES // 1024**2} MB and {images.MAX_PIXELS // 10**6} megapixels",
        f"scaled down to {images.MAX_WIDTH:,} pixels",
    ],
)
def test_the_guide_knows_each_limit(number: str) -> None:
    assert number in GUIDE


def test_the_guide_knows_each_kind_of_note() -> None:
    assert all(f"`{kind}`" in GUIDE for kind in notes.TITLES)


def test_the_examples_of_the_guide_are_read_as_they_are_meant() -> None:
    rendered = "\n".join(text.render(example).html for _, example in EXAMPLES)

    assert len(EXAMPLES) >= 9
    for element in ("<h2", "<figure>", "<table>", "<details>", "<aside", "<input", "<blockquote>", "footnotes"):
        assert element in rendered, element
    assert not re.search(r":::|\[\^|\{#|\[x\]|!\[", rendered)
