"""What every test may ask for: a database, an application, members, posts, mail, a stopped clock, query budgets."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import hypothesis
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from byline.accounts.models import User
from byline.analytics import store
from byline.app import create_app
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests import budget, network, warm
from tests.databases import Databases, PostgresDatabases, PostgresServer, SqliteDatabases, without_durability
from tests.factories import LogIn, MakePost, MakeUser, Outbox, browser_of

# The same examples in every run, so that what passed here passes there; `--hypothesis-profile=explore` looks for more.
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

pytest_plugins = ("tests.tally",)
HERE = Path(__file__).parent
SECRET_KEY = "a key for tests, as long as a real one is"  # nosec
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
server_key = pytest.StashKey[PostgresServer]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where tests keep their data; with postgresql only tests that use a database are run",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Keep the log to warnings; start the PostgreSQL server once, in the process that starts the others."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    if config.getoption("--database") == "postgresql" and not hasattr(config, "workerinput"):
        server = PostgresServer()
        config.stash[server_key] = server
        config.add_cleanup(server.stop)
        server.start()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of pytest-xdist where the server is."""
    server = node.config.stash.get(server_key, None)  # type: ignore[attr-defined]
    node.workerinput["server"] = server.address if server else ""  # type: ignore[attr-defined]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what would only repeat the run on SQLite."""
    if config.getoption("--database") == "sqlite":
        return
    chosen = [item for item in items if _needs_both_databases(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def pytest_collection_finish() -> None:
    """Spend no time on looking through what all tests share."""
    warm.rest()


def _needs_both_databases(item: pytest.Item) -> bool:
    """Whether a test asks the database for something of its own.

    Tests of what pages look like do not: the contracts open every page on both databases.
    """
    fixtures = set(getattr(item, "fixturenames", ()))
    looks_at_pages = item.path.is_relative_to(HERE / "pages") or item.path.is_relative_to(HERE / "web")
    if item.get_closest_marker("once") or (looks_at_pages and fixtures & {"client", "browsers"}):
        return False
    return "database_address" in fixtures


@pytest.fixture(scope="session", autouse=True)
def _network_is_shut() -> Iterator[None]:
    with network.shut():
        yield


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        warm.share_addresses(patch)
        yield


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Where fresh databases come from in this run."""
    if pytestconfig.getoption("--database") == "sqlite":
        return SqliteDatabases(tmp_path_factory.mktemp("template"))
    worker_input: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    return PostgresDatabases(worker_input.get("server") or pytestconfig.stash[server_key].address)


@pytest.fixture
def database_address(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    address = databases.create(tmp_path)
    yield address
    databases.drop(address)


@pytest.fixture
def settings(database_address: str, tmp_path: Path) -> Settings:
    """Settings with a data folder of this test's own and nothing from the environment."""
    folder = tmp_path / "data"
    folder.mkdir()
    return Settings.load(
        {
            "BYLINE_DATA": str(folder),
            "BYLINE_DATABASE_URL": database_address,
            "BYLINE_URL": "http://localhost",
            "BYLINE_NAME": "Byline",
        }
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The test's database, shared with `app`."""
    opened = Database(settings.database_address, pool_size=4)
    without_durability(opened)
    warm.share_statements(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def other(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """Another, empty site."""
    folder = tmp_path / "other"
    folder.mkdir()
    address = databases.create(folder)
    opened = Database(address)
    yield opened
    opened.dispose()
    databases.drop(address)


@pytest.fixture
def unit_of_work(database: Database) -> Iterator[Session]:
    """A unit of work open for the whole test, so that services and queries can be called; nothing is kept."""
    opened = database.open(write=True)
    yield opened
    opened.rollback()
    database.close(opened)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once per run, not once per test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, database: Database, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The whole application on the test's database. An unhandled error fails the test instead of becoming a page.

    Forms need no token here, so that tests can post what they are about; `guarded_app` asks for it.
    """
    made = create_app(settings, secret_key=SECRET_KEY, database=database)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made.jinja_env.bytecode_cache = compiled_templates
    without_durability(store.of(made).database)
    warm.share_statements(store.of(made).database)
    yield made
    store.of(made).dispose()


@pytest.fixture
def guarded_app(app: Flask) -> Flask:
    """The application as visitors meet it: forms need their token, an unhandled error is a page."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=True)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def log_in(app: Flask) -> LogIn:
    """Log a member in: `client = log_in(ada)` is a browser of hers, beside that of the stranger."""
    return partial(browser_of, app)


@pytest.fixture
def make_user(database: Database) -> MakeUser:
    """Make members: `make_user("ada", role="Moderator", confirmed=False)`."""
    return MakeUser(database)


@pytest.fixture
def ada(make_user: MakeUser) -> User:
    """A confirmed member."""
    return make_user("ada")


@pytest.fixture
def unlimited(app: Flask) -> None:
    """Count no tries: for tests of what is judged behind the limits of `web.throttle`."""
    app.config["RATE_LIMITS"] = False


@pytest.fixture
def make_post(database: Database, make_user: MakeUser) -> MakePost:
    """Make posts: `make_post(author, title="…", state=PostState.DRAFT)`."""
    return MakePost(database, make_user)


@pytest.fixture
def outbox(app: Flask) -> Outbox:
    """Mail: `outbox.deliver()` runs the worker's tasks and answers every message so far."""
    return Outbox(app)


@pytest.fixture
def stopped_clock() -> Iterator[datetime]:
    """Stop the clock at noon of a day in March; `clock.advance(seconds)` moves it."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def queries() -> Callable[[int], AbstractContextManager[list[str]]]:
    """A query budget: `with queries(8): client.get("/")` fails when more statements run."""
    return budget.at_most
