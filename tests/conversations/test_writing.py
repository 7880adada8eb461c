"""Messages: who may write, what is kept, and that nobody else reads it. Refusals first."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from byline.accounts.leaving_messages import MemberDeleted
from byline.accounts.models import User
from byline.conversations import leaving, packing, queries, rules, service
from byline.conversations.messages import MessageSent, SweepMessages
from byline.conversations.models import Conversation, Message, MessageSettings, Participant, Welcome
from byline.conversations.rules import Standing
from byline.kernel import bus, clock, db
from byline.kernel.access import ANONYMOUS, Actor, Permission
from byline.kernel.db import Database
from byline.kernel.errors import DomainError, NotAllowed, NotAuthenticated, NotFound, TooMany
from byline.kernel.settings import Settings
from byline.social import service as social
from tests import racing
from tests.factories import MakeUser


def unread(member: User) -> int:
    """The number in a member's bar."""
    return db.session().scalar(queries.unread_counted(member.id)) or 0


@pytest.fixture
def grace(make_user: MakeUser, database: Database) -> User:
    """Somebody to whom everyone may write."""
    member = make_user("grace", name="Grace Hopper")
    with database.unit_of_work() as session:
        session.add(MessageSettings(user_id=member.id, welcomes=Welcome.EVERYONE))
    return member


def refusal(actor: Actor, to_id: int, words: str = "Hello.") -> DomainError:
    with pytest.raises(DomainError) as raised:
        service.send(actor, to_id, words)
    return raised.value


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(is_self=True), "write-to-yourself"),
        (Standing(blocks=True, has_written=True), "message-blocked"),
        (Standing(is_blocked=True, has_written=True), "message-not-wanted"),
        (Standing(can_read=False, has_written=True), "message-unread"),
        (Standing(), "message-not-welcome"),
        (Standing(welcomes=Welcome.NOBODY, follows_actor=True), "message-not-welcome"),
        (Standing(follows_actor=True), None),
        (Standing(welcomes=Welcome.EVERYONE), None),
        (Standing(welcomes=Welcome.NOBODY, has_written=True), None),
    ],
)
def test_who_may_write_to_whom(standing: Standing, code: str | None) -> None:
    actor = Actor(id=1, username="ada", permissions=Permission.COMMENT, confirmed=True)
    found = rules.wrong_with_writing(actor, standing)
    assert (found.code if found else None) == code


def test_a_moderator_may_write_first_but_not_past_a_block() -> None:
    moderator = Actor(id=1, username="m", permissions=Permission.COMMENT | Permission.MODERATE, confirmed=True)
    assert rules.wrong_with_writing(moderator, Standing(welcomes=Welcome.NOBODY)) is None
    assert rules.wrong_with_writing(moderator, Standing(is_blocked=True)) is not None


@pytest.mark.parametrize("change", [{"confirmed": False}, {"permissions": Permission.FOLLOW}])
def test_who_may_not_speak_in_public_may_not_write_in_private(
    unit_of_work: Session, ada: User, grace: User, change: dict[str, object]
) -> None:
    assert refusal(replace(ada.actor, **change), grace.id).code == "may-not-message"  # type: ignore[arg-type]


def test_a_stranger_writes_to_nobody(unit_of_work: Session, grace: User) -> None:
    assert isinstance(refusal(ANONYMOUS, grace.id), NotAuthenticated)


@pytest.mark.parametrize("words", ["", " \n\t ", "\0", "\u202e\ufeff"])
def test_a_message_without_words_is_refused(unit_of_work: Session, ada: User, grace: User, words: str) -> None:
    found = refusal(ada.actor, grace.id, words)
    assert (found.code, list(found.fields)) == ("message-empty", ["body"])


def test_a_message_that_is_too_long_is_told_by_how_much(unit_of_work: Session, ada: User, grace: User) -> None:
    assert "1,000,000 characters" in refusal(ada.actor, grace.id, "x" * 1_000_000).message
    assert service.send(ada.actor, grace.id, "x" * rules.LONGEST_BODY).id


@pytest.mark.parametrize("state", ["suspended", "unclaimed", "inactive"])
def test_nobody_writes_to_an_account_that_nobody_uses(
    unit_of_work: Session, make_user: MakeUser, database: Database, ada: User, state: str
) -> None:
    columns: dict[str, dict[str, Any]] = {
        "suspended": {"suspended_at": clock.now()},
        "unclaimed": {"claimed": False},
        "inactive": {"active": False},
    }
    away = make_user("away", **columns[state])
    assert refusal(ada.actor, away.id).code == "message-unread"


def test_nobody_writes_to_who_is_not_here(unit_of_work: Session, make_user: MakeUser, ada: User) -> None:
    leaver = make_user("gone", deletion_asked_at=clock.now())
    assert isinstance(refusal(ada.actor, leaver.id), NotFound)
    assert isinstance(refusal(ada.actor, 10_000), NotFound)


def test_by_default_only_whom_one_follows_may_begin(unit_of_work: Session, make_user: MakeUser, ada: User) -> None:
    barbara = make_user("barbara")
    assert refusal(ada.actor, barbara.id).code == "message-not-welcome"
    social.follow(barbara.actor, ada.id)
    assert service.send(ada.actor, barbara.id, "Hello.").body == "Hello."


def test_whoever_wrote_first_may_be_answered(unit_of_work: Session, ada: User, grace: User) -> None:
    service.choose(ada.actor, Welcome.NOBODY)
    assert refusal(grace.actor, ada.id).code == "message-not-welcome"
    service.send(ada.actor, grace.id, "A question.")
    assert service.send(grace.actor, ada.id, "An answer.").body == "An answer."


def test_a_block_ends_a_conversation_in_both_directions(unit_of_work: Session, ada: User, grace: User) -> None:
    service.send(ada.actor, grace.id, "Hello.")
    service.send(grace.actor, ada.id, "Go away.")
    social.block(grace.actor, ada.id)
    assert refusal(ada.actor, grace.id).code == "message-not-wanted"
    assert refusal(grace.actor, ada.id).code == "message-blocked"
    assert len(queries.inbox(ada.actor).items) == 1, "What was written stays readable."


def test_a_member_begins_so_many_conversations_a_day_and_answers_without_end(
    unit_of_work: Session, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch, ada: User, grace: User
) -> None:
    monkeypatch.setattr(rules, "MOST_BEGUN_A_DAY", 1)
    unit_of_work.rollback()
    barbara = make_user("barbara")
    social.follow(barbara.actor, ada.id)
    service.send(ada.actor, grace.id, "One.")
    assert isinstance(refusal(ada.actor, barbara.id), TooMany)
    assert service.send(ada.actor, grace.id, "Two.").id


def test_a_form_sent_twice_is_one_message(unit_of_work: Session, ada: User, grace: User) -> None:
    first = service.send(ada.actor, grace.id, "Hello.", form_key="f" * 32)
    again = service.send(ada.actor, grace.id, "Hello.", form_key="f" * 32)
    assert first.id == again.id
    assert queries.inbox(grace.actor).items[0].unread_count == 1
    assert service.send(grace.actor, ada.id, "Hello.", form_key="f" * 32).id != first.id


def test_a_message_is_on_top_of_both_lists_and_unread_for_one(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User, heard: list[object]
) -> None:
    message = service.send(ada.actor, grace.id, "  Hello,\r\nGrace. ")
    hers, mine = queries.inbox(grace.actor).items[0], queries.inbox(ada.actor).items[0]
    assert (hers.excerpt, hers.unread_count, hers.is_mine) == ("Hello, Grace.", 1, False)
    assert (mine.unread_count, mine.is_mine) == (0, True)
    assert hers.other is not None
    assert hers.other.username == "ada"
    assert (unread(grace), unread(ada)) == (1, 0)
    assert heard == [MessageSent(message.id, ada.id, grace.id)]


def test_answering_and_looking_make_it_read(unit_of_work: Session, ada: User, grace: User) -> None:
    first = service.send(ada.actor, grace.id, "One.")
    service.send(ada.actor, grace.id, "Two.")
    side = queries.inbox(grace.actor).items[0]
    service.mark_read(grace.actor, side.id, first.id)
    assert queries.inbox(grace.actor).items[0].unread_count == 1
    service.mark_read(grace.actor, side.id, 0)
    assert queries.inbox(grace.actor).items[0].unread_count == 1, "Nothing becomes unread again."
    service.send(grace.actor, ada.id, "Three.")
    assert unread(grace) == 0


def test_who_is_muted_is_not_counted(unit_of_work: Session, ada: User, grace: User) -> None:
    service.send(ada.actor, grace.id, "One.")
    social.mute(grace.actor, ada.id)
    assert unread(grace) == 0
    assert queries.inbox(grace.actor).items[0].unread_count == 1


@pytest.mark.parametrize("act", ["side", "mark_read", "remove", "bring_back"])
def test_nobody_else_finds_a_conversation_administrators_included(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User, act: str
) -> None:
    unit_of_work.rollback()
    root = make_user("root", role="Administrator")
    conversation = service.send(ada.actor, grace.id, "Between us.").conversation_id
    acts: dict[str, Callable[[], object]] = {
        "side": lambda: queries.side(root.actor, conversation),
        "mark_read": lambda: service.mark_read(root.actor, conversation, 1),
        "remove": lambda: service.remove(root.actor, conversation),
        "bring_back": lambda: service.bring_back(root.actor, conversation, 0),
    }
    with pytest.raises(NotFound):
        acts[act]()
    assert queries.inbox(root.actor).items == []


def test_removing_takes_it_from_one_list_and_can_be_undone(unit_of_work: Session, ada: User, grace: User) -> None:
    first = service.send(ada.actor, grace.id, "One.")
    before = service.remove(grace.actor, first.conversation_id)
    assert queries.inbox(grace.actor).items == []
    assert unread(grace) == 0
    assert len(queries.inbox(ada.actor).items) == 1
    service.bring_back(grace.actor, first.conversation_id, before)
    assert words(grace, first.conversation_id) == ["One."]
    assert queries.inbox(grace.actor).items[0].at == first.sent_at


def test_a_new_message_brings_a_removed_conversation_back_without_the_old_ones(
    unit_of_work: Session, ada: User, grace: User
) -> None:
    conversation = service.send(ada.actor, grace.id, "One.").conversation_id
    service.remove(grace.actor, conversation)
    service.send(ada.actor, grace.id, "Two.")
    assert words(grace, conversation) == ["Two."]
    assert words(ada, conversation) == ["One.", "Two."]


def test_what_both_removed_is_deleted_after_a_month(
    unit_of_work: Session, settings: Settings, stopped_clock: datetime, ada: User, grace: User
) -> None:
    conversation = service.send(ada.actor, grace.id, "One.").conversation_id
    service.remove(ada.actor, conversation)
    with clock.frozen(stopped_clock + timedelta(days=31)):
        leaving.sweep(SweepMessages(), settings)
        assert count(unit_of_work) == 1, "Grace has not removed it."
        service.remove(grace.actor, conversation)
        service.send(ada.actor, grace.id, "Two.")
        leaving.sweep(SweepMessages(), settings)
    assert words(grace, conversation) == ["Two."]
    assert count(unit_of_work) == 1


def test_a_moderator_hides_a_message_from_whom_it_was_written_to(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User
) -> None:
    unit_of_work.rollback()
    moderator = make_user("mod", role="Moderator")
    message = service.send(ada.actor, grace.id, "Rude.")
    with pytest.raises(NotAllowed):
        service.hide_message(grace.actor, message.id)
    with pytest.raises(NotFound):
        service.hide_message(moderator.actor, message.id + 100)
    assert service.hide_message(moderator.actor, message.id) is True
    assert service.hide_message(moderator.actor, message.id) is False
    unit_of_work.expire_all()
    hers, mine = queries.inbox(grace.actor).items[0], queries.inbox(ada.actor).items[0]
    assert (hers.is_hidden, hers.excerpt, mine.excerpt) == (True, "", "Rude.")
    assert service.restore_message(moderator.actor, message.id) is True
    unit_of_work.expire_all()
    assert queries.inbox(grace.actor).items[0].excerpt == "Rude."


def test_only_the_reader_of_a_message_may_report_it(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User
) -> None:
    unit_of_work.rollback()
    barbara = make_user("barbara")
    message = service.send(ada.actor, grace.id, "Rude.")
    assert queries.received(grace.actor, message.id).body == "Rude."
    for somebody in (ada, barbara):
        with pytest.raises(NotFound):
            queries.received(somebody.actor, message.id)


def test_what_a_spammer_wrote_vanishes_and_comes_back_with_them(unit_of_work: Session, ada: User, grace: User) -> None:
    conversation = service.send(ada.actor, grace.id, "Buy this.").conversation_id
    spammer = unit_of_work.get_one(User, ada.id)
    spammer.expelled_at = spammer.suspended_at = spammer.deletion_asked_at = clock.now()
    unit_of_work.flush()
    assert (list(queries.inbox(grace.actor).items), unread(grace)) == ([], 0)
    with pytest.raises(NotFound):
        queries.side(grace.actor, conversation)
    spammer.expelled_at = spammer.suspended_at = spammer.deletion_asked_at = None
    unit_of_work.flush()
    assert unread(grace) == 1


def test_what_a_deleted_spammer_wrote_is_gone_for_good(
    unit_of_work: Session, make_user: MakeUser, ada: User, grace: User
) -> None:
    unit_of_work.rollback()
    barbara = make_user("barbara")
    social.follow(barbara.actor, ada.id)
    service.send(ada.actor, grace.id, "Buy this.")
    answered = service.send(ada.actor, barbara.id, "Buy this.").conversation_id
    service.send(barbara.actor, ada.id, "No.")
    unit_of_work.get_one(User, ada.id).expelled_at = clock.now()
    unit_of_work.flush()
    delete(unit_of_work, ada)
    assert list(queries.inbox(grace.actor).items) == []
    assert words(barbara, answered) == ["No."]
    assert queries.inbox(barbara.actor).items[0].excerpt == "No."


def test_what_somebody_wrote_who_left_stays_with_the_reader_without_a_name(
    unit_of_work: Session, ada: User, grace: User
) -> None:
    conversation = service.send(ada.actor, grace.id, "Farewell.").conversation_id
    delete(unit_of_work, ada)
    entry = queries.inbox(grace.actor).items[0]
    assert (entry.other, entry.excerpt) == (None, "Farewell.")
    assert words(grace, conversation) == ["Farewell."]
    delete(unit_of_work, grace)
    assert unit_of_work.scalar(select(func.count()).select_from(Conversation)) == 0
    assert count(unit_of_work) == 0


def test_who_is_leaving_is_not_named(unit_of_work: Session, ada: User, grace: User) -> None:
    service.send(ada.actor, grace.id, "Hello.")
    unit_of_work.get_one(User, ada.id).deletion_asked_at = clock.now()
    unit_of_work.flush()
    assert queries.inbox(grace.actor).items[0].other is None


def test_a_member_takes_their_conversations_along(unit_of_work: Session, ada: User, grace: User) -> None:
    conversation = service.send(ada.actor, grace.id, "One.").conversation_id
    service.send(grace.actor, ada.id, "Two.\nAnd more.")
    name, values = packing.portion(ada.id)
    assert name == "messages.json"
    assert isinstance(values, dict)
    assert values["first_messages_from"] == "followed"
    talk = values["conversations"][0]
    assert talk["with"] == "grace"
    assert [(one["from"], one["text"]) for one in talk["messages"]] == [("ada", "One."), ("grace", "Two.\nAnd more.")]
    text = "".join(
        packing.as_text(queries.side(ada.actor, conversation), {ada.id: "ada", grace.id: "grace"}, reader_id=ada.id)
    )
    assert "UTC\nTwo.\nAnd more.\n\n" in text


def test_a_long_conversation_is_read_in_portions(
    unit_of_work: Session, monkeypatch: pytest.MonkeyPatch, ada: User, grace: User
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    sent = [service.send(ada.actor, grace.id, f"{number}") for number in range(5)]
    found = queries.all_messages(queries.side(ada.actor, sent[0].conversation_id))
    assert [one.body for one in found] == ["0", "1", "2", "3", "4"]


def test_two_first_messages_at_once_begin_one_conversation(database: Database, ada: User, grace: User) -> None:
    with database.unit_of_work() as session:
        session.add(MessageSettings(user_id=ada.id, welcomes=Welcome.EVERYONE))
    racing.together(
        database,
        lambda: service.send(ada.actor, grace.id, "Hello."),
        lambda: service.send(grace.actor, ada.id, "Hello."),
    )
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1
        assert session.scalar(select(func.count()).select_from(Participant)) == 2
        assert count(session) == 2


def test_a_double_click_at_one_moment_is_one_message(database: Database, ada: User, grace: User) -> None:
    def click() -> None:
        service.send(ada.actor, grace.id, "Hello.", form_key="one")

    racing.together(database, click, click, click)
    with database.unit_of_work(write=False) as session:
        assert count(session) == 1
        assert queries.inbox(grace.actor).items[0].unread_count == 1


def test_messages_at_once_are_all_counted(database: Database, ada: User, grace: User) -> None:
    acts = [lambda number=number: service.send(ada.actor, grace.id, f"{number}") for number in range(6)]
    racing.together(database, *acts)
    with database.unit_of_work(write=False):
        assert queries.inbox(grace.actor).items[0].unread_count == 6


@pytest.mark.parametrize("turn", range(4))
def test_a_message_never_slips_past_a_block_that_was_there_first(
    database: Database, ada: User, grace: User, turn: int
) -> None:
    """Whichever comes first: a block that is answered before the message is sent is always seen."""
    sent: list[bool] = []

    def send() -> None:
        with contextlib.suppress(NotAllowed):
            service.send(ada.actor, grace.id, "Hello.")
            sent.append(True)

    racing.together(database, send, lambda: social.block(grace.actor, ada.id))
    with database.unit_of_work() as session:
        assert count(session) == len(sent)
        assert isinstance(refusal(ada.actor, grace.id), NotAllowed)


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """What was said on the bus."""
    events: list[object] = []
    before = bus._reactions
    bus._reactions = {MessageSent: (events.append,)}
    yield events
    bus._reactions = before


def words(member: User, conversation_id: int) -> list[str]:
    page = queries.messages(queries.side(member.actor, conversation_id))
    return [message.body for message in reversed(page.items)]


def count(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(Message))


def delete(session: Session, member: User) -> None:
    """Delete a member as the last step of leaving does."""
    leaving.let_go(MemberDeleted(member.id, member.username_key))
    session.execute(User.__table__.delete().where(User.id == member.id))  # type: ignore[attr-defined]
    session.expire_all()
