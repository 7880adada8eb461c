"""One act for several members at once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.admin import member_bulk
from byline.admin.member_bulk import BulkAct, Order
from byline.kernel import db
from byline.kernel.access import Permission
from byline.kernel.db import Database
from byline.kernel.errors import Invalid, NotAllowed
from tests.factories import MakeUser


def _again(database: Database, member: User) -> User:
    with database.unit_of_work(write=False) as reading:
        return reading.get_one(User, member.id)


def test_only_administrators_act_on_many(app: Flask, database: Database, make_user: MakeUser) -> None:
    moderator, ada = make_user(role="Moderator"), make_user()
    with pytest.raises(NotAllowed), database.unit_of_work():
        member_bulk.perform(moderator.actor, [ada.id], Order(BulkAct.LOG_OUT))


def test_nobody_and_too_many_are_refused(app: Flask, database: Database, root: User) -> None:
    too_many = list(range(1, member_bulk.MOST + 2))
    for chosen in (too_many[:0], too_many):
        with pytest.raises(Invalid), database.unit_of_work():
            member_bulk.perform(root.actor, chosen, Order(BulkAct.CONFIRM))


def test_what_is_refused_for_one_leaves_the_others_alone(
    app: Flask, database: Database, root: User, make_user: MakeUser
) -> None:
    ada, grace = make_user("ada"), make_user("grace")
    with database.unit_of_work():
        order = Order(BulkAct.SUSPEND, reason="Sold shoes.")
        outcome = member_bulk.perform(root.actor, [grace.id, root.id, ada.id, 999_999], order)
    assert sorted(outcome.done) == ["ada", "grace"]
    assert outcome.refused == {"rooter": "You cannot suspend yourself."}
    assert _again(database, ada).suspension_reason == "Sold shoes."
    assert _again(database, root).suspended_at is None


def test_every_act_can_be_done_from_the_list(admin: FlaskClient, database: Database, make_user: MakeUser) -> None:
    new, old = make_user("new", confirmed=False), make_user("old")
    chosen = {"members": [str(new.id), str(old.id)], "reason": "Spam.", "role": "2"}
    for act in BulkAct:
        answer = admin.post("/admin/members?q=e&state=", data=chosen | {"act": act.value})
        assert answer.headers["Location"] == "/admin/members?q=e&state="
        assert "Done for 2 members." in admin.get("/admin/members").text, act
    assert _again(database, new).confirmed_at is not None
    assert _again(database, old).suspension_reason == "Spam."
    assert Permission(_again(database, old).role.permissions) & Permission.MODERATE


def test_a_refused_order_keeps_what_was_chosen_and_typed(
    admin: FlaskClient, database: Database, make_user: MakeUser
) -> None:
    ada = make_user("ada")
    answer = admin.post("/admin/members", data={"members": [str(ada.id)], "act": "suspend", "reason": "  "})
    assert answer.status_code == 400
    assert "Say why" in answer.text
    assert f'value="{ada.id}" checked' in answer.text
    for form in ({"act": "suspend", "reason": "Spam."}, {"members": [str(ada.id)], "act": "promote"}):
        assert admin.post("/admin/members", data=form).status_code == 400
    assert admin.post("/admin/members", data={"members": ["x", "9" * 30], "act": "lift"}).status_code == 400
    assert _again(database, ada).suspended_at is None


def test_the_site_keeps_somebody_who_administers(
    app: Flask, database: Database, root: User, make_user: MakeUser
) -> None:
    other = make_user("other", role="Administrator")
    with database.unit_of_work():
        user_role = db.session().get_one(User, make_user("plain").id).role_id
        outcome = member_bulk.perform(root.actor, [root.id, other.id], Order(BulkAct.ROLE, role_id=user_role))
    assert outcome.done == ["other"]
    assert set(outcome.refused) == {"rooter"}
