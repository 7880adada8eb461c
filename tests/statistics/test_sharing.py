"""What others see of a site: public dashboards, links, frames and badges; and what they never see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import lxml.etree
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from byline.accounts.models import AuditEntry, User
from byline.analytics.hits import Hit
from byline.analytics.report import service as reports
from byline.analytics.report.filters import filter_of
from byline.analytics.report.rules import NoteForm
from byline.analytics.sites import service as sites
from byline.analytics.sites import team
from byline.analytics.sites.content import General
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, NotAllowed, NotFound
from byline.statistics import packing
from byline.statistics.sharing import badge, rules, service, views
from byline.statistics.sharing.models import Share
from byline.statistics.sharing.rules import NewShare
from tests import budget
from tests.factories import LogIn, MakeUser
from tests.statistics.conftest import Count

PASSWORD = "seven small lamps"
SEE = "https://press.example"
MakeShare = Callable[..., Share]


@pytest.fixture
def share(database: Database, lamps: Site, ada: User) -> MakeShare:
    """Make a link to ada's site."""

    def made(name: str = "Press", **given: object) -> Share:
        with database.unit_of_work():
            return service.make_share(ada.actor, lamps.id, NewShare(name, **given))  # type: ignore[arg-type]

    return made


@pytest.fixture
def hits(count: Count, lamps: Site) -> None:
    """Three visitors today, two of them on one page."""
    at = int(clock.now().timestamp() * 1000)
    paths = ("/red", "/red", "/blue")
    count(*(Hit(lamps.id, at, visitor=number, path=path, view=number) for number, path in enumerate(paths, 1)))


def make_public(database: Database, site: Site, **columns: object) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Site).where(Site.id == site.id).values(is_public=True, **columns))


def visitors(answer: TestResponse) -> str:
    found = re.search(r'data-metric="visitors" data-value="(\d+)"', answer.text)
    assert found, answer.status
    return found[1]


def ancestors(answer: TestResponse) -> str:
    return answer.headers["Content-Security-Policy"].split("frame-ancestors ")[1]


@pytest.mark.usefixtures("unlimited", "hits")
class TestPublic:
    def test_a_site_that_is_not_public_is_not_there(
        self, client: FlaskClient, log_in: LogIn, lamps: Site, grace: User
    ) -> None:
        for path in ("", "/by/page", "/now"):
            assert log_in(grace).get(f"/sites/{lamps.id}{path}").status_code == 404
            assert client.get(f"/sites/{lamps.id}{path}").headers["Location"].startswith("/auth/login")
        assert client.get(f"/sites/{lamps.id}/badge.svg").status_code == 404

    def test_everybody_sees_a_public_one(
        self, client: FlaskClient, database: Database, log_in: LogIn, lamps: Site, grace: User
    ) -> None:
        make_public(database, lamps)
        for browser in (client, log_in(grace)):
            assert visitors(browser.get(f"/sites/{lamps.id}")) == "3"
            assert 'data-key="/red"' in browser.get(f"/sites/{lamps.id}/by/page").text
            assert browser.get(f"/sites/{lamps.id}/now").json == {"current_visitors": 3}

    def test_strangers_get_no_cookie_and_no_way_to_change_anything(
        self, client: FlaskClient, database: Database, lamps: Site
    ) -> None:
        make_public(database, lamps)
        answer = client.get(f"/sites/{lamps.id}")
        assert "Set-Cookie" not in answer.headers
        assert '<meta name="robots" content="noindex">' in answer.text
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert 'method="post"' not in answer.text
        for page in ("settings", "goals", "segments", "notes", "install"):
            assert f"/sites/{lamps.id}/{page}" not in answer.text
            assert client.get(f"/sites/{lamps.id}/{page}").status_code != 200

    def test_what_the_team_calls_things_stays_with_the_team(
        self, client: FlaskClient, database: Database, log_in: LogIn, lamps: Site, ada: User
    ) -> None:
        make_public(database, lamps)
        with database.unit_of_work():
            kept = reports.save_segment(ada.actor, lamps.id, "Competitors", [filter_of("page", "/blue")])
            reports.add_note(ada.actor, lamps.id, NoteForm(clock.now().date(), "We were hacked"))
        theirs = log_in(ada).get(f"/sites/{lamps.id}").text
        assert "Competitors" in theirs
        assert "We were hacked" in theirs
        answer = client.get(f"/sites/{lamps.id}?segment={kept.id}")
        assert visitors(answer) == "3"
        assert "Competitors" not in answer.text
        assert "We were hacked" not in answer.text

    def test_a_typed_filter_leads_to_the_narrowed_page(
        self, client: FlaskClient, database: Database, lamps: Site
    ) -> None:
        make_public(database, lamps)
        answer = client.get(f"/sites/{lamps.id}?add=page&how=is&value=/blue", follow_redirects=True)
        assert visitors(answer) == "1"

    @pytest.mark.parametrize("away", ["hidden_at", "deletion_asked_at"])
    def test_a_site_that_is_away_is_away_for_everybody(
        self, client: FlaskClient, database: Database, lamps: Site, share: MakeShare, away: str
    ) -> None:
        token = share().token
        make_public(database, lamps, **{away: clock.now()})
        assert client.get(f"/sites/{lamps.id}").status_code == 302
        assert client.get(f"/shared/{token}").status_code == 404
        assert client.get(f"/sites/{lamps.id}/badge.svg").status_code == 404

    def test_a_list_that_there_is_not_is_not_found(self, client: FlaskClient, database: Database, lamps: Site) -> None:
        make_public(database, lamps)
        assert client.get(f"/sites/{lamps.id}/by/no-such-list").status_code == 404

    def test_its_page_costs_few_statements(self, client: FlaskClient, database: Database, lamps: Site) -> None:
        make_public(database, lamps)
        client.get(f"/sites/{lamps.id}")
        with budget.at_most(8):
            client.get(f"/sites/{lamps.id}")


@pytest.mark.usefixtures("unlimited", "hits")
class TestLinks:
    def test_whoever_has_it_looks(self, client: FlaskClient, lamps: Site, share: MakeShare) -> None:
        at = f"/shared/{share().token}"
        answer = client.get(at)
        assert visitors(answer) == "3"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert f'data-now="{at}/now"' in answer.text
        assert f'href="{at}/by/page?' in answer.text
        assert f"/sites/{lamps.id}" not in answer.text
        assert 'data-key="/red"' in client.get(f"{at}/by/page").text
        assert client.get(f"{at}/now").json == {"current_visitors": 3}

    def test_its_address_is_long_and_random(self, share: MakeShare) -> None:
        tokens = {share(f"To {number}").token for number in range(5)}
        assert len(tokens) == 5
        assert {len(token) for token in tokens} == {22}

    @pytest.mark.parametrize("token", ["no-such-link", "%00", "%ff", "x" * 5000, "ünïcode", "' OR 1=1 --"])
    def test_one_that_does_not_exist_says_so_politely(self, client: FlaskClient, token: str) -> None:
        answer = client.get(f"/shared/{token}")
        assert answer.status_code == 404
        assert client.get(f"/shared/{token}/embed").status_code == 404
        assert client.get(f"/shared/{token}/by/page").status_code == 404

    def test_one_that_was_revoked_or_has_ended_shows_nothing(
        self, client: FlaskClient, database: Database, lamps: Site, ada: User, share: MakeShare
    ) -> None:
        with clock.frozen(clock.now()):
            ends, revoked = share("A day", days=1), share("Revoked")
            assert client.get(f"/shared/{ends.token}").status_code == 200
            with database.unit_of_work():
                service.revoke_share(ada.actor, lamps.id, revoked.id)
            clock.advance(timedelta(days=1).total_seconds())
            for link in (ends, revoked):
                for path in ("", "/by/page", "/now"):
                    answer = client.get(f"/shared/{link.token}{path}")
                    assert answer.status_code == 410
                    assert "Lamps" not in answer.text
                assert views.OVER in client.get(f"/shared/{link.token}").text
                assert client.post(f"/shared/{link.token}", data={"password": "x"}).status_code == 410

    def test_it_goes_with_its_site(
        self, client: FlaskClient, database: Database, lamps: Site, share: MakeShare
    ) -> None:
        token = share().token
        with database.unit_of_work() as session:
            session.delete(session.get_one(Site, lamps.id))
        assert client.get(f"/shared/{token}").status_code == 404

    def test_one_for_a_segment_shows_that_alone(
        self, client: FlaskClient, database: Database, lamps: Site, ada: User, share: MakeShare
    ) -> None:
        with database.unit_of_work():
            blue = reports.save_segment(ada.actor, lamps.id, "Blue", [filter_of("page", "/blue")])
        at = f"/shared/{share(segment_id=blue.id).token}"
        for asked in ("", "?segment=0", "?period=today", "?f=is,page,/blue", "?segment=&f=contains,page,/"):
            answer = client.get(at + asked)
            assert visitors(answer) == "1"
            assert "/red" not in answer.text
        assert visitors(client.get(f"{at}?f=is,page,/red")) == "0"
        assert visitors(client.get(f"{at}?period=realtime")) == "1"
        assert "/red" not in client.get(f"{at}/by/page").text
        assert client.get(f"{at}/now").status_code == 403
        assert "data-current" not in client.get(at).text

    def test_it_shows_no_more_when_the_segment_changes_or_goes(
        self, client: FlaskClient, database: Database, lamps: Site, ada: User, share: MakeShare
    ) -> None:
        with database.unit_of_work():
            blue = reports.save_segment(ada.actor, lamps.id, "Blue", [filter_of("page", "/blue")])
        at = f"/shared/{share(segment_id=blue.id).token}"
        with database.unit_of_work():
            reports.delete_segment(ada.actor, lamps.id, blue.id)
        assert visitors(client.get(at)) == "1"
        with database.unit_of_work() as session:
            session.execute(update(Share).values(filters=["is,what-was-a-dimension-once,x"]))
        assert visitors(client.get(at)) == "0"

    def test_its_address_is_in_no_log(
        self, client: FlaskClient, share: MakeShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from byline import hooks

        said: list[dict[str, object]] = []

        class Log:
            def info(self, _event: str, **values: object) -> None:
                said.append(values)

        monkeypatch.setattr(hooks, "log", Log())
        token = share().token
        for path in ("", "/embed", "/by/page", "/now", "/no/such/thing"):
            client.get(f"/shared/{token}{path}")
        assert len(said) == 5
        assert token not in str(said)

    def test_it_is_not_counted_among_the_pages_of_this_byline(self, client: FlaskClient, share: MakeShare) -> None:
        assert "/sites/1/visit" in client.get("/").text
        assert "/sites/1/visit" not in client.get(f"/shared/{share().token}").text
        assert "/sites/1/visit" not in client.get("/shared/no-such-link").text


@pytest.mark.usefixtures("hits")
class TestPassword:
    def test_it_is_asked_before_anything_is_shown(self, client: FlaskClient, share: MakeShare) -> None:
        at = f"/shared/{share(password=PASSWORD).token}"
        answer = client.get(f"{at}?period=today")
        assert answer.status_code == 200
        assert "Lamps" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert client.get(f"{at}/by/page").headers["Location"] == at
        assert client.get(f"{at}/now").status_code == 403

    def test_the_right_one_opens_the_link_in_this_browser(self, app: Flask, share: MakeShare) -> None:
        browser, at = app.test_client(), f"/shared/{share(password=PASSWORD).token}"
        answer = browser.post(f"{at}?period=today", data={"password": PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{at}?period=today")
        cookie = answer.headers["Set-Cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", f"Path={at}", "Max-Age=43200"))
        assert visitors(browser.get(at)) == "3"
        assert browser.get(f"{at}/by/page").status_code == 200
        assert "Lamps" not in app.test_client().get(at).text

    def test_wrong_ones_are_told_so_in_the_same_words(self, client: FlaskClient, share: MakeShare) -> None:
        at = f"/shared/{share(password=PASSWORD).token}"
        pages = set()
        for typed in ("", "x", PASSWORD.upper(), PASSWORD + " ", "\0", "é" * 5000):
            answer = client.post(at, data={"password": typed})
            assert answer.status_code == 400
            assert "Set-Cookie" not in answer.headers
            pages.add(answer.text)
        assert len(pages) == 1

    @pytest.mark.parametrize("forged", ["", "x", "1.abc.def", "{id}.{id}.x", "\xff"])
    def test_a_forged_cookie_opens_nothing(self, client: FlaskClient, share: MakeShare, forged: str) -> None:
        made = share(password=PASSWORD)
        client.set_cookie(f"shared_{made.id}", forged.format(id=made.id), path="/")
        assert "Lamps" not in client.get(f"/shared/{made.token}").text

    def test_the_cookie_of_another_link_opens_nothing(self, app: Flask, share: MakeShare) -> None:
        first, second = share("One", password=PASSWORD), share("Two", password=PASSWORD)
        browser = app.test_client()
        browser.post(f"/shared/{first.token}", data={"password": PASSWORD})
        kept = browser.get_cookie(f"shared_{first.id}", path=f"/shared/{first.token}")
        assert kept
        other = app.test_client()
        other.set_cookie(f"shared_{second.id}", kept.value, path="/")
        assert "Lamps" not in other.get(f"/shared/{second.token}").text

    def test_it_is_asked_again_after_half_a_day(self, client: FlaskClient, share: MakeShare) -> None:
        with clock.frozen(clock.now()):
            at = f"/shared/{share(password=PASSWORD).token}"
            sent = client.post(at, data={"password": PASSWORD}).headers["Set-Cookie"]
            name, value = sent.split(";")[0].split("=", 1)
            clock.advance(12 * 3600 + 1)
            client.set_cookie(name, value, path="/")
            assert "Lamps" not in client.get(at).text

    def test_it_is_kept_as_a_hash(self, share: MakeShare) -> None:
        assert (share(password=PASSWORD).password or "").startswith("$argon2id$")

    def test_guessing_is_slowed_down(self, client: FlaskClient, share: MakeShare) -> None:
        at = f"/shared/{share(password=PASSWORD).token}"
        answers = [client.post(at, data={"password": str(number)}).status_code for number in range(12)]
        assert answers == [400] * 10 + [429] * 2

    def test_guessing_from_everywhere_is_slowed_down_too(
        self, client: FlaskClient, share: MakeShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "WRONG_OF_A_LINK", "3 per hour")
        at = f"/shared/{share(password=PASSWORD).token}"
        answers = [
            client.post(at, data={"password": "x"}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status_code
            for number in range(5)
        ]
        assert answers == [400] * 3 + [429] * 2


class TestGuessing:
    def test_whoever_tries_many_links_has_to_wait(self, client: FlaskClient, share: MakeShare) -> None:
        real = share().token
        answers = [client.get(f"/shared/guess-{number}").status_code for number in range(32)]
        assert answers == [404] * 30 + [429] * 2
        assert client.get(f"/shared/{real}").status_code == 429
        elsewhere = client.get(f"/shared/{real}", environ_base={"REMOTE_ADDR": "192.0.2.9"})
        assert elsewhere.status_code == 200

    def test_looking_again_and_again_costs_no_more_than_it_may(
        self, client: FlaskClient, share: MakeShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from byline.statistics.sharing import looking

        monkeypatch.setattr(looking, "LOOKS", "3 per minute")
        at = f"/shared/{share().token}"
        assert [client.get(at).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.usefixtures("unlimited", "hits")
class TestFrame:
    def test_only_pages_of_the_named_websites_may_show_it(self, client: FlaskClient, share: MakeShare) -> None:
        made = share(origins=[SEE, "https://*.news.example"])
        answer = client.get(f"/shared/{made.token}/embed")
        assert visitors(answer) == "3"
        assert ancestors(answer) == f"{SEE} https://*.news.example"
        assert "Set-Cookie" not in answer.headers
        assert 'class="bar"' not in answer.text
        assert "X-Frame-Options" not in answer.headers

    def test_everything_else_stays_out_of_frames(
        self, client: FlaskClient, database: Database, lamps: Site, share: MakeShare
    ) -> None:
        made, shut = share(origins=[SEE]), share("Shut", password=PASSWORD)
        make_public(database, lamps)
        pages = ["", "/by/page", "/no/such", f"/../{shut.token}", f"/../{shut.token}/embed", "/../none/embed"]
        addresses = [*(f"/shared/{made.token}{page}" for page in pages), f"/sites/{lamps.id}", "/", "/auth/login"]
        assert {ancestors(client.get(address)) for address in addresses} == {"'none'"}

    def test_a_link_that_names_no_website_has_no_frame(self, client: FlaskClient, share: MakeShare) -> None:
        answer = client.get(f"/shared/{share().token}/embed")
        assert (answer.status_code, ancestors(answer)) == (404, "'none'")

    def test_the_colours_are_chosen_in_the_address_and_kept_by_its_links(
        self, client: FlaskClient, share: MakeShare
    ) -> None:
        at = f"/shared/{share(origins=[SEE]).token}/embed"
        dark = client.get(f"{at}?theme=dark").text
        assert '<html lang="en" data-bs-theme="dark">' in dark
        links = re.findall(r'href="(\?[^"]*)"', dark)
        assert links
        assert [link for link in links if "theme=dark" not in link] == []
        assert 'name="theme" value="dark"' in dark
        assert '<html lang="en">' in client.get(at).text
        assert '<html lang="en">' in client.get(f'{at}?theme="><script>').text

    def test_what_leads_away_opens_beside_the_frame(self, client: FlaskClient, share: MakeShare) -> None:
        page = client.get(f"/shared/{share(origins=[SEE]).token}/embed").text
        away = re.findall(r'<a [^>]*href="(?:/|https?:)[^>]*>', page)
        assert away
        assert [link for link in away if 'target="_blank"' not in link] == []

    def test_a_frame_that_is_over_says_so_where_it_was(
        self, client: FlaskClient, database: Database, lamps: Site, ada: User, share: MakeShare
    ) -> None:
        made = share(origins=[SEE])
        with database.unit_of_work():
            service.revoke_share(ada.actor, lamps.id, made.id)
        answer = client.get(f"/shared/{made.token}/embed")
        assert (answer.status_code, ancestors(answer)) == (410, SEE)
        assert views.OVER in answer.text


@pytest.mark.usefixtures("unlimited", "hits")
class TestBadge:
    def test_it_is_a_picture_that_may_be_kept_for_five_minutes(
        self, client: FlaskClient, database: Database, lamps: Site
    ) -> None:
        make_public(database, lamps, name='<script>"&')
        answer = client.get(f"/sites/{lamps.id}/badge.svg")
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        drawn = lxml.etree.fromstring(answer.data)
        assert drawn.get("aria-label") == '<script>"&: 3 visitors in 30 days'
        assert not drawn.xpath("//*[local-name()='script']")
        again = client.get(f"/sites/{lamps.id}/badge.svg", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304

    def test_it_counts_thirty_days_or_all(
        self, client: FlaskClient, database: Database, lamps: Site, count: Count
    ) -> None:
        make_public(database, lamps)
        long_ago = int((clock.now() - timedelta(days=40)).timestamp() * 1000)
        count(Hit(lamps.id, long_ago, visitor=9, path="/", view=9))
        assert "3 visitors in 30 days" in client.get(f"/sites/{lamps.id}/badge.svg").text
        assert ": 4 visitors<" in client.get(f"/sites/{lamps.id}/badge.svg?period=all&style=dark").text

    def test_a_site_that_is_not_public_needs_the_key_of_a_link(
        self, client: FlaskClient, database: Database, lamps: Site, ada: User, share: MakeShare
    ) -> None:
        open_link, shut = share(), share("Shut", password=PASSWORD)
        at = f"/sites/{lamps.id}/badge.svg?key="
        assert client.get(at + badge.key_of(open_link)).status_code == 200
        refused = ("", "x", open_link.token, badge.key_of(shut))
        assert [client.get(at + key).status_code for key in refused] == [404] * 4
        with database.unit_of_work():
            service.revoke_share(ada.actor, lamps.id, open_link.id)
        assert client.get(at + badge.key_of(open_link)).status_code == 404

    def test_a_key_opens_no_other_site(
        self, client: FlaskClient, database: Database, grace: User, share: MakeShare
    ) -> None:
        with database.unit_of_work():
            other = sites.add(grace.actor, General("Other", "https://other.example"))
        assert client.get(f"/sites/{other.id}/badge.svg?key={badge.key_of(share())}").status_code == 404


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
