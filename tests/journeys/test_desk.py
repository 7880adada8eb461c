"""The writer's page in a browser: nothing typed is ever lost, and all of it works without scripts too."""

from __future__ import annotations

import io
import itertools
import re

import pytest
from PIL import Image
from playwright.sync_api import Dialog, FilePayload, Page, expect

from byline.accounts.models import User
from byline.kernel.db import Database
from tests.factories import MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch

numbers = itertools.count(1)
SAVED = "[data-saved]"


@pytest.fixture
def writer(site_database: Database) -> User:
    """Somebody who writes."""
    return MakeUser(site_database)(f"scribe{next(numbers)}")


def begun(page: Page, title: str = "On lamps", body: str = "A lamp is not a sun.") -> None:
    """Type a new post and wait until the site has it."""
    page.goto("/write")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text, in Markdown").fill(body)
    expect(page.locator(SAVED)).to_contain_text("Saved")


def body(page: Page) -> str:
    """What stands in the text."""
    return page.get_by_label("Text, in Markdown").input_value()


def test_what_was_typed_survives_a_browser_that_crashes(open_browser: OpenBrowser, writer: User) -> None:
    page = open_browser(writer)
    begun(page)
    address = page.url
    assert address.endswith("/on-lamps/edit")
    page.locator("#body").press_sequentially(" More.")
    expect(page.locator(SAVED)).to_have_text("Writing…")
    expect(page.locator(SAVED)).to_contain_text("Saved")
    page.close(run_before_unload=False)
    again = open_browser(writer)
    again.goto(address)
    assert body(again).endswith("More.")


def test_what_never_reached_the_site_is_offered_by_the_browser(
    open_browser: OpenBrowser, writer: User, watch: Watch
) -> None:
    page = open_browser(writer)
    begun(page)
    address = page.url
    page.route("**/autosave", lambda route: route.fulfill(status=503, body="{}", content_type="application/json"))
    watch.allow(503)
    page.locator("#body").press_sequentially(" On a train.")
    expect(page.locator(SAVED)).to_contain_text("Kept in this browser")
    later = page.context.new_page()
    later.goto(address)
    assert "train" not in body(later)
    later.get_by_role("button", name="Bring it back").click()
    expect(later.locator(SAVED)).to_contain_text("Saved")
    assert body(later).endswith("On a train.")


def test_two_windows_overwrite_nothing_and_show_both_texts(
    open_browser: OpenBrowser, writer: User, watch: Watch
) -> None:
    watch.allow(409)
    first = open_browser(writer)
    begun(first)
    second = first.context.new_page()
    second.goto(first.url)
    second.locator("#body").fill("The second window.")
    expect(second.locator(SAVED)).to_contain_text("Saved")
    second.keyboard.press("Control+s")
    expect(second.locator("[name=based_on]")).to_have_value("2")
    first.locator("#body").fill("The first window.")
    expect(first.get_by_text("saved in another window")).to_be_visible()
    first.keyboard.press("Control+s")
    expect(first.get_by_role("heading", name="Two versions of this post")).to_be_visible()
    assert first.get_by_label("Your text").input_value() == "The first window."
    assert first.get_by_label("Saved text").input_value() == "The second window."
    first.get_by_role("button", name="Keep mine").click()
    assert body(first) == "The first window."


def test_keys_and_buttons_set_marks_that_undo_takes_back(open_browser: OpenBrowser, writer: User) -> None:
    page = open_browser(writer)
    page.goto("/write")
    expect(page.locator("#title")).to_be_focused()
    page.keyboard.type("Marks")
    page.keyboard.press("Enter")
    page.keyboard.type("one two")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Control+b")
    assert body(page) == "one **two**"
    page.keyboard.press("Control+z")
    assert body(page) == "one two"
    page.keyboard.press("End")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("three")
    assert body(page) == "- one two\n- three"


def test_a_picture_is_described_sent_and_shown(open_browser: OpenBrowser, writer: User) -> None:
    page = open_browser(writer)
    begun(page)
    drawn = io.BytesIO()
    Image.new("RGB", (640, 360), "teal").save(drawn, "PNG")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture", exact=True).click()
    chooser.value.set_files(FilePayload(name="teal.png", mimeType="image/png", buffer=drawn.getvalue()))
    page.get_by_label("What does it show?").fill("A field of teal")
    page.get_by_role("button", name="Put it into the text").click()
    expect(page.locator("#body")).to_have_value(re.compile(r"sun\.\n\n!\[A field of teal\]\(/media/\S+\)"))
    page.get_by_role("button", name="Preview").click()
    picture = page.locator(".desk-preview img")
    expect(picture).to_have_attribute("alt", "A field of teal")
    expect(picture).to_have_attribute("width", "640")


def test_the_sheet_publishes_and_the_page_is_what_the_preview_showed(open_browser: OpenBrowser, writer: User) -> None:
    page = open_browser(writer)
    begun(page, body="## Wicks\n\nTrim *them*.\n\n::: note\nSlowly.\n:::\n")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview-text] h2")).to_be_visible()
    preview = page.locator("[data-preview-text]").inner_html()
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Tags").fill("light, evenings")
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator("h1")).to_have_text("On lamps")
    assert page.url.endswith(f"/@{writer.username}/on-lamps")
    assert page.request.get(page.url).text().count(preview.strip()) == 1


def test_a_post_is_scheduled_in_the_writers_own_time(open_browser: OpenBrowser, writer: User) -> None:
    page = open_browser(writer, timezone_id="Asia/Tokyo")
    begun(page)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Later", exact=True).click()
    moment = page.locator("#publish_at")
    tomorrow = moment.input_value()
    page.get_by_role("button", name="Schedule").click()
    expect(page.locator(".desk-state")).to_have_text("Scheduled")
    page.goto(page.url)
    page.get_by_role("button", name="Address, tags, picture and more").click()
    assert moment.input_value() == tomorrow


def test_leaving_is_asked_about_only_while_the_site_does_not_have_the_text(
    open_browser: OpenBrowser, writer: User
) -> None:
    page = open_browser(writer)
    begun(page)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.get_by_role("link", name="Your posts").click()
    expect(page.get_by_role("heading", name="Your posts")).to_be_visible()
    assert asked == []
    page.get_by_role("link", name="On lamps").click()
    page.locator("#body").press_sequentially(" Quick")
    page.get_by_role("link", name="Your posts").click()
    expect(page.get_by_role("heading", name="Your posts")).to_be_visible()
    assert asked == ["beforeunload"]


def test_writing_previewing_and_publishing_without_scripts(open_browser: OpenBrowser, writer: User) -> None:
    page = open_browser(writer, java_script_enabled=False, width=390)
    page.goto("/write")
    page.get_by_label("Title").fill("By hand")
    page.get_by_label("Text, in Markdown").fill("Only *paper*.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".desk-preview em")).to_have_text("paper")
    page.get_by_label("Tags").fill("paper")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("h1")).to_have_text("By hand")
    expect(page.locator(".prose em")).to_have_text("paper")


def test_a_page_that_was_open_for_too_long_takes_a_fresh_token(
    open_browser: OpenBrowser, writer: User, watch: Watch
) -> None:
    watch.allow(400)
    page = open_browser(writer)
    page.goto("/write")
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'stale'")
    page.evaluate("document.querySelector('#desk [name=csrf_token]').value = 'stale'")
    page.get_by_label("Title").fill("Still here")
    page.get_by_label("Text, in Markdown").fill("After a long night.")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator("h1")).to_have_text("Still here")
    page.goto("/write")
    expect(page.get_by_role("button", name="Bring it back")).to_have_count(0)
