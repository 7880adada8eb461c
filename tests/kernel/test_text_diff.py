"""Two versions side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from byline.kernel.text import diff
from byline.kernel.text.diff import Change, Line
from byline.kernel.text.sequences import runs

FEW = st.lists(st.sampled_from("abc"), max_size=25)
LINES = st.lists(st.sampled_from(["", "one", "two words", "two other words", "three"]), max_size=20)


def shown(lines: tuple[Line, ...]) -> list[str]:
    signs = {Change.SAME: " ", Change.ADDED: "+", Change.REMOVED: "-"}
    return [signs[line.change] + line.text for line in lines]


def test_equal_texts_have_no_difference() -> None:
    assert diff.compare("a\nb\n", "a\nb\n").is_same
    assert diff.compare("", "").is_same


def test_changed_words_are_told_within_their_lines() -> None:
    comparison = diff.compare("first\nIt was a dark night.\nlast", "first\nIt was a bright night.\nlast")

    removed, added = comparison.hunks[0].lines[1:3]
    assert [(part.change, part.text) for part in removed.parts] == [
        (Change.SAME, "It was a "), (Change.REMOVED, "dark"), (Change.SAME, " night.")
    ]  # fmt: skip
    assert [part.text for part in added.parts if part.change is Change.ADDED] == ["bright"]
    assert (removed.old_number, removed.new_number) == (2, None)
    assert (added.old_number, added.new_number) == (None, 2)
    assert (comparison.lines_added, comparison.lines_removed) == (1, 1)


def test_only_a_few_lines_around_a_change_are_shown() -> None:
    old = [str(number) for number in range(40)]
    new = [*old[:10], "ten", *old[11:30], "thirty", *old[31:]]

    comparison = diff.compare("\n".join(old), "\n".join(new))

    assert [hunk.skipped for hunk in comparison.hunks] == [7, 13]
    assert shown(comparison.hunks[0].lines) == [" 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13"]
    assert comparison.skipped_at_end == 6


def test_changes_close_together_share_a_hunk() -> None:
    old = [str(number) for number in range(20)]

    comparison = diff.compare("\n".join(old), "\n".join([*old[:5], "x", *old[6:10], "y", *old[11:]]))

    assert len(comparison.hunks) == 1


def test_texts_too_far_apart_differ_as_a_whole() -> None:
    old = "same\n" + "".join(f"{number}\n" for number in range(2_000)) + "end"
    new = "same\n" + "".join(f"{number}x\n" for number in range(1_900)) + "end"

    comparison = diff.compare(old, new)

    assert (comparison.lines_removed, comparison.lines_added) == (2_000, 1_900)
    assert shown(comparison.hunks[0].lines)[0] == " same"


@given(FEW, FEW, st.integers(0, 30))
def test_the_runs_make_both_sequences(old: list[str], new: list[str], most_edits: int) -> None:
    found = runs(old, new, most_edits=most_edits)

    assert [item for run in found for item in old[run.a : run.b]] == old
    assert [item for run in found for item in new[run.c : run.d]] == new
    assert all(old[run.a : run.b] == new[run.c : run.d] for run in found if run.is_same)


@given(FEW, FEW)
def test_no_way_is_shorter(old: list[str], new: list[str]) -> None:
    found = runs(old, new, most_edits=60)

    assert sum(run.b - run.a for run in found if run.is_same) == longest_in_common(old, new)


def longest_in_common(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for item in one:
        before = row[:]
        for at, compared in enumerate(other):
            row[at + 1] = before[at] + 1 if item == compared else max(before[at + 1], row[at])
    return row[-1]


@given(LINES, LINES)
def test_nothing_is_lost_in_a_comparison(old: list[str], new: list[str]) -> None:
    comparison = diff.compare("\n".join(old), "\n".join(new), context=1_000)
    lines = [line for hunk in comparison.hunks for line in hunk.lines]

    if not comparison.is_same:
        assert [line.text for line in lines if line.old_number] == "\n".join(old).splitlines()
        assert [line.text for line in lines if line.new_number] == "\n".join(new).splitlines()
