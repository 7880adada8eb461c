"""The pages of moderation: what they show, cost and refuse, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from byline.accounts.models import Invitation, User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.site_rows import SiteSection
from byline.moderation import deciding, packing, reporting
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Decision, Kind, Matter
from byline.posts.models import Post
from tests.factories import LogIn, MakePost, MakeUser
from tests.moderation.conftest import Act as Run
from tests.moderation.conftest import Say

Budget = Callable[[int], AbstractContextManager[list[str]]]


@pytest.mark.parametrize("number", [1, 8])
def test_the_queue_costs_the_same_for_one_thing_and_for_many(
    act: Run,
    mo: User,
    make_user: MakeUser,
    make_post: MakePost,
    ada: User,
    log_in: LogIn,
    queries: Budget,
    number: int,
    database: Database,
) -> None:
    rita = make_user("rita")
    posts = [make_post(ada, title=f"Post {one}") for one in range(min(number, 5))]
    for post in posts:
        act(reporting.report, rita.actor, Kind.POST, post.id, "spam", "Look")
    browser = log_in(mo)
    browser.get("/moderation/log")
    # Seven of the page itself; who it is, and the two numbers in the bar. PostgreSQL is asked whether anything changed.
    with queries(10 if database.is_sqlite else 11):
        page = browser.get("/moderation")
    assert page.text.count("data-item") == len(posts)


def test_an_empty_queue_says_what_will_be_here(mo: User, log_in: LogIn) -> None:
    assert "Nothing waits" in log_in(mo).get("/moderation").text


@pytest.mark.parametrize("query", ["at=nonsense", "at=%00", "at=m:999&from=12", "after=1zz", "after=9", "or=x:1"])
def test_an_address_that_means_nothing_is_no_fault(mo: User, eve: User, say: Say, log_in: LogIn, query: str) -> None:
    say(eve)
    assert log_in(mo).get(f"/moderation?{query}").status_code in (200, 404)


def test_a_long_queue_has_further_pages(
    act: Run, mo: User, make_user: MakeUser, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byline.moderation.queue.BUNDLES", 2)
    for number in range(5):
        act(reporting.report, make_user(f"r{number}").actor, Kind.MEMBER, make_user(f"m{number}").id, "spam")
    browser, address, seen = log_in(mo), "/moderation", []
    while address:
        page = browser.get(address).text
        seen += [part.split('"')[0] for part in page.split('data-line="')[1:]]
        further = page.split('desk-further" href="')
        address = further[1].split('"')[0].replace("&amp;", "&") if len(further) > 1 else ""
    assert len(seen) == len(set(seen)) == 5


def test_the_second_moderator_reads_who_was_faster_and_keeps_the_reason(
    mo: User, eve: User, make_user: MakeUser, say: Say, log_in: LogIn
) -> None:
    comment = say(eve)
    first, second = log_in(mo), log_in(make_user("max", role="Moderator"))
    address = f"/moderation/comment/{comment.id}/act"
    assert first.post(address, data={"act": "approve", "seen": "0"}).status_code == 303
    told = second.post(address, data={"act": "hide", "reason": "Quite rude", "seen": "0"})
    assert told.status_code == 409
    assert "@mo was faster" in told.text
    assert "Quite rude" in told.text


def test_a_missing_reason_is_asked_for_beside_what_was_chosen(mo: User, post: Post, log_in: LogIn) -> None:
    browser = log_in(mo)
    refused = browser.post(f"/moderation/post/{post.id}/act", data={"act": "suspend", "days": "30"})
    assert refused.status_code == 400
    assert "Say why" in refused.text
    assert '<option value="30" selected>' in refused.text
    assert browser.post(f"/moderation/post/{post.id}/act", data={"act": "dance"}).status_code == 400


def test_suspending_for_something_hides_it_as_well_where_that_is_ticked(
    mo: User, post: Post, log_in: LogIn, read: Run
) -> None:
    given = {"act": "suspend", "days": "1", "reason": "Stolen", "also_hide": "y", "seen": "0"}
    assert log_in(mo).post(f"/moderation/post/{post.id}/act", data=given).status_code == 303
    assert read(Post, post.id).hidden_reason == "Stolen"
    assert read(User, post.author_id).suspended_at is not None


def test_something_that_is_gone_leaves_the_queue_when_it_is_looked_at(
    act: Run, mo: User, make_user: MakeUser, make_post: MakePost, ada: User, log_in: LogIn, database: Database,
    waiting: Callable[[], list[Matter]],
) -> None:  # fmt: skip
    doomed = make_post(ada)
    act(reporting.report, make_user("rita").actor, Kind.POST, doomed.id, "spam")
    with database.unit_of_work() as session:
        session.get_one(Post, doomed.id).deleted_at = clock.now()
    browser = log_in(mo)
    assert "Take it out of the queue" in browser.get("/moderation").text
    assert browser.post(f"/moderation/post/{doomed.id}/act", data={"act": "keep"}).status_code == 303
    assert waiting() == []


def test_undo_is_offered_for_what_was_done_a_moment_ago(
    mo: User, post: Post, log_in: LogIn, stopped_clock: Any
) -> None:
    browser = log_in(mo)
    browser.post(f"/moderation/post/{post.id}/act", data={"act": "hide", "reason": "Why"})
    assert "/moderation/decisions/1/undo" in browser.get("/moderation").text
    clock.advance(16 * 60)
    assert "/moderation/decisions/1/undo" not in browser.get("/moderation").text
    assert "/moderation/decisions/1/undo" in browser.get("/moderation/log").text


def test_the_way_on_leads_to_no_other_site(mo: User, post: Post, log_in: LogIn) -> None:
    given = {"act": "hide", "reason": "Why", "next": "//evil.example/"}
    assert log_in(mo).post(f"/moderation/post/{post.id}/act", data=given).location == "/moderation"


def test_the_log_is_narrowed_by_member_moderator_and_act(
    act: Run, mo: User, eve: User, post: Post, log_in: LogIn
) -> None:
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "A first reason"))
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "A second reason", "1"))
    browser = log_in(mo)
    shown = {
        query: ["first" in (page := browser.get(f"/moderation/log?{query}").text), "A second" in page]
        for query in ("", "member=ada", "member=@eve", "moderator=mo", "moderator=ada", "act=hide", "member=nobody")
    }
    assert shown == {
        "": [True, True],
        "member=ada": [True, False],
        "member=@eve": [False, True],
        "moderator=mo": [True, True],
        "moderator=ada": [False, False],
        "act=hide": [True, False],
        "member=nobody": [False, False],
    }


def test_the_log_is_public_only_where_the_site_says_so_and_names_nobody(
    act: Run, mo: User, ada: User, post: Post, client: Any, database: Database
) -> None:
    decision = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "It was stolen"))
    assert client.get("/moderation/log").status_code == 404
    with database.unit_of_work() as session:
        session.add(SiteSection(name="openness", content={"public_log": True}, version=1, updated_at=clock.now()))
    page = client.get("/moderation/log").text
    assert "It was stolen" in page
    assert all(word not in page for word in ("@mo", "@ada", post.title, decision.excerpt))


def test_all_comments_are_listed_newest_first_with_what_can_be_done(
    act: Run, mo: User, eve: User, ada: User, say: Say, log_in: LogIn, stopped_clock: Any
) -> None:
    from byline.comments import service

    comments = []
    for number in range(3):
        comments.append(say(eve, f"The comment of number {number}."))
        clock.advance(60)
    act(service.approve, mo.actor, comments[0].id)
    act(service.hide, mo.actor, comments[1].id, reason="Off the subject")
    browser = log_in(mo)
    page = browser.get("/moderation/comments").text
    places = [page.index(f"The comment of number {number}.") for number in (2, 1, 0)]
    assert places == sorted(places)
    assert all(words in page for words in ("Held: nobody reads it", "Off the subject", "Everyone reads it", "Restore"))
    given = {"act": "hide", "reason": "Why", "next": "/moderation/comments", "seen": "99"}
    sent = browser.post(f"/moderation/comment/{comments[0].id}/act", data=given)
    assert sent.location == "/moderation/comments"
    assert log_in(ada).get("/moderation/comments").status_code == 403


def test_who_invited_whom_is_shown_to_moderators_with_who_was_shut_out(
    act: Run, mo: User, ada: User, make_user: MakeUser, log_in: LogIn
) -> None:
    middle = make_user("middle", invited_by_id=ada.id)
    leaf = make_user("leaf", invited_by_id=middle.id)
    make_user("alone")
    act(deciding.decide, mo.actor, Kind.MEMBER, leaf.id, Wish(Act.SPAM))
    page = log_in(mo).get("/moderation/invitations").text
    assert all(f"@{name}" in page for name in ("ada", "middle", "leaf"))
    assert "@alone" not in page
    assert "1 shut out" in page
    below = log_in(mo).get("/moderation/invitations?of=@middle").text
    assert "@leaf" in below
    assert "/moderation/member/" + str(ada.id) not in below
    assert log_in(ada).get("/moderation/invitations").status_code == 403
    assert Invitation.__tablename__ == "invitations"


def test_what_a_member_takes_along_names_no_reporter_and_no_moderator(
    act: Run, mo: User, ada: User, make_user: MakeUser, post: Post
) -> None:
    rita = make_user("rita")
    act(reporting.report, rita.actor, Kind.POST, post.id, "other", "A note of hers")
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Stolen"))
    _, hers = act(packing.portion, ada.id)
    assert "Stolen" in str(hers)
    assert all(word not in str(hers) for word in ("rita", "A note", "'mo'"))
    _, own = act(packing.portion, rita.id)
    assert "A note of hers" in str(own)


def test_nothing_of_a_deleted_member_is_left_in_the_log(
    act: Run, mo: User, ada: User, post: Post, read: Run, outbox: Any, stopped_clock: Any
) -> None:
    from byline.accounts import leaving

    decision = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Stolen"))
    act(leaving.ask, ada.actor, ada.id)
    clock.advance(8 * 86400)
    outbox.deliver()
    kept = read(Decision, decision.id)
    assert (kept.act, kept.reason, kept.member_name, kept.excerpt) == ("hide", "Stolen", "", "")
