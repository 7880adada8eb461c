"""Sites of their own for tests that start, stop and kill them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import RunningSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    """A site that was not started yet; whatever runs at the end is ended."""
    made = RunningSite(tmp_path / "data")
    yield made
    made.stop()
