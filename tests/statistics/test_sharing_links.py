"""Links that show a dashboard to whoever has them: with a password or without, and what guessing leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from byline.accounts.models import User
from byline.analytics.report import service as reports
from byline.analytics.report.filters import filter_of
from byline.analytics.sites.models import Site
from byline.kernel import clock
from byline.kernel.db import Database
from byline.statistics.sharing import service, views
from byline.statistics.sharing.models import Share
from tests.statistics.looking import PASSWORD, MakeShare, visitors


@pytest.mark.usefixtures("unlimited", "three_visitors")
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


@pytest.mark.usefixtures("three_visitors")
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
