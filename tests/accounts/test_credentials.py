"""New passwords and new addresses."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from byline.accounts import attempts
from byline.accounts.models import User, WebAuthnCredential
from byline.kernel import clock
from byline.kernel.db import Database
from tests.accounts.test_passkeys import give_key
from tests.factories import PASSWORD, LogIn, MakeUser, Outbox, link_in

NEW = "seven restless owls"


pytestmark = pytest.mark.usefixtures("unlimited")


def again(database: Database, user: User) -> User:
    with database.unit_of_work(write=False) as session:
        found = session.get(User, user.id)
    assert found is not None
    return found


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/settings/sessions").status_code == 200


def enters(client: FlaskClient, password: str, who: str = "ada") -> bool:
    return client.post("/auth/login", data={"email": who, "password": password}).status_code == 302


def choose(client: FlaskClient, link: str, new: str = NEW, repeated: str | None = None) -> TestResponse:
    data = {"new_password": new, "new_password_confirm": new if repeated is None else repeated}
    return client.post(link, data=data)


@pytest.fixture
def reset_link(client: FlaskClient, ada: User, outbox: Outbox) -> str:
    client.post("/auth/reset", data={"email": "Ada@example.org"})
    return outbox.link("/auth/reset/")


def test_loading_the_answer_again_sends_nothing_again(client: FlaskClient, make_user: MakeUser, outbox: Outbox) -> None:
    make_user("ada")
    answer = client.post("/auth/reset", data={"email": "ada@example.org"})
    assert (answer.status_code, answer.location) == (303, "/auth/reset")
    assert "is on its way" in client.get("/auth/reset").text
    assert "is on its way" not in client.get("/auth/reset").text
    assert len(outbox.deliver()) == 1


def test_asking_tells_nobody_who_has_an_account(client: FlaskClient, make_user: MakeUser, outbox: Outbox) -> None:
    make_user("ada")
    make_user("grace", active=False)
    bodies = {
        client.post("/auth/reset", data={"email": address}, follow_redirects=True).text.replace(address, "…")
        for address in ("ada@example.org", "grace@example.org", "nobody@example.org")
    }
    assert len(bodies) == 1
    assert [message["To"] for message in outbox.deliver()] == ["ada@example.org"]


def test_what_is_no_address_comes_back(client: FlaskClient) -> None:
    answer = client.post("/auth/reset", data={"email": "nobody"})
    assert answer.status_code == 400
    assert 'value="nobody"' in answer.text


@pytest.mark.parametrize(("new", "repeated"), [("short", "short"), (NEW, "another one"), ("adaadaadaada", "x")])
def test_a_weak_new_password_is_refused(
    client: FlaskClient, reset_link: str, ada: User, database: Database, new: str, repeated: str
) -> None:
    assert choose(client, reset_link, new, repeated).status_code == 400
    assert again(database, ada).password == ada.password


def test_a_reset_changes_the_password_ends_every_session_and_tells(
    client: FlaskClient, reset_link: str, ada: User, log_in: LogIn, outbox: Outbox
) -> None:
    browser = log_in(ada)
    assert client.get(reset_link).status_code == 200
    assert choose(client, reset_link).location == "/auth/login"
    assert not is_in(browser)
    assert not enters(client, PASSWORD)
    assert enters(client, NEW)
    assert outbox.deliver()[-1]["Subject"] == "Your password was changed"


def test_a_reset_link_works_once(client: FlaskClient, reset_link: str) -> None:
    choose(client, reset_link)
    assert choose(client, reset_link).status_code == 410
    assert client.get(reset_link).status_code == 410


def test_a_reset_link_grows_old_in_an_hour(client: FlaskClient, ada: User, outbox: Outbox) -> None:
    with clock.frozen(clock.now()):
        client.post("/auth/reset", data={"email": "ada@example.org"})
        link = outbox.link("/auth/reset/")
        clock.advance(3602)
        assert choose(client, link).status_code == 410


def test_a_reset_proves_the_address_and_ends_a_rest(
    client: FlaskClient, make_user: MakeUser, outbox: Outbox, database: Database
) -> None:
    grace = make_user("grace", confirmed=False, locked_until=clock.now() + attempts.REST)
    client.post("/auth/reset", data={"email": "grace@example.org"})
    choose(client, outbox.link("/auth/reset/"))
    kept = again(database, grace)
    assert kept.confirmed_at is not None
    assert kept.locked_until is None


def change(browser: FlaskClient, password: str = PASSWORD, new: str = NEW) -> TestResponse:
    data = {"password": password, "new_password": new, "new_password_confirm": new}
    return browser.post("/auth/change", data=data)


def test_changing_takes_the_old_password(ada: User, log_in: LogIn, database: Database) -> None:
    browser = log_in(ada)
    answer = change(browser, password="not it at all")
    assert answer.status_code == 400
    assert "not your password" in answer.text
    assert again(database, ada).failed_logins == 1
    for _ in range(attempts.MOST):
        change(browser, password="not it at all")
    assert "too many wrong tries" in change(browser).text


def test_changing_logs_every_other_browser_out_and_tells(
    client: FlaskClient, ada: User, log_in: LogIn, outbox: Outbox
) -> None:
    other, here = log_in(ada), log_in(ada)
    assert change(here).location == "/settings/security"
    assert (is_in(other), is_in(here)) == (False, True)
    assert enters(client, NEW)
    assert outbox.deliver()[-1]["Subject"] == "Your password was changed"


def by_recipient(outbox: Outbox) -> dict[str, str]:
    return {str(message["To"]): link_in(message, "/auth/") for message in outbox.deliver()}


def move(browser: FlaskClient, address: str = "ada@new.example", password: str = PASSWORD) -> TestResponse:
    return browser.post("/auth/change-email", data={"email": address, "password": password})


@pytest.mark.parametrize(
    ("address", "password"),
    [("nobody", PASSWORD), ("ada@example.org", PASSWORD), ("ada@new.example", "not it at all")],
)
def test_an_address_is_not_changed_by_what_is_wrong(
    ada: User, log_in: LogIn, outbox: Outbox, address: str, password: str
) -> None:
    assert move(log_in(ada), address, password).status_code == 400
    assert outbox.deliver() == []


def test_the_new_address_counts_once_it_is_confirmed(
    client: FlaskClient, ada: User, log_in: LogIn, outbox: Outbox, database: Database
) -> None:
    move(log_in(ada))
    assert again(database, ada).email == "ada@example.org"
    links = by_recipient(outbox)
    assert links.keys() == {"ada@example.org", "ada@new.example"}
    client.post(links["ada@new.example"])
    assert again(database, ada).email == "ada@new.example"
    assert outbox.deliver()[-1]["Subject"] == "Your e-mail address was changed"
    assert enters(client, PASSWORD, "ada@new.example")


def test_a_change_can_be_called_off(
    client: FlaskClient, ada: User, log_in: LogIn, outbox: Outbox, database: Database
) -> None:
    browser = log_in(ada)
    move(browser)
    links = by_recipient(outbox)
    browser.post("/auth/change-email/keep")
    assert client.post(links["ada@new.example"]).status_code == 410
    assert again(database, ada).email == "ada@example.org"


def test_whoever_has_the_old_address_may_object(
    client: FlaskClient, ada: User, log_in: LogIn, outbox: Outbox, database: Database
) -> None:
    thief = log_in(ada)
    move(thief, "thief@evil.example")
    links = by_recipient(outbox)
    client.post(links["thief@evil.example"])
    assert again(database, ada).email == "thief@evil.example"
    assert client.get(links["ada@example.org"]).status_code == 200
    assert is_in(thief)
    assert client.post(links["ada@example.org"]).status_code == 200
    kept = again(database, ada)
    assert (kept.email, kept.pending_email, kept.password) == ("ada@example.org", None, None)
    assert not is_in(thief)
    assert not enters(client, PASSWORD)
    assert choose(client, outbox.link("/auth/reset/")).status_code == 302
    assert enters(client, NEW)
    assert client.post(links["ada@example.org"]).status_code == 410
    assert client.post(links["thief@evil.example"]).status_code == 410


def test_objecting_takes_the_keys_that_open_without_a_password(
    client: FlaskClient, ada: User, log_in: LogIn, outbox: Outbox, database: Database
) -> None:
    move(log_in(ada), "thief@evil.example")
    give_key(database, ada, "The thief's phone")
    hers = give_key(database, ada, "Her second step", usage="secondary")
    client.post(by_recipient(outbox)["ada@example.org"])
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(WebAuthnCredential.id)).all() == [hers]


def test_no_stranger_is_written_to_in_a_members_words(make_user: MakeUser, log_in: LogIn, outbox: Outbox) -> None:
    move(log_in(make_user("grace", name="You won at https://evil.example")), "stranger@example.net")
    (letter,) = (mail for mail in outbox.deliver() if mail["To"] == "stranger@example.net")
    assert "evil.example" not in letter.as_string()
    assert "grace" in letter.as_string()


def test_an_address_of_another_member_is_told_only_by_mail(
    ada: User, make_user: MakeUser, log_in: LogIn, outbox: Outbox
) -> None:
    make_user("grace")
    browser = log_in(ada)
    free, taken = move(browser, "free@example.org"), move(browser, "grace@example.org")
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert outbox.deliver()[-1]["Subject"] == "You have an account at Byline"
