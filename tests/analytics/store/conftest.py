"""A store of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from byline.analytics import store
from byline.analytics.store.embedded import Embedded
from byline.kernel.settings import Settings


@pytest.fixture
def kept(settings: Settings) -> Iterator[Embedded]:
    """The test's store, empty."""
    opened = store.create(settings)
    yield opened
    opened.dispose()
