"""Filters: what a question leaves out.

In a URL they are `f=is,page,/pricing`: operator, dimension, values. A backslash stands before a comma of a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from byline.analytics.definitions import DIMENSIONS

MOST_FILTERS = 20
MOST_VALUES = 30
LONGEST_VALUE = 500
LONGEST_WRITTEN = 8_000
LONGEST_PROP = 100
PROP = "prop"
_PARTS = re.compile(r"\\.|,|[^,\\]+", re.DOTALL)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class Operator(StrEnum):
    """How a value is compared: with letters as they are, `contains` whatever their size."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"


SPOKEN = {Operator.IS: "is", Operator.IS_NOT: "is not", Operator.CONTAINS: "contains"}


class BadFilter(ValueError):
    """What was written is no filter; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; with several values any of them fits, for `is_not` none of them may.

    The dimension is a name of `definitions.DIMENSIONS`; of an event's property it is `prop:` and the property's name.
    """

    dimension: str
    operator: Operator
    values: tuple[str, ...]

    @property
    def label(self) -> str:
        """What the condition is about, for people."""
        if self.dimension.startswith(f"{PROP}:"):
            return self.dimension.removeprefix(f"{PROP}:")
        return DIMENSIONS[self.dimension].label

    @property
    def written(self) -> str:
        """As it stands in a URL."""
        return ",".join(map(_escaped, (self.operator.value, self.dimension, *self.values)))

    @property
    def prop(self) -> str | None:
        """The property that it is about, None for everything else."""
        return self.dimension.removeprefix(f"{PROP}:") if self.dimension.startswith(f"{PROP}:") else None


def filter_of(dimension: str, *values: str, operator: Operator = Operator.IS) -> Filter:
    """A filter that is known to be right."""
    return read(Filter(dimension, operator, values).written)


def read(written: str) -> Filter:
    """The filter that stands in a URL; raises BadFilter with a sentence."""
    if len(written) > LONGEST_WRITTEN:
        raise BadFilter("A filter was too long and is left out.")
    if _NO_TEXT.search(written):
        raise BadFilter("A filter had signs in it that no page has, and is left out.")
    words = _split(written)
    if len(words) < 3:
        raise BadFilter(f"“{_short(written)}” is no filter and is left out.")
    operator, dimension, values = words[0], words[1], tuple(dict.fromkeys(words[2:]))
    if operator not in set(Operator):
        raise BadFilter(f"“{_short(operator)}” is no way to compare, so this filter is left out.")
    if not _is_known(dimension):
        raise BadFilter(f"“{_short(dimension)}” is nothing to filter by, so this filter is left out.")
    _check(Operator(operator), values)
    return Filter(dimension, Operator(operator), values)


def _check(operator: Operator, values: tuple[str, ...]) -> None:
    if len(values) > MOST_VALUES:
        raise BadFilter(f"A filter has at most {MOST_VALUES} values; this one had {len(values)} and is left out.")
    if any(len(value) > LONGEST_VALUE for value in values):
        raise BadFilter("A value of a filter was too long, so the filter is left out.")
    if operator is Operator.CONTAINS and not all(values):
        raise BadFilter("A filter did not say what is to be contained, and is left out.")


def read_all(written: Iterable[str]) -> tuple[tuple[Filter, ...], tuple[str, ...]]:
    """All filters of a URL without repetitions, and a sentence for each that is left out."""
    found: dict[Filter, None] = {}
    complaints: dict[str, None] = {}
    for number, text in enumerate(written):
        if number >= MOST_FILTERS:
            complaints[f"More than {MOST_FILTERS} filters at a time are not possible; the rest is left out."] = None
            break
        try:
            found[read(text)] = None
        except BadFilter as error:
            complaints[str(error)] = None
    return tuple(found), tuple(complaints)


def _is_known(dimension: str) -> bool:
    if dimension.startswith(f"{PROP}:"):
        # Neither database finds a property by a name with a quotation mark in it.
        prop = dimension.removeprefix(f"{PROP}:")
        return 0 < len(prop) <= LONGEST_PROP and not set(prop) & {'"', "\\"}
    return dimension in DIMENSIONS and dimension != PROP


def _split(written: str) -> list[str]:
    words = [""]
    for part in _PARTS.findall(written):
        if part == ",":
            words.append("")
        else:
            words[-1] += part.removeprefix("\\") if len(part) == 2 else part
    return words


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
