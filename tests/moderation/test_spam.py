"""A spammer: every trace goes at once, everything comes back within seven days, and after them nothing is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.comments import service as comments
from byline.comments.models import Comment, CommentState
from byline.kernel import clock
from byline.kernel.db import Base, Database
from byline.kernel.errors import Conflict
from byline.moderation import deciding, reporting, undoing
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Decision, Kind, Matter
from byline.posts.models import Post, PostState
from byline.reactions import service as likes
from byline.social import service as social
from tests.factories import PASSWORD, LogIn, MakePost, MakeUser, Outbox
from tests.moderation.conftest import Act as Run
from tests.moderation.conftest import Say

Waiting = Callable[[], list[Matter]]
WORD = "Cheaplamps"


@dataclass(frozen=True, slots=True)
class Traces:
    """What a spammer leaves all over a site."""

    member: User
    post: Post
    shown: Comment
    held: Comment


@pytest.fixture
def traces(act: Run, mo: User, ada: User, make_user: MakeUser, make_post: MakePost, say: Say, post: Post) -> Traces:
    """A member with a profile, a post, a comment that is read and one that waits, a like and a follow."""
    member = make_user("lampshop", name=WORD, about=f"{WORD} for everybody")
    written = make_post(member, title=f"{WORD} today", tags=["Light"])
    make_post(member, title=f"{WORD} tomorrow", state=PostState.DRAFT)
    shown = say(member, f"{WORD}, said kindly, with some more words around it.")
    act(comments.approve, mo.actor, shown.id)
    held = say(member, f"{WORD} https://a.example https://b.example https://c.example")
    act(likes.like_post, member.actor, post.id)
    act(social.follow, member.actor, ada.id)
    return Traces(member, written, shown, held)


def public_pages(post: Post) -> list[str]:
    """Where a stranger could meet a spammer."""
    return ["/", f"/@ada/{post.slug}", "/tag/light", "/feed.xml", "/feed.json", "/archive", "/sitemap.xml",
            "/search?q=cheaplamps", "/@ada/followers", "/@lampshop", "/@lampshop/feed.xml", "/@ada"]  # fmt: skip


def seen(app: Flask, post: Post) -> list[str]:
    """The pages on which a stranger reads the spammer's word or finds the way to them."""
    browser = app.test_client()
    pages = {address: browser.get(address).text for address in public_pages(post)}
    return [address for address, page in pages.items() if WORD in page or "/@lampshop" in page]


def test_every_trace_is_gone_at_once_and_comes_back_as_it_was(
    act: Run, app: Flask, mo: User, traces: Traces, post: Post, read: Run, waiting: Waiting
) -> None:
    before = seen(app, post)
    assert {"/", f"/@ada/{post.slug}", "/tag/light", "/feed.xml", "/@lampshop", "/@ada/followers"} <= set(before)
    states = [read(Comment, traces.shown.id).state, read(Comment, traces.held.id).state]
    queue = [(row.kind, row.subject_id) for row in waiting()]

    decision = act(deciding.decide, mo.actor, Kind.COMMENT, traces.held.id, Wish(Act.SPAM))
    assert seen(app, post) == []
    assert waiting() == []
    assert app.test_client().get("/@lampshop").status_code == 404
    assert app.test_client().get(f"/@lampshop/{traces.post.slug}").status_code == 404

    act(undoing.undo, mo.actor, decision.id)
    # The index of the search learns of them now; rows that a test makes directly are not in it.
    assert set(seen(app, post)) >= set(before)
    assert [read(Comment, traces.shown.id).state, read(Comment, traces.held.id).state] == states
    assert [(row.kind, row.subject_id) for row in waiting()] == queue


def test_counts_of_likes_go_and_come_back(
    act: Run, mo: User, traces: Traces, post: Post, client: object, database: Database
) -> None:
    def counted() -> list[tuple[str, int]]:
        with database.unit_of_work(write=False) as session:
            tables = [table for table in Base.metadata.sorted_tables if "like" in table.name]
            return [(table.name, session.scalar(select(func.count()).select_from(table)) or 0) for table in tables]

    before = counted()
    decision = act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))
    act(undoing.undo, mo.actor, decision.id)
    assert counted() == before


def test_a_spammer_cannot_log_in_and_reads_how_to_answer(
    act: Run, app: Flask, mo: User, traces: Traces, log_in: LogIn
) -> None:
    browser = log_in(traces.member)
    act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM, "Lamps, lamps, lamps"))
    assert browser.get("/settings/profile").status_code in (302, 401)
    refused = app.test_client().post("/auth/login", data={"email": "lampshop", "password": PASSWORD})
    assert refused.status_code == 403
    assert "Lamps, lamps, lamps" in refused.text
    assert "/auth/appeal/" in refused.text


def test_after_seven_days_nothing_is_left_and_nothing_can_be_taken_back(
    act: Run,
    app: Flask,
    mo: User,
    traces: Traces,
    post: Post,
    outbox: Outbox,
    database: Database,
    stopped_clock: object,
) -> None:
    decision = act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))
    clock.advance(timedelta(days=7).total_seconds() + 60)
    letters = len(outbox.deliver())
    with database.unit_of_work(write=False) as session:
        assert session.get(User, traces.member.id) is None
        assert session.scalar(select(func.count()).select_from(Post).where(Post.title.contains(WORD))) == 0
        assert session.scalar(select(func.count()).select_from(Comment).where(Comment.body.contains(WORD))) == 0
        kept = session.get_one(Decision, decision.id)
        assert (kept.act, kept.member_id, kept.member_name, kept.excerpt) == ("spam", None, "", "")
    assert seen(app, post) == []
    assert letters == len(outbox.messages())
    assert all(WORD not in letter.as_string() for letter in outbox.messages() if letter["To"] == traces.member.email)
    with pytest.raises(Conflict):
        act(undoing.undo, mo.actor, decision.id)


def test_one_who_was_brought_back_is_not_deleted_after_all(
    act: Run, mo: User, traces: Traces, outbox: Outbox, read: Run, stopped_clock: object
) -> None:
    decision = act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))
    act(undoing.undo, mo.actor, decision.id)
    clock.advance(timedelta(days=8).total_seconds())
    outbox.deliver()
    assert read(User, traces.member.id).may_act


def test_one_who_wished_to_leave_anyway_is_leaving_again(
    act: Run, mo: User, traces: Traces, read: Run, stopped_clock: object
) -> None:
    from byline.accounts import leaving

    act(leaving.ask, traces.member.actor, traces.member.id)
    wished = read(User, traces.member.id).deletion_asked_at
    clock.advance(3600)
    decision = act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))
    act(undoing.undo, mo.actor, decision.id)
    member = read(User, traces.member.id)
    assert (member.deletion_asked_at, member.expelled_at, member.suspended_at) == (wished, None, None)


def test_marking_twice_is_told(act: Run, mo: User, make_user: MakeUser, traces: Traces) -> None:
    act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))
    with pytest.raises(Conflict):
        act(deciding.decide, make_user("max", role="Moderator").actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))


def test_an_administrator_does_not_let_a_spammer_in_by_halves(
    act: Run, mo: User, make_user: MakeUser, traces: Traces
) -> None:
    from byline.accounts import leaving, member_acts

    root = make_user("rooter", role="Administrator")
    act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))
    for halves in (member_acts.lift_suspension, leaving.cancel):
        with pytest.raises(Conflict):
            act(halves, root.actor, traces.member.id)


def test_what_was_reported_about_a_spammer_is_settled_with_them(
    act: Run, mo: User, ada: User, traces: Traces, waiting: Waiting
) -> None:
    act(reporting.report, ada.actor, Kind.POST, traces.post.id, "spam")
    act(reporting.report, ada.actor, Kind.MEMBER, traces.member.id, "spam")
    assert len(waiting()) == 3
    decision = act(deciding.decide, mo.actor, Kind.POST, traces.post.id, Wish(Act.SPAM))
    assert waiting() == []
    act(undoing.undo, mo.actor, decision.id)
    assert len(waiting()) == 3


def test_a_comment_of_somebody_else_below_theirs_keeps_its_place(
    act: Run, mo: User, ada: User, eve: User, traces: Traces, post: Post, client: FlaskClient
) -> None:
    from byline.comments.content import Sent

    answer = act(comments.write, ada.actor, post.id, Sent("An answer that stays", traces.shown.id, seconds=50))
    if answer.state != CommentState.VISIBLE:
        act(comments.approve, mo.actor, answer.id)
    act(deciding.decide, mo.actor, Kind.MEMBER, traces.member.id, Wish(Act.SPAM))
    page = client.get(f"/@ada/{post.slug}").text
    assert "An answer that stays" in page
    assert WORD not in page
