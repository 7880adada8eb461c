"""Pages of sites: listed, added, installed, changed, shared, given away and deleted."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from byline.accounts import leaving
from byline.accounts.models import AuditEntry, User
from byline.analytics import store
from byline.analytics.hits import Hit, Reason, Refused
from byline.analytics.report import sql_glance
from byline.analytics.sites import queries, service, team
from byline.analytics.sites.content import Collecting, General
from byline.analytics.sites.models import THIS_BYLINE, Site, WriteKey
from byline.analytics.store.tables import daily, events, visits, words
from byline.kernel import clock
from byline.kernel.db import Database
from byline.social import service as social
from byline.statistics import packing, weeks
from tests import budget
from tests.factories import PASSWORD, LogIn, MakeUser, Outbox

pytestmark = pytest.mark.usefixtures("unlimited")
FORM = {"name": "Lamps", "url": "https://lamps.example", "time_zone": "Europe/Berlin"}


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def root(make_user: MakeUser) -> User:
    return make_user("root", role="Administrator")


@pytest.fixture
def lamps(database: Database, ada: User) -> Site:
    """A site of ada's."""
    with database.unit_of_work():
        return service.add(ada.actor, General("Lamps", "https://lamps.example", "Europe/Berlin"))


def site(database: Database, site_id: int) -> Site:
    with database.unit_of_work(write=False) as session:
        return session.get_one(Site, site_id)


def packed_for(member: User) -> tuple[str, dict[str, Any]]:
    name, packed = packing.portion(member.id)
    return name, cast(dict[str, Any], packed)


class TestList:
    def test_an_empty_list_offers_the_first_step(self, log_in: LogIn, ada: User) -> None:
        page = log_in(ada).get("/sites").text
        assert "No site yet" in page
        assert 'href="/sites/new"' in page

    def test_each_sees_their_own_and_those_of_their_teams(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User, root: User
    ) -> None:
        assert "Lamps" in log_in(ada).get("/sites").text
        assert "Lamps" not in log_in(grace).get("/sites").text
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        page = log_in(grace).get("/sites").text
        assert "Lamps" in page
        assert "Viewer, site of ada" in page
        theirs = log_in(root).get("/sites").text
        assert "This Byline" in theirs
        assert "Lamps" not in theirs

    def test_a_name_is_shown_as_it_was_typed(self, log_in: LogIn, ada: User) -> None:
        browser = log_in(ada)
        browser.post("/sites/new", data={**FORM, "name": "<b>Lamps</b> & co"})
        assert "&lt;b&gt;Lamps&lt;/b&gt; &amp; co" in browser.get("/sites").text

    def test_a_weeks_chart_has_seven_days(self) -> None:
        week = weeks.Week((0, 0, 3, 0, 0, 0, 6))
        assert week.visitors == 9
        assert len(week.line.split()) == 7
        assert week.line.split()[-1] == "100.0,2.0"


class TestAdding:
    @pytest.mark.parametrize("address", ["/sites", "/sites/new"])
    def test_a_site_is_added_and_its_snippet_shown(
        self, database: Database, log_in: LogIn, ada: User, address: str
    ) -> None:
        browser = log_in(ada)
        answer = browser.post(address, data=FORM)
        assert answer.status_code == 303
        page = browser.get(answer.headers["Location"]).text
        number = re.search(r"/sites/(\d+)/install", answer.headers["Location"])
        assert number
        assert f"data-site=&#34;{number[1]}&#34;" in page
        assert f"http://localhost/sites/{number[1]}/visit?event=PageLoad" in page
        assert site(database, int(number[1])).owner_id == ada.id

    def test_a_refused_form_comes_back_filled_in(self, log_in: LogIn, ada: User) -> None:
        answer = log_in(ada).post("/sites/new", data={"name": "My lamps", "url": "ftp://x", "time_zone": "Asia/Tokyo"})
        assert answer.status_code == 400
        assert 'value="My lamps"' in answer.text
        assert 'value="ftp://x"' in answer.text
        assert '<option selected value="Asia/Tokyo">' in answer.text
        assert "Only sites at http:// or https:// can be measured." in answer.text

    def test_strangers_are_sent_to_log_in(self, app: Flask) -> None:
        assert app.test_client().post("/sites/new", data=FORM).status_code in (302, 303, 401)
        assert app.test_client().get("/sites").headers["Location"].startswith("/auth/login")


class TestSettings:
    @pytest.mark.parametrize(
        "path",
        [
            *("", "/install", "/heard", "/settings", "/settings/collecting", "/settings/not-counted"),
            *("/settings/team", "/settings/keys", "/settings/delete"),
        ],
    )
    def test_a_site_of_somebody_else_is_not_found(self, log_in: LogIn, lamps: Site, root: User, path: str) -> None:
        assert log_in(root).get(f"/sites/{lamps.id}{path}").status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            *("/settings", "/settings/collecting", "/settings/team", "/settings/keys", "/settings/delete"),
            *("/settings/offer", "/settings/offer/withdraw", "/settings/team/1/role", "/settings/team/1/remove"),
            *("/settings/keys/1/revoke", "/keep", "/leave", "/accept", "/decline"),
        ],
    )
    def test_nor_does_it_take_anything(
        self, database: Database, log_in: LogIn, lamps: Site, root: User, path: str
    ) -> None:
        data = {**FORM, "name": "Mine", "username": "root", "password": PASSWORD, "role": "editor"}
        assert log_in(root).post(f"/sites/{lamps.id}{path}", data=data).status_code == 404
        assert site(database, lamps.id).name == "Lamps"

    def test_a_viewer_looks_but_does_not_change(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        browser = log_in(grace)
        looks = ("/install", "/settings/not-counted", "/settings/team")
        assert [browser.get(f"/sites/{lamps.id}{path}").status_code for path in looks] == [200] * 3
        changes = ("/settings", "/settings/collecting", "/settings/keys", "/settings/delete")
        assert [browser.get(f"/sites/{lamps.id}{path}").status_code for path in changes] == [403] * 4
        assert browser.post(f"/sites/{lamps.id}/settings", data=FORM).status_code == 403

    def test_general_is_saved(self, database: Database, log_in: LogIn, lamps: Site, ada: User) -> None:
        data = {"name": "Lights", "url": "lights.example/blog", "time_zone": "Asia/Tokyo"}
        answer = log_in(ada).post(f"/sites/{lamps.id}/settings", data=data, follow_redirects=True)
        assert "sorted anew" in answer.text
        changed = site(database, lamps.id)
        assert (changed.name, changed.url, changed.time_zone) == ("Lights", "https://lights.example/blog", "Asia/Tokyo")

    def test_what_is_collected_is_saved_and_shown_again(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User
    ) -> None:
        browser = log_in(ada)
        data = {
            "hostnames": "a.example\r\n*.b.example",
            "excluded_paths": "/private/*",
            "excluded_addresses": "192.0.2.77/24",
            "retention_days": "90",
        }
        assert browser.post(f"/sites/{lamps.id}/settings/collecting", data=data).status_code == 303
        expected = Collecting(("a.example", "*.b.example"), ("/private/*",), ("192.0.2.0/24",), False, False, 90)
        assert service.standing(site(database, lamps.id)) == expected
        page = browser.get(f"/sites/{lamps.id}/settings/collecting").text
        assert "*.b.example" in page
        assert '<option selected value="90">' in page

    def test_a_wrong_line_comes_back_with_the_others(self, log_in: LogIn, lamps: Site, ada: User) -> None:
        data = {"hostnames": "fine.example\nnot fine", "excluded_addresses": "299.1.1.1", "retention_days": "no"}
        answer = log_in(ada).post(f"/sites/{lamps.id}/settings/collecting", data=data)
        assert answer.status_code == 400
        assert "fine.example\nnot fine" in answer.text.replace("\r\n", "\n")
        assert answer.text.count('class="field-error"') == 3

    @pytest.mark.parametrize("path", ["/settings", "/settings/collecting"])
    def test_two_at_once_are_told_of_each_other(self, log_in: LogIn, lamps: Site, ada: User, path: str) -> None:
        browser, at = log_in(ada), f"/sites/{lamps.id}{path}"
        seen = re.search(r'name="seen"[^>]* value="(\w+)"', browser.get(at).text)
        assert seen
        first = {**FORM, "name": "First", "hostnames": "first.example", "seen": seen[1]}
        second = {**FORM, "name": "Second", "hostnames": "second.example", "seen": seen[1]}
        assert browser.post(at, data=first).status_code == 303
        answer = browser.post(at, data=second)
        assert answer.status_code == 409
        assert "Somebody else saved this" in answer.text
        assert "econd" in answer.text
        seen = re.search(r'name="seen"[^>]* value="(\w+)"', answer.text)
        assert seen
        assert browser.post(at, data={**second, "seen": seen[1]}).status_code == 303

    def test_keeping_events_for_less_says_what_it_costs(self, log_in: LogIn, lamps: Site, ada: User) -> None:
        browser, at = log_in(ada), f"/sites/{lamps.id}/settings/collecting"
        said = "older than 90 days are deleted within six hours"
        assert said in browser.post(at, data={"retention_days": "90"}, follow_redirects=True).text
        assert "are deleted" not in browser.post(at, data={"retention_days": "365"}, follow_redirects=True).text

    def test_changes_of_this_byline_are_in_the_audit_log(self, database: Database, log_in: LogIn, root: User) -> None:
        data = {"name": "Ours", "time_zone": "Asia/Tokyo"}
        assert log_in(root).post(f"/sites/{THIS_BYLINE}/settings", data=data).status_code == 303
        with database.unit_of_work(write=False) as session:
            entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor_name, entry.act, entry.detail) == ("root", "statistics.changed", "name, time zone")

    def test_changes_of_a_members_site_are_not(self, database: Database, log_in: LogIn, lamps: Site, ada: User) -> None:
        log_in(ada).post(f"/sites/{lamps.id}/settings", data={**FORM, "name": "Lights"})
        with database.unit_of_work(write=False) as session:
            assert session.scalars(select(AuditEntry)).all() == []


class TestTeam:
    def test_somebody_joins_and_is_told(
        self, log_in: LogIn, lamps: Site, ada: User, grace: User, outbox: Outbox
    ) -> None:
        browser = log_in(ada)
        data = {"username": "@Grace", "role": "editor"}
        assert browser.post(f"/sites/{lamps.id}/settings/team", data=data).status_code == 303
        letter = outbox.deliver()[-1]
        assert letter["To"] == grace.email
        assert "ada put you on the team of Lamps" in str(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert "@grace" in browser.get(f"/sites/{lamps.id}/settings/team").text

    @pytest.mark.parametrize("name", ["nobody", "", "ada", "@", "x" * 1000])
    def test_who_cannot_be_asked_is_said(self, log_in: LogIn, lamps: Site, ada: User, name: str) -> None:
        answer = log_in(ada).post(f"/sites/{lamps.id}/settings/team", data={"username": name, "role": "viewer"})
        assert answer.status_code == 400
        assert "field-error" in answer.text

    def test_nobody_is_asked_across_a_block(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            social.block(grace.actor, ada.id)
        browser = log_in(ada)
        for path, data in (("team", {"role": "viewer"}), ("offer", {"password": PASSWORD})):
            answer = browser.post(f"/sites/{lamps.id}/settings/{path}", data={"username": "grace", **data})
            assert (answer.status_code, "cannot be asked" in answer.text) == (400, True)

    def test_roles_change_and_people_go(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User
    ) -> None:
        browser, at = log_in(ada), f"/sites/{lamps.id}/settings/team/{grace.id}"
        assert browser.post(f"{at}/role", data={"role": "editor"}).status_code == 409
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        assert browser.post(f"{at}/role", data={"role": "king"}).status_code == 400
        assert browser.post(f"{at}/role", data={"role": "editor"}).status_code == 303
        with database.unit_of_work(write=False):
            assert [one.role for one in queries.team(lamps.id)] == ["editor"]
        assert browser.post(f"{at}/remove").status_code == 303
        assert log_in(grace).get(f"/sites/{lamps.id}/settings/team").status_code == 404

    def test_whoever_is_on_a_team_may_leave_it(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        assert "Leave this team" in log_in(grace).get(f"/sites/{lamps.id}/settings/team").text
        assert log_in(grace).post(f"/sites/{lamps.id}/leave").headers["Location"] == "/sites"
        assert log_in(ada).post(f"/sites/{lamps.id}/leave").status_code == 409


class TestGivingAway:
    @pytest.mark.usefixtures("grace")
    def test_it_needs_the_owners_password(self, database: Database, log_in: LogIn, lamps: Site, ada: User) -> None:
        data = {"username": "grace", "password": "wrong"}
        assert log_in(ada).post(f"/sites/{lamps.id}/settings/offer", data=data).status_code == 400
        assert site(database, lamps.id).offered_to_id is None

    def test_the_other_agrees_and_both_are_told(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User, outbox: Outbox
    ) -> None:
        data = {"username": "grace", "password": PASSWORD}
        assert log_in(ada).post(f"/sites/{lamps.id}/settings/offer", data=data).status_code == 303
        browser = log_in(grace)
        assert "wants to give you" in browser.get("/sites").text
        assert browser.post(f"/sites/{lamps.id}/accept").status_code == 303
        assert [letter["To"] for letter in outbox.deliver()] == [grace.email, ada.email]
        assert site(database, lamps.id).owner_id == grace.id
        assert log_in(ada).get(f"/sites/{lamps.id}/settings/delete").status_code == 403

    def test_saying_no_leaves_it_where_it_is(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            team.offer(ada.actor, lamps.id, grace.id)
        assert log_in(grace).post(f"/sites/{lamps.id}/decline").status_code == 303
        assert site(database, lamps.id).owner_id == ada.id
        assert "wants to give you" not in log_in(grace).get("/sites").text


class TestKeys:
    def test_a_key_is_shown_once(self, database: Database, log_in: LogIn, lamps: Site, ada: User) -> None:
        browser, at = log_in(ada), f"/sites/{lamps.id}/settings/keys"
        answer = browser.post(at, data={"name": "Server"})
        shown = re.search(r'value="(byline_[\w-]+)"', answer.text)
        assert shown
        assert "no-store" in answer.headers["Cache-Control"]
        page = browser.get(at).text
        assert shown[1] not in page
        assert f"…{shown[1][-4:]}" in page
        with database.unit_of_work(write=False) as session:
            key = session.scalars(select(WriteKey)).one()
        assert browser.post(f"{at}/{key.id}/revoke").status_code == 303
        assert "Server" not in browser.get(at).text.split("Keys in use")[1]

    def test_a_key_without_a_name_is_refused(self, log_in: LogIn, lamps: Site, ada: User) -> None:
        assert log_in(ada).post(f"/sites/{lamps.id}/settings/keys", data={"name": " "}).status_code == 400


class TestDeleting:
    def test_the_name_is_asked_for(self, database: Database, log_in: LogIn, lamps: Site, ada: User) -> None:
        answer = log_in(ada).post(f"/sites/{lamps.id}/settings/delete", data={"name": "lamp"})
        assert answer.status_code == 400
        assert site(database, lamps.id).deletion_asked_at is None

    def test_it_can_be_kept_for_a_day(self, log_in: LogIn, lamps: Site, ada: User) -> None:
        browser = log_in(ada)
        assert browser.post(f"/sites/{lamps.id}/settings/delete", data={"name": "Lamps"}).status_code == 303
        assert "will be deleted" in browser.get("/sites").text
        assert browser.get(f"/sites/{lamps.id}/settings").status_code == 404
        assert browser.post(f"/sites/{lamps.id}/keep").status_code == 303
        assert browser.get(f"/sites/{lamps.id}/settings").status_code == 200

    def test_after_that_it_is_gone(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, outbox: Outbox
    ) -> None:
        with clock.frozen(clock.now()):
            log_in(ada).post(f"/sites/{lamps.id}/settings/delete", data={"name": "Lamps"})
            outbox.deliver()
            assert site(database, lamps.id).name == "Lamps"
            clock.advance(service.GRACE.total_seconds() + 1)
            outbox.deliver()
        with database.unit_of_work(write=False) as session:
            assert session.get(Site, lamps.id) is None


class TestNumbers:
    def count(self, app: Flask, site_id: int, *entries: Hit | Refused) -> None:
        store.of(app).turns(lambda wanted: "Europe/Berlin" if wanted == site_id else None).take(entries, {})

    def test_a_week_and_what_was_not_counted_are_shown(self, app: Flask, log_in: LogIn, lamps: Site, ada: User) -> None:
        browser, at = log_in(ada), int(clock.now().timestamp() * 1000)
        assert "Waiting for the first hit" in browser.get(f"/sites/{lamps.id}/install").text
        assert browser.get(f"/sites/{lamps.id}/heard").json == {"heard": False}
        hits = [Hit(lamps.id, at, visitor=number, path="/") for number in (1, 2, 3)]
        self.count(app, lamps.id, *hits, Refused(lamps.id, at, Reason.BOT, 7), Refused(lamps.id, at, Reason.REPLAY, 9))
        assert browser.get(f"/sites/{lamps.id}/heard").json == {"heard": True}
        assert "It works" in browser.get(f"/sites/{lamps.id}/install").text
        assert f'data-site="{lamps.id}" data-visitors="3"' in browser.get("/sites").text
        page = browser.get(f"/sites/{lamps.id}/settings/not-counted").text
        assert re.findall(r'data-reason="(\w+)" data-value="(\d+)"', page) == [("replay", "9"), ("bot", "7")]

    @pytest.mark.usefixtures("lamps")
    def test_a_list_says_when_the_numbers_are_away(
        self, log_in: LogIn, ada: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> None:
            raise OperationalError("SELECT", {}, Exception("away"))

        monkeypatch.setattr(sql_glance, "visitors_by_day", away)
        page = log_in(ada).get("/sites")
        assert (page.status_code, "The numbers are away right now." in page.text) == (200, True)

    @pytest.mark.usefixtures("lamps")
    def test_a_list_of_many_costs_as_much_as_one_of_few(self, database: Database, log_in: LogIn, ada: User) -> None:
        browser = log_in(ada)

        def cost() -> int:
            browser.get("/no/such/page")
            with budget.counted() as statements:
                browser.get("/sites")
            return len(statements)

        few = cost()
        with database.unit_of_work():
            for number in range(10):
                service.add(ada.actor, General(f"Site {number}", f"https://s{number}.example"))
        assert cost() <= few

    def test_a_deleted_site_leaves_no_numbers(
        self, app: Flask, log_in: LogIn, lamps: Site, ada: User, outbox: Outbox
    ) -> None:
        with clock.frozen(clock.now()):
            self.count(app, lamps.id, Hit(lamps.id, int(clock.now().timestamp() * 1000), visitor=1, path="/"))
            log_in(ada).post(f"/sites/{lamps.id}/settings/delete", data={"name": "Lamps"})
            clock.advance(service.GRACE.total_seconds() + 1)
            outbox.deliver()
        with store.of(app).reading() as connection:
            left = {table.name for table in (daily, events, visits, words) if connection.execute(select(table)).first()}
        assert left == set()


class TestLeaving:
    def test_sites_go_with_their_owner_and_come_back_with_them(
        self, app: Flask, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User, outbox: Outbox
    ) -> None:
        with app.app_context(), database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
            leaving.ask(ada.actor, ada.id)
        assert log_in(grace).get(f"/sites/{lamps.id}").status_code == 404
        with app.app_context(), database.unit_of_work():
            leaving.cancel(ada.actor, ada.id)
        assert log_in(grace).get(f"/sites/{lamps.id}").status_code == 200
        with clock.frozen(clock.now()):
            with app.app_context(), database.unit_of_work():
                leaving.ask(ada.actor, ada.id)
            clock.advance(leaving.GRACE.total_seconds() + 1)
            outbox.deliver()
            outbox.deliver()
        with database.unit_of_work(write=False) as session:
            assert session.get(Site, lamps.id) is None

    def test_what_a_member_takes_along_has_no_key(
        self, database: Database, lamps: Site, ada: User, grace: User, log_in: LogIn
    ) -> None:
        log_in(ada).post(f"/sites/{lamps.id}/settings/keys", data={"name": "Server"})
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        with database.unit_of_work(write=False):
            name, packed = packed_for(ada)
            _, of_grace = packed_for(grace)
        assert name == "sites.json"
        assert "Server" not in str(packed)
        assert packed["own"][0]["team"] == [{"username": "grace", "role": "viewer"}]
        assert of_grace["own"] == []
        assert of_grace["teams"] == [{"name": "Lamps", "url": "https://lamps.example", "role": "viewer"}]
