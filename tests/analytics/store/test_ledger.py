"""A row of sums is one number; its columns never touch each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.store import ledger
from byline.analytics.store.ledger import columns
from byline.analytics.store.tables import SUMS

ONES = (
    *(ledger.VISITORS, ledger.VISITS, ledger.PAGEVIEWS, ledger.EVENTS, ledger.BOUNCES),
    *(ledger.DURATION, ledger.ENGAGED, ledger.SCROLL, ledger.SCROLLED, ledger.READS),
)
NUMBERS = st.tuples(*(st.integers(-(2**50), 2**50) for _ in SUMS))


@given(st.lists(NUMBERS))
def test_rows_are_added_column_by_column(rows: list[tuple[int, ...]]) -> None:
    added = sum(number * one for row in rows for number, one in zip(row, ONES, strict=True))
    assert columns(added) == tuple(map(sum, zip(*rows, strict=True))) if rows else columns(added) == (0,) * len(SUMS)


def test_each_column_counts_what_its_name_says() -> None:
    counted = dict(zip(SUMS, columns(ledger.VISITS + 30 * ledger.DURATION - ledger.READS), strict=True))
    assert {name: number for name, number in counted.items() if number} == {"visits": 1, "duration_s": 30, "reads": -1}
