"""Reporting: who may, what comes into the queue and where, and that nobody learns who reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel.access import ANONYMOUS, Permission
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotAuthenticated, NotFound, TooMany
from byline.moderation import deciding, reporting, rules, trusting
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Kind, Matter, Rank, Report
from byline.posts.models import Post, PostState
from tests.factories import LogIn, MakePost, MakeUser
from tests.moderation.conftest import Act as Run
from tests.moderation.conftest import Say

Waiting = Callable[[], list[Matter]]


@pytest.fixture
def rita(make_user: MakeUser) -> User:
    """Somebody who reports."""
    return make_user("rita", name="Rita Reporter")


def test_strangers_and_those_without_a_confirmed_address_do_not_report(
    act: Run, post: Post, make_user: MakeUser
) -> None:
    with pytest.raises(NotAuthenticated):
        act(reporting.report, ANONYMOUS, Kind.POST, post.id, "spam")
    with pytest.raises(NotAllowed):
        act(reporting.report, make_user("new", confirmed=False).actor, Kind.POST, post.id, "spam")


def test_what_one_cannot_see_cannot_be_reported(
    act: Run, rita: User, eve: User, ada: User, make_post: MakePost, say: Say
) -> None:
    draft, held = make_post(ada, state=PostState.DRAFT), say(eve)
    for kind, number in ((Kind.POST, draft.id), (Kind.COMMENT, held.id), (Kind.MEMBER, 4711), (Kind.MESSAGE, 1)):
        with pytest.raises(NotFound):
            act(reporting.report, rita.actor, kind, number, "spam")


def test_ones_own_is_not_reported(act: Run, ada: User, post: Post) -> None:
    for kind, number in ((Kind.POST, post.id), (Kind.MEMBER, ada.id)):
        with pytest.raises(Conflict):
            act(reporting.report, ada.actor, kind, number, "spam")


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [("", "", "reason"), ("boring", "", "reason"), ("other", " \n ", "note"), ("spam", "x" * 501, "note")],
)
def test_a_report_says_what_is_wrong(act: Run, rita: User, post: Post, reason: str, note: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        act(reporting.report, rita.actor, Kind.POST, post.id, reason, note)
    assert field in refusal.value.fields


def test_many_reports_of_one_thing_are_one_line(act: Run, post: Post, make_user: MakeUser, waiting: Waiting) -> None:
    for number in range(rules.ENOUGH_REPORTS):
        assert [row.rank for row in waiting()] in ([], [Rank.ORDINARY])
        act(reporting.report, make_user(f"r{number}").actor, Kind.POST, post.id, "spam")
    assert [(row.reports, row.rank) for row in waiting()] == [(3, Rank.PRESSING)]


def test_reporting_twice_is_one_report_with_the_later_words(
    act: Run, rita: User, post: Post, waiting: Waiting, read: Run
) -> None:
    first = act(reporting.report, rita.actor, Kind.POST, post.id, "spam")
    again = act(reporting.report, rita.actor, Kind.POST, post.id, "privacy", "My address")
    assert (again.id, waiting()[0].reports) == (first.id, 1)
    assert read(Report, first.id).note == "My address"


def test_what_a_trusted_member_reports_is_pressing(
    act: Run, rita: User, post: Post, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trusting, "is_trusted", lambda _: True)
    act(reporting.report, rita.actor, Kind.POST, post.id, "spam")
    assert [row.rank for row in waiting()] == [Rank.PRESSING]


def test_trust_grows_with_approved_comments(
    act: Run, eve: User, mo: User, say: Say, make_post: MakePost, app: object
) -> None:
    assert not act(trusting.is_trusted, eve.id)
    for number in range(5):
        comment = say(eve, f"Words number {number}", under=make_post(title=f"Post {number} of another"))
        act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.KEEP))
    assert act(trusting.is_trusted, eve.id)
    assert act(trusting.is_trusted, mo.id)


def test_newcomers_cannot_fill_the_queue_with_reports(
    act: Run, rita: User, make_user: MakeUser, waiting: Waiting
) -> None:
    for number in range(rules.MOST_OPEN_REPORTS[False]):
        act(reporting.report, rita.actor, Kind.MEMBER, make_user(f"m{number}").id, "spam")
    with pytest.raises(TooMany):
        act(reporting.report, rita.actor, Kind.MEMBER, make_user("last").id, "spam")
    assert len(waiting()) == rules.MOST_OPEN_REPORTS[False]


def test_something_decided_can_be_reported_anew(act: Run, rita: User, mo: User, post: Post, waiting: Waiting) -> None:
    act(reporting.report, rita.actor, Kind.POST, post.id, "spam")
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.KEEP))
    assert waiting() == []
    act(reporting.report, rita.actor, Kind.POST, post.id, "spam")
    assert len(waiting()) == 1


def test_who_reported_is_on_no_page(
    act: Run, rita: User, mo: User, ada: User, make_user: MakeUser, post: Post, log_in: LogIn
) -> None:
    root = make_user("rooter", role="Administrator")
    act(reporting.report, rita.actor, Kind.POST, post.id, "other", "It is not from her.")
    pages = ["/moderation", f"/moderation/post/{post.id}", f"/moderation/member/{ada.id}", "/moderation/log"]
    for viewer in (mo, root):
        browser = log_in(viewer)
        for address in pages:
            page = browser.get(address)
            assert page.status_code == 200
            assert "rita" not in page.text.casefold()
    assert "It is not from her." in log_in(mo).get("/moderation").text
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why"))
    for address in ("/moderation/log", "/notifications", "/decisions/1"):
        assert "rita" not in log_in(ada).get(address).text.casefold()


def test_the_form_keeps_what_was_typed_and_leads_back(rita: User, post: Post, log_in: LogIn, waiting: Waiting) -> None:
    browser, address = log_in(rita), f"/report/post/{post.id}"
    refused = browser.post(address, data={"note": "A long story", "next": "/archive"})
    assert refused.status_code == 400
    assert "A long story" in refused.text
    assert "Choose what is wrong." in refused.text
    sent = browser.post(address, data={"reason": "spam", "next": "/archive"})
    assert (sent.status_code, sent.location) == (303, "/archive")
    elsewhere = browser.post(address, data={"reason": "spam", "next": "https://evil.example/"})
    assert elsewhere.location == f"/@ada/{post.slug}"
    assert len(waiting()) == 1


def test_a_stranger_is_led_to_log_in(client: FlaskClient, post: Post) -> None:
    assert client.get(f"/report/post/{post.id}").location.startswith("/auth/login")


def test_a_comment_of_a_member_with_another_role_is_reported_like_any(
    act: Run, rita: User, mo: User, say: Say, waiting: Waiting, read: Run
) -> None:
    assert Permission.MODERATE in mo.actor.permissions
    comment = say(mo, "A word of a moderator")
    assert read(Comment, comment.id).state == "visible"
    act(reporting.report, rita.actor, Kind.COMMENT, comment.id, "harassment")
    assert [row.kind for row in waiting()] == ["comment"]
