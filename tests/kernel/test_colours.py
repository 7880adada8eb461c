"""One accent for two schemes: whatever is chosen can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.kernel import colours
from byline.kernel.errors import Invalid
from byline.web import assets

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "contrast"),
    [("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.48), ("#0a665b", "#fbfaf7", 6.57), ("#abc", "#abc", 1.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, contrast: float) -> None:
    assert colours.contrast(colours.checked(one), colours.checked(other)) == pytest.approx(contrast, abs=0.01)


@given(COLOURS)
def test_every_colour_can_be_read_in_both_schemes(accent: str) -> None:
    shown = colours.shades(accent)
    assert all(colours.contrast(shown.day, ground) >= 4.5 for ground in colours.BY_DAY)
    assert all(colours.contrast(shown.night, ground) >= 4.5 for ground in colours.BY_NIGHT)
    assert colours.contrast(shown.day, shown.on_day) >= 4.5
    assert colours.contrast(shown.night, shown.on_night) >= 4.5
    assert colours.contrast(shown.day, colours._mixed(shown.day, colours.BY_DAY[1])) >= 4.5
    assert colours.contrast(shown.night, colours._mixed(shown.night, colours.BY_NIGHT[0])) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_was_chosen() -> None:
    assert colours.shades("#0a665b").day == "#0a665b"
    assert colours.shades("#ffee00").night == "#ffee00"


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    tokens = (assets.OWN / "css" / "tokens.css").read_text()
    assert f"--accent: light-dark({colours.shades('').day}, {colours.shades('').night})" in tokens
    assert f"--on-accent: light-dark({colours.shades('').on_day}, {colours.shades('').on_night})" in tokens
    pairs = re.findall(r"--paper(?:-\w+)?: light-dark\((#\w+), (#\w+)\)", tokens)[:4]
    assert {day for day, _ in pairs} == set(colours.BY_DAY)
    assert {night for _, night in pairs} == set(colours.BY_NIGHT)


@pytest.mark.parametrize(
    "written", ["", "red", "#12345", "#1234567", "#gggggg", "rgb(1, 2, 3)", "#00000\x00", "٣٣٣", "#0a665b;}"]
)
def test_what_is_no_colour_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        colours.checked(written)
    assert set(refusal.value.fields) == {"accent"}


@pytest.mark.parametrize("written", ["#0A665B", " 0a665b ", "#0a665b"])
def test_a_colour_may_be_written_in_several_ways(written: str) -> None:
    assert colours.checked(written) == "#0a665b"
