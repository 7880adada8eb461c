"""The pages of comments: what strangers and members see, what a refusal gives back, where a form leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.comments import service
from byline.comments.models import CommentState
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post, PostState
from byline.social.models import Block, Mute
from tests.comments.conftest import Act, MakeComment, SetPolicy, fresh
from tests.factories import LogIn, MakePost, MakeUser

pytestmark = pytest.mark.usefixtures("policy")
Budget = Callable[[int], AbstractContextManager[list[str]]]


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada, title="Lamps")


THREAD = "/@ada/lamps/comments"


def page(browser: FlaskClient, address: str = "/@ada/lamps") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def test_a_comment_stands_under_its_post_at_once(
    client: FlaskClient, log_in: LogIn, database: Database, post: Post, reader: User
) -> None:
    assert "Nobody has commented yet" in page(client)
    answer = log_in(reader).post(THREAD, data={"body": "Well *said*."})
    assert answer.status_code == 303
    assert re.fullmatch(r"/@ada/lamps#comment-\d+", answer.location)
    shown = page(client)
    assert "1 comment" in shown
    assert "<p>Well <em>said</em>.</p>" in shown


def test_an_answer_stands_inside_what_it_answers(
    client: FlaskClient, log_in: LogIn, post: Post, reader: User, make_comment: MakeComment
) -> None:
    first = make_comment(post, reader, "First.")
    log_in(reader).post(THREAD, data={"body": "Second.", "parent": str(first.id)})
    shown = page(client)
    assert re.search(rf'id="comment-{first.id}".*?<ol class="replies">.*?Second\.', shown, re.DOTALL)


def test_strangers_get_the_same_page_without_a_cookie_or_a_form(
    client: FlaskClient, post: Post, reader: User, make_comment: MakeComment
) -> None:
    make_comment(post, reader)
    answer = client.get("/@ada/lamps")
    shown = answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    assert "/auth/login?next=/%40ada/lamps" in shown or "/auth/login?next=/@ada/lamps" in shown
    assert "csrf_token" not in shown


@pytest.mark.parametrize("body", ["", "   ", "x" * 1_000_000, "a\0b", "x" * 10_001])
def test_what_is_no_comment_comes_back_with_every_word(
    log_in: LogIn, database: Database, post: Post, reader: User, body: str
) -> None:
    answer = log_in(reader).post(THREAD, data={"body": body, "parent": ""})
    assert answer.status_code == 400
    text = answer.get_data(as_text=True)
    assert body.replace("\0", "") in text
    assert 'aria-invalid="true"' in text


def test_a_refused_comment_keeps_its_words(log_in: LogIn, act: Act, post: Post, ada: User, reader: User) -> None:
    act(service.close, ada.actor, post.id)
    answer = log_in(reader).post(THREAD, data={"body": "A long thought."})
    assert answer.status_code == 403
    assert "A long thought." in answer.get_data(as_text=True)
    assert "closed" in answer.get_data(as_text=True)


def test_a_comment_on_a_post_that_was_withdrawn_meanwhile_keeps_its_words(
    log_in: LogIn, make_post: MakePost, ada: User, reader: User
) -> None:
    make_post(ada, title="Lamps", state=PostState.WITHDRAWN)
    answer = log_in(reader).post(THREAD, data={"body": "A long thought."})
    assert answer.status_code == 404
    assert "A long thought." in answer.get_data(as_text=True)


def test_under_a_block_the_words_come_back(
    log_in: LogIn, database: Database, post: Post, ada: User, reader: User
) -> None:
    with database.unit_of_work() as session:
        session.add(Block(blocker_id=ada.id, blocked_id=reader.id, created_at=clock.now()))
    browser = log_in(reader)
    assert "you cannot comment here" in page(browser)
    answer = browser.post(THREAD, data={"body": "A long thought."})
    assert answer.status_code == 403
    assert "A long thought." in answer.get_data(as_text=True)


def test_a_strangers_words_come_back_too(client: FlaskClient, post: Post) -> None:
    answer = client.post(THREAD, data={"body": "A long thought."})
    assert answer.status_code == 401
    assert "A long thought." in answer.get_data(as_text=True)


def test_a_held_comment_is_seen_by_its_author_and_those_who_decide(
    client: FlaskClient,
    log_in: LogIn,
    policy: SetPolicy,
    make_user: MakeUser,
    post: Post,
    ada: User,
    reader: User,
) -> None:
    policy(hold_first=True)
    answer = log_in(reader).post(THREAD, data={"body": "My first words."})
    assert "My first words." in page(log_in(reader), answer.location.split("#")[0])
    assert "Waits for approval" in page(log_in(reader))
    assert "My first words." not in page(client)
    assert "My first words." not in page(log_in(make_user("bob")))
    for person in (ada, make_user("mod", role="Moderator")):
        assert "/approve" in page(log_in(person))


def test_the_author_of_the_post_approves_and_everyone_reads(
    client: FlaskClient, log_in: LogIn, policy: SetPolicy, post: Post, ada: User, reader: User
) -> None:
    policy(hold_first=True)
    log_in(reader).post(THREAD, data={"body": "My first words."})
    page(client)
    approve = re.search(r'action="([^"]+/approve)"', page(log_in(ada)))
    assert approve
    assert log_in(reader).post(approve[1]).status_code == 403
    assert log_in(ada).post(approve[1]).status_code == 303
    assert "My first words." in page(client)


def test_hiding_asks_for_a_reason_and_can_be_undone(
    client: FlaskClient,
    log_in: LogIn,
    database: Database,
    make_comment: MakeComment,
    post: Post,
    ada: User,
    reader: User,
) -> None:
    comment = make_comment(post, reader, "Rude words.")
    browser = log_in(ada)
    assert "Rude words." in page(browser, f"{THREAD}/{comment.id}/hide")
    assert browser.post(f"{THREAD}/{comment.id}/hide", data={"reason": " "}).status_code == 400
    assert browser.post(f"{THREAD}/{comment.id}/hide", data={"reason": "Too rude."}).status_code == 303
    assert "Rude words." not in page(client)
    assert "Too rude." in page(log_in(reader))
    assert f"{THREAD}/{comment.id}/restore" in page(browser)
    browser.post(f"{THREAD}/{comment.id}/restore")
    assert "Rude words." in page(client)
    assert fresh(database, comment.id).state == CommentState.VISIBLE


def test_a_placeholder_keeps_the_thread(
    client: FlaskClient, log_in: LogIn, make_comment: MakeComment, post: Post, ada: User, reader: User
) -> None:
    first = make_comment(post, reader, "Words I regret.")
    make_comment(post, ada, "An answer.", parent=first)
    browser = log_in(reader)
    assert browser.post(f"{THREAD}/{first.id}/delete").status_code == 303
    shown = page(client)
    assert "Words I regret." not in shown
    assert "taken back by its author" in shown
    assert "An answer." in shown


def test_a_comment_without_answers_leaves_no_place(
    client: FlaskClient, log_in: LogIn, make_comment: MakeComment, post: Post, reader: User
) -> None:
    first = make_comment(post, reader, "Words I regret.")
    log_in(reader).post(f"{THREAD}/{first.id}/delete")
    assert "taken back" not in page(client)


def test_what_a_comment_said_before_can_be_read(
    client: FlaskClient, log_in: LogIn, make_comment: MakeComment, post: Post, reader: User
) -> None:
    comment = make_comment(post, reader, "Lamps are bad.")
    assert log_in(reader).post(f"{THREAD}/{comment.id}/edit", data={"body": "Lamps are good."}).status_code == 303
    assert "edited" in page(client)
    history = page(client, f"{THREAD}/{comment.id}/history")
    assert "Lamps are bad." in history
    assert "Lamps are good." in history


def test_an_edit_that_is_refused_keeps_its_words(
    log_in: LogIn, make_comment: MakeComment, post: Post, reader: User
) -> None:
    comment = make_comment(post, reader)
    answer = log_in(reader).post(f"{THREAD}/{comment.id}/edit", data={"body": "y" * 10_001})
    assert answer.status_code == 400
    assert "y" * 10_001 in answer.get_data(as_text=True)


def test_those_who_are_apart_do_not_see_each_other(
    log_in: LogIn,
    client: FlaskClient,
    database: Database,
    make_user: MakeUser,
    make_comment: MakeComment,
    post: Post,
    reader: User,
) -> None:
    bob = make_user("bob")
    make_comment(post, bob, "Words of Bob.")
    answered = make_comment(post, bob, "More words of Bob.")
    make_comment(post, make_user("carol"), "Words of Carol.", parent=answered)
    mine = make_comment(post, reader, "Words of Rhea.")
    with database.unit_of_work() as session:
        session.add(Block(blocker_id=bob.id, blocked_id=reader.id, created_at=clock.now()))
    seen = page(log_in(reader))
    assert "Words of Bob." not in seen
    assert "More words of Bob." not in seen
    assert "Words of Carol." in seen
    assert "somebody you keep away from" in seen
    assert "Words of Rhea." not in page(log_in(bob))
    assert "Words of Rhea." not in page(log_in(bob), f"{THREAD}/{mine.id}")
    assert "Words of Bob." in page(client)


def test_what_waits_is_not_shown_to_those_who_are_apart(
    log_in: LogIn,
    database: Database,
    make_comment: MakeComment,
    make_user: MakeUser,
    post: Post,
    ada: User,
    reader: User,
) -> None:
    comment = make_comment(post, reader, "Words of a heckler.", state=CommentState.HELD)
    browser = log_in(ada)
    assert "Words of a heckler." in page(browser)
    with database.unit_of_work() as session:
        session.add(Block(blocker_id=ada.id, blocked_id=reader.id, created_at=clock.now()))
    for address in ("/@ada/lamps", "/comments", THREAD):
        assert "Words of a heckler." not in page(browser, address)
    assert browser.get(f"{THREAD}/{comment.id}").status_code == 404


def test_the_words_of_the_muted_are_folded(
    log_in: LogIn, database: Database, make_user: MakeUser, make_comment: MakeComment, post: Post, reader: User
) -> None:
    bob = make_user("bob")
    make_comment(post, bob, "Words of Bob.")
    with database.unit_of_work() as session:
        session.add(Mute(muter_id=reader.id, muted_id=bob.id, created_at=clock.now()))
    assert re.search(r"<details class=\"remark-folded\">.*Words of Bob\..*</details>", page(log_in(reader)), re.DOTALL)


@pytest.mark.parametrize(("order", "wanted"), [("newest", [2, 1, 0]), ("oldest", [0, 1, 2]), ("top", [1, 2, 0])])
def test_first_comments_come_in_the_order_that_is_asked_for(
    client: FlaskClient,
    database: Database,
    make_comment: MakeComment,
    post: Post,
    reader: User,
    order: str,
    wanted: list[int],
) -> None:
    made = [make_comment(post, reader, f"Number {number}.") for number in range(3)]
    with database.unit_of_work() as session:
        session.merge(made[1]).likes = 5
    found = re.findall(r'<li class="remark" id="comment-(\d+)"', page(client, f"{THREAD}?order={order}"))
    assert [int(number) for number in found] == [made[at].id for at in wanted]


@pytest.mark.parametrize("order", ["newest", "oldest", "top"])
def test_more_comments_are_a_link_away_and_each_is_shown_once(
    client: FlaskClient, make_comment: MakeComment, make_user: MakeUser, post: Post, order: str
) -> None:
    people = [make_user() for _ in range(4)]
    made = {make_comment(post, people[number % 4], f"Number {number}.").id for number in range(34)}
    address: str | None = f"{THREAD}?order={order}"
    seen: list[int] = []
    while address:
        shown = page(client, address)
        seen += [int(number) for number in re.findall(r'<li class="remark" id="comment-(\d+)"', shown)]
        following = re.search(r'href="([^"]+)" data-more>', shown)
        address = following[1].replace("&amp;", "&").split("#")[0] if following else None
    assert len(seen) == 34
    assert set(seen) == made


def test_a_long_thread_has_a_page_of_its_own(
    client: FlaskClient, make_comment: MakeComment, make_user: MakeUser, post: Post, reader: User
) -> None:
    people = [make_user() for _ in range(8)]
    first = make_comment(post, reader, "First.")
    for number in range(70):
        make_comment(post, people[number % 8], f"Answer {number}.", parent=first)
    assert "Show 62 more replies" in page(client)
    address = f"{THREAD}/{first.id}"
    shown = page(client, address)
    assert "Answer 59." in shown
    assert "Answer 60." not in shown
    following = re.search(r'href="([^"]+)" data-more>', shown)
    assert following
    assert "Answer 69." in page(client, following[1])


def test_a_permalink_shows_what_a_comment_answers(
    client: FlaskClient, make_comment: MakeComment, post: Post, ada: User, reader: User
) -> None:
    first = make_comment(post, reader, "The question.")
    second = make_comment(post, ada, "The answer.", parent=first)
    make_comment(post, reader, "Another thread.")
    shown = page(client, f"{THREAD}/{second.id}")
    assert "The question." in shown
    assert "The answer." in shown
    assert "Another thread." not in shown
    assert client.get(f"{THREAD}/{second.id + 1000}").status_code == 404


def test_an_old_address_leads_to_the_comments(
    client: FlaskClient, database: Database, make_comment: MakeComment, post: Post, reader: User
) -> None:
    from byline.posts.models import PostAddress

    comment = make_comment(post, reader)
    with database.unit_of_work() as session:
        session.add(PostAddress(author_id=post.author_id, slug="candles", post_id=post.id))
    answer = client.get(f"/@ada/candles/comments/{comment.id}")
    assert (answer.status_code, answer.location) == (301, f"{THREAD}/{comment.id}")
    assert client.get("/@ADA/lamps/comments?order=top").location == f"{THREAD}?order=top"


def test_what_waits_under_ones_posts_is_listed(
    log_in: LogIn, make_comment: MakeComment, make_user: MakeUser, post: Post, ada: User, reader: User
) -> None:
    make_comment(post, reader, "Is this right?", state=CommentState.HELD)
    assert "Is this right?" in page(log_in(ada), "/comments")
    assert "Nothing waits" in page(log_in(make_user("bob")), "/comments")


def test_a_page_costs_the_same_for_one_comment_and_for_forty(
    log_in: LogIn, queries: Budget, make_comment: MakeComment, make_user: MakeUser, post: Post, reader: User
) -> None:
    browser = log_in(reader)
    make_comment(post, reader)
    people = [make_user() for _ in range(8)]
    browser.get(THREAD)
    with queries(20) as few:
        page(browser, f"{THREAD}?order=oldest")
    roots = [make_comment(post, people[number % 8], f"Number {number}.") for number in range(12)]
    for number, root in enumerate(roots):
        make_comment(post, people[(number + 1) % 8], f"Answer {number}.", parent=root)
    with queries(len(few) + 1) as many:
        page(browser, f"{THREAD}?order=oldest")
    assert len(many) <= 16


def test_an_approval_sent_twice_is_one(
    log_in: LogIn, make_comment: MakeComment, make_user: MakeUser, post: Post, ada: User, reader: User
) -> None:
    comment = make_comment(post, reader, "Is this right?", state=CommentState.HELD)
    browser = log_in(ada)
    assert [browser.post(f"{THREAD}/{comment.id}/approve").status_code for _ in range(2)] == [303, 303]
    moderator = log_in(make_user("mod", role="Moderator"))
    assert moderator.post(f"{THREAD}/{comment.id}/approve").status_code == 409


def test_the_address_in_next_stays_on_this_site(
    log_in: LogIn, make_comment: MakeComment, post: Post, ada: User, reader: User
) -> None:
    comment = make_comment(post, reader, "Is this right?", state=CommentState.HELD)
    answer = log_in(ada).post(f"{THREAD}/{comment.id}/approve", data={"next": "//evil.example/"})
    assert answer.location.startswith("/@ada/lamps")
