"""A running site, browsers of its people, and a watch over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from byline.accounts.models import User
from byline.app import create_app
from byline.kernel import settings as kernel_settings
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests import chromium
from tests.contracts.world import World, fill
from tests.cookies import signed
from tests.factories import MakePost, MakeUser, cookie_of
from tests.journeys.watch import Watch
from tests.running import RunningSite

PATIENCE_MILLISECONDS = 10_000
OpenBrowser = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey, so that a run can leave them out or run nothing else."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser that `make test` found or installed."""
    program = chromium.found()
    if program is None:
        pytest.skip("no Chromium is installed; `make browser` installs one")
    return {**browser_type_launch_args, "executable_path": program}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """The running site that all journeys of this process share; each makes its own members."""
    made = RunningSite(tmp_path_factory.mktemp("site") / "data")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def twin(site: RunningSite) -> Iterator[Flask]:
    """An application on the running site's database and key, for what a journey needs and does not prove."""
    chosen = Settings.load({"BYLINE_DATA": str(site.data), "BYLINE_URL": site.url})
    app = create_app(chosen, secret_key=kernel_settings.secret_key(chosen))
    yield app
    app.extensions["byline.database"].dispose()


@pytest.fixture(scope="session")
def site_database(twin: Flask) -> Database:
    """The running site's database."""
    database: Database = twin.extensions["byline.database"]
    return database


@pytest.fixture(scope="session")
def world(twin: Flask, site_database: Database) -> World:
    """The running site, filled as the contracts fill theirs."""
    make_user = MakeUser(site_database)
    return fill(twin, site_database, make_user, MakePost(site_database, make_user))


@pytest.fixture
def watch(site: RunningSite) -> Iterator[Watch]:
    """Fails the test at its end when a browser did what none may do."""
    over = Watch(site.url)
    yield over
    assert over.complaints == [], f"The site said:\n{site.said[-4000:]}"


@pytest.fixture
def open_browser(browser: Browser, site: RunningSite, twin: Flask, watch: Watch) -> Iterator[OpenBrowser]:
    """Open a browser: `open_browser()` for a stranger, `open_browser(ada, width=390, java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def opened(
        member: User | dict[str, Any] | None = None, *, width: int = 1280, height: int = 800, **more: Any
    ) -> Page:
        context = browser.new_context(base_url=site.url, viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        watch.over(context)
        if member is not None:
            cookie = cookie_of(twin, member) if isinstance(member, User) else member
            context.add_cookies([{"name": "session", "value": signed(twin, cookie), "url": site.url}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
