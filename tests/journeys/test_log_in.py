"""The first administrator arrives, adds a passkey and a second step, and comes back with each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from passlib.totp import TOTP  # type: ignore[import-untyped]  # Its stubs are of another distribution.
from playwright.sync_api import Browser, Page, expect

from tests.factories import PASSWORD
from tests.journeys.conftest import PATIENCE_MILLISECONDS
from tests.journeys.watch import Watch
from tests.running import RunningSite, free_port

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[RunningSite]:
    """A site of its own, reached by a name: browsers bind passkeys to names."""
    port = free_port()
    url = f"http://localhost:{port}"
    made = RunningSite(tmp_path / "data", settings={"BYLINE_URL": url}, port=port)
    made.url = url
    made.start()
    yield made
    made.stop()


@pytest.fixture
def watch_home(home: RunningSite) -> Iterator[Watch]:
    over = Watch(home.url)
    yield over
    assert over.complaints == [], f"The site said:\n{home.said[-4000:]}"


@pytest.fixture
def page(browser: Browser, home: RunningSite, watch_home: Watch) -> Iterator[Page]:
    """A browser whose device makes and keeps passkeys."""
    context = browser.new_context(base_url=home.url)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    watch_home.over(context)
    opened = context.new_page()
    device = context.new_cdp_session(opened)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    yield opened
    context.close()


def begin(page: Page, home: RunningSite) -> None:
    page.goto(home.first_link)
    page.locator("[name=email]").fill("ada@example.org")
    page.locator("[name=username]").fill("ada")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password_confirm]").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".flashes")).to_contain_text("The site is yours")


def leave(page: Page) -> None:
    page.locator("summary.bar-me").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.locator(".flashes")).to_contain_text("logged out")


def give_password(page: Page) -> None:
    page.goto("/auth/login?next=/settings/sessions")
    page.locator("[name=email]").fill("ada")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def is_in(page: Page, home: RunningSite) -> None:
    page.wait_for_url(f"{home.url}/settings/sessions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")


def test_a_passkey_in_place_of_the_password_and_after_it(page: Page, home: RunningSite, watch_home: Watch) -> None:
    begin(page, home)
    page.goto("/settings/security")
    page.get_by_text("Add a passkey").click()
    page.get_by_label("Name").fill("My phone")
    watch_home.allow(400)
    page.locator("#password-new-key").fill("not it at all")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert").filter(has_text="not your password")).to_be_visible()
    page.locator("#password-new-key").fill(PASSWORD)
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".flashes")).to_contain_text("is ready")

    leave(page)
    page.goto("/auth/login?next=/settings/sessions")
    page.get_by_role("button", name="Log in with a passkey").click()
    is_in(page, home)

    page.goto("/settings/security/two-step")
    app = TOTP(key=page.locator(".secret-key").inner_text().replace("-", ""))
    page.locator("[name=code]").fill(app.generate().token)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Turn it on").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10

    leave(page)
    give_password(page)
    page.get_by_role("button", name="Use a passkey").click()
    is_in(page, home)

    leave(page)
    give_password(page)
    page.locator("[name=code]").fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    is_in(page, home)
