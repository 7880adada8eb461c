"""What everybody sees: public dashboards, frames and badges; and what nobody sees there."""

from __future__ import annotations

import re
from datetime import timedelta

import lxml.etree
import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.analytics.hits import Hit
from byline.analytics.report import service as reports
from byline.analytics.report.filters import filter_of
from byline.analytics.report.rules import NoteForm
from byline.analytics.sites import service as sites
from byline.analytics.sites.content import General
from byline.analytics.sites.models import Site
from byline.kernel import clock
from byline.kernel.db import Database
from byline.statistics.sharing import badge, service, views
from tests import budget
from tests.factories import LogIn
from tests.statistics.conftest import Count
from tests.statistics.looking import PASSWORD, SEE, MakeShare, ancestors, make_public, visitors


@pytest.mark.usefixtures("unlimited", "three_visitors")
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


@pytest.mark.usefixtures("unlimited", "three_visitors")
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


@pytest.mark.usefixtures("unlimited", "three_visitors")
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
