"""Leaving: hidden at once, back within seven days exactly as before, gone after them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from byline.accounts import invitations, leaving, member_acts
from byline.accounts.leaving_messages import DeleteMember
from byline.accounts.models import AuditEntry, Invitation, LoginSession, User
from byline.kernel import clock, db
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, NotAllowed
from byline.kernel.storage import Storage
from byline.posts.models import Media, PathRedirect, Post, PostAuthor, PostState, PostTag
from byline.web import context
from byline.worker import Worker
from tests.factories import PASSWORD, LogIn, MakePost, MakeUser, Outbox

DAY = 24 * 3600


@pytest.fixture
def in_app(app: Flask, unit_of_work: Session) -> object:
    """A unit of work in an application, for services that write letters."""
    with app.app_context():
        yield unit_of_work


def test_nobody_can_send_somebody_else_away(in_app: Session, make_user: MakeUser) -> None:
    ada, grace = make_user("ada"), make_user("grace")
    with pytest.raises(NotAllowed):
        leaving.ask(ada.actor, grace.id)


def test_the_last_administrator_cannot_leave(in_app: Session, make_user: MakeUser) -> None:
    root = make_user("rooter", role="Administrator")
    make_user("late", role="Administrator", deletion_asked_at=clock.now())
    make_user("shut", role="Administrator", suspended_at=clock.now())
    with pytest.raises(Conflict, match="only administrator"):
        leaving.ask(root.actor, root.id)


def test_an_administrator_can_leave_while_another_stays(in_app: Session, make_user: MakeUser) -> None:
    root = make_user("rooter", role="Administrator")
    make_user("second", role="Administrator")
    assert leaving.ask(root.actor, root.id).deletion_asked_at


def test_without_the_password_nobody_leaves(log_in: LogIn, make_user: MakeUser, database: Database) -> None:
    ada = make_user("ada")
    answer = log_in(ada).post("/settings/data/delete", data={"password": "not it at all"})
    assert answer.status_code == 400
    assert "not your password" in answer.text
    with database.unit_of_work() as reading:
        found = reading.get_one(User, ada.id)
        assert (found.deletion_asked_at, found.failed_logins) == (None, 1)


def leave(browser: FlaskClient) -> None:
    answer = browser.post("/settings/data/delete", data={"password": PASSWORD})
    assert answer.status_code == 303, answer.text


def states(database: Database) -> list[object]:
    """Every moment that lists show, of posts, their authors and their tags."""
    with database.unit_of_work(write=False) as reading:
        return [
            list(reading.execute(select(Post.id, Post.state, Post.listed_at).order_by(Post.id))),
            list(
                reading.execute(
                    select(PostAuthor.post_id, PostAuthor.user_id, PostAuthor.listed_at).order_by(
                        PostAuthor.post_id, PostAuthor.user_id
                    )
                )
            ),
            list(reading.execute(select(PostTag.post_id, PostTag.tag_id, PostTag.listed_at).order_by(PostTag.post_id))),
        ]


def test_who_leaves_is_hidden_at_once_and_comes_back_exactly(
    log_in: LogIn, client: FlaskClient, database: Database, make_user: MakeUser, make_post: MakePost
) -> None:
    ada, grace = make_user("ada"), make_user("grace")
    own = make_post(ada, title="Alone", tags=("Lamps",))
    for state in (PostState.DRAFT, PostState.UNLISTED, PostState.WITHDRAWN):
        make_post(ada, state=state)
    make_post(ada, title="Together", co_authors=[grace])
    before = states(database)
    browser, other = log_in(ada), log_in(ada)
    assert "Alone" in client.get("/").text

    leave(browser)
    home = client.get("/").text
    assert "Alone" not in home
    assert "Together" in home
    assert client.get("/@ada").status_code == 404
    assert client.get(f"/@ada/{own.slug}").status_code == 404
    assert "<text" in client.get("/avatar/grace").text
    face = client.get("/avatar/ada")
    assert (">A<" in face.text, face.headers["Cache-Control"]) == (False, "no-store")
    assert "/auth/login" in other.get("/settings/data").headers["Location"]
    assert browser.get("/").headers["Location"] == "/settings/data/leaving"
    assert "Stay" in browser.get("/settings/data/leaving").text

    assert browser.post("/settings/data/stay").status_code == 303
    assert states(database) == before
    assert "Alone" in client.get("/").text
    assert client.get("/@ada").status_code == 200


def test_asking_twice_counts_once(in_app: Session, make_user: MakeUser, stopped_clock: datetime) -> None:
    ada = make_user("ada")
    leaving.ask(ada.actor, ada.id)
    clock.advance(DAY)
    assert leaving.ask(ada.actor, ada.id).deletion_asked_at == stopped_clock


def test_nobody_is_deleted_before_their_days_are_over_or_after_they_came_back(
    app: Flask, database: Database, make_user: MakeUser, stopped_clock: datetime
) -> None:
    ada = make_user("ada")
    with app.app_context(), database.unit_of_work():
        leaving.ask(ada.actor, ada.id)
    clock.advance(7 * DAY - 1)
    Worker(app).run_due()
    assert exists(database, ada)
    with app.app_context(), database.unit_of_work():
        leaving.cancel(ada.actor, ada.id)
    clock.advance(2)
    Worker(app).run_due()
    assert exists(database, ada)


def exists(database: Database, user: User) -> bool:
    with database.unit_of_work(write=False) as reading:
        return reading.get(User, user.id) is not None


def test_after_seven_days_a_member_is_gone_and_what_others_wrote_with_them_stays(
    app: Flask,
    database: Database,
    make_user: MakeUser,
    make_post: MakePost,
    outbox: Outbox,
    client: FlaskClient,
    stopped_clock: datetime,
) -> None:
    ada, grace, jean = make_user("ada"), make_user("grace"), make_user("jean", invited_by_id=None)
    shown = picture(app, database, ada, b"shown")
    unused = picture(app, database, ada, b"unused")
    alone = make_post(ada, title="Alone", body=f"![it](/media/{unused})")
    shared = make_post(ada, title="Shared", body=f"![it](/media/{shown})", co_authors=[grace, jean])
    make_post(grace, title="Shared")
    helped = make_post(grace, title="Helped", co_authors=[ada])
    with app.app_context(), database.unit_of_work():
        leaving.ask(ada.actor, ada.id)
    clock.advance(7 * DAY)
    letters = outbox.deliver()
    assert sorted(letter["Subject"] for letter in letters) == [
        "Your account is deleted",
        "Your account will be deleted",
    ]
    Worker(app).run_due()
    with app.app_context(), database.unit_of_work():
        leaving.delete_due(DeleteMember(ada.id), context.settings_of())

    with database.unit_of_work(write=False) as reading:
        assert reading.get(User, ada.id) is None
        assert reading.get(Post, alone.id) is None
        kept = reading.get_one(Post, shared.id)
        assert (kept.author_id, kept.slug, kept.state) == (grace.id, "shared-2", PostState.PUBLISHED)
        writers = select(PostAuthor.user_id).where(PostAuthor.post_id == shared.id).order_by(PostAuthor.position)
        assert list(reading.scalars(writers)) == [grace.id, jean.id]
        assert list(reading.scalars(select(PostAuthor.user_id).where(PostAuthor.post_id == helped.id))) == [grace.id]
        assert reading.get_one(PathRedirect, "@ada/shared").post_id == shared.id
        assert list(reading.execute(select(Media.owner_id, Media.key))) == [(grace.id, shown)]
    storage = Storage(context.settings_of(app).data / "media")
    assert (storage.exists(shown), storage.exists(unused)) == (True, False)
    assert client.get("/@grace/shared-2").status_code == 200


def picture(app: Flask, database: Database, owner: User, data: bytes) -> str:
    key = Storage(context.settings_of(app).data / "media").put_content(data, "png")
    row = {"content_type": "image/png", "width": 1, "height": 1, "size_bytes": 5, "created_at": clock.now()}
    with database.unit_of_work() as writing:
        writing.add(Media(owner_id=owner.id, key=key, **row))
    return key


def test_a_post_whose_next_author_leaves_too_is_hidden_with_them(
    app: Flask, database: Database, make_user: MakeUser, make_post: MakePost, stopped_clock: datetime
) -> None:
    ada, grace = make_user("ada"), make_user("grace")
    post = make_post(ada, co_authors=[grace])
    with app.app_context(), database.unit_of_work():
        leaving.ask(ada.actor, ada.id)
        clock.advance(DAY)
        leaving.ask(grace.actor, grace.id)
    clock.advance(6 * DAY)
    Worker(app).run_due()
    with database.unit_of_work(write=False) as reading:
        kept = reading.get_one(Post, post.id)
        assert (kept.author_id, kept.listed_at) == (grace.id, None)
    clock.advance(DAY)
    Worker(app).run_due()
    with database.unit_of_work(write=False) as reading:
        assert reading.get(Post, post.id) is None


def test_an_administrator_may_send_somebody_away_and_it_is_written_down(in_app: Session, make_user: MakeUser) -> None:
    root, ada = make_user("rooter", role="Administrator"), make_user("ada")
    leaving.ask(root.actor, ada.id)
    leaving.cancel(SYSTEM, ada.id)
    entries = db.session().execute(select(AuditEntry.actor_name, AuditEntry.act, AuditEntry.subject))
    assert list(entries) == [("rooter", "member.leaving", "@ada"), ("system", "member.stayed", "@ada")]
    assert db.session().scalar(select(LoginSession.id)) is None


def test_no_address_of_a_deleted_member_stays(
    app: Flask, database: Database, make_user: MakeUser, stopped_clock: datetime
) -> None:
    root, ada = make_user("rooter", role="Administrator"), make_user("ada", confirmed=False)
    with app.test_request_context(), database.unit_of_work() as session:
        context.begin(app)
        invitation, _ = invitations.invite(root.actor, email="ada@example.org")
        invitation.used_by_id = ada.id
        member_acts.confirm(root.actor, ada.id)
        member_acts.change_email(root.actor, ada.id, "ada@later.example")
        member_acts.rename(root.actor, ada.id, "Lovelace")
        member_acts.change_email(root.actor, ada.id, "ada@latest.example")
        leaving.ask(SYSTEM, ada.id)
        session.flush()
    clock.advance(7 * DAY)
    Worker(app).run_due()
    assert not exists(database, ada)
    with database.unit_of_work(write=False) as reading:
        entries = reading.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        invited = reading.scalars(select(Invitation)).one()
    assert [entry.act for entry in entries[:3]] == ["invitation.made", "member.confirmed", "member.email"]
    assert "ada@" not in " ".join(f"{entry.subject} {entry.detail}" for entry in entries)
    assert invited.email is None


def test_who_has_no_password_leaves_only_after_a_fresh_log_in(
    log_in: LogIn, make_user: MakeUser, stopped_clock: datetime
) -> None:
    ada = make_user("ada", password=None)
    stale = log_in(ada)
    clock.advance(11 * 60)
    answer = stale.post("/settings/data/delete")
    assert answer.status_code == 400
    assert "Log out and in again" in answer.text
    assert log_in(ada).post("/settings/data/delete").status_code == 303


def test_two_administrators_who_leave_at_the_same_moment_leave_one(
    app: Flask, database: Database, make_user: MakeUser
) -> None:
    both = [make_user("rooter", role="Administrator"), make_user("second", role="Administrator")]
    together = threading.Barrier(2)

    def go(user: User) -> str:
        together.wait()
        try:
            with app.app_context(), database.unit_of_work():
                leaving.ask(user.actor, user.id)
        except Conflict as refusal:
            return refusal.code
        return "gone"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(go, both)) == ["gone", "last-administrator"]
