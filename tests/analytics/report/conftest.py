"""Sites with random traffic in the test's store, and questions to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from byline.analytics import store
from byline.analytics.hits import Hit, Kind
from byline.analytics.report import questions
from byline.analytics.report.questions import Question
from tests.analytics.store import traffic

NOW = datetime(2026, 4, 9, 12, tzinfo=UTC)
LINKS = {Kind.OUTBOUND, Kind.DOWNLOAD}
Take = Callable[[Iterable[Hit]], None]


@dataclass(frozen=True)
class Measured:
    """A site as questions know it."""

    id: int
    time_zone: str


SITES = {number: Measured(number, zone) for number, zone in traffic.ZONES.items()}


def ask(site_id: int, said: str = "period=all", now: datetime = NOW) -> Question:
    """The question that a URL asks; all time begins with the traffic."""
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in said.split("&") if pair)]
    return questions.parse(MultiDict(pairs), SITES[site_id], now, datetime(2026, 3, 5, tzinfo=UTC).date())


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """The test's application, current for the whole test."""
    with app.app_context():
        yield app


@pytest.fixture
def take(in_app: Flask) -> Take:
    """Let the store count hits."""
    turns = store.of(in_app).turns(traffic.ZONES.get)

    def take_all(hits: Iterable[Hit]) -> None:
        turns.take(list(hits), {})

    return take_all


def live(seed: int, number: int = 150) -> list[Hit]:
    """Random traffic as if all of it had been collected live, with links that are no names of events."""
    hits = (hit._replace(origin=0) for hit in traffic.made(seed, number))
    return [hit._replace(name="https://example.com/x") if hit.kind in LINKS else hit for hit in hits]
