"""The geometry of a chart over time: values in, coordinates of an SVG picture out. Templates only write them down."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from byline.analytics.definitions import Unit
from byline.statistics import figures

TOP, BOTTOM = 12, 28
"""Free above the highest line of the grid, and below the lowest for the words under the chart; SVG units."""
LETTER = 7.2
"""About how wide a letter of the axis is; SVG units."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
SECONDS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a chart is drawn, in SVG units, with how many lines across and words along."""

    width: int
    height: int
    lines: int = 4
    words: int = 8


WIDE = Size(1040, 300)
NARROW = Size(360, 220, lines=3, words=4)


@dataclass(frozen=True, slots=True)
class Moment:
    """One value of a series: the short word under the chart, the full words beside it, and what it was formerly.

    `value` is None where nothing is known yet, as of days that are still to come; `open` while it still grows.
    """

    word: str
    words: str
    value: float | None
    former: float | None = None
    former_words: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid or a word under the chart, and where it stands."""

    at: float
    word: str


@dataclass(frozen=True, slots=True)
class Spot:
    """The stripe of one moment, where a pointer finds it, with the points of its values."""

    number: int
    left: float
    width: float
    x: float
    y: float | None
    former_y: float | None
    moment: Moment


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a template writes down; `line`, `area`, `growing` and `former` are the data of SVG paths."""

    size: Size
    left: float
    right: float
    floor: float
    line: str
    area: str
    growing: str
    former: str
    lines: tuple[Mark, ...]
    words: tuple[Mark, ...]
    spots: tuple[Spot, ...]


def drawn(moments: Sequence[Moment], unit: Unit, size: Size = WIDE) -> Chart:
    """Place a series in a picture of `size`. Percent always reach up to a hundred.

    An empty series has no line; a single moment is a dot in the middle. Values below zero count as zero.
    """
    values = [value for each in moments for value in (each.value, each.former) if value is not None]
    ticks = lines_for(max(values, default=0.0), size.lines, unit)
    left = max(len(figures.short(tick, unit)) for tick in ticks) * LETTER + 10
    right, floor, top = float(size.width) - 6, float(size.height - BOTTOM), float(TOP)
    highest = ticks[-1] or 1.0

    def height_of(value: float) -> float:
        return round(floor - (floor - top) * min(max(value, 0.0) / highest, 1.0), 1)

    spots = tuple(_spots(moments, left, right, height_of))
    known = [spot for spot in spots if spot.y is not None]
    settled = [spot for spot in known if not spot.moment.open]
    tail = ([settled[-1]] if settled else []) + [spot for spot in known if spot.moment.open]
    return Chart(
        size,
        round(left, 1),
        right,
        floor,
        line=_path((spot.x, spot.y) for spot in spots if not spot.moment.open),
        area=_area(spots, floor),
        growing=_path((spot.x, spot.y) for spot in tail) if len(tail) > 1 else "",
        former=_path((spot.x, spot.former_y) for spot in spots),
        lines=tuple(Mark(height_of(tick), figures.short(tick, unit)) for tick in ticks),
        words=_words(spots, size.words),
        spots=spots,
    )


def lines_for(highest: float, most: int, unit: Unit) -> tuple[float, ...]:
    """The values of the grid's lines from zero to above `highest`: round ones, at most `most` above zero."""
    if unit is Unit.PERCENT:
        return tuple(100.0 * number / most for number in range(most + 1))
    step = step_for(max(highest, 1.0) / most, unit)
    count = max(1, math.ceil(round(highest / step, 9)))
    return tuple(step * number for number in range(count + 1))


def step_for(least: float, unit: Unit) -> float:
    """The smallest round step that is no smaller than `least`: round minutes and hours where it is of seconds."""
    if unit is Unit.SECONDS and least <= SECONDS[-1]:
        return next(step for step in SECONDS if step >= least)
    if unit is Unit.NUMBER and least <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    # Nobody comes two and a half times.
    steps = (step * power for step in STEPS if unit is not Unit.NUMBER or (step * power).is_integer())
    return next(step for step in steps if step >= least * (1 - 1e-9))


def sparkline(values: Sequence[float], width: int = 120, height: int = 28) -> tuple[str, str]:
    """The paths of a small line without axes, and of the area below it; empty for fewer than two values."""
    if len(values) < 2:
        return "", ""
    highest, across = max(*values, 1.0), width / (len(values) - 1)
    points = [
        (round(at * across, 1), round(height - 1.5 - (height - 3) * each / highest, 1))
        for at, each in enumerate(values)
    ]
    line = _path(points)
    return line, f"{line}V{height}H0Z"


def _spots(moments: Sequence[Moment], left: float, right: float, height_of: Callable[[float], float]) -> list[Spot]:
    count = len(moments)
    stripe = (right - left) / max(count, 1)
    across = (right - left) / (count - 1) if count > 1 else 0.0
    made = []
    for number, moment in enumerate(moments):
        x = round(left + across * number, 1) if count > 1 else round((left + right) / 2, 1)
        value, former = (None if each is None else height_of(each) for each in (moment.value, moment.former))
        begin = max(left, x - across / 2) if count > 1 else left
        end = min(right, x + across / 2) if count > 1 else left + stripe
        made.append(Spot(number, round(begin, 1), round(end - begin, 1), x, value, former, moment))
    return made


def _path(points: Iterable[tuple[float, float | None]]) -> str:
    """The data of a path through points; it is broken where a value is missing."""
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in run) for run in _runs(points))


def _area(spots: Sequence[Spot], floor: float) -> str:
    runs = _runs((spot.x, spot.y) for spot in spots)
    return "".join(f"{_path(run)}V{floor:g}H{run[0][0]:g}Z" for run in runs if len(run) > 1)


def _runs(points: Iterable[tuple[float, float | None]]) -> Iterator[list[tuple[float, float | None]]]:
    """The points between two gaps, each time."""
    for is_known, run in groupby(points, key=lambda point: point[1] is not None):
        if is_known:
            yield list(run)


def _words(spots: Sequence[Spot], most: int) -> tuple[Mark, ...]:
    """As many words as have room, evenly; the first is always among them."""
    every = max(1, math.ceil(len(spots) / most))
    return tuple(Mark(spot.x, spot.moment.word) for spot in spots[::every])
