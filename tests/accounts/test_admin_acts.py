"""What administrators do to members, roles and invitations: refusals first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from byline.accounts import audit, invitations, member_acts, role_acts, roles
from byline.accounts.models import AuditEntry, FormerName, LoginSession, User
from byline.kernel import clock, db
from byline.kernel.access import EVERYTHING, NOTHING, SYSTEM, Actor, Permission
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories import PASSWORD, LogIn, MakePost, MakeUser, Outbox

ACTS: dict[str, Callable[[Actor, int], object]] = {
    "role": lambda actor, user_id: member_acts.give_role(actor, user_id, 1),
    "confirm": member_acts.confirm,
    "unconfirm": member_acts.unconfirm,
    "suspend": lambda actor, user_id: member_acts.suspend(actor, user_id, "Spam"),
    "lift": member_acts.lift_suspension,
    "rename": lambda actor, user_id: member_acts.rename(actor, user_id, "countess"),
    "email": lambda actor, user_id: member_acts.change_email(actor, user_id, "new@example.org"),
    "end sessions": member_acts.end_sessions,
    "unlock": member_acts.unlock,
    "hand over": invitations.hand_over,
}
ON_ROLES: dict[str, Callable[[Actor], object]] = {
    "make": lambda actor: role_acts.make(actor, "Reader", NOTHING),
    "change": lambda actor: role_acts.change(actor, 1, "User", NOTHING),
    "default": lambda actor: role_acts.make_default(actor, 1),
    "remove": lambda actor: role_acts.remove(actor, 1),
    "invite": invitations.invite,
    "revoke": lambda actor: invitations.revoke(actor, 1),
}


@pytest.fixture
def session(app: Flask, unit_of_work: Session) -> Iterator[Session]:
    """A unit of work in an application, for services that write letters."""
    with app.app_context():
        yield unit_of_work


@pytest.fixture
def root(make_user: MakeUser) -> User:
    return make_user("rooter", role="Administrator")


@pytest.mark.parametrize("act", ACTS)
def test_only_administrators_act_on_members(act: str, session: Session, make_user: MakeUser) -> None:
    ada, mo = make_user("ada"), make_user("mo", role="Moderator")
    for actor in (ada.actor, mo.actor):
        with pytest.raises(NotAllowed):
            ACTS[act](actor, ada.id)
    with pytest.raises(NotFound):
        ACTS[act](SYSTEM, 4711)


@pytest.mark.parametrize("act", ON_ROLES)
def test_only_administrators_change_roles_and_invite(act: str, session: Session, make_user: MakeUser) -> None:
    with pytest.raises(NotAllowed):
        ON_ROLES[act](make_user("mo", role="Moderator").actor)


SHUTS_OUT: dict[str, Callable[[Actor, int], object]] = {
    "suspend": lambda actor, user_id: member_acts.suspend(actor, user_id, "Tired"),
    "role": lambda actor, user_id: member_acts.give_role(actor, user_id, roles.named(roles.USER).id),
    "unconfirm": member_acts.unconfirm,
}


@pytest.mark.parametrize("act", SHUTS_OUT)
def test_nobody_shuts_themselves_out(act: str, session: Session, root: User, make_user: MakeUser) -> None:
    make_user("second", role="Administrator")
    with pytest.raises(Conflict):
        SHUTS_OUT[act](root.actor, root.id)


@pytest.mark.parametrize("act", SHUTS_OUT)
def test_the_last_administrator_stays(act: str, session: Session, root: User) -> None:
    with pytest.raises(Conflict, match="only administrator"):
        SHUTS_OUT[act](SYSTEM, root.id)


def test_who_is_suspended_is_out_at_once_and_reads_why(
    log_in: LogIn, make_user: MakeUser, root: User, database: Database, client: FlaskClient, make_post: MakePost
) -> None:
    ada = make_user("ada")
    make_post(ada, title="Still here")
    browser, admin = log_in(ada), log_in(root)
    assert browser.get("/settings/data").status_code == 200
    assert admin.post("/admin/members/ada/suspend", data={"reason": ""}).status_code == 400
    assert admin.post("/admin/members/ada/suspend", data={"reason": "Sold shoes."}).status_code == 303
    assert browser.get("/settings/data").headers["Location"].startswith("/auth/login")
    with database.unit_of_work(write=False) as reading:
        found = reading.get_one(User, ada.id)
        assert found.actor.permissions == NOTHING
        assert reading.scalar(select(LoginSession.id).where(LoginSession.user_id == ada.id)) is None
    answer = client.post("/auth/login", data={"email": "ada", "password": PASSWORD})
    assert "Sold shoes." in answer.text
    assert "Still here" in client.get("/@ada").text
    assert admin.post("/admin/members/ada/lift").status_code == 303
    assert client.post("/auth/login", data={"email": "ada", "password": PASSWORD}).status_code in (302, 303)


def test_a_role_counts_from_the_next_request(
    log_in: LogIn, make_user: MakeUser, root: User, database: Database
) -> None:
    mo = log_in(make_user("mo", role="Moderator"))
    admin = log_in(root)
    assert mo.get("/admin").status_code == 403
    everything = {"name": "Moderator", "permissions": [1, 2, 4, 8, 128]}
    assert admin.post("/admin/roles/2", data=everything).status_code == 303
    assert mo.get("/admin").status_code == 200
    assert admin.post("/admin/roles/2", data={"name": "Moderator", "permissions": [1]}).status_code == 303
    assert mo.get("/admin").status_code == 403
    with database.unit_of_work():
        roles.seed()
        assert roles.named("Moderator").permissions == 1


@pytest.mark.parametrize(
    "name", ["", "ad", "..", "admin", "\uff41dmin", "with space", "x" * 65, "taken", "TAKEN", "former"]
)
def test_no_name_is_given_that_cannot_be_had(name: str, session: Session, make_user: MakeUser, root: User) -> None:
    ada, other = make_user("ada"), make_user("taken")
    session.add(FormerName(username_key="former", user_id=other.id))
    session.flush()
    if name == "ad":
        assert member_acts.rename(root.actor, ada.id, name).username == "ad"
        return
    with pytest.raises(Invalid):
        member_acts.rename(root.actor, ada.id, name)


def test_old_addresses_of_a_renamed_member_lead_on(
    log_in: LogIn, make_user: MakeUser, root: User, client: FlaskClient, make_post: MakePost
) -> None:
    post = make_post(make_user("ada"), title="Hello there")
    admin = log_in(root)
    assert (
        admin.post("/admin/members/ada/rename", data={"username": "countess"}).headers["Location"].endswith("/countess")
    )
    assert client.get("/@countess").status_code == 200
    assert client.get("/@ada").headers["Location"].endswith("/@countess")
    assert client.get(f"/@ada/{post.slug}").headers["Location"].endswith(f"/@countess/{post.slug}")
    assert admin.post("/admin/members/countess/rename", data={"username": "ada"}).status_code == 303
    assert client.get("/@ada").status_code == 200


def test_an_address_is_changed_with_a_notice_to_the_old_one(
    log_in: LogIn, make_user: MakeUser, root: User, outbox: Outbox
) -> None:
    make_user("ada")
    make_user("grace")
    admin = log_in(root)
    assert admin.post("/admin/members/ada/address", data={"email": "GRACE@example.org"}).status_code == 400
    assert admin.post("/admin/members/ada/address", data={"email": "no address"}).status_code == 400
    assert admin.post("/admin/members/ada/address", data={"email": "New@Example.org"}).status_code == 303
    (letter,) = outbox.deliver()
    assert letter["To"] == "ada@example.org"
    assert "new@example.org" in str(letter.get_body(("plain",)))


def test_every_act_is_written_down_once(session: Session, make_user: MakeUser, root: User) -> None:
    ada = make_user("ada", confirmed=False)
    for name in ("role", "confirm", "unconfirm", "suspend", "lift", "rename", "email", "end sessions", "unlock"):
        ACTS[name](root.actor, ada.id)
    member_acts.confirm(root.actor, ada.id)
    member_acts.confirm(root.actor, ada.id)
    session.flush()
    acts = list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts == [
        "member.confirmed",
        "member.unconfirmed",
        "member.suspended",
        "member.unsuspended",
        "member.renamed",
        "member.email",
        "member.sessions-ended",
        "member.unlocked",
        "member.confirmed",
    ]


def test_the_log_stays_readable_when_those_it_names_are_gone(session: Session, make_user: MakeUser) -> None:
    gone = make_user("gone", role="Administrator")
    audit.note(gone.actor, "member.suspended", "@ada", "Spam")
    audit.note(SYSTEM, "member.role", "@ada")
    session.flush()
    session.execute(delete(User).where(User.id == gone.id))
    session.expire_all()
    assert [(entry.actor, entry.actor_name) for entry in audit.latest().items] == [(None, "system"), (None, "gone")]


def test_roles_the_site_needs_cannot_be_bent(session: Session, root: User, make_user: MakeUser) -> None:
    administrator, user = roles.named(roles.ADMINISTRATOR), roles.named(roles.USER)
    assert role_acts.change(root.actor, administrator.id, "Boss", NOTHING).permissions == EVERYTHING
    assert (administrator.name, user.name) == (
        "Administrator",
        role_acts.change(root.actor, user.id, "X", NOTHING).name,
    )
    for act in (
        lambda: role_acts.change(root.actor, user.id, "User", Permission.ADMINISTER),
        lambda: role_acts.make_default(root.actor, administrator.id),
        lambda: role_acts.make_default(root.actor, roles.named(roles.MODERATOR).id),
        lambda: role_acts.remove(root.actor, user.id),
    ):
        with pytest.raises(Conflict):
            act()


def test_nobody_takes_administration_from_their_own_role(session: Session, make_user: MakeUser, root: User) -> None:
    chief = make_user("chief")
    boss = role_acts.make(root.actor, "Boss", Permission.ADMINISTER)
    member_acts.give_role(root.actor, chief.id, boss.id)
    actor = db.session().get_one(User, chief.id).actor
    with pytest.raises(Conflict, match="your own role"):
        role_acts.change(actor, boss.id, "Boss", Permission.WRITE)
    assert role_acts.change(root.actor, boss.id, "Chiefs", Permission.WRITE).name == "Chiefs"


def test_a_role_has_a_name_of_its_own_and_goes_when_nobody_has_it(
    session: Session, make_user: MakeUser, root: User
) -> None:
    ada = make_user("ada")
    for name in ("", " ", "x" * 41, "Moderator"):
        with pytest.raises(Invalid):
            role_acts.make(root.actor, name, NOTHING)
    reader = role_acts.make(root.actor, "Reader", Permission.FOLLOW)
    member_acts.give_role(root.actor, ada.id, reader.id)
    with pytest.raises(Conflict, match="still have"):
        role_acts.remove(root.actor, reader.id)
    member_acts.give_role(root.actor, ada.id, roles.default().id)
    role_acts.make_default(root.actor, reader.id)
    assert roles.default().name == "Reader"
    role_acts.make_default(root.actor, roles.named("User").id)
    role_acts.remove(root.actor, reader.id)


def test_an_invitation_is_refused_with_a_sentence_for_each_field(session: Session, root: User) -> None:
    with pytest.raises(Invalid):
        invitations.invite(root.actor, email="nobody at all")
    with pytest.raises(Invalid) as refused:
        invitations.invite(root.actor, note="n" * 201, days=0)
    assert set(refused.value.fields) == {"note", "days"}


def test_an_invitation_opens_once_and_not_after_its_days(
    session: Session, root: User, make_user: MakeUser, stopped_clock: datetime
) -> None:
    ada = make_user("ada")
    with pytest.raises(NotFound):
        invitations.opened("no such token")
    made, token = invitations.invite(root.actor, days=2)
    assert invitations.opened(token) is made
    invitations.accept(made, ada)
    with pytest.raises(Conflict, match="was used"):
        invitations.opened(token)
    revoked, second = invitations.invite(root.actor)
    invitations.revoke(root.actor, revoked.id)
    with pytest.raises(Conflict, match="taken back"):
        invitations.opened(second)
    _, third = invitations.invite(root.actor, days=2)
    clock.advance(2 * 24 * 3600)
    with pytest.raises(Conflict, match="expired"):
        invitations.opened(third)


def test_invitations_are_listed_with_whom_they_name_or_nobody(
    session: Session, root: User, make_user: MakeUser
) -> None:
    author = make_user("author", claimed=False, email=None, password=None, confirmed=False)
    invitations.invite(SYSTEM, note="From nobody")
    invitations.hand_over(root.actor, author.id)
    first, second = invitations.latest().items
    assert (first.claims and first.claims.username, first.invited_by and first.invited_by.username) == (
        "author",
        "rooter",
    )
    assert (second.invited_by, second.used_by, second.state) == (None, None, "open")


def test_only_an_unclaimed_author_is_handed_over_and_by_one_link(
    session: Session, root: User, make_user: MakeUser
) -> None:
    ada = make_user("ada")
    author = make_user("author", claimed=False, email=None, password=None, confirmed=False)
    with pytest.raises(Conflict):
        invitations.hand_over(root.actor, ada.id)
    _, first = invitations.hand_over(root.actor, author.id)
    _, second = invitations.hand_over(root.actor, author.id)
    with pytest.raises(Conflict):
        invitations.opened(first)
    assert invitations.opened(second).claims_id == author.id


def test_an_author_is_claimed_with_all_their_posts(
    log_in: LogIn, root: User, make_user: MakeUser, make_post: MakePost, client: FlaskClient, database: Database
) -> None:
    author = make_user("author", claimed=False, email=None, password=None, confirmed=False)
    post = make_post(author, title="Written before")
    page = log_in(root).post("/admin/members/author/hand-over").text
    token = page.split("/auth/register?invitation=")[1].split('"')[0]
    form = {
        "invitation": token,
        "username": "author",
        "email": "author@example.org",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
    }
    assert client.get(f"/auth/register?invitation={token}").status_code == 200
    assert client.post("/auth/register", data=form).status_code in (302, 303)
    with database.unit_of_work(write=False) as reading:
        found = reading.get_one(User, author.id)
        assert (found.claimed, found.username) == (True, "author")
        assert found.password
    assert client.get(f"/@author/{post.slug}").status_code in (200, 302)


def test_an_invitation_goes_out_by_mail(log_in: LogIn, root: User, outbox: Outbox) -> None:
    answer = log_in(root).post("/admin/invitations", data={"email": "friend@example.com", "note": "", "days": "3"})
    assert "/auth/register?invitation=" in answer.text
    (letter,) = outbox.deliver()
    assert letter["To"] == "friend@example.com"
    assert outbox.link("/auth/register?invitation=") in answer.text
