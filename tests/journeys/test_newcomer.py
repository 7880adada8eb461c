"""A newcomer joins, confirms, writes and publishes; a stranger reads it. With scripts and without."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from byline.accounts.models import User
from byline.kernel.db import Database
from tests.factories import PASSWORD, MakePost, MakeUser, link_in
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch
from tests.running import RunningSite, until

numbers = itertools.count(1)
TEXT = "The first line of it.\n\n## A heading\n\nAnd **some more**, with a [link](https://example.org/)."


@pytest.fixture
def name(browser: Browser, site: RunningSite) -> str:
    """A username nobody has yet."""
    return f"newcomer{next(numbers)}"


@pytest.fixture
def member(site_database: Database) -> User:
    """Somebody with an account and nothing else."""
    return MakeUser(site_database)(f"writer{next(numbers)}")


def letter_link(site: RunningSite, address: str, containing: str) -> str:
    """The path of the link in the newest letter to an address."""

    def mine() -> list[object]:
        return [letter for letter in site.letters() if address in str(letter["To"])]

    until(mine, 15, lambda: f"No letter to {address}:\n{site.said}")
    letter = [one for one in site.letters() if address in str(one["To"])][-1]
    return link_in(letter, containing)


def join(page: Page, name: str) -> None:
    """Register from the home page."""
    page.goto("/")
    page.get_by_role("link", name="Join").first.click()
    page.locator("input[name=email]").fill(f"{name}@example.org")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password_confirm]").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("main")).to_contain_text("mail")


def write(page: Page, title: str) -> None:
    """Begin a post from the bar and type it."""
    page.goto("/write")
    page.locator("[name=title]").fill(title)
    page.locator("[name=body]").fill(f"{TEXT} This is {title}.")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_newcomer_becomes_an_author(
    open_browser: OpenBrowser, site: RunningSite, site_database: Database, name: str, scripts: bool, watch: Watch
) -> None:
    page = open_browser(java_script_enabled=scripts)
    join(page, name)
    page.goto(letter_link(site, f"{name}@example.org", "/auth/confirm/"))
    title = f"The post of {name}"
    write(page, title)
    if scripts:
        page.locator("[data-open-sheet]").click()
    page.locator("[name=tags]").fill("journeys, firsts")
    page.locator("button[name=state][value=published]").click()
    expect(page.locator("h1")).to_have_text(title)
    address = page.url
    assert f"/@{name}/" in address

    stranger = open_browser(java_script_enabled=scripts)
    stranger.goto("/")
    stranger.get_by_role("link", name=title).first.click()
    expect(stranger).to_have_url(address)
    expect(stranger.locator("article")).to_contain_text("some more")
    assert stranger.context.cookies() == []
    assert title.encode() in site.get("/feed.xml")[1]


def test_what_is_typed_survives_a_closed_window(open_browser: OpenBrowser, member: User) -> None:
    page = open_browser(member)
    write(page, "Half a thought")
    expect(page.locator("[data-saved]")).to_contain_text(re.compile("saved", re.IGNORECASE), timeout=15_000)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/drafts")
    again.get_by_role("link", name="Half a thought").first.click()
    if "/edit" not in again.url:
        again.get_by_role("link", name="Edit").first.click()
    expect(again.locator("[name=body]")).to_have_value(re.compile("some more"))


def test_the_preview_is_what_readers_get(open_browser: OpenBrowser, member: User) -> None:
    page = open_browser(member)
    write(page, "Seen before")
    page.locator("[data-preview-button]").click()
    shown = page.locator("[data-preview-text]")
    expect(shown).to_contain_text("some more")
    before = shown.inner_html().strip()
    if page.locator("[data-open-sheet]").is_visible():
        page.locator("[data-open-sheet]").click()
    page.locator("button[name=state][value=published]").click()
    expect(page.locator("h1")).to_have_text("Seen before")
    assert page.locator("article .prose").inner_html().strip() == before


def test_two_windows_do_not_overwrite_each_other(
    open_browser: OpenBrowser, member: User, site_database: Database, watch: Watch
) -> None:
    watch.allow(409)
    post = MakePost(site_database, MakeUser(site_database))(member, title=f"Shared {member.username}")
    edit = f"/@{member.username}/{post.slug}/edit"
    scripts = {"java_script_enabled": False}
    first, second = open_browser(member, **scripts), open_browser(member, **scripts)
    first.goto(edit)
    second.goto(edit)
    for page, words in ((first, "Of the first window."), (second, "Of the second window.")):
        page.locator("[name=body]").fill(words)
        page.locator(".bar button[name=state][value=keep]").click()
    expect(second.get_by_role("main")).to_contain_text("Of the first window.")
    expect(second.get_by_role("main")).to_contain_text("Of the second window.")


def test_somebody_with_only_a_keyboard_logs_in_and_reads(open_browser: OpenBrowser, member: User) -> None:
    page = open_browser()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    assert skip is not None
    assert skip.startswith("#"), "The first stop is a link past the menu."
    page.goto("/auth/login")
    tab_to(page, "[name=email]")
    page.keyboard.type(member.username)
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("form[action='/auth/logout']").first).to_be_attached()


def test_every_stop_of_the_keyboard_can_be_seen(open_browser: OpenBrowser, member: User) -> None:
    page = open_browser(member)
    wrong = []
    for address in ("/", "/write", "/settings/profile"):
        page.goto(address)
        for _ in range(25):
            page.keyboard.press("Tab")
            if stop := page.evaluate(INVISIBLE_STOP):
                wrong.append(f"{address}: {stop}")
    assert wrong == []


INVISIBLE_STOP = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return '';
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const ringed = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const ring = [undefined, '::before', '::after'].some(part => ringed(getComputedStyle(one, part)))
        || style.boxShadow !== 'none';
    const near = one.nextElementSibling && getComputedStyle(one.nextElementSibling).outlineStyle !== 'none';
    const caret = one.matches('textarea, input');
    return box.width > 1 && (ring || near || caret) ? '' : one.outerHTML.slice(0, 120);
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    deadline = time.monotonic() + 10
    while not page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
        page.keyboard.press("Tab")
        assert time.monotonic() < deadline, f"The keyboard never comes to {selector}."
