"""Reports and alerts: to whom, when, once, and how they end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from byline.accounts.models import User
from byline.analytics.hits import Hit
from byline.analytics.sites import team
from byline.analytics.sites.models import Site, SiteMember
from byline.kernel import bus, clock
from byline.kernel.bus import Task
from byline.kernel.db import Database
from byline.statistics.sharing import jobs, letters, links, service
from byline.statistics.sharing.messages import BeginReports, LookOut, WriteReport
from byline.statistics.sharing.models import Alert, ReportMail
from byline.statistics.sharing.rules import Letters
from byline.web import context
from tests.factories import LogIn, Outbox
from tests.statistics.conftest import Count

pytestmark = pytest.mark.usefixtures("unlimited", "saturday")
SATURDAY = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
TO_MONDAY = timedelta(days=1, hours=18)
"""To Monday, 7 o'clock in Berlin."""
HOUR = 3600


@pytest.fixture
def saturday() -> Iterator[None]:
    with clock.frozen(SATURDAY):
        yield


@pytest.fixture
def hits(count: Count, lamps: Site) -> None:
    """Two visitors on Wednesday, one in the week before."""
    days = (
        datetime(2026, 3, 11, 9, tzinfo=UTC),
        datetime(2026, 3, 11, 10, tzinfo=UTC),
        datetime(2026, 3, 4, tzinfo=UTC),
    )
    for number, at in enumerate(days, 1):
        source = "Google" if number == 1 else ""
        count(Hit(lamps.id, int(at.timestamp() * 1000), visitor=number, path="/<red>", view=number, source=source))


def choose(database: Database, member: User, site: Site, chosen: Letters) -> None:
    with database.unit_of_work():
        service.choose_letters(member.actor, site.id, chosen)


def run(app: Flask, database: Database, task: object) -> list[EmailMessage]:
    """Do a periodic task and everything that follows from it; answer all mail so far."""
    with app.app_context(), database.unit_of_work():
        bus.enqueue(task)
    return Outbox(app).deliver()


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.usefixtures("hits")
class TestReports:
    def test_the_first_comes_on_monday_at_seven_on_the_sites_clock(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        assert run(app, database, BeginReports()) == []
        clock.advance(TO_MONDAY.total_seconds() - 1)
        assert run(app, database, BeginReports()) == []
        clock.advance(1)
        (letter,) = run(app, database, BeginReports())
        assert letter["To"] == "ada@example.org"
        assert letter["Subject"] == "Lamps: 2 visitors last week"

    def test_it_says_how_many_what_they_read_and_where_they_came_from(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance(TO_MONDAY.total_seconds())
        (letter,) = run(app, database, BeginReports())
        text = text_of(letter)
        for part in ("Lamps, 9 to 15 March 2026", "Visitors: 2 (+100", "2  /<red>", "1  Google"):
            assert part in text
        assert f"http://localhost/sites/{lamps.id}?period=custom&from=2026-03-09&to=2026-03-15" in text
        assert "/&lt;red&gt;" in html_of(letter)

    def test_a_month_is_told_of_on_its_first_morning(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(monthly=True))
        clock.advance((datetime(2026, 4, 1, 5, tzinfo=UTC) - SATURDAY).total_seconds())
        (letter,) = run(app, database, BeginReports())
        assert letter["Subject"] == "Lamps: 3 visitors last month"
        assert "1 to 31 March 2026" in text_of(letter)

    def test_a_week_without_anybody_is_told_of_too(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance((TO_MONDAY + timedelta(days=7)).total_seconds())
        (letter,) = run(app, database, BeginReports())
        assert "Nobody came by in this week" in text_of(letter)

    def test_it_comes_once_however_often_the_worker_looks(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance(TO_MONDAY.total_seconds())
        for _ in range(3):
            assert len(run(app, database, BeginReports())) == 1
            clock.advance(HOUR)
        clock.advance(timedelta(days=7).total_seconds())
        assert len(run(app, database, BeginReports())) == 2

    def test_it_comes_once_though_two_tasks_ask_for_it(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance(TO_MONDAY.total_seconds())
        with database.unit_of_work() as session:
            mail_id = session.scalars(select(ReportMail.id)).one()
            for _ in range(3):
                bus.enqueue(WriteReport(mail_id, "2026-03-16"))
        assert len(Outbox(app).deliver()) == 1

    def test_it_comes_once_though_another_worker_was_faster_while_this_one_counted(
        self, app: Flask, database: Database, lamps: Site, ada: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance(TO_MONDAY.total_seconds())
        with database.unit_of_work() as session:
            mail_id = session.scalars(select(ReportMail.id)).one()
        count_really, others = letters.report_of, list[bool]()

        def counted_slowly(*asked: object) -> letters.Report:
            if not others:
                others.append(True)
                with database.unit_of_work():
                    jobs.write_report(WriteReport(mail_id, "2026-03-16"), context.settings_of(app))
            return count_really(*asked)  # type: ignore[arg-type]

        monkeypatch.setattr(letters, "report_of", counted_slowly)
        with database.unit_of_work():
            bus.enqueue(WriteReport(mail_id, "2026-03-16"))
        assert len(Outbox(app).deliver()) == 1
        assert others

    def test_a_worker_that_dies_while_writing_leaves_it_to_the_next(
        self, app: Flask, database: Database, lamps: Site, ada: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance(TO_MONDAY.total_seconds())

        def dies(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(letters, "write_report", dies)
            with pytest.raises(KeyboardInterrupt):
                run(app, database, BeginReports())
        clock.advance(HOUR)
        assert len(Outbox(app).deliver()) == 1

    def test_another_time_zone_brings_no_second_letter(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance(TO_MONDAY.total_seconds())
        run(app, database, BeginReports())
        with database.unit_of_work() as session:
            session.execute(update(Site).where(Site.id == lamps.id).values(time_zone="America/Los_Angeles"))
        clock.advance(24 * HOUR)
        assert len(run(app, database, BeginReports())) == 1

    def test_who_left_the_team_gets_no_more(
        self, app: Flask, database: Database, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        choose(database, grace, lamps, Letters(weekly=True))
        with database.unit_of_work() as session:
            session.execute(delete(SiteMember))
            session.execute(delete(Task))
        clock.advance(TO_MONDAY.total_seconds())
        assert run(app, database, BeginReports()) == []
        with database.unit_of_work() as session:
            assert session.scalars(select(ReportMail)).all() == []

    @pytest.mark.parametrize("away", ["hidden_at", "deletion_asked_at"])
    def test_nobody_is_written_to_about_a_site_that_is_away(
        self, app: Flask, database: Database, lamps: Site, ada: User, away: str
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        with database.unit_of_work() as session:
            session.execute(update(Site).where(Site.id == lamps.id).values({away: clock.now()}))
        clock.advance(TO_MONDAY.total_seconds())
        assert run(app, database, BeginReports()) == []
        with database.unit_of_work() as session:
            assert len(session.scalars(select(ReportMail)).all()) == 1

    def test_a_suspended_member_is_not_asked_for_again_and_again(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        with database.unit_of_work() as session:
            session.execute(update(User).where(User.id == ada.id).values(suspended_at=clock.now()))
        clock.advance(TO_MONDAY.total_seconds())
        assert run(app, database, BeginReports()) == []
        with app.app_context(), database.unit_of_work() as session:
            jobs.begin_reports(BeginReports(), context.settings_of(app))
            assert session.scalars(select(Task).where(Task.name.endswith("WriteReport"))).all() == []

    def test_choosing_twice_is_once_and_keeps_what_was_told(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True))
        clock.advance(TO_MONDAY.total_seconds())
        run(app, database, BeginReports())
        choose(database, ada, lamps, Letters(weekly=True, monthly=True))
        assert len(run(app, database, BeginReports())) == 1


class TestEnding:
    @pytest.fixture
    def link(self, app: Flask, database: Database, lamps: Site, ada: User) -> str:
        choose(database, ada, lamps, Letters(weekly=True, monthly=True))
        clock.advance(TO_MONDAY.total_seconds())
        (letter,) = run(app, database, BeginReports())
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = str(letter["List-Unsubscribe"]).strip("<>")
        assert address in text_of(letter)
        return address.removeprefix("http://localhost")

    def paces(self, database: Database) -> list[str]:
        with database.unit_of_work(write=False) as session:
            return list(session.scalars(select(ReportMail.pace)))

    def test_opening_the_link_ends_nothing(self, app: Flask, database: Database, link: str) -> None:
        page = app.test_client().get(link)
        assert "the weekly numbers of Lamps" in page.text
        assert "no-store" in page.headers["Cache-Control"]
        assert len(self.paces(database)) == 2

    def test_one_click_ends_these_letters_and_no_others(
        self, guarded_app: Flask, database: Database, link: str
    ) -> None:
        answer = guarded_app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert self.paces(database) == ["monthly"]

    def test_the_button_does_the_same_and_twice_does_no_harm(self, app: Flask, database: Database, link: str) -> None:
        for _ in range(2):
            page = app.test_client().post(link, follow_redirects=True)
            assert "You get no more of this mail" in page.text
        assert self.paces(database) == ["monthly"]

    def test_a_forged_link_ends_nothing(self, app: Flask, database: Database, link: str) -> None:
        signed = link.rsplit("/", 1)[1]
        kind, number, *rest = signed.split(".")
        forged = ["x", "", f"{kind}.{int(number) + 1}.{'.'.join(rest)}", signed[:-2], "report.1.2", "%00", "é.1.1.x"]
        for token in forged:
            assert app.test_client().post(f"{links.PATH}/{token}").status_code in (404, 405, 410)
        assert len(self.paces(database)) == 2

    def test_a_link_does_not_end_what_got_its_number_later(
        self, app: Flask, database: Database, lamps: Site, ada: User, link: str
    ) -> None:
        choose(database, ada, lamps, Letters())
        clock.advance(5)
        choose(database, ada, lamps, Letters(weekly=True))
        with database.unit_of_work() as session:
            session.execute(update(ReportMail).values(id=int(link.split(".")[1])))
        assert app.test_client().post(link).status_code == 303
        assert self.paces(database) == ["weekly"]


class TestAlerts:
    def visit(self, count: Count, site: Site, visitors: int) -> None:
        at = int(clock.now().timestamp() * 1000)
        count(
            *(
                Hit(site.id, at, visitor=at + number, path="/red", view=at % 10**6 + number)
                for number in range(visitors)
            )
        )

    def test_many_visitors_at_once_are_told_of_once(
        self, app: Flask, database: Database, lamps: Site, ada: User, count: Count
    ) -> None:
        choose(database, ada, lamps, Letters(spike=3))
        self.visit(count, lamps, 2)
        assert run(app, database, LookOut()) == []
        self.visit(count, lamps, 3)
        (letter,) = run(app, database, LookOut())
        assert letter["Subject"] == "Lamps: 3 visitors right now"
        assert "You wanted to hear of 3 or more." in text_of(letter)
        assert "3  /red" in text_of(letter)
        assert "List-Unsubscribe" in letter
        assert len(run(app, database, LookOut())) == 1
        clock.advance(HOUR)
        assert len(run(app, database, LookOut())) == 1
        self.visit(count, lamps, 5)
        assert len(run(app, database, LookOut())) == 1
        clock.advance(11 * HOUR)
        run(app, database, LookOut())
        self.visit(count, lamps, 4)
        assert len(run(app, database, LookOut())) == 2

    def test_silence_is_told_of_with_the_last_visitor(
        self, app: Flask, database: Database, lamps: Site, ada: User, count: Count
    ) -> None:
        self.visit(count, lamps, 1)
        choose(database, ada, lamps, Letters(silence=24))
        clock.advance(24 * HOUR - 1)
        assert run(app, database, LookOut()) == []
        clock.advance(1)
        assert run(app, database, LookOut()) == []
        clock.advance(600)
        (letter,) = run(app, database, LookOut())
        assert letter["Subject"] == "Lamps: no visitor for a day"
        assert "The last visitor was there on Saturday, 14 March, at 13:00 (Europe/Berlin)." in text_of(letter)
        clock.advance(48 * HOUR)
        assert len(run(app, database, LookOut())) == 1

    def test_a_site_that_never_had_a_visitor_is_not_silent(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(silence=1))
        for _ in range(3):
            clock.advance(2 * HOUR)
            assert run(app, database, LookOut()) == []

    def test_two_workers_write_one_letter(
        self, app: Flask, database: Database, lamps: Site, ada: User, count: Count, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        choose(database, ada, lamps, Letters(spike=2))
        self.visit(count, lamps, 2)
        from byline.analytics.report import sql_watch

        count_really, others = sql_watch.current_visitors, list[bool]()

        def counted_slowly(*asked: object) -> object:
            if not others:
                others.append(True)
                with database.unit_of_work():
                    jobs.look_out(LookOut(), context.settings_of(app))
            return count_really(*asked)  # type: ignore[arg-type]

        monkeypatch.setattr(sql_watch, "current_visitors", counted_slowly)
        assert len(run(app, database, LookOut())) == 1
        assert others

    def test_who_left_gets_none_and_is_forgotten(
        self, app: Flask, database: Database, lamps: Site, ada: User, grace: User, count: Count
    ) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        choose(database, grace, lamps, Letters(spike=2))
        with database.unit_of_work() as session:
            session.execute(delete(SiteMember))
            session.execute(delete(Task))
        self.visit(count, lamps, 2)
        assert run(app, database, LookOut()) == []
        with database.unit_of_work() as session:
            assert session.scalars(select(Alert)).all() == []

    def test_a_new_number_begins_anew_but_never_writes_sooner(
        self, app: Flask, database: Database, lamps: Site, ada: User, count: Count
    ) -> None:
        choose(database, ada, lamps, Letters(spike=2))
        self.visit(count, lamps, 5)
        assert len(run(app, database, LookOut())) == 1
        choose(database, ada, lamps, Letters(spike=3))
        assert len(run(app, database, LookOut())) == 1

    def test_looking_out_is_a_few_statements_for_many_sites(
        self, app: Flask, database: Database, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(spike=2, silence=3))
        from tests import budget

        with app.app_context(), database.unit_of_work(), budget.at_most(3):
            jobs.look_out(LookOut(), context.settings_of(app))


class TestForm:
    def test_what_was_chosen_is_shown_again(self, log_in: LogIn, lamps: Site, ada: User) -> None:
        browser, at = log_in(ada), f"/sites/{lamps.id}/settings/mail"
        assert browser.post(at, data={"weekly": "y", "spike": "50", "silence": ""}).status_code == 303
        page = browser.get(at).text
        assert 'value="50"' in page
        ticked = [box for box in re.findall(r"<input [^>]*>", page) if " checked" in box]
        assert re.findall(r'name="(\w+)"', " ".join(ticked)) == ["weekly"]

    def test_a_refused_form_comes_back_filled_in(self, log_in: LogIn, lamps: Site, ada: User) -> None:
        answer = log_in(ada).post(f"/sites/{lamps.id}/settings/mail", data={"spike": "lots", "silence": "24"})
        assert answer.status_code == 400
        assert 'value="lots"' in answer.text
        assert 'value="24"' in answer.text
        assert answer.text.count('class="field-error"') == 1

    def test_nothing_is_written_to_whoever_takes_it_back(
        self, app: Flask, database: Database, log_in: LogIn, lamps: Site, ada: User
    ) -> None:
        choose(database, ada, lamps, Letters(weekly=True, spike=2))
        log_in(ada).post(f"/sites/{lamps.id}/settings/mail", data={"weekly": "", "spike": ""})
        clock.advance(TO_MONDAY.total_seconds())
        assert run(app, database, BeginReports()) == []
