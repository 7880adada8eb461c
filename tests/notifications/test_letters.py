"""Mail about notifications: at once, gathered, never; stopped by one click without logging in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from byline.accounts.models import User
from byline.comments import service as comments
from byline.conversations import service as conversations
from byline.conversations.models import MessageSettings, Welcome
from byline.kernel import bus, clock, mail
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.kernel.mail import SendMail
from byline.kernel.settings import Settings
from byline.notifications import links, rules, service
from byline.notifications.messages import BeginRounds, WriteLetter
from byline.notifications.models import Kind, MailChoice, Notification, Pace
from byline.posts.models import Post, PostState
from byline.reactions import service as reactions
from byline.social import service as social
from tests.conftest import SECRET_KEY
from tests.factories import LogIn, MakePost, MakeUser, Outbox, link_in
from tests.notifications.conftest import Act, Say, Told

pytestmark = pytest.mark.usefixtures("unlimited", "stopped_clock")
HOUR, DAY = 3600, 86400
Choose = Callable[..., None]


@pytest.fixture
def choose(act: Act) -> Choose:
    """`choose(ada, reply="never")`."""

    def set_to(member: User, **paces: str) -> None:
        act(service.choose, member.actor, {Kind(kind): pace for kind, pace in paces.items()})

    return set_to


@pytest.fixture
def rounds(outbox: Outbox, act: Act) -> Callable[[float], list[EmailMessage]]:
    """Let time pass, then let the worker begin the rounds that are due; answer the messages that came of it."""
    # Noon of a Saturday. The first look only notes where rounds begin.
    act(bus.enqueue, BeginRounds())
    outbox.deliver()

    def after(seconds: float) -> list[EmailMessage]:
        before = len(outbox.messages())
        clock.advance(seconds)
        act(bus.enqueue, BeginRounds())
        return outbox.deliver()[before:]

    return after


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


# At once.


def test_a_comment_is_written_about_at_once_with_its_words_and_the_way_there(
    ada: User, grace: User, post: Post, say: Say, outbox: Outbox
) -> None:
    comment = say(grace, post, "I *like* lamps & <moths>.")
    (letter,) = outbox.deliver()
    assert letter["To"] == "ada@example.org"
    assert letter["Subject"] == "Grace Hopper commented on “Lamps at night”"
    assert "> I like lamps & <moths>." in text_of(letter)
    assert link_in(letter, "/comments/") == f"/@ada/lamps-at-night/comments/{comment.id}"
    assert "I like lamps &amp; &lt;moths&gt;." in html_of(letter)
    assert len(outbox.deliver()) == 1, "nothing more comes of it"


def test_one_thing_is_one_letter_whatever_happens_to_it(
    ada: User, grace: User, post: Post, say: Say, act: Act, outbox: Outbox
) -> None:
    comment = say(grace, post, "See, @ada.")
    act(comments.edit, grace.actor, comment.id, "See again, @ada.")
    act(comments.hide, SYSTEM, comment.id, reason="Why not.")
    act(comments.restore, SYSTEM, comment.id)
    letters = [letter for letter in outbox.deliver() if letter["To"] == "ada@example.org"]
    assert len(letters) == 1


def test_what_was_hidden_before_the_letter_was_written_is_in_none(
    ada: User, grace: User, post: Post, say: Say, act: Act, outbox: Outbox
) -> None:
    comment = say(grace, post, "Buy my lamps.")
    act(comments.hide, SYSTEM, comment.id, reason="Advertising.")
    assert [letter["To"] for letter in outbox.deliver()] == ["grace@example.org"]


def test_what_was_read_before_the_letter_was_written_is_in_none(
    ada: User, grace: User, post: Post, say: Say, log_in: LogIn, outbox: Outbox
) -> None:
    say(grace, post)
    browser = log_in(ada)
    browser.post("/notifications/read", data={"until": newest_on(browser)})
    assert outbox.deliver() == []


def test_no_letter_goes_where_none_may(
    make_user: MakeUser, grace: User, make_post: MakePost, say: Say, outbox: Outbox, choose: Choose, database: Database
) -> None:
    unconfirmed = make_user("newcomer", confirmed=False)
    suspended = make_user("late", suspended_at=clock.now())
    unwilling = make_user("calm")
    choose(unwilling, comment="never")
    for author in (unconfirmed, suspended, unwilling):
        say(grace, make_post(author))
    assert outbox.deliver() == []
    with database.unit_of_work() as session:
        assert set(session.scalars(select(Notification.mail))) == {""}, "nothing is left to be written"


def test_a_choice_made_before_the_letter_is_written_counts(
    ada: User, grace: User, post: Post, say: Say, outbox: Outbox, choose: Choose
) -> None:
    say(grace, post)
    choose(ada, comment="never")
    assert outbox.deliver() == []


def test_a_letter_about_a_message_has_no_word_of_it_and_comes_once_until_it_is_read(
    ada: User, grace: User, act: Act, outbox: Outbox, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(MessageSettings(user_id=ada.id, welcomes=Welcome.EVERYONE))
    for _ in range(3):
        act(conversations.send, grace.actor, ada.id, "A secret word.")
    (letter,) = outbox.deliver()
    assert letter["Subject"] == "Grace Hopper wrote to you"
    assert "secret" not in letter.as_string()
    act(conversations.send, grace.actor, ada.id, "Another word.")
    assert len(outbox.deliver()) == 1


def test_likes_at_once_are_one_letter_until_they_were_read(
    ada: User,
    grace: User,
    barbara: User,
    make_user: MakeUser,
    post: Post,
    act: Act,
    outbox: Outbox,
    choose: Choose,
    log_in: LogIn,
) -> None:
    choose(ada, like="at-once")
    act(reactions.like_post, grace.actor, post.id)
    (letter,) = outbox.deliver()
    assert letter["Subject"] == "Grace Hopper likes your post “Lamps at night”"
    act(reactions.like_post, barbara.actor, post.id)
    assert len(outbox.deliver()) == 1
    browser = log_in(ada)
    browser.post("/notifications/read", data={"until": newest_on(browser)})
    act(reactions.like_post, make_user("lynn").actor, post.id)
    subjects = {one["Subject"] for one in outbox.deliver()} - {letter["Subject"]}
    assert subjects == {"lynn, Barbara and 1 other like your post “Lamps at night”"}


def test_whoever_gets_very_many_at_once_gets_the_rest_in_one(
    ada: User, grace: User, post: Post, say: Say, outbox: Outbox, rounds: Callable[[float], list[EmailMessage]]
) -> None:
    for number in range(rules.MOST_AT_ONCE + 5):
        say(grace, post, f"Word {number}.")
    assert len(outbox.deliver()) == rules.MOST_AT_ONCE
    (letter,) = rounds(DAY)
    assert text_of(letter).count("commented on") == 5


def test_a_title_with_line_breaks_cannot_break_the_header(
    ada: User, grace: User, make_post: MakePost, say: Say, outbox: Outbox
) -> None:
    say(grace, make_post(ada, title="One\nBcc: all@example.org " + "long " * 50))
    (letter,) = outbox.deliver()
    assert "Bcc" not in letter
    assert len(letter["Subject"]) <= 150


# Once a day, once a week.


def test_what_waits_for_the_day_comes_in_one_letter_at_seven(
    ada: User, grace: User, barbara: User, act: Act, rounds: Callable[[float], list[EmailMessage]]
) -> None:
    act(social.follow, grace.actor, ada.id)
    act(social.follow, barbara.actor, ada.id)
    assert rounds(18 * HOUR) == [], "six in the morning"
    (letter,) = rounds(HOUR)
    assert letter["Subject"] == "Your day at Byline"
    assert "Grace Hopper follows you" in text_of(letter)
    assert "Barbara follows you" in text_of(letter)
    assert rounds(DAY) == [], "nothing is told twice"


def test_what_came_after_seven_waits_for_the_next_day(
    ada: User, grace: User, act: Act, outbox: Outbox, rounds: Callable[[float], list[EmailMessage]]
) -> None:
    clock.advance(20 * HOUR)
    act(social.follow, grace.actor, ada.id)
    assert rounds(0) == []
    assert len(rounds(DAY)) == 1


def test_what_waits_for_the_week_comes_on_monday(
    ada: User, grace: User, post: Post, act: Act, rounds: Callable[[float], list[EmailMessage]]
) -> None:
    act(reactions.like_post, grace.actor, post.id)
    assert rounds(DAY) == [], "Sunday noon"
    (letter,) = rounds(DAY)
    assert letter["Subject"] == "Your week at Byline"
    assert "Grace Hopper likes your post “Lamps at night”" in text_of(letter)


def test_a_gathered_letter_leaves_out_what_was_taken_back_hidden_or_read(
    ada: User,
    grace: User,
    barbara: User,
    post: Post,
    act: Act,
    say: Say,
    choose: Choose,
    rounds: Callable[[float], list[EmailMessage]],
) -> None:
    choose(ada, comment="daily")
    act(social.follow, grace.actor, ada.id)
    act(social.follow, barbara.actor, ada.id)
    comment = say(grace, post, "Gone soon.")
    act(comments.hide, SYSTEM, comment.id, reason="No.")
    act(social.unfollow, barbara.actor, ada.id)
    (letter,) = [one for one in rounds(DAY) if one["To"] == "ada@example.org"]
    assert "Grace Hopper follows you" in text_of(letter)
    assert "Barbara" not in text_of(letter)
    assert "Gone soon" not in text_of(letter)


def test_rounds_that_are_begun_twice_write_once(
    ada: User, grace: User, act: Act, outbox: Outbox, rounds: Callable[[float], list[EmailMessage]]
) -> None:
    act(social.follow, grace.actor, ada.id)
    assert len(rounds(DAY)) == 1
    assert rounds(60) == []


def test_a_new_site_begins_no_round_of_the_past(grace: User, ada: User, act: Act, outbox: Outbox) -> None:
    act(social.follow, grace.actor, ada.id)
    clock.advance(3 * DAY)
    act(bus.enqueue, BeginRounds())
    assert outbox.deliver() == []


def test_a_round_of_very_many_is_walked_in_steps(
    ada: User,
    make_user: MakeUser,
    act: Act,
    monkeypatch: pytest.MonkeyPatch,
    rounds: Callable[[float], list[EmailMessage]],
) -> None:
    monkeypatch.setattr("byline.notifications.jobs.STEP", 2)
    famous = [make_user() for _ in range(5)]
    for member in famous:
        act(social.follow, ada.actor, member.id)
    assert sorted(letter["To"] for letter in rounds(DAY)) == sorted(str(member.email) for member in famous)


# The week's posts of whom one follows.


def test_the_week_s_posts_of_those_one_follows_come_on_monday(
    ada: User,
    grace: User,
    barbara: User,
    act: Act,
    make_post: MakePost,
    rounds: Callable[[float], list[EmailMessage]],
) -> None:
    act(social.follow, grace.actor, ada.id)
    make_post(ada, title="Before the week", published_at=clock.now() - timedelta(days=9))
    make_post(ada, title="Lamps & moths", body="A first sentence about lamps.")
    make_post(ada, title="A second one")
    make_post(barbara, title="By somebody else")
    make_post(ada, title="With grace", co_authors=[grace])
    make_post(ada, title="Never listed", state=PostState.UNLISTED)
    letters = [letter for letter in rounds(2 * DAY) if letter["To"] == "grace@example.org"]
    (letter,) = letters
    assert letter["Subject"] == "“A second one” and 1 more"
    body = text_of(letter)
    assert "Lamps & moths" in body
    assert "by ada" in body
    assert "A first sentence about lamps." in body
    assert link_in(letter, "/@ada/") == "/@ada/a-second-one"
    for absent in ("Before the week", "By somebody else", "With grace", "Never listed"):
        assert absent not in body
    assert rounds(DAY) == []


@pytest.mark.parametrize("turn", ["mute", "unfollow", "never", "nothing new"])
def test_no_digest_where_there_is_nothing_to_read_or_nobody_who_wants_it(
    ada: User,
    grace: User,
    act: Act,
    choose: Choose,
    make_post: MakePost,
    rounds: Callable[[float], list[EmailMessage]],
    turn: str,
) -> None:
    act(social.follow, grace.actor, ada.id)
    if turn != "nothing new":
        make_post(ada)
    if turn in ("mute", "unfollow"):
        act(getattr(social, turn), grace.actor, ada.id)
    if turn == "never":
        choose(grace, posts="never")
    assert [letter for letter in rounds(2 * DAY) if letter["To"] == "grace@example.org"] == []


# Stopping.


def header_link(letter: EmailMessage) -> str:
    return re.fullmatch(r"<https?://[^/]+(/\S+)>", letter["List-Unsubscribe"])[1]  # type: ignore[index]


@pytest.fixture
def letter(grace: User, post: Post, say: Say, outbox: Outbox) -> EmailMessage:
    """A letter to ada about a comment."""
    say(grace, post)
    (one,) = outbox.deliver()
    return one


def test_one_click_in_a_mail_program_stops_letters_of_the_kind_and_no_others(
    letter: EmailMessage, client: FlaskClient, ada: User, grace: User, post: Post, say: Say, outbox: Outbox
) -> None:
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = client.post(header_link(letter), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, "a mail program is not sent elsewhere (RFC 8058)"
    assert "Set-Cookie" not in answer.headers
    say(grace, post, "Another.")
    assert len(outbox.deliver()) == 1
    say(grace, post, "And @ada.")
    assert sum("mentioned you" in one["Subject"] for one in outbox.deliver()) == 1


def test_one_click_needs_no_form_token(letter: EmailMessage, guarded_app: Flask, database: Database) -> None:
    answer = guarded_app.test_client().post(header_link(letter), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert chosen(database) == {("comment", "never")}


def test_opening_the_link_stops_nothing_and_shows_a_button(
    letter: EmailMessage, guarded_app: Flask, database: Database
) -> None:
    browser = guarded_app.test_client()
    address = link_in(letter, "/auth/unsubscribe/")
    assert address == header_link(letter)
    page = browser.get(address)
    assert "Stop this mail" in page.text
    assert "comments on your posts" in page.text
    assert "Set-Cookie" not in page.headers
    assert chosen(database) == set()
    answer = browser.post(address)
    assert answer.status_code == 303
    assert "You get no more mail" in browser.get(answer.headers["Location"]).text
    assert chosen(database) == {("comment", "never")}


def test_a_gathered_letter_stops_what_comes_at_its_pace(
    ada: User,
    grace: User,
    act: Act,
    choose: Choose,
    client: FlaskClient,
    database: Database,
    rounds: Callable[[float], list[EmailMessage]],
) -> None:
    choose(ada, like="daily")
    act(social.follow, grace.actor, ada.id)
    (letter,) = rounds(DAY)
    client.post(header_link(letter), data={"List-Unsubscribe": "One-Click"})
    assert chosen(database) == {("like", "never"), ("follow", "never")}


@pytest.mark.parametrize("change", ["cut", "other member", "other scope", "nonsense", "nul"])
def test_a_link_that_was_not_made_here_stops_nothing(
    letter: EmailMessage, client: FlaskClient, ada: User, grace: User, database: Database, change: str
) -> None:
    address = header_link(letter)
    wrong = {
        "cut": address[:-2],
        "other member": address.replace(f"/{ada.id}.", f"/{grace.id}."),
        "other scope": address.replace(".comment.", ".reply."),
        "nonsense": "/auth/unsubscribe/%F0%9F%92%A1.x.y",
        "nul": "/auth/unsubscribe/1.comment.%00",
    }[change]
    for answer in (client.get(wrong), client.post(wrong, data={"List-Unsubscribe": "One-Click"})):
        assert answer.status_code in (404, 410)
    assert chosen(database) == set()


def test_a_link_of_a_member_who_is_gone_does_not_work_for_whoever_has_their_number(
    letter: EmailMessage, client: FlaskClient, ada: User, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.execute(update(User).where(User.id == ada.id).values(member_since=clock.now() + timedelta(days=1)))
    assert client.post(header_link(letter)).status_code == 410
    assert chosen(database) == set()


def test_the_link_is_whole_on_one_line_however_long_the_site_s_address_is(settings: Settings) -> None:
    link = f"https://{'a-long-name.' * 12}example.org/auth/unsubscribe/1.comment.2.{'x' * 43}"
    raw = mail.compose(SendMail("ada@example.org", "Hello", "Words.", headers=dict(links.one_click(link))), settings)
    assert f"\nList-Unsubscribe: <{link}>\n" in raw.as_bytes().decode()


def test_a_link_still_works_after_the_signing_key_was_changed(
    letter: EmailMessage, app: Flask, client: FlaskClient, database: Database
) -> None:
    app.config["SECRET_KEY_FALLBACKS"] = [SECRET_KEY]
    app.secret_key = "another key, which is as long as a real one"
    assert client.post(header_link(letter), data={"List-Unsubscribe": "One-Click"}).status_code == 200


def chosen(database: Database) -> set[tuple[str, str]]:
    with database.unit_of_work(write=False) as session:
        return {(kind, pace) for kind, pace in session.execute(select(MailChoice.kind, MailChoice.pace))}


def newest_on(browser: FlaskClient) -> str:
    found = re.search(r'name="until" value="([^"]+)"', browser.get("/notifications").text)
    assert found is not None
    return found[1]


def test_a_task_for_a_line_that_is_gone_does_nothing(act: Act, outbox: Outbox) -> None:
    act(bus.enqueue, WriteLetter(12345))
    assert outbox.deliver() == []


def test_every_kind_has_its_paces_and_a_default_among_them(told: Told) -> None:
    for kind in Kind:
        assert rules.DEFAULTS[kind] in rules.paces(kind)
    assert Pace.AT_ONCE not in rules.paces(Kind.POSTS)
