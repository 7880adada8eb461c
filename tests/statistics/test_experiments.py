"""Pages of experiments, and experiments on Byline's own pages."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.experiments import service
from byline.analytics.experiments.models import Experiment, State
from byline.analytics.experiments.results import Result, judged
from byline.analytics.experiments.rules import Variant
from byline.analytics.report import service as described
from byline.analytics.report.rules import Deed, GoalForm
from byline.analytics.report.sql_experiments import Seen
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.analytics.store.ingesting import Ingester
from byline.analytics.store.tables import events as store_events
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.statistics import experiment_words
from tests import budget
from tests.analytics.experiments.conftest import FIREFOX, Run, lamps, run
from tests.factories import LogIn, MakeUser

__all__ = ["lamps", "run"]
pytestmark = pytest.mark.usefixtures("unlimited")
FORM = {
    "name": "Headline",
    "key": "headline",
    "variant-0": "plain",
    "weight-0": "1",
    "variant-1": "bold",
    "weight-1": "3",
}


@pytest.fixture
def goal(database: Database, ada: User, lamps: Site) -> int:
    """A goal of the site."""
    with database.unit_of_work():
        return described.add_goal(ada.actor, lamps.id, GoalForm("Order", Deed(event="Order"))).id


def only(database: Database) -> Experiment:
    with database.unit_of_work(write=False) as session:
        return session.scalars(select(Experiment)).one()


@pytest.mark.usefixtures("goal")
class TestPages:
    def test_an_empty_list_offers_the_first_step(self, log_in: LogIn, ada: User, lamps: Site) -> None:
        page = log_in(ada).get(f"/sites/{lamps.id}/experiments").text
        assert "No experiments yet" in page
        assert f'href="/sites/{lamps.id}/experiments/new"' in page

    def test_an_experiment_goes_its_way(
        self, log_in: LogIn, ada: User, lamps: Site, goal: int, database: Database
    ) -> None:
        client = log_in(ada)
        made = client.post(f"/sites/{lamps.id}/experiments/new", data={**FORM, "goal": goal})
        assert made.status_code == 303
        draft = client.get(made.location).text
        assert "1 : 3" in draft
        assert "experiment.js" in draft
        assert client.post(f"{made.location}/start").status_code == 303
        running = client.get(made.location).text
        assert "It is too early to say." in running
        assert "points" not in running.split("</table>")[0]
        assert "Undo" in running
        assert client.post(f"{made.location}/end", data={"winner": "<b>"}).status_code == 400
        assert client.post(f"{made.location}/end", data={"winner": "bold"}).status_code == 303
        assert only(database).state == State.ENDED
        assert "everybody sees it now" in client.get(made.location).text
        assert client.post(f"{made.location}/reopen").status_code == 303
        assert client.post(f"{made.location}/take-back").status_code == 303
        assert client.post(f"{made.location}/delete").status_code == 303
        assert "Undo" in client.get(f"/sites/{lamps.id}/experiments").text

    def test_a_refused_form_keeps_what_was_typed(self, log_in: LogIn, ada: User, lamps: Site, goal: int) -> None:
        typed = {**FORM, "goal": goal, "key": "Not a key", "weight-1": "many"}
        answer = log_in(ada).post(f"/sites/{lamps.id}/experiments/new", data=typed)
        assert answer.status_code == 400
        for kept in ('value="Not a key"', 'value="many"', 'value="plain"', f'selected value="{goal}"'):
            assert kept in answer.text
        assert "A weight is a whole number" in answer.text

    @pytest.mark.parametrize("sent", [{}, {"key": "\0"}, {"goal": "x" * 100_000}, {"weight-0": "9" * 400}])
    def test_rubbish_is_refused(self, log_in: LogIn, ada: User, lamps: Site, sent: dict[str, str]) -> None:
        assert log_in(ada).post(f"/sites/{lamps.id}/experiments/new", data=sent).status_code == 400

    def test_a_draft_is_changed_and_keeps_a_goal_that_is_gone(
        self, log_in: LogIn, ada: User, lamps: Site, goal: int, database: Database
    ) -> None:
        client = log_in(ada)
        address = client.post(f"/sites/{lamps.id}/experiments/new", data={**FORM, "goal": goal}).location
        with database.unit_of_work():
            described.delete_goal(ada.actor, lamps.id, goal)
        assert 'value="0"' in client.get(f"{address}/change").text
        assert client.post(f"{address}/change", data={**FORM, "name": "Title", "goal": "0"}).status_code == 303
        assert (only(database).name, only(database).event) == ("Title", "Order")

    def test_a_viewer_looks_and_changes_nothing(
        self, log_in: LogIn, lamps: Site, run: Run, database: Database, make_user: MakeUser
    ) -> None:
        from byline.analytics.sites.models import SiteMember

        mine, grace = run(), make_user("grace")
        with database.unit_of_work() as session:
            session.add(SiteMember(site_id=lamps.id, user_id=grace.id, role="viewer", created_at=clock.now()))
        client, address = log_in(grace), f"/sites/{lamps.id}/experiments/{mine.id}"
        page = client.get(address)
        assert page.status_code == 200
        assert "End the experiment" not in page.text
        assert client.post(f"{address}/end", data={"winner": "bold"}).status_code == 403

    def test_pages_ask_the_database_as_often_for_many_as_for_one(
        self, log_in: LogIn, ada: User, lamps: Site, run: Run
    ) -> None:
        mine = run(key="first")
        client = log_in(ada)
        for page in ("", f"/{mine.id}"):
            client.get(f"/sites/{lamps.id}/experiments{page}")
            with budget.at_most(8) as before:
                client.get(f"/sites/{lamps.id}/experiments{page}")
            for number in range(3):
                run(key=f"more-{page.strip('/')}-{number}")
            with budget.at_most(8) as after:
                client.get(f"/sites/{lamps.id}/experiments{page}")
            assert len(after) <= len(before) + 1


def result_of(*counts: tuple[int, int], days: int = 14) -> Result:
    variants = [{"name": name, "weight": 1} for name in ("plain", "bold", "odd")[: len(counts)]]
    experiment = Experiment(site_id=1, variants=variants)
    seen = [Seen(place, 0, *count) for place, count in enumerate(counts)]
    return judged(experiment, seen, tuple(clock.now().date() for _ in range(days)))


class TestWords:
    @pytest.mark.parametrize(
        ("result", "sentence", "reason"),
        [
            (result_of((0, 0), (0, 0)), "It is too early to say.", "Nobody has seen"),
            (result_of((40, 5), (38, 9)), "It is too early to say.", "more visitors"),
            (result_of((2_000, 200), (2_000, 300), days=3), "It is too early to say.", "4 days more"),
            (result_of((2_000, 200), (2_000, 300)), "“bold” is better.", "more than 99"),
            (result_of((2_000, 300), (2_000, 200)), "“plain”, the control, is better than the other variant.", "99"),
            (result_of((900_000, 90_000), (900_000, 90_100)), "There is no difference worth mentioning.", "a tenth"),
            (result_of((1_000, 100), (1_000, 105)), "It is too early to say.", "more visitors, or"),
            (result_of((500, 50), (500, 51), (500, 90)), "“odd” is better.", "points"),
        ],
    )
    def test_it_is_said_plainly(self, result: Result, sentence: str, reason: str) -> None:
        said, because = experiment_words.verdict(result)
        assert said == sentence
        assert reason in because

    def test_visitors_divided_otherwise_than_by_weight_are_suspicious(self) -> None:
        assert result_of((1_000, 100), (1_200, 120)).is_mismatched
        assert not result_of((1_000, 100), (1_040, 104)).is_mismatched

    def test_twice_the_visitors_who_are_wanting_are_enough(self) -> None:
        early = result_of((1_000, 100), (1_000, 115))
        more = 1 + 2 * early.more_visitors / early.exposed
        later = result_of(*((round(n * more), round(c * more)) for n, c in ((1_000, 100), (1_000, 115))))
        assert early.verdict == "early"
        assert later.verdict != "early"


class TestOwnPages:
    """What `variant("key")` does to a page of Byline."""

    @pytest.fixture
    def own(self, run: Run, database: Database, make_user: MakeUser) -> Any:
        """Start an experiment on this Byline."""
        root = make_user("root", role="Administrator")
        with database.unit_of_work(write=False) as session:
            site = session.get_one(Site, THIS_BYLINE)
        return lambda **changes: run(site, root.actor, **changes)

    @pytest.fixture(autouse=True)
    def asking(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the home page's template ask; templates of this test are compiled for it alone."""
        loader = app.jinja_env.loader
        assert loader is not None
        source = loader.get_source(app.jinja_env, "pages/home.html")[0]
        asks = '{% block main %}<meta name="variant" content="{{ variant("headline") }}">'
        assert "{% block main %}" in source
        changed = DictLoader({"pages/home.html": source.replace("{% block main %}", asks, 1)})
        monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([changed, loader]))
        monkeypatch.setattr(app.jinja_env, "bytecode_cache", None)
        monkeypatch.setattr(app.jinja_env, "cache", {})

    def look(self, client: FlaskClient, number: int = 1) -> Any:
        where = {"REMOTE_ADDR": f"81.2.1.{number}"}
        return client.get("/", headers={"User-Agent": FIREFOX, "Host": "localhost"}, environ_base=where)

    def test_before_and_after_an_experiment_the_page_is_kept(
        self,
        app: Flask,
        client: FlaskClient,
        own: Any,
        database: Database,
    ) -> None:
        assert said(self.look(client)) == ""
        assert "ETag" in self.look(client).headers
        mine = own()
        known = app.extensions["byline.experiments"].known
        known.look_again()
        running = self.look(client)
        assert said(running) in ("plain", "bold")
        assert running.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in running.headers
        assert "Set-Cookie" not in running.headers
        with database.unit_of_work() as session:
            root = session.scalars(select(User).where(User.username == "root")).one()
            service.end(root.actor, THIS_BYLINE, mine.id, "bold")
        known.look_again()
        assert said(self.look(client)) == "bold"
        assert "s-maxage" in self.look(client).headers["Cache-Control"]

    def test_strangers_see_both_variants_and_are_counted_once(
        self, app: Flask, client: FlaskClient, own: Any, settings: Settings
    ) -> None:
        own()
        seen = Counter(said(self.look(client, number)) for number in range(1, 41) for _ in range(2))
        assert set(seen) == {"plain", "bold"}
        Ingester(store.of(app).database, settings.spool_folder, lambda _: "UTC").run_once()
        with store.of(app).reading() as connection:
            rows = connection.execute(select(store_events.c.visitor).where(store_events.c.name_id != 0)).all()
        assert len(rows) == len(set(rows)) == 40

    def test_a_bot_sees_the_control(self, client: FlaskClient, own: Any) -> None:
        own(variants=(Variant("plain", 1), Variant("bold", 1000)))
        assert said(client.get("/", headers={"User-Agent": "Googlebot/2.1"})) == "plain"


def said(answer: Any) -> str:
    """The variant that a page was drawn with."""
    found = re.search(r'name="variant" content="(.*?)"', answer.text)
    assert found is not None
    return found[1]
