"""Commands on the test's own site, logs to import, and what stands in the store afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from byline.analytics import store
from byline.analytics.store.embedded import Embedded
from byline.cli import group
from byline.kernel.settings import Settings

Run = Callable[..., Result]
REAL_LOG = Path(__file__).parents[4] / "shared" / "data" / "access.log"


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the test's site: `run("import", "access-log", path, "--site", 1)`."""
    monkeypatch.setenv("BYLINE_DATA", str(settings.data))
    monkeypatch.setenv("BYLINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BYLINE_URL", "https://ours.example")

    def invoke(*words: object, given: bytes = b"") -> Result:
        return CliRunner().invoke(group, [str(word) for word in words], catch_exceptions=False, input=given)

    return invoke


@pytest.fixture
def kept(settings: Settings) -> Iterator[Embedded]:
    """The test's store."""
    opened = store.create(settings)
    yield opened
    opened.dispose()


@pytest.fixture
def real_log() -> Path:
    """Real traffic, where the machine has it."""
    if not REAL_LOG.exists():
        pytest.skip("The log of real traffic does not belong to the project, and this machine has no copy of it.")
    return REAL_LOG
