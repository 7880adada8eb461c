"""Following tags: the door, the buttons, the list, and what a member takes along."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import Invalid, NotAllowed, NotAuthenticated, NotFound
from byline.posts.models import PostState, Tag
from byline.timeline import packing, rules, service
from byline.timeline.models import TagFollow
from tests.factories import LogIn, MakePost, MakeUser


@pytest.fixture
def lamps(make_post: MakePost, database: Database) -> int:
    """A tag that a listed post carries, by number."""
    make_post(tags=["Lamps"])
    with database.unit_of_work(write=False) as session:
        return session.execute(select(Tag.id).where(Tag.slug == "lamps")).scalar_one()


def followed(database: Database, member: User) -> list[int]:
    with database.unit_of_work(write=False) as session:
        return list(session.scalars(select(TagFollow.tag_id).where(TagFollow.user_id == member.id)))


def test_a_stranger_cannot_follow_a_tag(lamps: int, database: Database) -> None:
    with pytest.raises(NotAuthenticated), database.unit_of_work():
        service.follow_tag(ANONYMOUS, lamps)


def test_a_suspended_member_cannot_follow_a_tag_but_may_let_go(
    ada: User, lamps: int, database: Database, make_user: MakeUser, stopped_clock: object
) -> None:
    with database.unit_of_work():
        service.follow_tag(ada.actor, lamps)
    suspended = make_user("eve", role="User", confirmed=False)
    with pytest.raises(NotAllowed), database.unit_of_work():
        service.follow_tag(suspended.actor, lamps)
    with database.unit_of_work() as session:
        member = session.get_one(User, ada.id)
        member.active = False
        assert service.unfollow_tag(member.actor, lamps)


def test_a_tag_that_only_drafts_carry_is_not_there(ada: User, make_post: MakePost, database: Database) -> None:
    make_post(tags=["Secret"], state=PostState.DRAFT)
    with pytest.raises(NotFound), database.unit_of_work() as session:
        service.follow_tag(ada.actor, session.execute(select(Tag.id)).scalar_one())


def test_there_is_a_most_of_tags(
    ada: User, lamps: int, database: Database, make_post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_TAGS", 1)
    make_post(tags=["Chairs"])
    with pytest.raises(Invalid, match="the most"), database.unit_of_work() as session:
        service.follow_tag(ada.actor, lamps)
        service.follow_tag(ada.actor, session.execute(select(Tag.id).where(Tag.slug == "chairs")).scalar_one())


def test_following_twice_is_following_once(ada: User, lamps: int, database: Database) -> None:
    with database.unit_of_work():
        assert service.follow_tag(ada.actor, lamps)
        assert not service.follow_tag(ada.actor, lamps)
    assert followed(database, ada) == [lamps]


def test_the_button_follows_and_the_next_page_offers_to_take_it_back(
    ada: User, lamps: int, database: Database, log_in: LogIn
) -> None:
    browser = log_in(ada)
    assert 'action="/tag/lamps/follow"' in browser.get("/tag/lamps").text
    answer = browser.post("/tag/lamps/follow", data={"next": "/tag/lamps"})
    assert (answer.status_code, answer.location) == (303, "/tag/lamps")
    assert followed(database, ada) == [lamps]
    page = browser.get("/tag/lamps").text
    assert "You follow Lamps now" in page
    assert 'action="/tag/lamps/unfollow"' in page
    browser.post("/tag/lamps/unfollow")
    assert followed(database, ada) == []


def test_the_buttons_lead_nowhere_else(ada: User, lamps: int, log_in: LogIn) -> None:
    answer = log_in(ada).post("/tag/lamps/follow", data={"next": "https://example.com/"})
    assert answer.location == "/tag/lamps"


@pytest.mark.parametrize("tag", ["none", "x" * 300, "%00", "%F0%9F%92%A1"])
@pytest.mark.parametrize("act", ["follow", "unfollow"])
def test_no_such_tag_is_not_found(ada: User, lamps: int, log_in: LogIn, tag: str, act: str) -> None:
    assert log_in(ada).post(f"/tag/{tag}/{act}").status_code == 404


def test_strangers_see_the_way_to_log_in_and_no_form(lamps: int, client: FlaskClient) -> None:
    page = client.get("/tag/lamps")
    assert 'href="/auth/login?next=/tag/lamps"' in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert "Set-Cookie" not in page.headers


def test_the_list_shows_followed_tags_and_suggests_others(
    ada: User, lamps: int, make_post: MakePost, database: Database, log_in: LogIn
) -> None:
    make_post(tags=["Chairs"])
    with database.unit_of_work():
        service.follow_tag(ada.actor, lamps)
    page = log_in(ada).get("/following/tags").text
    assert 'action="/tag/lamps/unfollow"' in page
    assert 'action="/tag/chairs/follow"' in page


def test_a_tag_that_nothing_carries_any_more_can_be_let_go(
    ada: User, make_post: MakePost, database: Database, log_in: LogIn
) -> None:
    post = make_post(tags=["Rare"])
    with database.unit_of_work() as session:
        rare = session.execute(select(Tag.id)).scalar_one()
        service.follow_tag(ada.actor, rare)
        from byline.kernel.access import SYSTEM
        from byline.posts import service as posts

        posts.withdraw(SYSTEM, post.id)
    browser = log_in(ada)
    assert "no post carries it" in browser.get("/following/tags").text
    browser.post("/tag/rare/unfollow", data={"next": "/following/tags"})
    assert followed(database, ada) == []


def test_a_member_takes_their_tags_along(ada: User, lamps: int, database: Database) -> None:
    with database.unit_of_work():
        service.follow_tag(ada.actor, lamps)
        name, values = packing.portion(ada.id)
    assert name == "followed_tags.json"
    assert isinstance(values, list)
    assert [value["tag"] for value in values] == ["Lamps"]


def test_what_a_deleted_member_followed_is_gone(ada: User, lamps: int, database: Database) -> None:
    with database.unit_of_work() as session:
        service.follow_tag(ada.actor, lamps)
        session.delete(session.get_one(User, ada.id))
    assert followed(database, ada) == []
