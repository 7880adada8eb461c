"""A site with a running experiment, asked through the whole stack of WSGI, its hits stored by the ingester."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.experiments import queries, results, service
from byline.analytics.experiments.models import Experiment
from byline.analytics.experiments.results import Result
from byline.analytics.experiments.rules import Plan, Variant
from byline.analytics.report.rules import Deed
from byline.analytics.sites import keys
from byline.analytics.sites import service as sites
from byline.analytics.sites.content import General
from byline.analytics.sites.models import Site
from byline.analytics.store.ingesting import Ingester
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOST = "https://lamps.example"


def plan(**changes: Any) -> Plan:
    """An experiment as somebody may describe it."""
    said: dict[str, Any] = {
        "name": "Headline",
        "key": "headline",
        "variants": (Variant("plain"), Variant("bold")),
        "goal": "Order",
        "deed": Deed(path="/thanks"),
    }
    return Plan(**(said | changes))


@pytest.fixture
def lamps(database: Database, ada: User) -> Site:
    """A site of ada's."""
    with database.unit_of_work():
        return sites.add(ada.actor, General("Lamps", HOST, "Europe/Berlin"))


@pytest.fixture
def key(database: Database, ada: User, lamps: Site) -> str:
    """A write key of it."""
    with database.unit_of_work():
        return keys.make(ada.actor, lamps.id, "Server")[1]


Run = Callable[..., Experiment]


@pytest.fixture
def run(database: Database, ada: User, lamps: Site) -> Run:
    """Start an experiment."""

    def started(site: Site | None = None, actor: Any = None, **changes: Any) -> Experiment:
        where, who = (site or lamps).id, actor or ada.actor
        with database.unit_of_work():
            made = service.add(who, where, plan(**changes))
            return service.start(who, where, made.id)

    return started


@dataclass
class Visitor:
    """A browser at an address of its own."""

    client: FlaskClient
    site_id: int
    address: str
    agent: str = FIREFOX

    def asks(self, key: str = "headline", path: str = "/", **more: str) -> Any:
        """What `experiment.js` is answered."""
        said = {"url": HOST + path, **more}
        return self._get(f"/sites/{self.site_id}/experiments/{key}", said)

    def opens(self, path: str) -> None:
        """A pageview."""
        assert self._get(f"/sites/{self.site_id}/visit", {"url": HOST + path}).status_code == 204

    def does(self, event: str, props: str = "{}") -> None:
        """An event."""
        said = {"url": HOST + "/", "event": event, "props": props}
        assert self._get(f"/sites/{self.site_id}/visit", said).status_code == 204

    def _get(self, path: str, said: dict[str, str]) -> Any:
        headers = {"User-Agent": self.agent}
        return self.client.get(path, query_string=said, headers=headers, environ_base={"REMOTE_ADDR": self.address})


@pytest.fixture
def visitor(app: Flask, lamps: Site) -> Callable[[int], Visitor]:
    """The visitor of a number."""
    return lambda number: Visitor(app.test_client(), lamps.id, f"81.2.{number // 250}.{number % 250 + 1}")


@pytest.fixture
def ingest(app: Flask, settings: Settings) -> Callable[[], None]:
    """Store what waits in the spool."""

    def stored() -> None:
        ingester = Ingester(store.of(app).database, settings.spool_folder, lambda _: "Europe/Berlin")
        while ingester.run_once().lines:
            pass

    return stored


Report = Callable[[Experiment], Result]


@pytest.fixture
def report(app: Flask, database: Database) -> Report:
    """What an experiment came to."""

    def asked(experiment: Experiment, now: datetime | None = None) -> Result:
        with app.app_context(), database.unit_of_work(write=False):
            found = queries.get(experiment.site_id, experiment.id)
            return results.of(found, "Europe/Berlin", now or clock.now())

    return asked
