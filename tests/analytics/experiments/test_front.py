"""`/sites/<id>/experiments/<key>` as pages and servers ask it, and what is stored of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts.models import User
from byline.analytics import hits, store
from byline.analytics.collect.collector import Collector
from byline.analytics.experiments import queries, results, service
from byline.analytics.experiments.models import Experiment
from byline.analytics.experiments.rules import Variant
from byline.analytics.hits import Hit, Kind
from byline.analytics.report.rules import Deed
from byline.analytics.sites.models import Site
from byline.analytics.store.tables import visits
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.errors import Unavailable
from byline.kernel.settings import Settings
from tests.analytics.experiments.conftest import FIREFOX, HOST, Report, Run, Visitor

pytestmark = pytest.mark.usefixtures("stopped_clock")
Meet = Callable[[int], Visitor]
Ingest = Callable[[], None]


@pytest.fixture
def told(settings: Settings) -> Callable[[], list[Hit]]:
    """Exposures in the spool."""

    def read() -> list[Hit]:
        lines = [
            line for file in sorted(settings.spool_folder.glob("*.log")) for line in file.read_bytes().splitlines()
        ]
        entries = [hits.decode(line) for line in lines]
        return [entry for entry in entries if isinstance(entry, Hit) and entry.name == "experiment"]

    return read


class TestBrowser:
    def test_a_visitor_sees_the_same_variant_all_day_and_is_counted_once(
        self, run: Run, visitor: Meet, told: Callable[[], list[Hit]]
    ) -> None:
        run()
        ada = visitor(1)
        first = ada.asks(path="/pricing", referrer="https://www.google.com/", width="1200")
        clock.advance(9 * 3600)
        assert {ada.asks().json["variant"] for _ in range(3)} == {first.json["variant"]}
        (exposure,) = told()
        assert exposure.kind is Kind.EVENT
        assert exposure.props == (("key", "headline"), ("variant", first.json["variant"]))
        assert (exposure.path, exposure.source, exposure.screen) == ("/pricing", "Google", "992-1439")

    def test_the_answer_is_for_any_website_and_for_nobody_to_keep(self, run: Run, visitor: Meet) -> None:
        run()
        answer = visitor(1).asks()
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers

    def test_visitors_see_all_variants_by_weight(self, run: Run, visitor: Meet) -> None:
        run(variants=(Variant("plain", 3), Variant("bold", 1)))
        seen = Counter(visitor(number).asks().json["variant"] for number in range(200))
        assert 125 < seen["plain"] < 175
        assert sum(seen.values()) == 200

    @pytest.mark.parametrize(
        "who",
        [
            {"agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"},
            {"webdriver": "1"},
            {"own": "1"},
            {"url": "https://elsewhere.example/"},
        ],
    )
    def test_who_would_not_be_counted_sees_the_control(
        self, run: Run, visitor: Meet, told: Callable[[], list[Hit]], who: dict[str, str]
    ) -> None:
        run(variants=(Variant("plain", 1), Variant("bold", 1000)))
        for number in range(5):
            someone = visitor(number)
            someone.agent = who.get("agent", FIREFOX)
            said = {name: value for name, value in who.items() if name != "agent"}
            assert someone.asks(**said).json == {"variant": "plain"}
        assert not told()

    def test_drafts_show_the_control_and_ended_experiments_the_winner(
        self, run: Run, visitor: Meet, database: Database, ada: User, told: Callable[[], list[Hit]]
    ) -> None:
        experiment = run(variants=(Variant("plain", 1000), Variant("bold", 1)))
        with database.unit_of_work():
            service.end(ada.actor, experiment.site_id, experiment.id, "bold")
        assert visitor(1).asks().json == {"variant": "bold"}
        with database.unit_of_work():
            service.reopen(ada.actor, experiment.site_id, experiment.id)
            service.take_back(ada.actor, experiment.site_id, experiment.id)
        visitor(1).client.application.extensions["byline.experiments"].known.look_again()
        assert visitor(1).asks().json == {"variant": "plain"}
        assert not told()

    @pytest.mark.parametrize(
        "path", ["none", "headline%00", "HEADLINE", "a" * 41, "headline/", "%F0%9F%92%A1", "../headline", "-", "x'--"]
    )
    def test_a_key_that_is_none_is_not_found(self, run: Run, client: FlaskClient, lamps: Site, path: str) -> None:
        run()
        answer = client.get(f"/sites/{lamps.id}/experiments/{path}", headers={"User-Agent": FIREFOX})
        assert answer.status_code in (302, 404)
        assert client.get(f"/sites/9999999999/experiments/{path}").status_code in (302, 404)

    @pytest.mark.parametrize(
        "said",
        [{"url": "javascript:alert(1)"}, {"url": "", "referrer": "x"}, {"ip": "192.0.2.7"}, {"url": "x" * 200_000}],
    )
    def test_what_cannot_be_used_is_refused(self, run: Run, visitor: Meet, said: dict[str, str]) -> None:
        run()
        answer = visitor(1).asks(**said)
        assert answer.status_code == 400
        assert answer.json["errors"]

    def test_other_methods_are_refused_and_asking_first_is_allowed(
        self, run: Run, client: FlaskClient, lamps: Site
    ) -> None:
        run()
        address = f"/sites/{lamps.id}/experiments/headline"
        assert client.put(address).status_code == 405
        assert client.options(address).headers["Access-Control-Allow-Headers"]
        assert client.head(address).data == b""

    def test_a_full_disk_shows_the_control(self, run: Run, visitor: Meet, monkeypatch: pytest.MonkeyPatch) -> None:
        run(variants=(Variant("plain", 1), Variant("bold", 1000)))

        def full(*_: object) -> None:
            raise Unavailable("spool-full", "Full.")

        monkeypatch.setattr(Collector, "keep", full)
        assert visitor(1).asks().json == {"variant": "plain"}


class TestServer:
    def ask(self, client: FlaskClient, site: Site, key: str, **said: Any) -> Any:
        body = {"url": f"{HOST}/pricing", "ip": "81.2.0.2", "user_agent": FIREFOX, **said}
        headers = {"Authorization": f"Bearer {key}"}
        return client.post(f"/sites/{site.id}/experiments/headline", json=body, headers=headers)

    def test_a_server_learns_what_the_visitor_would_see(
        self, run: Run, visitor: Meet, client: FlaskClient, lamps: Site, key: str, told: Callable[[], list[Hit]]
    ) -> None:
        run()
        for number in range(8):
            mine = visitor(number)
            assert self.ask(client, lamps, key, ip=mine.address).json == mine.asks().json
        assert len(told()) == 8

    @pytest.mark.parametrize("wrong", [{"ip": ""}, {"at": 5}, {"user_agent": 7}, {"url": None}])
    def test_a_server_must_describe_its_visitor(
        self, run: Run, client: FlaskClient, lamps: Site, key: str, wrong: dict[str, Any]
    ) -> None:
        run()
        assert self.ask(client, lamps, key, **wrong).status_code == 400

    def test_a_wrong_key_is_refused(self, run: Run, client: FlaskClient, lamps: Site) -> None:
        run()
        assert self.ask(client, lamps, "byline_wrong").status_code == 401


class TestReport:
    @pytest.mark.parametrize("deed", [Deed(path="/thanks*"), Deed(event="Order", props={"plan": "yearly"})])
    def test_it_equals_a_count_in_plain_python(
        self, run: Run, visitor: Meet, ingest: Ingest, report: Report, deed: Deed
    ) -> None:
        experiment = run(deed=deed, variants=(Variant("plain"), Variant("bold"), Variant("odd", 2)))
        exposed: Counter[str] = Counter()
        converted: Counter[str] = Counter()
        for number in range(90):
            someone = visitor(number)
            someone.opens("/")
            if number % 5 == 0:
                self.convert(someone, deed)  # Before the exposure, which does not count.
            if number % 3:
                variant = someone.asks().json["variant"]
                exposed[variant] += 1
                someone.opens("/thank")
                if number % 4 == 0:
                    self.convert(someone, deed)
                    self.convert(someone, deed)
                    converted[variant] += 1
            clock.advance(61)
        ingest()
        found = report(experiment)
        assert {each.name: each.count.exposed for each in found.outcomes} == dict(exposed)
        assert {each.name: each.count.converted for each in found.outcomes} == {
            each.name: converted[each.name] for each in found.outcomes
        }
        assert len(exposed) == 3
        assert sum(converted.values()) > 5

    def convert(self, someone: Visitor, deed: Deed) -> None:
        if deed.path:
            someone.opens("/thanks/much")
        else:
            someone.does("Order", json.dumps(dict(deed.props)))
        clock.advance(1)

    def test_what_happened_before_it_began_and_after_it_ended_is_left_out(
        self, run: Run, visitor: Meet, ingest: Ingest, report: Report, database: Database, ada: User
    ) -> None:
        experiment = run()
        visitor(1).asks()
        clock.advance(10)
        with database.unit_of_work():
            service.take_back(ada.actor, experiment.site_id, experiment.id)
            again = service.start(ada.actor, experiment.site_id, experiment.id)
        visitor(2).asks()
        clock.advance(3)
        ingest()
        assert report(again).exposed == 1

    def test_what_was_counted_at_the_end_outlives_the_events(
        self, app: Flask, run: Run, visitor: Meet, ingest: Ingest, report: Report, database: Database, ada: User
    ) -> None:
        experiment = run()
        for number in range(6):
            visitor(number).asks()
            visitor(number).opens("/thanks")
        ingest()
        before = report(experiment)
        with app.app_context(), database.unit_of_work():
            found = queries.get(experiment.site_id, experiment.id)
            counted = results.counted(found, "Europe/Berlin", clock.now())
            ended = service.end(ada.actor, found.site_id, found.id, "bold", counted)
        store.of(app).delete_site(experiment.site_id)
        after = report(ended)
        assert before.exposed == 6
        assert [each.count for each in after.outcomes] == [each.count for each in before.outcomes]

    def test_days_are_those_of_the_site(self, run: Run, visitor: Meet, ingest: Ingest, report: Report) -> None:
        experiment = run()
        visitor(1).asks()
        clock.advance(10.5 * 3600)  # Half past eleven in Berlin.
        visitor(2).asks()
        clock.advance(3600)
        visitor(3).asks()
        ingest()
        found = report(experiment)
        assert len(found.days) == 2
        assert sorted((row.day, row.exposed) for row in found.seen if row.day == 1) == [(1, 1)]
        assert found.exposed == 3

    def test_seeing_a_variant_is_nothing_that_a_visitor_did(
        self, app: Flask, run: Run, visitor: Meet, ingest: Ingest
    ) -> None:
        run()
        visitor(1).opens("/")
        visitor(1).asks()
        ingest()
        with store.of(app).reading() as connection:
            assert connection.execute(select(visits.c.is_bounce, visits.c.interactions)).all() == [(1, 0)]

    def test_other_events_of_that_name_are_not_taken_for_exposures(
        self, run: Run, visitor: Meet, ingest: Ingest, report: Report
    ) -> None:
        experiment = run()
        visitor(1).does("experiment", '{"key": "headline"}')
        visitor(1).does("experiment", '{"key": "other", "variant": "bold"}')
        visitor(1).does("experiment", '{"key": "headline", "variant": "<b>"}')
        ingest()
        assert report(experiment).exposed == 0


def test_an_experiment_says_nothing_about_other_sites(
    run: Run, client: FlaskClient, experiment_of_another: Experiment
) -> None:
    run()
    answer = client.get(f"/sites/{experiment_of_another.site_id}/experiments/headline", query_string={"url": HOST})
    assert answer.status_code == 404


@pytest.fixture
def experiment_of_another(database: Database, make_user: Any) -> Experiment:
    """One of somebody else, with another key."""
    from byline.analytics.sites import service as sites
    from byline.analytics.sites.content import General
    from tests.analytics.experiments.conftest import plan

    grace = make_user("grace")
    with database.unit_of_work():
        site = sites.add(grace.actor, General("Other", "https://other.example"))
        return service.add(grace.actor, site.id, plan(key="colour"))
