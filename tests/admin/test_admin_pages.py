"""The administration's pages: who comes in, what they cost, and what they show."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import byline
from byline import wiring
from byline.accounts.models import User
from byline.admin import wording
from byline.kernel import bus, clock
from byline.kernel.bus import Task
from byline.kernel.db import Database
from byline.kernel.mail import SendMail, compose, keep
from byline.kernel.settings import Settings
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser

PAGES = (
    "/admin",
    "/admin/members",
    "/admin/members/ada",
    "/admin/roles",
    "/admin/invitations",
    "/admin/mail",
    "/admin/undelivered",
    "/admin/tasks",
    "/admin/tasks?state=dead",
    "/admin/system",
    "/admin/settings",
    "/admin/pages",
    "/admin/new-page",
    "/admin/audit",
)
ACTS = (
    *(f"/admin/members/ada/{act}" for act in ("confirm", "unconfirm", "lift", "log-out", "unlock", "delete", "keep")),
    *(
        f"/admin/members/ada/{act}"
        for act in ("draw", "one-step", "role", "rename", "address", "suspend", "profile", "picture")
    ),
    "/admin/members/ada/hand-over",
    "/admin/roles",
    *(f"/admin/roles/1{act}" for act in ("", "/default", "/remove")),
    "/admin/invitations",
    "/admin/invitations/1/revoke",
    "/admin/tasks/1/retry",
    "/admin/tasks/1/discard",
    "/admin/undelivered/resend",
    "/admin/undelivered/1/resend",
    "/admin/undelivered/1/discard",
    "/admin/members",
    *(f"/admin/settings/{part}" for part in ("identity", "look", "joining", "comments", "openness")),
    "/admin/settings/identity/undo",
    "/admin/settings/logo",
    "/admin/settings/logo/remove",
    "/admin/new-page",
    "/admin/pages/about",
    "/admin/pages/about/up",
    "/admin/pages/about/remove",
    "/admin/removed-pages/1/restore",
)


def test_every_route_of_the_room_is_listed_here(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin.")]
    posts = {rule.rule for rule in rules if "POST" in (rule.methods or ())}
    addresses = app.url_map.bind("localhost")
    assert {addresses.match(act, "POST", return_rule=True)[0].rule for act in ACTS} == posts
    assert {rule.rule.count("/") for rule in rules} <= {1, 2, 3, 4}


@pytest.fixture
def others(log_in: LogIn, make_user: MakeUser) -> list[FlaskClient]:
    """The browsers of a member and of a moderator."""
    return [log_in(make_user("ada")), log_in(make_user("mo", role="Moderator"))]


def test_only_administrators_read(client: FlaskClient, others: list[FlaskClient], admin: FlaskClient) -> None:
    for address in PAGES:
        assert client.get(address).headers["Location"].startswith("/auth/login?next="), address
        assert [other.get(address).status_code for other in others] == [403, 403], address
        assert admin.get(address).status_code == 200, address


def test_only_administrators_act(client: FlaskClient, others: list[FlaskClient], admin: FlaskClient) -> None:
    for address in ACTS:
        assert client.post(address).status_code == 401, address
        assert [other.post(address).status_code for other in others] == [403, 403], address
    for address in ACTS:
        assert admin.post(address).status_code in (200, 303, 400, 404, 409), address


def test_a_page_costs_the_same_for_many_members(
    admin: FlaskClient, make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    make_post(make_user("ada"))
    task(database, dead=True)
    few = {address: cost(admin, address) for address in PAGES}
    for number in range(19):
        make_post(make_user(f"writer{number}"))
        task(database, dead=bool(number % 2))
    assert {address: cost(admin, address) for address in PAGES} == few
    assert max(few.values()) <= 14


def cost(browser: FlaskClient, address: str) -> int:
    for _ in range(2):
        # The first request may write when the member was last seen, which makes the second one ask anew who they are.
        browser.get(address)
    with budget.counted() as statements:
        browser.get(address)
    return len(statements)


def task(database: Database, *, dead: bool = False, error: str | None = "OSError: away") -> int:
    now = clock.now()
    with database.unit_of_work() as writing:
        row = Task(
            name="kernel.mail", payload="{}", created_at=now, run_at=now, last_error=error, dead=dead, attempts=3
        )
        writing.add(row)
    return row.id


def names_in(page: str) -> list[str]:
    return re.findall(r'href="/admin/members/([a-z0-9-]+)"', page)


def test_members_are_found_by_name_and_address_role_and_state(admin: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada", name="Ada Lovelace")
    make_user("grace", email="hopper@navy.example", role="Moderator")
    make_user("jean", confirmed=False)
    make_user("radia", suspended_at=clock.now())
    make_user("lynn", claimed=False, email=None)
    make_user("per_cent")
    moderator = 2
    found = {
        "?q=lovelace": ["ada"],
        "?q=%40ADA": ["ada"],
        "?q=navy": ["grace"],
        "?q=100%25": [],
        "?q=_": [],
        f"?role={moderator}": ["grace"],
        "?state=unconfirmed": ["jean"],
        "?state=suspended": ["radia"],
        "?state=unclaimed": ["lynn"],
        "?state=nonsense&role=nonsense&q=grace": ["grace"],
    }
    found["?q=_"] = ["per_cent"]
    for query, names in found.items():
        shown = re.findall(
            r'class="person quiet" href="/admin/members/([a-z_]+)"', admin.get(f"/admin/members{query}").text
        )
        assert shown == names, query


def test_members_come_in_pages_that_keep_what_was_asked(admin: FlaskClient, make_user: MakeUser) -> None:
    for number in range(25):
        make_user(f"writer{number}", name="Common Name")
    first = admin.get("/admin/members?q=common").text
    older = re.search(r'href="(\?q=common&amp;before=[^"]+)"', first)
    assert older
    second = admin.get("/admin/members" + older[1].replace("&amp;", "&")).text
    assert len(set(names_in(first)) | set(names_in(second))) == 25


def test_kept_mail_is_shown_as_text_with_its_link(admin: FlaskClient, settings: Settings) -> None:
    text = "Hello <script>alert(1)</script>\n\nhttp://localhost/auth/confirm/abc"
    path = keep(
        compose(SendMail("ada@example.org", "Confirm <b>", text, "<b>html</b>"), settings), settings.data / "outbox"
    )
    assert "Confirm &lt;b&gt;" in admin.get("/admin/mail").text
    page = admin.get(f"/admin/mail/{path.stem}").text
    assert 'href="http://localhost/auth/confirm/abc"' in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["..%2f..%2fsecret_key", "x", "20260101T000000.000000-abcdef", "secret_key"])
def test_nothing_but_kept_mail_can_be_read(admin: FlaskClient, settings: Settings, name: str) -> None:
    Path(settings.data / "outbox").mkdir()
    assert admin.get(f"/admin/mail/{name}").status_code == 404


def test_kept_mail_comes_in_pages(admin: FlaskClient, settings: Settings) -> None:
    for number in range(25):
        keep(compose(SendMail("ada@example.org", f"Number {number:02}", "Text"), settings), settings.data / "outbox")
    first = admin.get("/admin/mail").text
    assert first.index("Number 24") < first.index("Number 05")
    older = re.search(r'href="(\?before=[^"]+)"', first)
    assert older
    assert "Number 04" not in first
    assert "Number 04" in admin.get(f"/admin/mail{older[1]}").text


def test_a_failed_task_is_tried_again_or_thrown_away(admin: FlaskClient, database: Database) -> None:
    first, second = task(database, dead=True), task(database)
    assert "OSError: away" in admin.get("/admin/tasks?state=dead").text
    assert admin.post(f"/admin/tasks/{first}/retry").status_code == 303
    assert admin.post(f"/admin/tasks/{second}/discard").status_code == 303
    assert admin.post(f"/admin/tasks/{second}/discard").status_code == 404
    with database.unit_of_work(write=False) as reading:
        again = reading.get_one(bus.Task, first)
        assert (again.dead, again.attempts) == (False, 0)
        assert reading.get(bus.Task, second) is None
    log = admin.get("/admin/audit").text
    assert "retried the task" in log
    assert "discarded the task" in log


def test_the_overview_claims_no_more_than_it_looked_at(app: Flask, settings: Settings, admin: FlaskClient) -> None:
    page = admin.get("/admin").text
    assert "No mail server is set" in page
    assert "The site is well" not in page
    app.extensions["byline.settings"] = dataclasses.replace(
        settings, mail_url="smtp://127.0.0.1:1", secret_key="k" * 40
    )
    page = admin.get("/admin").text
    assert "What is looked at here is well. Whether the mail server takes mail is asked on another page." in page
    app.extensions["byline.settings"] = dataclasses.replace(settings, url="http://example.org")
    assert "travel in the clear" in admin.get("/admin").text


def test_the_system_page_keeps_secrets(app: Flask, settings: Settings, admin: FlaskClient) -> None:
    secret = dataclasses.replace(settings, mail_url="smtp://ada:swordfish@127.0.0.1:1", secret_key="k" * 40)
    app.extensions["byline.settings"] = secret
    page = admin.get("/admin/system").text
    assert "BYLINE_SECRET_KEY" in page
    assert "BYLINE_TAGLINE" in page
    assert "swordfish" not in page
    assert "kkkk" not in page


def test_a_suspension_may_end_by_itself(
    admin: FlaskClient, make_user: MakeUser, database: Database, stopped_clock: datetime
) -> None:
    ada = make_user("ada")
    answer = admin.post("/admin/members/ada/suspend", data={"reason": "Rest a little.", "days": "8"})
    assert answer.status_code == 400
    assert "Choose how long." in answer.text
    assert "Rest a little.</textarea>" in answer.text
    assert admin.post("/admin/members/ada/suspend", data={"reason": "Rest.", "days": "7"}).status_code == 303
    with database.unit_of_work(write=False) as reading:
        assert reading.get_one(User, ada.id).suspended_until == stopped_clock + timedelta(days=7)
    assert ", until <time" in admin.get("/admin/members/ada").text
    grace = make_user("grace")
    admin.post("/admin/members/grace/suspend", data={"reason": "Gone.", "days": "0"})
    with database.unit_of_work(write=False) as reading:
        assert reading.get_one(User, grace.id).suspended_until is None


def test_an_unknown_member_is_a_page(admin: FlaskClient) -> None:
    answer = admin.get("/admin/members/nobody-here")
    assert answer.status_code == 404


def test_the_log_is_narrowed_by_kind_subject_and_who_did_it(admin: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada", confirmed=False)
    admin.post("/admin/members/ada/confirm")
    admin.post("/admin/settings/identity", data={"version": "0", "name": "The Harbour", "tagline": ""})
    whole = admin.get("/admin/audit").text
    assert "confirmed the address of" in whole
    assert "changed the settings of" in whole
    assert "changed the settings of" not in admin.get("/admin/audit?kind=member").text
    assert "confirmed the address of" not in admin.get("/admin/audit?kind=site").text
    assert "changed the settings of" not in admin.get("/admin/audit?subject=@ada").text
    assert "changed the settings of" in admin.get("/admin/audit?by=rooter&kind=site").text
    for none in ("by=ada", "kind=s%25", "kind=mem", "subject=%27"):
        assert "Nothing fits" in admin.get(f"/admin/audit?{none}").text, none


def test_every_kind_of_act_has_words() -> None:
    assert {act.split(".")[0] for act in wording.ACTS} == set(wording.KINDS)


def test_every_act_of_the_log_has_words() -> None:
    sources = (path.read_text() for path in Path(byline.__file__).parent.rglob("*.py"))
    noted = {act for source in sources for act in re.findall(r'note\(\s*\w+, "([a-z-]+\.[a-z-]+)"', source)}
    assert noted == set(wording.ACTS)


def test_every_task_has_words_of_its_own() -> None:
    assert {bus.name_of(job) for job in wiring.JOBS} <= set(wording.TASKS)
