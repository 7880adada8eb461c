"""The script of measured pages in a real browser: what it tells of pages elsewhere, and of our own from end to end."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from byline.web import bundles
from tests.factories import MakePost, MakeUser
from tests.journeys.conftest import PATIENCE_MILLISECONDS
from tests.running import RunningSite, until

HOME = "https://lamps.example"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
A_PERSON = "Object.defineProperty(Navigator.prototype, 'webdriver', {get: () => false})"
LISTEN = "navigator.sendBeacon = (url, body) => { heard(url, body); return true }"
HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
}"""
PAGE = """<!doctype html><title>Lamps</title><body style="margin: 0">
<script>window.byline = window.byline || function () { (byline.q = byline.q || []).push(arguments) };
byline('early', {plan: 'pro'})</script>
<script defer src="https://count.example/beacon.js" data-site="7" {attributes}></script>
<a id="out" href="https://elsewhere.example/there?secret=1"><b>Out</b></a>
<a id="file" href="/report.pdf">File</a>
<a id="own" href="/own">Own</a>
<div style="height: 3000px">Long</div>{more}"""


class Heard:
    """What a page told the beacon."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.all: list[tuple[str, dict[str, Any]]] = []

    def names(self) -> list[str]:
        return [said["event"] for _, said in self.all]

    def of(self, name: str) -> list[dict[str, Any]]:
        return [said for _, said in self.all if said["event"] == name]

    def wait_for(self, name: str, number: int = 1) -> dict[str, Any]:
        for _ in range(100):
            if len(self.of(name)) >= number:
                return self.of(name)[number - 1]
            self.page.wait_for_timeout(20)
        raise AssertionError(f"{name} was not heard {number} times: {self.names()}")


OpenLamps = Callable[..., Heard]


@pytest.fixture
def lamps(browser: Browser) -> Iterator[OpenLamps]:
    """Opens a page of a website elsewhere that carries the snippet."""
    contexts: list[BrowserContext] = []

    def opened(
        path: str = "/", *, attributes: str = "", more: str = "", before: str = A_PERSON, home: str = HOME
    ) -> Heard:
        context = browser.new_context(user_agent=CHROME, viewport={"width": 800, "height": 600})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        heard = Heard(context, page)
        context.expose_function("heard", lambda url, body: heard.all.append((url, json.loads(body))))
        context.add_init_script(f"{before}; {LISTEN}")
        html = PAGE.replace("{attributes}", attributes).replace("{more}", more)

        def answer(route: Route) -> None:
            if route.request.url.endswith("/beacon.js"):
                route.fulfill(body=bundles.beacon(), content_type="text/javascript")
            else:
                route.fulfill(body=html, content_type="text/html")

        context.route("**/*", answer)
        page.goto(f"{home}{path}", referer="https://news.ycombinator.com/")
        return heard

    yield opened
    for context in contexts:
        context.close()


def test_a_page_is_told_once_with_what_was_waiting(lamps: OpenLamps) -> None:
    heard = lamps("/post?utm_source=x#part", attributes='data-read-seconds="90"')
    early = heard.wait_for("early")
    url, told = heard.all[0]
    assert url == "https://count.example/sites/7/visit"
    assert told.pop("view") > 0
    assert told == {
        "event": "pageview",
        "url": f"{HOME}/post?utm_source=x",
        "width": 800,
        "webdriver": False,
        "referrer": "https://news.ycombinator.com/",
        "read_seconds": "90",
    }
    assert (early["props"], early["url"]) == ({"plan": "pro"}, f"{HOME}/post?utm_source=x")
    heard.page.evaluate("byline('later')")
    heard.wait_for("later")
    assert heard.names() == ["pageview", "early", "later"]


def test_the_snippet_may_name_another_address_for_the_beacon(lamps: OpenLamps) -> None:
    heard = lamps(attributes='data-api="https://proxy.example/x"')
    heard.wait_for("pageview")
    assert heard.all[0][0] == "https://proxy.example/x/sites/7/visit"


def test_pages_that_turn_without_loading_are_told_with_what_was_read_before(lamps: OpenLamps) -> None:
    heard = lamps()
    first = heard.wait_for("pageview")
    heard.page.wait_for_timeout(60)
    heard.page.evaluate("history.pushState({}, '', '/second')")
    second = heard.wait_for("pageview", 2)
    read = heard.wait_for("engagement")
    assert heard.names().index("engagement") < len(heard.names()) - 1
    assert (read["view"], read["url"]) == (first["view"], f"{HOME}/")
    assert second["url"] == f"{HOME}/second"
    assert second["view"] != first["view"]
    assert "referrer" not in second
    heard.page.evaluate("history.pushState({}, '', '/second#part'); history.replaceState({}, '', '/other')")
    heard.page.go_back()
    heard.page.go_back()
    third = heard.wait_for("pageview", 3)
    assert third["url"] in (f"{HOME}/", f"{HOME}/second")


def test_time_and_depth_are_told_when_the_page_is_hidden(lamps: OpenLamps) -> None:
    heard = lamps()
    view = heard.wait_for("pageview")["view"]
    heard.page.wait_for_timeout(150)
    heard.page.evaluate(HIDE, True)
    first = heard.wait_for("engagement")
    assert first["view"] == view
    assert 100 <= first["engaged_ms"] < 10_000
    assert 15 <= first["scroll"] <= 25
    # While it is hidden no time passes, and nothing new means nothing to tell.
    heard.page.wait_for_timeout(150)
    heard.page.evaluate("dispatchEvent(new Event('pagehide'))")
    heard.page.evaluate(HIDE, False)
    heard.page.evaluate("scrollTo(0, 2000)")
    heard.page.wait_for_function("scrollY > 1900")
    heard.page.wait_for_timeout(60)
    heard.page.evaluate("scrollTo(0, 0)")
    heard.page.evaluate(HIDE, True)
    heard.page.wait_for_timeout(60)
    told = heard.of("engagement")
    assert told[-1]["engaged_ms"] < first["engaged_ms"] + 1_500
    assert 80 <= told[-1]["scroll"] <= 90
    assert [each["view"] for each in told] == [view] * 2


def test_links_elsewhere_and_files_are_told_and_own_ones_are_not(lamps: OpenLamps) -> None:
    heard = lamps(more="<script>addEventListener('click', e => e.preventDefault())</script>")
    heard.wait_for("pageview")
    heard.page.click("#out b")
    assert heard.wait_for("outbound")["target"] == "https://elsewhere.example/there?secret=1"
    heard.page.click("#file")
    assert heard.wait_for("download")["target"] == f"{HOME}/report.pdf"
    heard.page.click("#own")
    heard.page.click("body", position={"x": 5, "y": 300})
    heard.page.wait_for_timeout(60)
    assert [name for name in heard.names() if name not in ("pageview", "early", "engagement")] == [
        "outbound",
        "download",
    ]


def test_a_missing_page_is_told_as_one(lamps: OpenLamps) -> None:
    heard = lamps(more="<p data-not-found>Nothing here</p>")
    heard.wait_for("not_found")
    assert "pageview" not in heard.names()


@pytest.mark.parametrize("home", ["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"])
def test_a_site_on_ones_own_machine_is_not_counted_unless_it_says_so(lamps: OpenLamps, home: str) -> None:
    heard = lamps(home=home)
    heard.page.wait_for_timeout(60)
    assert heard.all == []
    lamps(home=home, attributes="data-local").wait_for("pageview")


def test_a_page_drawn_in_advance_is_told_when_it_is_seen(lamps: OpenLamps) -> None:
    drawn = "Object.defineProperty(document, 'prerendering', {value: true, configurable: true})"
    heard = lamps(before=f"{A_PERSON}; {drawn}")
    heard.page.wait_for_timeout(60)
    assert heard.all == []
    heard.page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
    heard.wait_for("pageview")


def test_a_driven_browser_and_one_that_is_left_out_say_so(lamps: OpenLamps) -> None:
    assert lamps(before="0").wait_for("pageview")["webdriver"] is True
    heard = lamps(before=f"{A_PERSON}; localStorage.byline_ignore = '1'")
    assert heard.wait_for("pageview")["own"] == "1"


def test_reading_a_post_is_counted_from_end_to_end(browser: Browser, site: RunningSite, twin: Any) -> None:
    database = twin.extensions["byline.database"]
    make_user = MakeUser(database)
    writer = make_user("measured")
    post = MakePost(database, make_user)(writer, title="Measured", body="Some words of it.\n\n" * 200)
    context = browser.new_context(user_agent=CHROME)
    context.add_init_script(A_PERSON)
    page = context.new_page()
    path = f"/@measured/{post.slug}"
    with page.expect_response("**/sites/1/visit") as answer:
        page.goto(site.url + path)
    assert answer.value.status == 204
    page.wait_for_timeout(300)
    # The browser under test lets go of what a page sends while it is left, which others do not.
    page.evaluate(HIDE, True)
    with page.expect_response("**/sites/1/visit"):
        page.goto(f"{site.url}/counting")
    button = page.get_by_role("button", name="Do not count this browser")
    button.click()
    assert page.get_by_role("status").filter(has_text="not counted").is_visible()
    page.goto(f"{site.url}/archive")
    page.wait_for_timeout(100)
    context.close()

    def stored() -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(site.data / "analytics.db")) as connection:
            query = """SELECT text, engaged_ms, scroll FROM events
              JOIN words ON words.site_id = events.site_id AND words.id = events.path_id
              WHERE kind = 1 AND text IN (?, ?, ?)"""
            return connection.execute(query, (path, "/counting", "/archive")).fetchall()

    until(lambda: any(row[0] == path and row[1] >= 200 and row[2] > 0 for row in stored()), 15, lambda: str(stored()))
    until(lambda: {row[0] for row in stored()} == {path, "/counting"}, 15, lambda: str(stored()))
