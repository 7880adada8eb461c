"""The script of experiments in a real browser, on a website elsewhere."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from byline.web import bundles
from tests.journeys.conftest import PATIENCE_MILLISECONDS

HOME = "https://lamps.example"
ANYWHERE = {"Access-Control-Allow-Origin": "*"}
PAGE = """<!doctype html><title>Lamps</title><h1>Plain</h1>
<script src="https://count.example/experiment.js" data-site="7"></script>
<script>bylineVariant("headline").then((variant) => {
  if (variant === "bold") document.querySelector("h1").textContent = "Bold"
})</script>"""
OpenLamps = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def lamps(browser: Browser) -> Iterator[OpenLamps]:
    """Opens a page that takes part in an experiment; answers it with the addresses that were asked."""
    contexts: list[BrowserContext] = []

    def opened(answer: Callable[[Route], None], home: str = HOME, before: str = "") -> tuple[Page, list[str]]:
        context = browser.new_context(viewport={"width": 800, "height": 600})
        contexts.append(context)
        page, asked = context.new_page(), list[str]()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        context.add_init_script(f"Object.defineProperty(Navigator.prototype, 'webdriver', {{get: () => 0}}); {before}")

        def respond(route: Route) -> None:
            path = urlsplit(route.request.url).path
            if path == "/experiment.js":
                route.fulfill(body=bundles.experiment(), content_type="text/javascript")
            elif path.startswith("/sites/"):
                asked.append(route.request.url)
                answer(route)
            else:
                route.fulfill(body=PAGE, content_type="text/html")

        context.route("**/*", respond)
        page.goto(f"{home}/a?b=c#d", referer="https://news.ycombinator.com/")
        return page, asked

    yield opened
    for context in contexts:
        context.close()


def bold(route: Route) -> None:
    route.fulfill(json={"variant": "bold"}, headers=ANYWHERE)


def test_the_page_becomes_the_variant_and_asks_once(lamps: OpenLamps) -> None:
    page, asked = lamps(bold)
    page.wait_for_function("document.querySelector('h1').textContent == 'Bold'")
    assert page.evaluate("bylineVariant('headline')") == "bold"
    (address,) = asked
    assert address.startswith("https://count.example/sites/7/experiments/headline?")
    said = {"url": [f"{HOME}/a?b=c#d"], "referrer": ["https://news.ycombinator.com/"], "width": ["800"]}
    assert parse_qs(urlsplit(address).query) == said


@pytest.mark.parametrize(
    "answer",
    [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=404, json={"errors": {}}, headers=ANYWHERE),
        lambda route: route.fulfill(body="<html>", headers=ANYWHERE),
        lambda _route: None,  # It never answers.
    ],
)
def test_the_page_stays_as_it_is_when_anything_goes_wrong(lamps: OpenLamps, answer: Callable[[Route], None]) -> None:
    page, asked = lamps(answer)
    assert page.evaluate("bylineVariant('headline', 200)") == ""
    assert page.text_content("h1") == "Plain"
    assert len(asked) == 1


def test_on_the_author_s_own_machine_nobody_is_asked(lamps: OpenLamps) -> None:
    page, asked = lamps(bold, home="http://localhost")
    assert page.evaluate("bylineVariant('headline')") == ""
    assert asked == []


def test_one_who_is_not_to_be_counted_says_so(lamps: OpenLamps) -> None:
    page, asked = lamps(bold, before="localStorage.byline_ignore = 1")
    page.evaluate("bylineVariant('headline')")
    assert "own=1" in asked[0]


def test_the_script_is_small() -> None:
    assert len(gzip.compress(bundles.experiment().encode(), 9, mtime=0)) < 500
