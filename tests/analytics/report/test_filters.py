from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.report import filters
from byline.analytics.report.filters import BadFilter, Filter, Operator

VALUES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(VALUES)
def test_filter_is_read_as_it_was_written(values: list[str]) -> None:
    said = Filter("page", Operator.IS, tuple(values))
    assert filters.read(said.written) == said


@given(st.text(max_size=200))
def test_rubbish_is_refused_in_a_sentence_or_is_a_filter(text: str) -> None:
    found, complaints = filters.read_all([text])
    assert len(found) + len(complaints) == 1
    assert all(complaint.endswith(".") for complaint in complaints)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "is",
        "is,page",
        "like,page,/a",
        "is,colour,red",
        "is,total,1",
        "is,prop,plan",
        "is,prop:,plan",
        'is,prop:a"b,plan',
        "contains,page,",
        "is,page,/a\0",
        "is,page,\ud800",
        "is,page," + "x" * 501,
        "is,page," + "x" * 100_000,
        "is,page," + ",".join(map(str, range(31))),
        "\\" * 7_999,
    ],
)
def test_what_is_no_filter_is_refused(written: str) -> None:
    with pytest.raises(BadFilter):
        filters.read(written)


def test_values_with_commas_stand_in_a_url() -> None:
    assert filters.filter_of("page", "/a,b", "c\\").written == "is,page,/a\\,b,c\\\\"


def test_nothing_known_can_be_asked_for() -> None:
    assert filters.read("is,country,").values == ("",)


def test_more_filters_than_fit_are_left_out_with_one_sentence() -> None:
    found, complaints = filters.read_all(f"is,page,/{number}" for number in range(1_000))
    assert len(found) == filters.MOST_FILTERS
    assert len(complaints) == 1


def test_property_is_called_by_its_own_name() -> None:
    said = filters.read("is_not,prop:plan,pro")
    assert (said.label, said.prop) == ("plan", "plan")
    assert filters.read("is,page,/a").prop is None
