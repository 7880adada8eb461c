"""What other tools export comes in as their users knew it, once, and goes again without a trace."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from byline.analytics.hits import Hit
from byline.analytics.importing import bringing
from byline.analytics.importing.bringing import Ground
from byline.analytics.importing.models import Import, State
from byline.analytics.importing.others import archive
from byline.analytics.importing.others.archive import Refused
from byline.analytics.store import dimensions, summing
from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.embedded import Embedded
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests.analytics.importing import exports, stored
from tests.analytics.importing.conftest import Run

FIRST, SECOND = date(2025, 1, 1), date(2025, 1, 2)


def bring(run: Run, *words: object) -> str:
    result = run("import", "statistics", *words, "--site", 1)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_plausible_comes_in_table_by_table(run: Run, kept: Embedded, tmp_path: Path) -> None:
    told = bring(run, exports.zipped(tmp_path / "export.zip", exports.PLAUSIBLE))
    assert stored.totals(kept) == {FIRST: (30, 10, 12), SECOND: (9, 5, 5)}
    assert stored.sums(kept, Dimension.TOTAL, "bounces") == {FIRST: {"": 4}, SECOND: {"": 2}}
    assert stored.sums(kept, Dimension.TOTAL, "duration_s")[FIRST] == {"": 600}
    assert stored.sums(kept, Dimension.SOURCE, "visits")[FIRST] == {"Google": 7, "": 2, "letter": 3}
    assert stored.sums(kept, Dimension.CHANNEL, "visitors")[FIRST] == {"Organic Search": 6, "Direct": 2, "Email": 2}
    assert stored.sums(kept, Dimension.UTM_CAMPAIGN, "visits")[FIRST] == {"spring": 3}
    assert stored.sums(kept, Dimension.PAGE, "pageviews")[FIRST] == {"/": 22, "/=cmd|x": 8}
    assert stored.sums(kept, Dimension.ENTRY, "visits")[FIRST] == {"/": 9}
    assert stored.sums(kept, Dimension.EXIT, "visits")[FIRST] == {"/": 7}
    assert stored.sums(kept, Dimension.COUNTRY, "visitors")[FIRST] == {"DE": 5}
    assert stored.sums(kept, Dimension.DEVICE, "visitors")[FIRST] == {"phone": 4, "desktop": 6}
    assert stored.sums(kept, Dimension.BROWSER, "visitors")[FIRST] == {"Chrome": 5}
    assert stored.sums(kept, Dimension.SYSTEM, "visitors")[FIRST] == {"macOS": 3}
    assert stored.sums(kept, Dimension.EVENT, "events")[FIRST] == {"Signup": 3}
    assert stored.sums(kept, Dimension.OUTBOUND, "events")[FIRST] == {"example.org/a": 1}
    assert stored.sums(kept, Dimension.NOT_FOUND, "events")[FIRST] == {"/gone": 2}
    assert "This is an export of Plausible, from 2025-01-01 to 2025-01-02" in told
    assert "not taken over: regions and cities" in told
    assert "imported_custom_props_20250101_20250102.csv: left out. Byline keeps nothing like it." in told
    assert "readme.md: left out." in told


def test_a_day_with_too_many_words_has_a_row_for_the_rest(
    run: Run, kept: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dimensions, "MOST_WORDS", 3)
    monkeypatch.setattr(bringing, "PART", 2)
    pages = ("/a", "/b", "/a", "/c", "/d", "/b", "/e")
    lines = [f"2025-01-01,ours.example,{page},1,1,1" for page in pages] + ["2025-01-02,ours.example,/e,1,1,1"]
    file = tmp_path / "imported_pages_20250101_20250102.csv"
    file.write_text("\n".join(("date,hostname,page,visits,visitors,pageviews", *lines)))
    bring(run, file)
    assert stored.sums(kept, Dimension.PAGE, "pageviews") == {
        FIRST: {"/a": 2, "/b": 2, "/c": 1, "(other)": 2},
        SECOND: {"/e": 1},
    }


def test_umami_comes_in_as_pageviews_with_their_visits(run: Run, kept: Embedded, tmp_path: Path) -> None:
    file = tmp_path / "website_event.csv"
    file.write_text(exports.UMAMI)
    told = bring(run, file)
    assert stored.totals(kept) == {FIRST: (3, 2, 2), SECOND: (1, 1, 0)}
    assert stored.sums(kept, Dimension.SOURCE, "visits")[FIRST] == {"Google": 1, "": 1}
    assert stored.sums(kept, Dimension.EVENT, "events")[FIRST] == {"Signup": 1}
    assert stored.sums(kept, Dimension.SYSTEM, "visits")[FIRST] == {"macOS": 1, "iOS": 1}
    assert stored.sums(kept, Dimension.DEVICE, "visits")[FIRST] == {"desktop": 1, "phone": 1}
    assert stored.sums(kept, Dimension.UTM_CAMPAIGN, "visits")[FIRST] == {"spring": 1}
    assert "1 of no use" in told


def test_goatcounter_comes_in_without_its_bots(run: Run, kept: Embedded, tmp_path: Path) -> None:
    file = tmp_path / "goatcounter.csv"
    file.write_text(exports.GOATCOUNTER)
    bring(run, file)
    assert stored.totals(kept) == {FIRST: (2, 1, 1), SECOND: (1, 1, 1)}
    assert stored.sums(kept, Dimension.SOURCE, "visits") == {FIRST: {"Google": 1}, SECOND: {"letter": 1}}
    assert stored.sums(kept, Dimension.BROWSER, "visits") == {FIRST: {"Firefox": 1}, SECOND: {"Safari": 1}}
    assert stored.sums(kept, Dimension.EVENT, "events") == {FIRST: {"signup": 1}}
    assert stored.sums(kept, Dimension.COUNTRY, "visits") == {FIRST: {"DE": 1}, SECOND: {"FR": 1}}


def test_google_comes_in_where_it_names_days(run: Run, kept: Embedded, tmp_path: Path) -> None:
    days, several = tmp_path / "days.csv", tmp_path / "several.csv"
    days.write_text(exports.GA4_DAYS)
    several.write_text(exports.GA4_SEVERAL)
    bring(run, days)
    assert stored.totals(kept) == {FIRST: (30, 10, 12), SECOND: (9, 5, 5)}
    assert stored.sums(kept, Dimension.TOTAL, "bounces") == {FIRST: {"": 3}, SECOND: {"": 2}}
    assert stored.sums(kept, Dimension.TOTAL, "duration_s")[FIRST] == {"": 600}
    told = bring(run, several, "--dry-run")
    assert "several.csv: Visitors, visits and pageviews, 2 rows" in told
    assert "several.csv, table 2: left out. It has no days" in told
    assert "several.csv, table 3: Countries, 2 rows" in told


def test_days_that_were_measured_here_are_left_out_unless_asked(run: Run, kept: Embedded, tmp_path: Path) -> None:
    own = 1735819200_000  # 2 January 2025, noon.
    kept.turns({1: "UTC"}.get).take([Hit(1, own, 5, path="/own")], {})
    file = exports.zipped(tmp_path / "export.zip", exports.PLAUSIBLE)
    assert "1 rows are of days that were measured here, from 2025-01-02" in bring(run, file)
    assert stored.totals(kept) == {FIRST: (30, 10, 12), SECOND: (1, 1, 1)}
    bring(run, file, "--over-own-days")
    assert stored.totals(kept)[SECOND] == (10, 6, 6)


def test_an_import_that_broke_off_goes_on_and_what_it_brought_can_be_undone(
    run: Run, kept: Embedded, database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "PART", 3)
    add, calls = summing.add, []

    def broken(*given: object) -> None:
        calls.append(given)
        add(*given)  # type: ignore[arg-type]
        if len(calls) == 4:
            raise ConnectionError

    file = exports.zipped(tmp_path / "export.zip", exports.PLAUSIBLE)
    with monkeypatch.context() as patch:
        patch.setattr(summing, "add", broken)
        with pytest.raises(ConnectionError):
            run("import", "statistics", file, "--site", 1)
    ground = Ground(settings, database, kept)
    bringing.bring(ground, 1)
    assert stored.totals(kept) == {FIRST: (30, 10, 12), SECOND: (9, 5, 5)}
    assert stored.sums(kept, Dimension.PAGE, "pageviews")[FIRST]["/"] == 22
    assert list((settings.data / "imports").iterdir()) == []
    with database.unit_of_work() as writing:
        writing.get_one(Import, 1).state = State.UNDOING.value
    bringing.undo(ground, 1)
    assert stored.totals(kept) == {}
    with database.unit_of_work(write=False) as reading:
        assert reading.scalars(select(Import)).all() == []


def test_bombs_and_rubbish_are_refused_with_a_sentence(
    run: Run, kept: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("imported_pages.csv", b"0" * (20 << 20))
    assert "unfolds into more than it may" in run("import", "statistics", bomb, "--site", 1).output
    many = exports.zipped(tmp_path / "many.zip", {f"{number}.csv": "a" for number in range(300)})
    assert "300 files" in run("import", "statistics", many, "--site", 1).output
    broken = tmp_path / "broken.zip"
    broken.write_bytes(
        exports.zipped(tmp_path / "a.zip", exports.PLAUSIBLE).read_bytes().replace(b"imported", b"imp\0rted", 1)
    )
    assert run("import", "statistics", broken, "--site", 1).exit_code in (0, 1)
    rubbish = tmp_path / "rubbish.csv"
    rubbish.write_bytes(b"\x00\xff" * 5000)
    assert "left out. This is no table that Byline knows." in run("import", "statistics", rubbish, "--site", 1).output
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert "The file is empty" in run("import", "statistics", empty, "--site", 1).output
    monkeypatch.setattr(archive, "LARGEST_BYTES", 100)
    liar = tmp_path / "liar.csv"
    liar.write_text(exports.UMAMI)
    with (
        pytest.raises(Refused, match="unfolds"),
        archive.opened(liar, "liar.csv") as opened,
        opened.opened(opened.parts[0]) as text,
    ):
        text.read()
