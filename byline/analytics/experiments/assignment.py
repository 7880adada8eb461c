"""Which variant a visitor sees: drawn from the visitor's id, so that nothing has to be remembered."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

_BITS = 64


def place(experiment_id: int, visitor: int, weights: Sequence[int]) -> int:
    """The place of the variant that a visitor gets, by a keyed hash of the id: the same all day, each by its weight.

    The hash is keyed with the experiment, so that two experiments divide the same visitors independently.
    """
    heard = visitor.to_bytes(8, "big", signed=True)
    drawn = int.from_bytes(blake2b(heard, digest_size=8, key=b"experiment %d" % experiment_id).digest(), "big")
    point = drawn * sum(weights) >> _BITS
    for number, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return number
    raise ValueError("There is nothing to choose from.")
