"""Who is offered for a first message: whoever may be written to, as the rule about writing says it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.conversations import queries as conversations
from byline.conversations import rules
from byline.conversations.models import MessageSettings, Participant, Welcome
from byline.kernel import clock, db
from byline.kernel.access import Permission
from byline.kernel.db import Database
from byline.search import index
from byline.social.models import Block, Follow
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser

Meet = Callable[..., User]


def chooses(welcome: Welcome) -> Callable[[User, User], object]:
    return lambda them, _me: MessageSettings(user_id=them.id, welcomes=welcome)


def follows(them: User, me: User) -> object:
    return Follow(follower_id=them.id, followed_id=me.id, created_at=clock.now(), listed_at=clock.now())


def blocks(them: User, me: User) -> object:
    return Block(blocker_id=them.id, blocked_id=me.id, created_at=clock.now())


def is_blocked(them: User, me: User) -> object:
    return Block(blocker_id=me.id, blocked_id=them.id, created_at=clock.now())


@pytest.fixture
def meet(make_user: MakeUser, make_post: MakePost, database: Database, ada: User) -> Meet:
    """Make somebody whom a search names, with these rows between them and ada."""

    def make(username: str, *ties: Callable[[User, User], object], **columns: Any) -> User:
        person = make_user(username, **columns)
        make_post(person)
        with database.unit_of_work() as session:
            session.add_all([tie(person, ada) for tie in ties])
            session.flush()
            index.bring_members([person.id])
        return person

    return make


def offered(browser: FlaskClient, typed: str = "lu") -> list[str]:
    answer = browser.get("/messages/people", query_string={"q": typed})
    assert answer.status_code == 200
    return sorted(each["hint"] for each in answer.get_json()["suggestions"])


def test_only_who_would_take_the_message_is_offered(meet: Meet, log_in: LogIn, ada: User) -> None:
    everyone, nobody, followed = chooses(Welcome.EVERYONE), chooses(Welcome.NOBODY), chooses(Welcome.FOLLOWED)
    meet("lu-open", everyone)
    meet("lu-silent", nobody, follows)
    meet("lu-choosy", followed)
    meet("lufollower", follows)
    browser = log_in(ada)
    assert offered(browser) == ["@lu-open", "@lufollower"]
    assert offered(browser, "luf") == offered(browser, "@luf") == ["@lufollower"]
    assert offered(browser, "") == []


@pytest.mark.parametrize("block", [blocks, is_blocked])
def test_nobody_is_offered_across_a_block(meet: Meet, log_in: LogIn, ada: User, block: Any) -> None:
    meet("lu-open", chooses(Welcome.EVERYONE), block)
    assert offered(log_in(ada)) == []


def test_who_cannot_read_it_is_not_offered(meet: Meet, log_in: LogIn, ada: User) -> None:
    everyone = chooses(Welcome.EVERYONE)
    meet("lu-suspended", everyone, suspended_at=clock.now())
    meet("lu-leaving", everyone, deletion_asked_at=clock.now())
    meet("lu-unclaimed", everyone, claimed=False)
    assert offered(log_in(ada)) == []


def test_the_condition_and_the_rule_say_the_same(
    meet: Meet, make_user: MakeUser, ada: User, database: Database
) -> None:
    def wrote(them: User, me: User) -> object:
        from byline.conversations.models import Conversation

        low, high = sorted((them.id, me.id))
        made = Conversation(low_id=low, high_id=high, started_by_id=them.id, created_at=clock.now())
        db.session().add(made)
        db.session().flush()
        return Participant(conversation_id=made.id, user_id=them.id, other_id=me.id, has_written=True)

    choices = [chooses(welcome) for welcome in Welcome]
    number = 0
    for choice in (None, *choices):
        for tie in (None, follows, blocks, is_blocked, wrote):
            meet(f"lu{number}", *[one for one in (choice, tie) if one is not None])
            number += 1
    mo = make_user("mo", role="Moderator")
    with database.unit_of_work(write=False) as session:
        for actor in (ada.actor, mo.actor):
            assert actor.can(Permission.COMMENT)
            people = session.scalars(db_people()).all()
            by_rule = {
                one.id for one in people if rules.wrong_with_writing(actor, conversations.standing(actor, one)) is None
            }
            by_query = set(
                session.scalars(db_people().where(conversations.would_read(actor)).with_only_columns(User.id))
            )
            assert by_query == by_rule
            assert by_rule
            assert len(by_rule) < len(people)


def db_people() -> Any:
    from sqlalchemy import select

    return select(User).order_by(User.id)


def test_it_costs_one_statement_however_many_there_are(meet: Meet, log_in: LogIn, ada: User) -> None:
    browser = log_in(ada)
    for number in range(9):
        meet(f"lu{number}", chooses(Welcome.EVERYONE))
    offered(browser, "lu1")
    with budget.at_most(3):
        assert len(offered(browser, "lu")) == 5


def test_strangers_and_who_may_not_write_are_offered_nobody(
    client: FlaskClient, log_in: LogIn, make_user: MakeUser
) -> None:
    assert client.get("/messages/people?q=lu").status_code in (302, 401)
    shut_out = make_user("eve", suspended_at=clock.now())
    assert log_in(shut_out).get("/messages/people?q=lu").status_code in (302, 401, 403)


@pytest.mark.parametrize("typed", ["a" * 10_000, "\0", "'; --", "%_", "-a -b", "@"])
def test_whatever_is_typed_is_answered(log_in: LogIn, ada: User, typed: str) -> None:
    assert offered(log_in(ada), typed) == []


def test_the_field_says_where_names_come_from(log_in: LogIn, ada: User) -> None:
    assert 'data-names="/messages/people"' in log_in(ada).get("/messages/new").text


@pytest.mark.parametrize(
    "typed", ["anna", "anna-", "anna-l", "@anna-l", "anna-le", "@anna-lena", "lena", "len", "@lena", "lena anna"]
)
def test_a_name_with_a_hyphen_is_offered_by_each_of_its_parts(meet: Meet, log_in: LogIn, ada: User, typed: str) -> None:
    meet("anna-lena", chooses(Welcome.EVERYONE), name="Somebody")
    meet("lu-open", chooses(Welcome.EVERYONE), name="Anybody")
    browser = log_in(ada)
    assert offered(browser, typed) == ["@anna-lena"]
    found = browser.get("/search/suggestions", query_string={"q": typed}).get_json()["suggestions"]
    assert [each["hint"] for each in found if each["kind"] == "person"] == ["@anna-lena"]
