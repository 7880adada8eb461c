"""Goals, funnels, segments and notes: kept, shown with their numbers, changed, deleted and brought back."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.analytics.report.models import Funnel, Goal, Note, Segment
from byline.analytics.sites import team
from byline.analytics.sites.models import Site
from byline.kernel.db import Base, Database
from tests.factories import LogIn
from tests.statistics.conftest import Count
from tests.statistics.readers import did, viewed

pytestmark = pytest.mark.usefixtures("unlimited", "stopped_clock")
GOAL = {"name": "Order", "deed": "/thanks", "props": ""}
FUNNEL = {"name": "Buying", "steps-0": "/lamps/*", "steps-3": "Basket", "steps-7": "/thanks"}
SEGMENT = {"name": "Searchers", "f": "is,source,Google"}
NOTE = {"day": "2026-03-14", "text": "The letter went out"}
KINDS: Sequence[tuple[str, dict[str, str], type[Base]]] = (
    ("goals", GOAL, Goal),
    ("funnels", FUNNEL, Funnel),
    ("segments", SEGMENT, Segment),
    ("notes", NOTE, Note),
)
each_kind = pytest.mark.parametrize(("name", "fields", "kind"), KINDS, ids=[kind[0] for kind in KINDS])


@pytest.fixture
def browser(log_in: LogIn, ada: User) -> FlaskClient:
    return log_in(ada)


def number(database: Database, kind: type[Base]) -> int:
    with database.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def first(database: Database, kind: type[Any]) -> Any:
    with database.unit_of_work(write=False) as session:
        return session.scalars(select(kind)).one()


def undo_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the button that takes it back posts to, and what."""
    form = re.search(r'<form class="note-line note-undo.*?</form>', page, re.DOTALL)
    assert form
    action = re.search(r'action="([^"]*)"', form[0])
    assert action
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0])
    return action[1], {name: html.unescape(value) for name, value in pairs}


@each_kind
class TestAllOfThem:
    def test_it_is_kept_once_however_often_it_is_sent(
        self, database: Database, browser: FlaskClient, lamps: Site, name: str, fields: dict[str, str], kind: type[Base]
    ) -> None:
        answers = [browser.post(f"/sites/{lamps.id}/{name}", data=fields).status_code for _ in range(2)]
        assert answers == [303, 303]
        assert number(database, kind) == 1
        assert (fields.get("text") or fields["name"]) in browser.get(f"/sites/{lamps.id}/{name}").text

    def test_strangers_to_the_site_find_nothing_and_viewers_only_look(
        self,
        database: Database,
        log_in: LogIn,
        lamps: Site,
        ada: User,
        grace: User,
        name: str,
        fields: dict[str, str],
        kind: type[Base],
    ) -> None:
        browser, path = log_in(grace), f"/sites/{lamps.id}/{name}"
        assert (browser.get(path).status_code, browser.post(path, data=fields).status_code) == (404, 404)
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        page = browser.get(path)
        assert (page.status_code, browser.post(path, data=fields).status_code) == (200, 403)
        assert f'action="{path}' not in page.text
        assert number(database, kind) == 0

    def test_what_is_deleted_comes_back(
        self, database: Database, browser: FlaskClient, lamps: Site, name: str, fields: dict[str, str], kind: type[Base]
    ) -> None:
        path = f"/sites/{lamps.id}/{name}"
        browser.post(path, data=fields)
        kept = first(database, kind)
        page = browser.post(f"{path}/{kept.id}/delete", follow_redirects=True).text
        assert number(database, kind) == 0
        action, sent = undo_of(page)
        browser.post(action, data=sent)
        back = first(database, kind)
        columns = [each.name for each in kind.__table__.columns if each.name not in {"id", "created_at"}]
        assert [getattr(back, each) for each in columns] == [getattr(kept, each) for each in columns]

    @pytest.mark.parametrize("typed", ["", "x" * 5_000, "\0", "   "])
    def test_a_refused_form_says_why_and_keeps_nothing(
        self,
        database: Database,
        browser: FlaskClient,
        lamps: Site,
        name: str,
        fields: dict[str, str],
        kind: type[Base],
        typed: str,
    ) -> None:
        wrong = {each: typed for each in fields if each not in {"f", "day"}}
        answer = browser.post(f"/sites/{lamps.id}/{name}", data={**fields, **wrong})
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert number(database, kind) == 0

    def test_what_belongs_to_another_site_is_not_there(
        self, browser: FlaskClient, lamps: Site, name: str, fields: dict[str, str], kind: type[Base]
    ) -> None:
        deed = {"segments": "rename", "funnels": "change"}.get(name, "")
        for path in (f"/sites/{lamps.id}/{name}/77/delete", f"/sites/{lamps.id}/{name}/77/{deed}".rstrip("/")):
            assert browser.post(path, data=fields).status_code == 404, (path, kind)


class TestGoals:
    def test_they_show_conversions_and_rate_of_the_period(
        self, browser: FlaskClient, lamps: Site, count: Count
    ) -> None:
        count(*(viewed(lamps.id, who, "/", 50) for who in range(1, 5)), viewed(lamps.id, 1, "/thanks", 40))
        browser.post(f"/sites/{lamps.id}/goals", data=GOAL)
        page = browser.get(f"/sites/{lamps.id}/goals?period=today").text
        assert 'data-key="Order" data-visitors="1"' in page
        assert "25.0" in page
        assert 'data-key="Order" data-visitors="0"' in browser.get(f"/sites/{lamps.id}/goals?period=yesterday").text

    def test_a_goal_may_ask_what_an_event_says(
        self, database: Database, browser: FlaskClient, lamps: Site, count: Count
    ) -> None:
        count(did(lamps.id, 1, "Sign-up", 9, plan="yearly"), did(lamps.id, 2, "Sign-up", 8, plan="monthly"))
        browser.post(f"/sites/{lamps.id}/goals", data={"name": "", "deed": "Sign-up", "props": "plan: yearly"})
        goal = first(database, Goal)
        assert (goal.name, goal.event, goal.props) == ("Sign-up (plan: yearly)", "Sign-up", {"plan": "yearly"})
        page = browser.get(f"/sites/{lamps.id}/goals").text
        assert 'data-visitors="1"' in page
        assert '<option value="Sign-up">' in page

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"deed": "/thanks", "props": "plan: yearly"}, "Only events say something"),
            ({"deed": "Sign-up", "props": "plan yearly"}, "is no property"),
            ({"deed": "Sign-up", "props": "\n".join(f"k{n}: v" for n in range(9))}, "at most 5 properties"),
        ],
    )
    def test_what_no_goal_can_ask_is_refused_beside_what_was_typed(
        self, browser: FlaskClient, lamps: Site, fields: dict[str, str], sentence: str
    ) -> None:
        answer = browser.post(f"/sites/{lamps.id}/goals", data={"name": "Mine", **fields})
        assert answer.status_code == 400
        assert sentence in answer.text
        assert 'value="Mine"' in answer.text
        assert fields["props"].splitlines()[0] in answer.text

    def test_it_is_described_anew(self, database: Database, browser: FlaskClient, lamps: Site) -> None:
        path = f"/sites/{lamps.id}/goals"
        browser.post(path, data=GOAL)
        number_of = first(database, Goal).id
        assert 'value="/thanks"' in browser.get(f"{path}/{number_of}").text
        browser.post(f"{path}/{number_of}", data={"name": "Read", "deed": "/blog/*"})
        assert (first(database, Goal).name, first(database, Goal).path) == ("Read", "/blog/*")


class TestFunnels:
    def test_empty_lines_are_left_out_and_steps_drawn_in_order(
        self, database: Database, browser: FlaskClient, lamps: Site, count: Count
    ) -> None:
        count(
            *(viewed(lamps.id, who, "/lamps/one", 60) for who in (1, 2, 3, 4)),
            *(did(lamps.id, who, "Basket", 50) for who in (1, 2)),
            viewed(lamps.id, 1, "/thanks", 40),
        )
        answer = browser.post(f"/sites/{lamps.id}/funnels", data=FUNNEL)
        page = browser.get(answer.headers["Location"] + "?period=today").text
        steps = re.findall(r'data-dimension="step" data-key="([^"]*)" data-visitors="(\d+)"', page)
        assert steps == [("/lamps/*", "4"), ("Basket", "2"), ("/thanks", "1")]
        assert "25.0" in page
        assert len(first(database, Funnel).steps) == 3

    def test_a_refused_funnel_comes_back_with_every_line(self, browser: FlaskClient, lamps: Site) -> None:
        answer = browser.post(f"/sites/{lamps.id}/funnels", data={"name": "Short", "steps-4": "/only"})
        assert answer.status_code == 400
        assert "2 to 8 steps" in answer.text
        assert 'name="steps-4" spellcheck="false" type="text" value="/only"' in answer.text

    def test_a_line_that_is_wrong_is_pointed_at(self, browser: FlaskClient, lamps: Site) -> None:
        data = {"name": "Long", "steps-0": "/a", "steps-1": "/" + "x" * 600}
        assert 'id="steps-1-error"' in browser.post(f"/sites/{lamps.id}/funnels", data=data).text


class TestSegments:
    def test_a_segment_is_kept_from_the_dashboard_and_chosen_there(self, browser: FlaskClient, lamps: Site) -> None:
        data = {**SEGMENT, "back": "?period=7d&f=is%2Cpage%2C%2Fa"}
        answer = browser.post(f"/sites/{lamps.id}/segments", data=data)
        assert answer.headers["Location"].startswith(f"/sites/{lamps.id}?period=7d")
        assert "segment=" in answer.headers["Location"]
        assert "Searchers" in browser.get(answer.headers["Location"]).text
        assert "source is Google" in browser.get(f"/sites/{lamps.id}/segments").text

    def test_renaming_says_beside_it_what_was_wrong(
        self, database: Database, browser: FlaskClient, lamps: Site
    ) -> None:
        path = f"/sites/{lamps.id}/segments"
        browser.post(path, data=SEGMENT)
        kept = first(database, Segment)
        refused = browser.post(f"{path}/{kept.id}/rename", data={"name": " "})
        assert (refused.status_code, "Give the segment a name." in refused.text) == (400, True)
        browser.post(f"{path}/{kept.id}/rename", data={"name": "Seekers"})
        assert first(database, Segment).name == "Seekers"

    @pytest.mark.parametrize("kept", ["[[]]", '{"a": 1}', "[" * 100_000, "nothing", json.dumps(["is,nonsense,1"])])
    def test_rubbish_is_no_segment(self, browser: FlaskClient, lamps: Site, kept: str) -> None:
        answer = browser.post(f"/sites/{lamps.id}/segments", data={"name": "Odd", "kept": kept})
        assert answer.status_code == 400

    @pytest.mark.parametrize(
        "back", ["https://evil.example/?a=1", "?" + "&" * 10_000, "//evil.example", "?a=1\r\nX: y"]
    )
    def test_the_way_back_stays_on_the_dashboard(self, browser: FlaskClient, lamps: Site, back: str) -> None:
        answer = browser.post(f"/sites/{lamps.id}/notes", data={**NOTE, "back": back})
        assert answer.status_code == 303
        assert answer.headers["Location"].partition("?")[0] == f"/sites/{lamps.id}"
        assert "X" not in answer.headers


class TestNotes:
    def test_a_note_stands_on_the_chart_and_is_written_anew(
        self, database: Database, browser: FlaskClient, lamps: Site, count: Count
    ) -> None:
        count(viewed(lamps.id, 1, "/"))
        browser.post(f"/sites/{lamps.id}/notes", data=NOTE)
        note = first(database, Note)
        assert "The letter went out" in browser.get(f"/sites/{lamps.id}").text
        path = f"/sites/{lamps.id}/notes/{note.id}"
        assert 'value="2026-03-14"' in browser.get(path).text
        assert browser.post(path, data={"day": "yesterday", "text": "<b>"}).status_code == 400
        browser.post(path, data={"day": "2026-03-13", "text": "<b>"})
        assert "&lt;b&gt;" in browser.get(f"/sites/{lamps.id}").text


def test_coming_back_counts_within_the_day(browser: FlaskClient, lamps: Site, count: Count, app: Flask) -> None:
    del app
    count(viewed(lamps.id, 1, "/", 200), viewed(lamps.id, 1, "/", 20), viewed(lamps.id, 2, "/", 20))
    page = browser.get(f"/sites/{lamps.id}/coming-back?period=today").text
    assert 'data-key="2026-03-14" data-visitors="2"' in page
    assert "50.0" in page
    assert "14 Mar to" not in page
    assert "Every night" in page
