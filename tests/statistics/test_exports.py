"""Numbers are taken out as they stand on the dashboard, by everybody who may see it, and harm no spreadsheet."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.exporting import formats
from byline.analytics.hits import Hit, Kind
from byline.analytics.importing.models import Import
from byline.analytics.sites.models import Site, SiteMember
from byline.analytics.store import raw
from byline.kernel.db import Database
from tests.factories import LogIn, MakeUser, Outbox

MOMENT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
AT = int(MOMENT.timestamp()) * 1000
PERIOD = "?from=2026-03-10&to=2026-03-11"


@pytest.fixture
def measured(app: Flask, database: Database, ada: User, make_user: MakeUser) -> int:
    """A site of ada's with eve on the team, and three visits of which one is somebody's idea of a joke."""
    eve = make_user("eve")
    with database.unit_of_work() as writing:
        site = Site(owner_id=ada.id, name="Lamps & Co", url="https://lamps.example", created_at=MOMENT)
        writing.add(site)
        writing.flush()
        writing.add(SiteMember(site_id=site.id, user_id=eve.id, role="viewer", created_at=MOMENT))
        site_id = site.id
    hit = Hit(site_id, AT, 1, path="/", host="lamps.example", source="Google", channel="Organic Search", country="DE")
    hits = [
        hit,
        hit._replace(at_ms=AT + 60_000, path="/a"),
        hit._replace(at_ms=AT + 61_000, path="/a", kind=Kind.EVENT, name="Order", props=(("plan", "gold"),)),
        hit._replace(at_ms=AT + 90_000, visitor=2, path='/=HYPERLINK("https://evil.example")', source="=1+1"),
        hit._replace(at_ms=AT + 86_400_000, visitor=3, source="", channel="Direct", path="/late"),
    ]
    store.of(app).turns({site_id: "UTC"}.get).take(hits, {})
    return site_id


def rows_of(raw_csv: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw_csv.decode())))


@pytest.fixture
def eves(log_in: LogIn, make_user: MakeUser, database: Database, measured: int) -> FlaskClient:
    del measured
    with database.unit_of_work(write=False) as reading:
        eve = reading.query(User).filter_by(username="eve").one()
    return log_in(eve)


def test_a_viewer_takes_the_chart_and_a_list_out(eves: FlaskClient, measured: int) -> None:
    answer = eves.get(f"/sites/{measured}/export.csv{PERIOD}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lamps-co-series-2026-03-10-2026-03-11.csv"'
    rows = rows_of(answer.data)
    assert [(row["begins"][:10], row["visitors"], row["pageviews"]) for row in rows] == [
        ("2026-03-10", "2", "3"),
        ("2026-03-11", "1", "1"),
    ]
    pages = rows_of(eves.get(f"/sites/{measured}/export.csv{PERIOD}&panel=page").data)
    assert {row["key"]: row["pageviews"] for row in pages}["/a"] == "1"


def test_filters_of_the_question_hold(eves: FlaskClient, measured: int) -> None:
    told = json.loads(eves.get(f"/sites/{measured}/export.json{PERIOD}&f=is,source,Google").data)
    assert told["totals"]["visitors"] == 1
    assert told["filters"]
    assert [row["key"] for row in told["panels"]["country"]] == ["DE"]


def test_everything_comes_in_one_archive(eves: FlaskClient, measured: int) -> None:
    archive = zipfile.ZipFile(io.BytesIO(eves.get(f"/sites/{measured}/export.zip{PERIOD}").data))
    assert archive.testzip() is None
    assert {"series.csv", "page.csv", "source.csv", "country.csv", "utm_campaign.csv"} <= set(archive.namelist())
    sources = {row["key"]: row["visitors"] for row in rows_of(archive.read("source.csv"))}
    assert sources == {"Google": "1", "'=1+1": "1", "": "1"}


def test_single_events_come_whole_in_every_form(
    eves: FlaskClient, measured: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "AT_ONCE", 2)
    plain = eves.get(f"/sites/{measured}/events.csv{PERIOD}").data
    rows = rows_of(plain)
    assert len(rows) == 5
    assert rows[0]["time"] == "2026-03-10T09:00:00+00:00"
    assert [row["path"] for row in rows] == ["/", "/a", "/a", '/=HYPERLINK("https://evil.example")', "/late"]
    assert (rows[2]["kind"], rows[2]["name"], rows[2]["properties"]) == ("event", "Order", '{"plan": "gold"}')
    assert rows[3]["source"] == "'=1+1"
    assert gzip.decompress(eves.get(f"/sites/{measured}/events.csv{PERIOD}&gz=1").data) == plain
    lines = eves.get(f"/sites/{measured}/events.jsonl{PERIOD}").data.decode().splitlines()
    assert [json.loads(line)["path"] for line in lines] == [row["path"] for row in rows]
    assert json.loads(lines[3])["source"] == "=1+1"
    one_day = eves.get(f"/sites/{measured}/events.csv?from=2026-03-11&to=2026-03-11").data
    assert [row["path"] for row in rows_of(one_day)] == ["/late"]


def test_streaming_reads_step_by_step(app: Flask, measured: int) -> None:
    """What waits in memory is one step, however many events there are."""
    hit = Hit(measured, AT + 10_000, 9, path="/many")
    hits = [hit._replace(at_ms=hit.at_ms + number * 1000, visitor=number % 50) for number in range(5_000)]
    store.of(app).turns({measured: "UTC"}.get).take(hits, {})
    span = raw.Span(measured, AT // 1000, AT // 1000 + 86_400)
    steps = [len(step) for step in raw.single_events(store.of(app).database, span)]
    assert sum(steps) == 5_004
    assert max(steps) == raw.AT_ONCE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("/a=1", "/a=1"),
        ("", ""),
        (None, ""),
        (-3, -3),
        (1.5, "1.5"),
        (2.0, "2"),
        (True, "true"),
    ],
)
def test_no_text_is_a_formula(value: object, expected: object) -> None:
    assert formats.cell(value) == expected


def test_strangers_and_other_members_see_nothing(
    client: FlaskClient, log_in: LogIn, make_user: MakeUser, measured: int
) -> None:
    other = log_in(make_user("mallory"))
    for ending in ("export", "export.csv", "export.json", "export.zip", "events.csv", "events.jsonl"):
        assert other.get(f"/sites/{measured}/{ending}").status_code == 404
        assert client.get(f"/sites/{measured}/{ending}").status_code in (302, 401)


def test_the_page_says_how_much_it_is_and_rubbish_is_said(eves: FlaskClient, measured: int) -> None:
    page = eves.get(f"/sites/{measured}/export{PERIOD}").text
    assert "About 5 pageviews and events" in page
    assert f"/sites/{measured}/events.csv?" in page
    assert eves.get(f"/sites/{measured}/export.csv?panel=nonsense").status_code == 404
    assert eves.get(f"/sites/{measured}/export.csv?from=nonsense&f=%00").status_code == 200


def test_a_member_takes_the_sums_of_their_sites_along(app: Flask, ada: User, measured: int) -> None:
    from byline.statistics import packing_numbers

    with app.app_context(), app.extensions["byline.database"].unit_of_work(write=False):
        name, told = packing_numbers.portion(ada.id)
    assert name == "sites-by-day.json"
    assert isinstance(told, list)
    assert told[0]["site"] == "Lamps & Co"
    assert told[0]["days"][0]["day"] == "2026-03-10"
    assert (told[0]["days"][0]["visitors"], told[0]["days"][0]["pageviews"]) == (2, 3)


Upload = Callable[[bytes, str], str]


@pytest.fixture
def upload(log_in: LogIn, ada: User, measured: int) -> Upload:
    """Send a file; answers where the browser is led."""
    hers = log_in(ada)

    def send(content: bytes, name: str) -> str:
        boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name, "file")})
        kind = f'multipart/form-data; boundary="{boundary}"'
        answer = hers.post(f"/sites/{measured}/settings/import", data=body, content_type=kind)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    return send


def test_an_export_is_looked_at_brought_in_and_undone(
    upload: Upload, outbox: Outbox, log_in: LogIn, ada: User, database: Database, app: Flask, measured: int
) -> None:
    content = b"date,visitors,pageviews,bounces,visits,visit_duration\n2025-01-01,10,30,4,12,600\n"
    hers, at = log_in(ada), upload(content, "imported_visitors_20250101_20250101.csv")
    assert "The file is being looked at" in hers.get(at).text
    outbox.deliver()
    page = hers.get(at).text
    assert "Visitors, visits and pageviews" in page
    assert "Bring in 1 row<" in page
    assert "1 row, Wednesday, 1 January 2025" in page
    assert hers.post(f"{at}/begin", data={}).status_code == 303
    assert hers.post(f"{at}/begin", data={}).status_code == 409
    assert hers.post(f"{at}/undo").status_code == 409
    outbox.deliver()
    assert "Brought in" in hers.get(f"/sites/{measured}/settings/import").text
    assert f"/sites/{measured}?period=custom&amp;from=2025-01-01&amp;to=2025-01-01" in hers.get(at).text
    days = raw.days(store.of(app).database, measured)
    assert (days[0]["visitors"], days[0]["pageviews"]) == (10, 30)
    assert hers.post(f"{at}/undo").status_code == 303
    outbox.deliver()
    assert hers.get(at).status_code == 404
    assert len(raw.days(store.of(app).database, measured)) == 2
    with database.unit_of_work(write=False) as reading:
        assert reading.query(Import).count() == 0


def test_what_was_given_up_half_way_can_be_undone(
    log_in: LogIn, ada: User, database: Database, measured: int, outbox: Outbox
) -> None:
    with database.unit_of_work() as writing:
        stuck = Import(site_id=measured, kind="plausible", name="a.zip", state="running", asked_at=MOMENT)
        writing.add(stuck)
        writing.flush()
        at = f"/sites/{measured}/settings/import/{stuck.id}"
    hers = log_in(ada)
    assert hers.post(f"{at}/undo").status_code == 303
    outbox.deliver()
    assert hers.get(at).status_code == 404


def test_what_is_no_export_is_said_and_an_empty_form_comes_back(
    upload: Upload, outbox: Outbox, log_in: LogIn, ada: User, measured: int
) -> None:
    hers, at = log_in(ada), upload(b"PK\x03\x04rubbish", "a.zip")
    outbox.deliver()
    page = hers.get(at).text
    for said in ("Nothing in it can be brought in", "Choose another file", "This is no table that Byline knows"):
        assert said in page
    assert "Bring in" not in page
    answer = hers.post(f"/sites/{measured}/settings/import", data={})
    assert answer.status_code == 400
    assert "Choose a file to send" in answer.text


def test_a_viewer_brings_nothing_in(eves: FlaskClient, measured: int) -> None:
    assert eves.get(f"/sites/{measured}/settings/import").status_code == 403
    assert eves.post(f"/sites/{measured}/settings/import").status_code == 403


def test_only_files_may_be_large(log_in: LogIn, ada: User, measured: int, upload: Upload) -> None:
    assert upload(b"x" * 12_000_000, "large.csv")
    hers = log_in(ada)
    answer = hers.post(f"/sites/{measured}/settings/import", data={"file": "x" * 12_000_000})
    assert answer.status_code == 413
