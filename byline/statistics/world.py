"""The map of the world: each country is a handful of dots, placed from the outlines that an installed package brings.

Dots keep a small country in sight beside a large one and need no more than a few kilobytes. Outlines are those of
Natural Earth as the package `countryinfo` carries them; a country without one stands where its middle is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from countryinfo import CountryInfo

STEP = 2.5
"""Degrees between two dots, along and across."""
NORTH, SOUTH, WEST = 80.0, -56.0, -170.0
COLUMNS, ROWS = round(360 / STEP), round((NORTH - SOUTH) / STEP)
DOT = 7
"""From one dot to the next; SVG units."""
WIDTH, HEIGHT = COLUMNS * DOT, ROWS * DOT
LEFT_OUT = frozenset({"AQ"})
KILOMETRES_A_DEGREE = 111.3
Cell = tuple[int, int]
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Country:
    """A country on the map: its code and name, and its dots as the data of one SVG path."""

    code: str
    name: str
    path: str


@cache
def countries() -> tuple[Country, ...]:
    """Every country by name; worked out once in a process, in about half a second."""
    known = _known()
    cells = _cells(known)
    drawn = [Country(code, known[code]["name"], _path(sorted(cells[code]))) for code in known if cells.get(code)]
    return tuple(sorted(drawn, key=lambda country: country.name))


@cache
def names() -> dict[str, str]:
    """The English name of every country by its two-letter code (ISO 3166-1)."""
    return {code: info["name"] for code, info in _known().items()}


@cache
def _known() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for info in CountryInfo.all().values():
        code = info.get("ISO", {}).get("alpha2")
        if code and len(info.get("latlng") or ()) == 2:
            found.setdefault(code, dict(info))
    return found


def _cells(known: dict[str, dict[str, Any]]) -> dict[str, list[Cell]]:
    """Which dots are whose: what outlines say, then circles of those without, then the nearest free dot."""
    owner: dict[Cell, str] = {}
    drawn = {code: info for code, info in known.items() if code not in LEFT_OUT}
    for code, info in sorted(drawn.items(), key=lambda item: (not item[1].get("geoJSON"), -(item[1].get("area") or 0))):
        for cell in _covered(info):
            owner.setdefault(cell, code)
    for code in sorted(drawn.keys() - set(owner.values())):
        owner[_nearest(_cell(*known[code]["latlng"]), owner)] = code
    placed: dict[str, list[Cell]] = {}
    for cell, code in owner.items():
        placed.setdefault(code, []).append(cell)
    return placed


def _covered(info: dict[str, Any]) -> Iterator[Cell]:
    if not info.get("geoJSON"):
        yield from _around(info)
    for ring in _rings(info):
        yield from _inside(ring)


def _rings(info: dict[str, Any]) -> Iterator[Ring]:
    """The outer rings of a country's outline, as longitudes and latitudes."""
    for feature in (info.get("geoJSON") or {}).get("features", ()):
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for part in parts:
            yield part[0]


def _inside(ring: Ring) -> Iterator[Cell]:
    """The cells whose middle lies within a ring (even-odd rule, line by line)."""
    latitudes = [point[1] for point in ring]
    first, last = _row(max(latitudes)), _row(min(latitudes))
    for row in range(max(first, 0), min(last, ROWS - 1) + 1):
        crossings = sorted(_crossings(ring, NORTH - (row + 0.5) * STEP))
        for begin, end in zip(crossings[::2], crossings[1::2], strict=False):
            for column in range(math.ceil((begin - WEST) / STEP - 0.5), math.floor((end - WEST) / STEP - 0.5) + 1):
                yield column % COLUMNS, row


def _crossings(ring: Ring, latitude: float) -> Iterator[float]:
    for (x, y, *_), (next_x, next_y, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y > latitude) != (next_y > latitude):
            yield x + (latitude - y) / (next_y - y) * (next_x - x)


def _around(info: dict[str, Any]) -> Iterator[Cell]:
    """The cells within a circle as large as the country."""
    latitude, longitude = info["latlng"]
    radius = math.sqrt((info.get("area") or 0) / math.pi) / KILOMETRES_A_DEGREE
    column, row = _cell(latitude, longitude)
    reach = math.ceil(radius / STEP)
    for down in range(-reach, reach + 1):
        for along in range(-reach, reach + 1):
            if math.hypot(down, along * math.cos(math.radians(latitude))) * STEP <= radius:
                yield (column + along) % COLUMNS, min(max(row + down, 0), ROWS - 1)


def _nearest(wished: Cell, taken: dict[Cell, str]) -> Cell:
    """The free cell that is nearest to a wished one."""
    around = ((dx, dy) for dx in range(-6, 7) for dy in range(-6, 7))
    for dx, dy in sorted(around, key=lambda step: step[0] ** 2 + step[1] ** 2):
        cell = (wished[0] + dx) % COLUMNS, min(max(wished[1] + dy, 0), ROWS - 1)
        if cell not in taken:
            return cell
    return wished


def _cell(latitude: float, longitude: float) -> Cell:
    return math.floor((longitude - WEST) / STEP) % COLUMNS, min(max(_row(latitude), 0), ROWS - 1)


def _row(latitude: float) -> int:
    return math.floor((NORTH - latitude) / STEP)


def _path(cells: Sequence[Cell]) -> str:
    """Lines without a length: with round ends they are dots."""
    half = DOT // 2 + 1
    return "".join(f"M{column * DOT + half} {row * DOT + half}h0" for column, row in cells)
