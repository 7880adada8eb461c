"""Real traffic comes to the same numbers when it is counted in another way."""

from __future__ import annotations

from pathlib import Path

import pytest

from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.embedded import Embedded
from tests.analytics.importing import by_hand, stored
from tests.analytics.importing.conftest import Run

OURS = "semicomplete.com"


def test_real_traffic_comes_to_what_counting_by_hand_finds(
    run: Run, kept: Embedded, real_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_URL", f"http://{OURS}")
    told = run("import", "access-log", real_log, "--site", 1).stdout
    counted = by_hand.of_file(real_log, OURS)

    assert len(counted.totals) == 3
    assert stored.totals(kept) == counted.totals
    pages = stored.sums(kept, Dimension.PAGE, "pageviews")
    for day, expected in counted.pages.items():
        assert pages[day] == dict(expected)
        assert _top(pages[day]) == _top(dict(expected))
    sources = stored.sums(kept, Dimension.SOURCE, "visitors")
    assert sources == {day: dict(expected) for day, expected in counted.sources.items()}
    assert stored.refused(kept) == {"bot": counted.bots}
    assert f"{sum(pageviews for pageviews, _, _ in counted.totals.values()):,} pageviews counted" in told

    before = stored.everything(kept)
    assert "0 pageviews counted" in run("import", "access-log", real_log, "--site", 1).stdout
    assert stored.everything(kept) == before


def _top(numbers: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))[:20]
