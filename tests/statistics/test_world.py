"""The map of the world."""

from __future__ import annotations

import re

import pytest

from byline.statistics import world

pytestmark = pytest.mark.once
DOT = re.compile(r"M(\d+) (\d+)h0")


def dots(code: str) -> list[tuple[int, int]]:
    """Where the dots of a country stand."""
    (country,) = [each for each in world.countries() if each.code == code]
    return [(int(x), int(y)) for x, y in DOT.findall(country.path)]


def test_every_country_has_a_place_and_no_two_share_one() -> None:
    placed = [dot for country in world.countries() for dot in DOT.findall(country.path)]
    assert len(placed) == len(set(placed))
    assert {country.code for country in world.countries()} == set(world.names()) - world.LEFT_OUT
    assert len(world.countries()) > 230


@pytest.mark.parametrize("code", ["HU", "MM", "MC", "SG", "VA", "TV"])
def test_a_country_without_an_outline_stands_where_its_middle_is(code: str) -> None:
    assert dots(code)


def test_countries_lie_as_on_any_map() -> None:
    assert max(x for x, _ in dots("PT")) < min(x for x, _ in dots("DE")) < min(x for x, _ in dots("IN"))
    assert max(y for _, y in dots("NO")) < min(y for _, y in dots("IT")) < min(y for _, y in dots("ZA"))
    assert len(dots("RU")) > len(dots("BR")) > len(dots("FR")) > 3


def test_all_dots_are_inside_the_picture() -> None:
    for country in world.countries():
        for x, y in DOT.findall(country.path):
            assert 0 < int(x) < world.WIDTH
            assert 0 < int(y) < world.HEIGHT


def test_the_map_is_small() -> None:
    assert sum(len(country.path) for country in world.countries()) < 30_000
