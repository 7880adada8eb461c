"""Posts that wait for approval: whose, how they are let through, and that nobody reads them before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from byline import wiring
from byline.accounts import arrivals
from byline.accounts.models import User
from byline.admin import site_acts
from byline.kernel import bus, clock, db
from byline.kernel.access import ANONYMOUS, SYSTEM, Actor
from byline.kernel.db import Database
from byline.kernel.errors import Invalid, NotAllowed, NotFound
from byline.kernel.settings import Settings
from byline.kernel.site import HoldPosts, PostPolicy
from byline.kernel.spam import Verdict
from byline.posts import jobs, queries, rules, service
from byline.posts.content import Content
from byline.posts.messages import PostHeld, PostHidden, PostHoldEnded, PostPublished, PublishDue
from byline.posts.models import HeldFor, Post, PostState
from tests.factories import LogIn, MakePost, MakeUser

TEXT = Content(title="On lamps", body="A lamp is *not* a sun.", tags=("light",))
SPAM = Content(title="Lamps", body="Cheap: https://a.example https://b.example https://c.example https://d.example")
HOUR = timedelta(hours=1)
Act = Callable[[Actor, int], object]
CLEAN, SUSPECT = Verdict(0, ()), Verdict(60, ("links",))


@pytest.mark.parametrize(
    ("policy", "verdict", "was_read", "in_doubt", "expected"),
    [
        (HoldPosts.NOBODY, SUSPECT, False, False, None),
        (HoldPosts.NEW, CLEAN, False, False, HeldFor.FIRST),
        (HoldPosts.NEW, SUSPECT, False, False, HeldFor.SPAM),
        (HoldPosts.NEW, CLEAN, True, False, None),
        (HoldPosts.NEW, SUSPECT, True, False, HeldFor.SPAM),
        (HoldPosts.SPAM, CLEAN, False, False, None),
        (HoldPosts.SPAM, SUSPECT, False, False, HeldFor.SPAM),
        (HoldPosts.SPAM, CLEAN, False, True, HeldFor.FIRST),
        (HoldPosts.SPAM, CLEAN, True, True, None),
        (HoldPosts.NOBODY, SUSPECT, False, True, None),
    ],
)
def test_what_waits(
    policy: HoldPosts, verdict: Verdict, was_read: bool, in_doubt: bool, expected: HeldFor | None
) -> None:
    assert rules.holds(policy, verdict, was_read=was_read, in_doubt=in_doubt) is expected


@pytest.fixture
def strict(root: User, database: Database) -> None:
    """The site holds all first posts."""
    with database.unit_of_work():
        site_acts.save(root.actor, PostPolicy(HoldPosts.NEW), 0)


@pytest.fixture
def eve(make_user: MakeUser, strict: None, unit_of_work: Session, stopped_clock: datetime) -> User:
    """A member whom nobody knows, on a strict site."""
    return make_user("eve", vouched_at=None, member_since=clock.now() - 40 * HOUR * 24)


@pytest.fixture
def mo(make_user: MakeUser, unit_of_work: Session) -> User:
    return make_user("mo", role="Moderator", vouched_at=None)


@pytest.fixture
def root(make_user: MakeUser) -> User:
    return make_user("root", role="Administrator", vouched_at=None)


@pytest.fixture
def heard(unit_of_work: Session) -> Iterator[list[object]]:
    """Every event that was published."""
    events: list[object] = []
    kinds = (PostPublished, PostHidden, PostHeld, PostHoldEnded)
    bus.wire(dict.fromkeys(kinds, (events.append,)), wiring.JOBS)
    yield events
    bus.wire(wiring.REACTIONS, wiring.JOBS)


def hold(root: User, policy: HoldPosts) -> None:
    before = site_acts.saves().get("posts")
    site_acts.save(root.actor, PostPolicy(policy), before.version if before else 0)


def published(author: User, given: Content = TEXT) -> Post:
    return service.publish(author.actor, service.create(author.actor, given).id)


def seen_by(actor: User | None, post: Post) -> bool:
    found = queries.by_address(actor.actor if actor else ANONYMOUS, post.author.username, post.slug)
    return found is not None


# Refused


def test_a_sixth_post_does_not_wait_beside_five_others(eve: User) -> None:
    for number in range(rules.MOST_WAITING):
        published(eve, Content(title=f"Number {number}", body=f"Words {number}."))
    sixth = service.create(eve.actor, TEXT)
    with pytest.raises(Invalid, match="wait for a moderator already"):
        service.publish(eve.actor, sixth.id)


def test_only_moderators_approve_and_hold_again(eve: User, make_user: MakeUser) -> None:
    ada, post = make_user("ada"), published(eve)
    with pytest.raises(NotFound):
        service.approve(ada.actor, post.id)
    with pytest.raises(NotAllowed):
        service.approve(eve.actor, post.id)
    with pytest.raises(NotAllowed):
        service.hold(eve.actor, post.id)


# Held


@pytest.mark.parametrize("state", [PostState.PUBLISHED, PostState.UNLISTED, PostState.SCHEDULED])
def test_a_held_post_is_read_by_its_author_and_moderators_alone(
    state: PostState, eve: User, mo: User, make_user: MakeUser, heard: list[object]
) -> None:
    ada, post = make_user("ada"), service.create(eve.actor, TEXT)
    at = clock.now() + HOUR if state is PostState.SCHEDULED else None
    service.bring_to(eve.actor, post.id, state, at=at)
    assert heard == [PostHeld(post.id, eve.id, "first")]
    assert (post.state, post.listed_at) == (state, None)
    readers = {name for name, who in (("", None), ("ada", ada), ("eve", eve), ("mo", mo)) if seen_by(who, post)}
    assert readers == {"eve", "mo"}
    assert {who.username for who in (eve, mo) if rules.may_read(who.actor, post)} == {"eve", "mo"}
    assert not rules.may_read(ANONYMOUS, post)


def test_its_author_goes_on_writing_and_is_held_once(eve: User, heard: list[object]) -> None:
    post = published(eve)
    saved = service.save(eve.actor, post.id, Content(title="On lamps", body="More about lamps."), based_on=1)
    assert (saved.body, saved.held_for) == ("More about lamps.", "first")
    service.publish(eve.actor, post.id)
    assert heard == [PostHeld(post.id, eve.id, "first")]


@pytest.mark.parametrize("act", [service.withdraw, service.back_to_draft, service.delete])
def test_what_its_author_takes_back_waits_no_more(act: Act, eve: User, heard: list[object]) -> None:
    post = published(eve)
    act(eve.actor, post.id)
    assert heard[-1] == PostHoldEnded(post.id)
    assert not rules.waits(post) or post.deleted_at is not None


def test_what_comes_back_from_the_bin_waits_again(eve: User, heard: list[object]) -> None:
    post = published(eve)
    service.delete(eve.actor, post.id)
    service.bring_back(eve.actor, post.id)
    assert heard[-1] == PostHeld(post.id, eve.id, "first")
    assert post.listed_at is None


def test_what_comes_due_while_it_waits_goes_on_waiting(eve: User, mo: User, heard: list[object]) -> None:
    post = service.create(eve.actor, TEXT)
    service.publish(eve.actor, post.id, at=clock.now() + HOUR)
    clock.advance(3700)
    jobs.publish_due(PublishDue(post.id), Settings.load({}))
    assert post.listed_at is None
    service.approve(mo.actor, post.id)
    assert post.listed_at == post.published_at == clock.now()
    assert heard[-1] == PostPublished(post.id, eve.id, first_time=True)


def test_what_is_approved_in_time_appears_at_its_moment(eve: User, mo: User, heard: list[object]) -> None:
    post = service.create(eve.actor, TEXT)
    at = clock.now() + HOUR
    service.publish(eve.actor, post.id, at=at)
    service.approve(mo.actor, post.id)
    assert (post.state, post.listed_at) == (PostState.SCHEDULED, None)
    clock.advance(3700)
    jobs.publish_due(PublishDue(post.id), Settings.load({}))
    assert post.listed_at == at
    assert heard[-1] == PostPublished(post.id, eve.id, first_time=True)


def test_approval_publishes_under_its_own_moment(eve: User, mo: User, heard: list[object]) -> None:
    post = published(eve)
    clock.advance(3600)
    service.approve(mo.actor, post.id)
    assert post.listed_at == clock.now()
    assert heard[-1] == PostPublished(post.id, eve.id, first_time=True)
    service.approve(mo.actor, post.id)
    assert len(heard) == 2


def test_what_is_published_anew_after_it_was_taken_back_is_new_to_readers(eve: User, mo: User) -> None:
    post = published(eve)
    service.back_to_draft(eve.actor, post.id)
    assert post.published_at is None
    clock.advance(3600)
    service.publish(eve.actor, post.id)
    clock.advance(3600)
    service.approve(mo.actor, post.id)
    assert post.listed_at == clock.now()


def test_an_approval_is_taken_back(eve: User, mo: User, heard: list[object]) -> None:
    post = published(eve)
    service.approve(mo.actor, post.id)
    first = post.listed_at
    clock.advance(60)
    service.hold(mo.actor, post.id)
    assert (post.listed_at, heard[-1]) == (None, PostHidden(post.id))
    service.approve(mo.actor, post.id)
    assert post.listed_at == first
    assert heard[-1] == PostPublished(post.id, eve.id, first_time=False)


def test_what_was_hidden_while_it_waited_waits_again_when_it_is_given_back(
    eve: User, mo: User, heard: list[object]
) -> None:
    post = published(eve)
    service.hide(mo.actor, post.id, "Advertising")
    service.unhide(mo.actor, post.id)
    assert heard[-1] == PostHeld(post.id, eve.id, "first")
    assert post.listed_at is None


# Not held


@pytest.mark.parametrize("who", ["mo", "root", "ada"])
def test_staff_and_known_members_publish_at_once(who: str, mo: User, root: User, make_user: MakeUser) -> None:
    author = {"mo": mo, "root": root}.get(who) or make_user(who)
    assert published(author).listed_at is not None


def test_an_administrator_publishes_what_waits_and_knows_its_author(eve: User, root: User, heard: list[object]) -> None:
    post = published(eve)
    service.publish(root.actor, post.id)
    assert post.listed_at is not None
    assert heard[-2:] == [PostHoldEnded(post.id), PostPublished(post.id, eve.id, first_time=True)]
    assert published(eve, SPAM).listed_at is not None


def test_the_machine_publishes_at_once(eve: User) -> None:
    post = service.create(SYSTEM, TEXT, owner_id=eve.id)
    assert service.publish(SYSTEM, post.id).listed_at is not None


def test_nobody_waits_where_the_site_says_so(eve: User, root: User) -> None:
    hold(root, HoldPosts.NOBODY)
    assert published(eve, SPAM).listed_at is not None


def test_only_what_looks_like_spam_waits_where_the_site_says_so(eve: User, root: User) -> None:
    hold(root, HoldPosts.SPAM)
    assert published(eve).listed_at is not None
    spam = published(eve, SPAM)
    assert (spam.listed_at, spam.held_for) == (None, "spam")


def test_newcomers_wait_while_very_many_join(
    eve: User, root: User, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = [make_user(f"script{number}", vouched_at=None) for number in range(4)]
    hold(root, HoldPosts.SPAM)
    monkeypatch.setattr(arrivals, "MANY_AN_HOUR", 3)
    assert published(scripts[0], Content(title="A lamp", body="Ordinary words.")).held_for == "first"
    assert published(eve).listed_at is not None


def test_what_is_changed_into_spam_waits(eve: User, root: User, heard: list[object]) -> None:
    hold(root, HoldPosts.SPAM)
    post = published(eve)
    service.save(eve.actor, post.id, SPAM, based_on=1)
    assert post.listed_at is None
    assert heard[-2:] == [PostHidden(post.id), PostHeld(post.id, eve.id, "spam")]


def test_links_in_a_long_text_are_no_sign_of_anything(eve: User, root: User) -> None:
    hold(root, HoldPosts.SPAM)
    links = " ".join(f"https://{number}.example" for number in range(6))
    words = " ".join(f"word{number}" for number in range(400))
    assert published(eve, Content(title="Read on", body=f"{words} {links}")).listed_at is not None


def test_the_same_words_again_and_again_look_like_spam(eve: User, root: User, make_user: MakeUser) -> None:
    scripts = [make_user(f"script{number}", vouched_at=None) for number in range(4)]
    hold(root, HoldPosts.SPAM)
    held = [published(script).held_for for script in scripts]
    assert held == ["", "", "spam", "spam"]


# Pages


@pytest.fixture
def waiting(database: Database, make_user: MakeUser, make_post: MakePost, app: Flask) -> Post:
    """A post of a member whom nobody knows, as a publication leaves it."""
    eve = make_user("eve", vouched_at=None)
    post = make_post(eve, title="Quiet lamps", body="A flickering word.", tags=["Light"])
    with database.unit_of_work():
        found = db.session().scalar(queries.whole().where(Post.id == post.id))
        assert found is not None
        found.held_at, found.held_for = found.published_at, "first"
        service.composing.relist(found)
    return post


def test_no_page_shows_a_held_post_to_others(waiting: Post, log_in: LogIn, make_user: MakeUser, app: Flask) -> None:
    here = "/@eve/quiet-lamps"
    for reader in (app.test_client(), log_in(make_user("ada"))):
        for path in ("/", "/@eve", "/tag/light", "/archive", "/feed.xml", "/feed.json",
                     "/@eve/feed.xml", "/sitemap.xml", "/search?q=flickering", "/tags"):  # fmt: skip
            page = reader.get(path).text
            assert "Quiet lamps" not in page, path
            assert "quiet-lamps" not in page, path
        rules_of_posts = [
            str(rule) for rule in app.url_map.iter_rules() if "/<slug>" in str(rule) and "GET" in (rule.methods or ())
        ]
        assert len(rules_of_posts) > 5
        for rule in rules_of_posts:
            path = (
                rule.replace("/@<username>/<slug>", here).replace("<username>", "eve").replace("<slug>", "quiet-lamps")
            )
            if "<" not in path and path.startswith(here):
                answer = reader.get(path)
                assert answer.status_code in (302, 401, 403, 404), path
                assert "Quiet lamps" not in answer.text, path


def test_its_author_and_a_moderator_read_why_nobody_else_does(
    waiting: Post, log_in: LogIn, make_user: MakeUser, database: Database
) -> None:
    with database.unit_of_work(write=False) as session:
        eve = session.scalars(select(User).where(User.username == "eve")).one()
    for reader in (eve, make_user("mo", role="Moderator")):
        assert "waits for approval" in log_in(reader).get("/@eve/quiet-lamps").text
    assert "Waits for approval" in log_in(eve).get("/drafts?show=published").text


def test_whoever_publishes_for_the_first_time_is_told_that_it_waits(log_in: LogIn, make_user: MakeUser) -> None:
    browser = log_in(make_user("eve", vouched_at=None))
    given = {"title": "On lamps", "body": f"A lamp. {SPAM.body}", "state": "published"}
    page = browser.post("/write", data=given, follow_redirects=True).text
    assert "It waits for a moderator" in page
    assert "A lamp." in page


def test_an_administrator_chooses_whose_posts_wait(log_in: LogIn, make_user: MakeUser) -> None:
    browser = log_in(make_user("root", role="Administrator"))
    assert "Hold first posts for approval" in browser.get("/admin/settings").text
    assert browser.post("/admin/settings/posts", data={"hold": "everybody", "version": "0"}).status_code == 400
    page = browser.post("/admin/settings/posts", data={"hold": "nobody", "version": "0"}, follow_redirects=True).text
    assert "Hold first posts of: spam → nobody" in page
