"""Who decides what is shared: the page of its settings, and the service behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts.models import AuditEntry, User
from byline.analytics.report import service as reports
from byline.analytics.report.filters import filter_of
from byline.analytics.sites import service as sites
from byline.analytics.sites import team
from byline.analytics.sites.content import General
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, NotAllowed, NotFound
from byline.statistics import packing
from byline.statistics.sharing import rules, service
from byline.statistics.sharing.models import Share
from byline.statistics.sharing.rules import NewShare
from tests.factories import LogIn, MakeUser
from tests.statistics.looking import PASSWORD, MakeShare


@pytest.mark.usefixtures("unlimited")
class TestSettings:
    def test_a_link_is_made_copied_revoked_and_brought_back(
        self, database: Database, client: FlaskClient, log_in: LogIn, lamps: Site, ada: User
    ) -> None:
        browser, at = log_in(ada), f"/sites/{lamps.id}/settings/sharing"
        form = {"name": "Press <b>", "days": "7", "origins": "press.example\r\n"}
        page = browser.post(at, data=form, follow_redirects=True).text
        assert "Press &lt;b&gt;" in page
        with database.unit_of_work(write=False) as session:
            made = session.scalars(select(Share)).one()
        assert made.expires_at == made.created_at + timedelta(days=7)
        assert f'value="http://localhost/shared/{made.token}"' in page
        assert f"http://localhost/shared/{made.token}/embed&#34;" in page
        revoked = browser.post(f"{at}/{made.id}/revoke", follow_redirects=True).text
        assert f'action="{at}/{made.id}/restore"' in revoked
        assert made.token not in revoked
        assert client.get(f"/shared/{made.token}").status_code == 410
        assert browser.post(f"{at}/{made.id}/restore").status_code == 303
        assert client.get(f"/shared/{made.token}").status_code == 200

    def test_a_refused_form_comes_back_filled_in_but_for_the_password(
        self, log_in: LogIn, lamps: Site, ada: User
    ) -> None:
        form = {"name": "Press", "days": "30", "origins": "no site", "password": "a long secret"}
        answer = log_in(ada).post(f"/sites/{lamps.id}/settings/sharing", data=form)
        assert answer.status_code == 400
        assert 'value="Press"' in answer.text
        assert '<option selected value="30">' in answer.text
        assert "no site</textarea>" in answer.text
        assert "“no site” is no website." in answer.text
        assert "a long secret" not in answer.text

    @pytest.mark.parametrize("field", ["days", "segment"])
    @pytest.mark.parametrize("value", ["x", "0", "-1", "99999999999", "\0"])
    def test_a_choice_that_there_is_not_is_refused(
        self, log_in: LogIn, lamps: Site, ada: User, field: str, value: str
    ) -> None:
        answer = log_in(ada).post(f"/sites/{lamps.id}/settings/sharing", data={"name": "Press", field: value})
        assert answer.status_code == 400

    def test_a_segment_of_another_site_is_refused(self, database: Database, ada: User, share: MakeShare) -> None:
        with database.unit_of_work():
            other = sites.add(ada.actor, General("Other", "https://other.example"))
            foreign = reports.save_segment(ada.actor, other.id, "Theirs", [filter_of("page", "/")])
        with pytest.raises(Exception, match="does not exist any more"):
            share(segment_id=foreign.id)

    def test_the_public_switch_goes_both_ways(self, client: FlaskClient, log_in: LogIn, lamps: Site, ada: User) -> None:
        browser, at = log_in(ada), f"/sites/{lamps.id}/settings/sharing"
        page = browser.post(f"{at}/public", data={"public": "yes"}, follow_redirects=True).text
        assert "Everybody may see the numbers of Lamps now." in page
        assert f"&lt;img src=&#34;http://localhost/sites/{lamps.id}/badge.svg&#34;" in page
        assert f'value="http://localhost/sites/{lamps.id}"' in page
        browser.post(f"/sites/{lamps.id}/settings/collecting", data={"retention_days": "90"})
        assert client.get(f"/sites/{lamps.id}").status_code == 200
        browser.post(f"{at}/public", data={"public": "no"})
        assert client.get(f"/sites/{lamps.id}").status_code == 302

    @pytest.mark.parametrize("act", ["", "/public", "/{share}/revoke", "/{share}/restore"])
    def test_somebody_elses_site_is_not_found_and_stays_as_it_is(
        self, database: Database, log_in: LogIn, lamps: Site, make_user: MakeUser, share: MakeShare, act: str
    ) -> None:
        made = share()
        browser = log_in(make_user("root", role="Administrator"))
        at = f"/sites/{lamps.id}/settings/sharing{act.format(share=made.id)}"
        assert browser.post(at, data={"name": "Mine", "public": "yes"}).status_code == 404
        with database.unit_of_work(write=False) as session:
            assert session.get_one(Site, lamps.id).is_public is False
            assert [one.revoked_at for one in session.scalars(select(Share))] == [None]

    def test_a_link_of_another_site_is_not_found(
        self, database: Database, log_in: LogIn, grace: User, share: MakeShare
    ) -> None:
        with database.unit_of_work():
            other = sites.add(grace.actor, General("Other", "https://other.example"))
        made = share()
        at = f"/sites/{other.id}/settings/sharing/{made.id}"
        assert log_in(grace).post(f"{at}/revoke").status_code == 404
        assert log_in(grace).post(f"{at}/restore").status_code == 404

    def test_viewers_decide_about_their_letters_only(
        self, database: Database, log_in: LogIn, lamps: Site, ada: User, grace: User, share: MakeShare
    ) -> None:
        made = share()
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        browser, at = log_in(grace), f"/sites/{lamps.id}/settings"
        assert browser.get(f"{at}/mail").status_code == 200
        assert browser.get(f"{at}/sharing").status_code == 403
        for act in ("", "/public", f"/{made.id}/revoke"):
            assert browser.post(f"{at}/sharing{act}", data={"name": "Mine"}).status_code == 403

    def test_what_administrators_share_of_this_byline_is_in_the_audit_log(
        self, database: Database, make_user: MakeUser
    ) -> None:
        root = make_user("root", role="Administrator").actor
        with database.unit_of_work():
            made = service.make_share(root, THIS_BYLINE, NewShare("Press"))
            service.revoke_share(root, THIS_BYLINE, made.id)
            service.revoke_share(root, THIS_BYLINE, made.id)
            service.set_public(root, THIS_BYLINE, is_public=True)
        with database.unit_of_work(write=False) as session:
            noted = [entry.detail for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        assert noted == ["link “Press” made", "link “Press” revoked", "public"]

    def test_links_are_taken_along_but_not_their_secrets(
        self, database: Database, ada: User, lamps: Site, share: MakeShare
    ) -> None:
        made = share(password=PASSWORD)
        with database.unit_of_work():
            service.choose_letters(ada.actor, lamps.id, rules.Letters(weekly=True, spike=50))
            _, packed = packing.portion(ada.id)
        assert "Press" in str(packed)
        assert "weekly" in str(packed)
        assert made.token not in str(packed)
        assert str(made.password) not in str(packed)


class TestService:
    def test_there_are_no_more_links_than_a_site_may_have(
        self, database: Database, lamps: Site, ada: User, share: MakeShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "MOST_SHARES", 2)
        first, _ = share("One"), share("Two")
        with pytest.raises(Conflict):
            share("Three")
        with database.unit_of_work():
            service.revoke_share(ada.actor, lamps.id, first.id)
        share("Three")
        with database.unit_of_work(), pytest.raises(Conflict):
            service.restore_share(ada.actor, lamps.id, first.id)

    def test_a_revoked_link_comes_back_within_an_hour_only(
        self, database: Database, lamps: Site, ada: User, share: MakeShare
    ) -> None:
        made = share()
        with clock.frozen(clock.now()):
            with database.unit_of_work():
                service.revoke_share(ada.actor, lamps.id, made.id)
            clock.advance(3601)
            with database.unit_of_work(), pytest.raises(Conflict):
                service.restore_share(ada.actor, lamps.id, made.id)

    def test_strangers_and_other_members_may_do_nothing(
        self, database: Database, lamps: Site, grace: User, ada: User
    ) -> None:
        with database.unit_of_work():
            for act in (
                lambda: service.make_share(grace.actor, lamps.id, NewShare("Mine")),
                lambda: service.set_public(grace.actor, lamps.id, True),
                lambda: service.choose_letters(grace.actor, lamps.id, rules.Letters(weekly=True)),
            ):
                with pytest.raises(NotFound):
                    act()
            team.put(ada.actor, lamps.id, grace.id, "viewer")
            with pytest.raises(NotAllowed):
                service.make_share(grace.actor, lamps.id, NewShare("Mine"))
