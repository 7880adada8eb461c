from __future__ import annotations

from pathlib import Path

import pytest

from byline.analytics import definitions
from byline.analytics.definitions import DIMENSIONS, METRICS
from byline.analytics.report.answers import Totals
from byline.analytics.store import Dimension

MANUAL = Path(__file__).parents[3] / "docs" / "statistics-definitions.md"
EVERYTHING: dict[str, definitions.Metric | definitions.Dimension] = {**METRICS, **DIMENSIONS}
NOT_ON_PAGES = {"total", "utm_source"}


@pytest.mark.parametrize("name", [*METRICS, *DIMENSIONS])
def test_manual_defines_each_number_and_list_in_the_words_of_the_page(name: str) -> None:
    said = EVERYTHING[name]
    text = " ".join(MANUAL.read_text().split())
    assert f"### {said.label}" in text
    assert said.definition in text


def test_manual_defines_nothing_that_is_not_shown() -> None:
    headings = {line.removeprefix("### ") for line in MANUAL.read_text().splitlines() if line.startswith("### ")}
    assert headings == {each.label for each in EVERYTHING.values()}


def test_everything_the_store_adds_up_by_is_defined() -> None:
    assert {each.name.lower() for each in Dimension} - NOT_ON_PAGES == set(DIMENSIONS)


def test_tiles_and_panels_show_what_is_defined() -> None:
    assert set(definitions.TILES) <= set(METRICS)
    assert all(Totals().value(name) in {0, None} for name in definitions.TILES)
    shown = [name for group in definitions.PANELS for name in group]
    assert sorted([*shown, "prop"]) == sorted(DIMENSIONS)


def test_definitions_are_sentences() -> None:
    for each in EVERYTHING.values():
        assert each.definition.endswith(".")
        assert "!" not in each.definition
