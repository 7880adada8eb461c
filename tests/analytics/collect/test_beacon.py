"""The beacon from outside: `/sites/<id>/visit` as browsers, old snippets and servers ask it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.collect.beacon import LARGEST_BATCH, Beacon
from byline.analytics.collect.collector import Collector
from byline.analytics.hits import Kind, Reason
from byline.analytics.sites import keys, service
from byline.analytics.sites.content import Collecting, General
from byline.analytics.sites.models import Site
from byline.analytics.sites.queries import Collected
from byline.app import create_app
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.posts.models import PostState
from byline.web import bundles
from tests.analytics.collect.conftest import FIREFOX, IPHONE, SITE, Kept
from tests.conftest import SECRET_KEY

PAGE = "https://lamps.example/a"
READER = {"User-Agent": FIREFOX}


@pytest.fixture
def kept(settings: Settings) -> Kept:
    """What the application's own beacon wrote."""
    return Kept(settings.spool_folder)


@pytest.fixture
def lamps(database: Database, ada: User) -> Site:
    """A site of ada's."""
    with database.unit_of_work():
        return service.add(ada.actor, General("Lamps", "https://lamps.example"))


@pytest.fixture
def visit(lamps: Site) -> str:
    return f"/sites/{lamps.id}/visit"


@pytest.fixture
def key(database: Database, ada: User, lamps: Site) -> str:
    with database.unit_of_work():
        return keys.make(ada.actor, lamps.id, "Server")[1]


def errors(answer: Any) -> set[str]:
    found = answer.get_json()["errors"]
    assert all(isinstance(sentence, str) and sentence for sentence in found.values())
    return set(found)


@pytest.mark.parametrize(
    "ask",
    [
        lambda client, at: client.post(at, json={"url": PAGE}, headers=READER),
        lambda client, at: client.post(at, data=json.dumps({"url": PAGE}), headers=READER, content_type="text/plain"),
        lambda client, at: client.post(at, data={"url": PAGE}, headers=READER),
        lambda client, at: client.post(at, data={"url": PAGE}, headers=READER, content_type="multipart/form-data"),
        lambda client, at: client.post(f"{at}?url={PAGE}&event=PageLoad", headers=READER),
        lambda client, at: client.get(f"{at}?event=PageLoad&url={PAGE}", headers=READER),
        lambda client, at: client.get(at, headers={**READER, "Referer": PAGE}),
    ],
    ids=["json", "sendBeacon", "form", "multipart", "query of a post", "original snippet", "image alone"],
)
def test_a_hit_is_answered_with_nothing_and_kept(
    client: FlaskClient, kept: Kept, lamps: Site, visit: str, ask: Callable[[FlaskClient, str], Any]
) -> None:
    answer = ask(client, visit)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    (hit,) = kept.hits
    assert (hit.site_id, hit.kind, hit.host, hit.path) == (lamps.id, Kind.PAGEVIEW, "lamps.example", "/a")


def test_an_answer_is_a_list_which_the_server_sends_at_once(app: Flask, visit: str) -> None:
    environ = {"PATH_INFO": f"{visit}", "REQUEST_METHOD": "GET", "HTTP_REFERER": PAGE, "HTTP_USER_AGENT": FIREFOX}
    assert app.wsgi_app(environ, lambda _status, _headers: None) == []  # type: ignore[arg-type]  # (nothing calls `write`)


def test_a_browser_may_ask_first(client: FlaskClient, kept: Kept, visit: str) -> None:
    answer = client.options(visit, headers={"Origin": "https://lamps.example"})
    assert answer.status_code == 204
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    assert client.head(f"{visit}?url={PAGE}", headers=READER).status_code == 204
    assert kept.entries == []


def test_an_unknown_site_is_not_found(client: FlaskClient, visit: str) -> None:
    for number in ("0", "999999", "9" * 40, "00000000000000"):
        answer = client.get(f"/sites/{number}/visit?url={PAGE}", headers=READER)
        assert answer.status_code == 404
        assert errors(answer) == {"site"}
    assert client.get(f"/sites/x/visit?url={PAGE}").status_code == 404
    assert client.get(f"/sites/-1/visit?url={PAGE}").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "QUERY"])
def test_other_methods_are_refused(client: FlaskClient, visit: str, method: str) -> None:
    answer = client.open(visit, method=method)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert errors(answer) == {"method"}


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"json": {}}, {"url"}),
        ({"json": {"url": "javascript:alert(1)"}}, {"url"}),
        ({"json": {"url": PAGE, "event": ["x"], "width": "x"}}, {"event", "width"}),
        ({"json": {"url": PAGE, "event": "x", "props": {str(n): n for n in range(1000)}}}, {"props"}),
        ({"json": {"url": f"https://lamps.example/{'x' * 100_000}"}}, {"body"}),
        ({"json": {"url": f"https://lamps.example/{'x' * 20_000}"}}, {"url"}),
        ({"data": b"{", "content_type": "application/json"}, {"body"}),
        ({"data": b"rubbish", "content_type": "application/json"}, {"body"}),
        ({"data": b'{"url": "\xff"}'}, {"body"}),
        ({"data": b"[1, 2]"}, {"body"}),
        ({"data": b"\0" * 5000}, {"url"}),
        ({"data": b"x" * 10_000_000}, {"body"}),
        ({"json": {"hits": [{"url": PAGE}]}}, {"hits"}),
        ({"json": {"url": PAGE, "ip": "81.2.69.142", "at": 5}}, {"ip", "at"}),
        ({"data": b"a=1&" * 200}, {"query"}),
    ],
)
def test_what_cannot_be_used_is_refused_by_field(
    client: FlaskClient, kept: Kept, visit: str, sent: dict[str, Any], fields: set[str]
) -> None:
    answer = client.post(visit, headers=READER, **sent)
    assert answer.status_code == 400
    assert errors(answer) == fields
    assert kept.entries == []


def test_a_form_of_many_parts_is_refused(client: FlaskClient, visit: str) -> None:
    parts = {f"field{number}": "x" for number in range(200)}
    answer = client.post(visit, data={**parts, "url": PAGE}, headers=READER, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert errors(answer) == {"body"}


LETTERS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
KINDS = st.sampled_from(("text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data"))
HEADERS = (
    *("HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_FOR", "HTTP_SEC_PURPOSE"),
    *("CONTENT_LENGTH", "REMOTE_ADDR", "HTTP_AUTHORIZATION", "HTTP_DNT"),
)
BODIES = st.binary(max_size=200) | st.sampled_from((b'{"url": "', b"url=", b"[", b'{"url": "https://a.example/"}'))


@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(
    query=LETTERS,
    body=st.tuples(BODIES, BODIES).map(b"".join),
    kind=st.tuples(KINDS, LETTERS).map("".join),
    headers=st.dictionaries(st.sampled_from(HEADERS), LETTERS),
)
def test_no_request_is_too_much_for_it(
    collector: Collector, query: str, body: bytes, kind: str, headers: dict[str, str]
) -> None:
    class OneSite:
        def sites(self) -> dict[int, Collected]:
            return {1: SITE}

    statuses: list[str] = []
    front = Beacon(None, collector, OneSite(), hops=1)  # type: ignore[arg-type]
    asked = {"PATH_INFO": "/sites/1/visit", "REQUEST_METHOD": "POST", "QUERY_STRING": query, "CONTENT_TYPE": kind}
    environ = {**asked, "wsgi.input": BytesIO(body), **headers}
    list(front(environ, lambda status, _headers: statuses.append(status)))
    assert statuses[0][:3] in ("204", "400", "401")


def test_a_body_without_a_length_is_read_no_further_than_allowed(app: Flask, kept: Kept, visit: str) -> None:
    class Endless:
        def read(self, size: int) -> bytes:
            return b"x" * size

    statuses: list[str] = []
    environ = {"PATH_INFO": visit, "REQUEST_METHOD": "POST", "wsgi.input": Endless()}
    list(app.wsgi_app(environ, lambda status, _headers: statuses.append(status)))  # type: ignore[arg-type]  # (nothing calls `write`)
    assert statuses == ["400 Bad Request"]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Sec-Purpose": "prefetch;prerender"}, Reason.PREFETCH),
        ({"Sec-Purpose": "prefetch"}, Reason.PREFETCH),
        ({"Purpose": "prefetch"}, Reason.PREFETCH),
        ({"X-Moz": "prefetch"}, Reason.PREFETCH),
        ({"DNT": "1"}, Reason.DO_NOT_TRACK),
        ({"Sec-GPC": "1"}, Reason.DO_NOT_TRACK),
        ({"User-Agent": "curl/8.5"}, Reason.BOT),
        ({"User-Agent": ""}, Reason.BOT),
    ],
)
def test_what_does_not_count_is_answered_alike_and_counted_by_reason(
    client: FlaskClient, kept: Kept, visit: str, headers: dict[str, str], reason: Reason
) -> None:
    assert client.post(visit, json={"url": PAGE}, headers={**READER, **headers}).status_code == 204
    assert kept.hits == []
    assert kept.refused == {reason: 1}


@pytest.mark.parametrize("headers", [{"DNT": "0"}, {"DNT": "unspecified"}, {"Sec-GPC": "0"}, {"Purpose": "other"}])
def test_headers_that_say_nothing_change_nothing(
    client: FlaskClient, kept: Kept, visit: str, headers: dict[str, str]
) -> None:
    client.post(visit, json={"url": PAGE}, headers={**READER, **headers})
    assert len(kept.hits) == 1


def test_what_a_site_sets_holds_from_the_next_look_on(
    client: FlaskClient, app: Flask, database: Database, ada: User, lamps: Site, kept: Kept, visit: str
) -> None:
    client.post(visit, json={"url": PAGE}, headers=READER)
    with database.unit_of_work():
        service.set_collecting(ada.actor, lamps.id, Collecting(("other.example",), ("/a",), ("127.0.0.0/8",)))
    front: Beacon = app.extensions["byline.beacon"]
    front.directory.look_again()
    client.post(visit, json={"url": PAGE}, headers=READER)
    client.post(visit, json={"url": "https://other.example/a"}, headers=READER)
    client.post(visit, json={"url": "https://other.example/b"}, headers=READER)
    assert len(kept.hits) == 1
    assert kept.refused == {Reason.FOREIGN_HOST: 1, Reason.EXCLUDED_PATH: 1, Reason.EXCLUDED_ADDRESS: 1}


def test_a_new_site_works_at_once(client: FlaskClient, database: Database, ada: User, visit: str, kept: Kept) -> None:
    client.post(visit, json={"url": PAGE}, headers=READER)
    with database.unit_of_work():
        later = service.add(ada.actor, General("More lamps", "https://more.example"))
    answer = client.post(f"/sites/{later.id}/visit", json={"url": "https://more.example/"}, headers=READER)
    assert answer.status_code == 204
    assert [hit.site_id for hit in kept.hits][-1] == later.id


def test_a_hit_asks_the_database_nothing(
    client: FlaskClient, visit: str, queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    client.post(visit, json={"url": PAGE}, headers=READER)
    with queries(0):
        for number in range(20):
            client.post(visit, json={"url": f"{PAGE}/{number}"}, headers={"User-Agent": f"{FIREFOX} {number}"})


def test_a_database_that_is_away_stops_nothing_while_the_salt_is_known(
    client: FlaskClient, app: Flask, database: Database, kept: Kept, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(visit, json={"url": PAGE}, headers=READER)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr(database, "open", away)
    front: Beacon = app.extensions["byline.beacon"]
    front.directory.look_again()
    assert client.post(visit, json={"url": PAGE}, headers=READER).status_code == 204
    monkeypatch.setattr(front.collector.visitors, "ids", away)
    answer = client.post(visit, json={"url": PAGE}, headers=READER)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert len(kept.hits) == 2


def test_a_full_spool_is_answered_503_and_spoils_nothing(
    client: FlaskClient, app: Flask, kept: Kept, visit: str
) -> None:
    client.post(visit, json={"url": PAGE}, headers=READER)
    front: Beacon = app.extensions["byline.beacon"]
    front.collector.spool._limit, front.collector.spool._look_due = 10, 0
    answer = client.post(visit, json={"url": PAGE}, headers=READER)
    assert answer.status_code == 503
    assert errors(answer) == {"site"}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(kept.hits) == 1


@pytest.fixture
def browser_with(settings: Settings, database: Database) -> Iterator[Callable[..., FlaskClient]]:
    """Makes a browser of the same site with other settings."""
    made: list[Flask] = []

    def browser(**changed: str) -> FlaskClient:
        same = {"DATA": str(settings.data), "DATABASE_URL": settings.database_url, "URL": settings.url, **changed}
        chosen = Settings.load({f"BYLINE_{name}": value for name, value in same.items()})
        made.append(create_app(chosen, secret_key=SECRET_KEY, database=database))
        return made[-1].test_client()

    yield browser
    for app in made:
        store.of(app).dispose()


@pytest.mark.parametrize(
    ("hops", "forwarded", "country"),
    [
        (0, "81.2.69.142", ""),
        (1, "81.2.69.142", "GB"),
        (1, "8.8.8.8, 81.2.69.142", "GB"),
        (2, "81.2.69.142, 10.0.0.1", "GB"),
        (2, "8.8.8.8, 81.2.69.142, 10.0.0.1", "GB"),
        (2, "8.8.8.8", ""),
        (1, "81.2.69.142:54321", "GB"),
        (1, "2a02:2e0:3fe:1001::1", "DE"),
        (1, "[2a02:2e0:3fe:1001::1]:443", "DE"),
        (1, "rubbish", ""),
        (1, "", ""),
    ],
)
def test_only_a_trusted_proxy_says_where_a_visitor_is(
    browser_with: Callable[..., FlaskClient], kept: Kept, visit: str, hops: int, forwarded: str, country: str
) -> None:
    browser = browser_with(TRUSTED_PROXIES=str(hops))
    browser.post(visit, json={"url": PAGE}, headers={**READER, "X-Forwarded-For": forwarded})
    assert kept.hits[0].country == country


def told(**values: object) -> dict[str, object]:
    return {"url": PAGE, "ip": "81.2.69.142", "user_agent": IPHONE, **values}


def test_a_server_tells_of_one_hit_or_of_many(client: FlaskClient, kept: Kept, visit: str, key: str) -> None:
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.post(visit, json=told(language="fr-CH"), headers=bearer).status_code == 204
    yesterday = clock.now() - timedelta(days=1)
    batch = [told(url=f"{PAGE}/{number}", at=yesterday.isoformat()) for number in range(1000)]
    assert client.post(visit, json={"hits": batch}, headers=bearer).status_code == 204
    found = kept.hits
    assert len(found) == 1001
    assert (found[0].country, found[0].language, found[0].browser, found[0].device) == ("GB", "fr", "Safari", "phone")
    assert {datetime.fromtimestamp(hit.at_ms // 1000, UTC).date() for hit in found[1:]} == {yesterday.date()}


def test_of_a_batch_everything_is_taken_or_nothing(client: FlaskClient, kept: Kept, visit: str, key: str) -> None:
    batch = [told(), told(url="x"), told(), told(at="1970-01-01T00:00:00Z"), "x", {"url": PAGE}, told(ip="")]
    answer = client.post(visit, json={"hits": batch}, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 400
    assert errors(answer) == {"hits.1.url", "hits.3.at", "hits.4.hit", "hits.5.ip", "hits.5.user_agent", "hits.6.ip"}
    assert kept.entries == []


@pytest.mark.parametrize("batch", [[], {}, "x", None, [{}] * 1001])
def test_a_batch_has_one_to_a_thousand_hits(client: FlaskClient, visit: str, key: str, batch: object) -> None:
    answer = client.post(visit, json={"hits": batch}, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 400
    assert errors(answer) == {"hits"}


def test_a_batch_may_be_larger_than_a_hit_but_not_endless(client: FlaskClient, visit: str, key: str) -> None:
    bearer = {"Authorization": f"Bearer {key}"}
    batch = [told(referrer="https://a.example/" + "x" * 500) for _ in range(500)]
    assert client.post(visit, json={"hits": batch}, headers=bearer).status_code == 204
    answer = client.post(visit, data=b" " * (LARGEST_BATCH + 1), headers=bearer)
    assert errors(answer) == {"body"}


@pytest.mark.parametrize("given", ["Bearer x", "Bearer ", "Bearer", "Bearer{key}", "bearer {key}x", "Bearer é"])
def test_without_a_write_key_of_this_site_nothing_is_taken(
    client: FlaskClient, kept: Kept, visit: str, key: str, given: str
) -> None:
    answer = client.post(visit, json=told(), headers={"Authorization": given.format(key=key)})
    assert answer.status_code == 401
    assert errors(answer) == {"key"}
    assert kept.entries == []


@pytest.mark.parametrize("given", ["", "Basic YWRhOnNlY3JldA==", "{key}"])
def test_a_browser_that_is_logged_in_at_a_proxy_is_still_a_browser(
    client: FlaskClient, kept: Kept, visit: str, key: str, given: str
) -> None:
    headers = {**READER, "Authorization": given.format(key=key)}
    assert client.post(visit, json={"url": PAGE}, headers=headers).status_code == 204
    answer = client.post(visit, json=told(), headers=headers)
    assert answer.status_code == 400
    assert errors(answer) == {"ip", "user_agent"}
    assert len(kept.hits) == 1


def test_a_key_of_another_site_or_a_revoked_one_opens_nothing(
    client: FlaskClient, app: Flask, database: Database, ada: User, lamps: Site, visit: str
) -> None:
    with database.unit_of_work():
        other = service.add(ada.actor, General("Other", "https://other.example"))
        foreign = keys.make(ada.actor, other.id, "Server")[1]
        mine, secret = keys.make(ada.actor, lamps.id, "Server")
    asked = {"json": told(), "headers": {"Authorization": f"Bearer {secret}"}}
    assert client.post(visit, json=told(), headers={"Authorization": f"Bearer {foreign}"}).status_code == 401
    assert client.post(visit, **asked).status_code == 204
    with database.unit_of_work():
        keys.revoke(ada.actor, lamps.id, mine.id)
    app.extensions["byline.beacon"].directory.look_again()
    assert client.post(visit, **asked).status_code == 401


def test_a_key_in_the_address_is_none(client: FlaskClient, kept: Kept, visit: str, key: str) -> None:
    assert client.post(f"{visit}?key={key}", json=told(), headers=READER).status_code == 400
    assert kept.entries == []


def test_every_other_address_is_passed_on(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200
    assert b"Nothing here" in client.get("/visit", headers={"Accept": "text/html"}).data


def test_the_script_is_small_and_any_website_may_load_it(client: FlaskClient) -> None:
    answer = client.get("/beacon.js", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert len(answer.data) <= 1000
    assert gzip.decompress(answer.data) == bundles.beacon().encode()
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get("/beacon.js", headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_shortened_script_keeps_texts_and_properties() -> None:
    script = '// Short: page name\n{\n  const page = 5\n  // gone\n  send({ other: page.page }, "page", ...name)\n}\n'
    assert bundles.shortened(script) == '{const a=5\nsend({other:a.page},"page",...b)}'


def test_own_pages_carry_the_beacon_and_pages_of_ones_own_do_not(
    client: FlaskClient, ada: User, log_in: Any, make_post: Any
) -> None:
    post = make_post(ada, title="Lamps", body="word " * 900)
    page = client.get(f"/@ada/{post.slug}").text
    assert 'data-site="1"' in page
    assert f'data-read-seconds="{post.reading_minutes * 36}"' in page
    assert '<noscript><img src="/sites/1/visit"' in page
    missing = client.get("/@ada/nothing-here", headers={"Accept": "text/html"})
    assert missing.status_code == 404
    assert "data-not-found" in missing.text
    assert '<noscript><img src="/sites/1/visit?event=not_found"' in missing.text
    browser = log_in(ada)
    for path in ("/", f"/@ada/{post.slug}", "/search?q=lamps"):
        assert 'data-site="1"' in browser.get(path).text
    for path in ("/write", "/settings/profile", "/notifications", "/messages"):
        assert "data-site=" not in browser.get(path).text
    assert "data-site=" not in client.get("/auth/login").text


def test_a_draft_is_not_measured(ada: User, log_in: Any, make_post: Any) -> None:
    post = make_post(ada, title="Lamps", state=PostState.DRAFT)
    page = log_in(ada).get(f"/@ada/{post.slug}")
    assert page.status_code == 200
    assert "data-site=" not in page.text


def test_an_operator_may_switch_own_measuring_off(browser_with: Callable[..., FlaskClient]) -> None:
    browser = browser_with(MEASURES_ITSELF="no")
    assert "data-site=" not in browser.get("/").text
    assert "does not count" in browser.get("/counting").text


def test_readers_are_told_how_they_are_counted_and_how_not_to_be(client: FlaskClient) -> None:
    assert 'href="/counting"' in client.get("/").text
    assert "Do not count this browser" in client.get("/counting").text
