"""Where a member is logged in, and how that ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts import sessions
from byline.accounts.models import LoginSession, User
from byline.kernel import clock
from byline.kernel.db import Database
from tests.factories import PASSWORD, LogIn, MakeUser

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/settings/sessions").status_code == 200


def ids_of(database: Database, user: User) -> list[int]:
    with database.unit_of_work(write=False) as session:
        rows = select(LoginSession.id).where(LoginSession.user_id == user.id).order_by(LoginSession.id)
        return list(session.scalars(rows))


def test_each_browser_is_listed_and_this_one_marked(ada: User, log_in: LogIn) -> None:
    log_in(ada)
    page = log_in(ada).get("/settings/sessions").text
    assert page.count("Last used") == 2
    assert page.count("This browser") == 1


def test_ending_one_works_at_once(ada: User, log_in: LogIn, database: Database) -> None:
    lost, here = log_in(ada), log_in(ada)
    first = ids_of(database, ada)[0]
    assert here.post(f"/settings/sessions/{first}/end").location == "/settings/sessions"
    assert not is_in(lost)
    assert is_in(here)


def test_ending_all_others_keeps_this_one(ada: User, log_in: LogIn) -> None:
    others, here = [log_in(ada), log_in(ada)], log_in(ada)
    here.post("/settings/sessions/end-others")
    assert [is_in(browser) for browser in (*others, here)] == [False, False, True]


def test_nobody_ends_somebody_elses(ada: User, log_in: LogIn, make_user: MakeUser, database: Database) -> None:
    browser = log_in(ada)
    thief = log_in(make_user("grace"))
    assert thief.post(f"/settings/sessions/{ids_of(database, ada)[0]}/end").status_code == 404
    assert is_in(browser)


@pytest.mark.parametrize("number", ["0", "2147483648", "9223372036854775808", "9" * 40])
def test_a_number_that_is_no_session_is_not_found(ada: User, log_in: LogIn, number: str) -> None:
    assert log_in(ada).post(f"/settings/sessions/{number}/end").status_code == 404
    assert (
        log_in(ada).post(f"/settings/security/passkeys/{number}/remove", data={"password": PASSWORD}).status_code == 404
    )


def test_ending_the_one_in_use_logs_out(ada: User, log_in: LogIn, database: Database) -> None:
    here = log_in(ada)
    assert here.post(f"/settings/sessions/{ids_of(database, ada)[0]}/end").location == "/"
    assert not is_in(here)


def test_a_session_that_nobody_used_for_long_ends_by_itself(ada: User, log_in: LogIn, database: Database) -> None:
    with clock.frozen(clock.now()):
        browser = log_in(ada)
        with database.unit_of_work():
            sessions.remove_old()
        assert is_in(browser)
        with database.unit_of_work() as session:
            row = session.scalars(select(LoginSession)).one()
            row.seen_at = clock.now() - sessions.ENDS_AFTER
        assert not is_in(browser)
        with database.unit_of_work():
            sessions.remove_old()
    assert ids_of(database, ada) == []


def test_use_is_noted_once_a_minute(ada: User, log_in: LogIn, database: Database) -> None:
    with clock.frozen(clock.now()) as _:
        browser = log_in(ada)
        clock.advance(timedelta(minutes=5).total_seconds())
        browser.get("/settings/sessions")
        with database.unit_of_work(write=False) as session:
            assert session.scalars(select(LoginSession.seen_at)).one() == clock.now()


def test_a_suspended_member_is_out_at_once(ada: User, log_in: LogIn, database: Database) -> None:
    browser = log_in(ada)
    with database.unit_of_work() as session:
        session.merge(ada).suspended_at = clock.now()
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "a program"),
        ("", "An unknown browser"),
        ("x" * 5000, "An unknown browser"),
    ],
)
def test_a_browser_is_told_in_words(user_agent: str, words: str) -> None:
    assert sessions.device_of(user_agent) == words


def test_only_the_words_are_kept(client: FlaskClient, ada: User, database: Database) -> None:
    from tests.factories import PASSWORD

    client.post("/auth/login", data={"email": "ada", "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(LoginSession.device)).one() == "Firefox on Linux"
