"""Two at once, in two real sessions: nothing is overwritten, nothing is made twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import func, select

from byline.accounts.models import User
from byline.kernel import db
from byline.kernel.db import Database
from byline.posts import service
from byline.posts.content import ChangedMeanwhile, Content
from byline.posts.models import Post, Revision, Tag
from byline.posts.service import Typed
from tests.factories import MakeUser

WAIT_SECONDS = 0.4


class Second:
    """Does something in another session while the first one is still open, and keeps what came of it."""

    def __init__(self, database: Database, act: Callable[[], object]) -> None:
        self.outcome: object = None
        self._thread = threading.Thread(target=self._run, args=(database, act))
        self._thread.start()

    def _run(self, database: Database, act: Callable[[], object]) -> None:
        try:
            with database.unit_of_work():
                self.outcome = act()
        except Exception as failure:  # noqa: BLE001  (it is what the test looks at)
            self.outcome = failure

    def still_waits(self) -> bool:
        self._thread.join(WAIT_SECONDS)
        return self._thread.is_alive()

    def done(self) -> object:
        self._thread.join(15)
        assert not self._thread.is_alive()
        return self.outcome


def made(database: Database, ada: User) -> int:
    with database.unit_of_work():
        return service.create(ada.actor, Content(title="On lamps", body="At first.")).id


def test_the_second_of_two_saves_waits_and_then_is_a_conflict(database: Database, ada: User) -> None:
    post_id = made(database, ada)
    with database.unit_of_work():
        service.save(ada.actor, post_id, Content(title="On lamps", body="First window."), based_on=1)
        second = Second(
            database,
            lambda: service.save(ada.actor, post_id, Content(title="On lamps", body="Second window."), based_on=1),
        )
        assert second.still_waits()
    refused = second.done()
    assert isinstance(refused, ChangedMeanwhile)
    assert refused.mine.body == "Second window."
    with database.unit_of_work(write=False) as reading:
        assert reading.get_one(Post, post_id).body == "First window."
        assert reading.scalars(select(Revision.number).order_by(Revision.number)).all() == [1, 2]


def test_a_form_sent_twice_at_once_makes_one_post(database: Database, ada: User) -> None:
    text = Content(title="On lamps", body="Once.", tags=("light",))
    with database.unit_of_work():
        first = service.create(ada.actor, text, form_key="abc").id
        second = Second(database, lambda: service.create(ada.actor, text, form_key="abc").id)
        assert second.still_waits()
    assert second.done() == first
    with database.unit_of_work(write=False) as reading:
        assert reading.scalar(select(func.count(Post.id))) == 1


def test_two_posts_with_one_title_begun_at_once_get_two_addresses(database: Database, ada: User) -> None:
    text = Content(title="On lamps", body="Once.")
    with database.unit_of_work():
        service.create(ada.actor, text)
        second = Second(database, lambda: service.create(ada.actor, text).slug)
        assert second.still_waits()
    assert second.done() == "on-lamps-2"


def test_two_authors_who_invent_a_tag_at_once_share_it(database: Database, ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    text = Content(title="On lamps", body="Once.", tags=("zeal", "light"))
    with database.unit_of_work():
        service.create(ada.actor, text)
        second = Second(database, lambda: service.create(grace.actor, text).id)
        assert second.still_waits()
    assert isinstance(second.done(), int)
    with database.unit_of_work(write=False) as reading:
        assert sorted(reading.scalars(select(Tag.slug))) == ["light", "zeal"]


def test_two_windows_that_begin_to_type_at_once_both_keep_their_text(database: Database, ada: User) -> None:
    post_id = made(database, ada)
    with database.unit_of_work():
        service.autosave(ada.actor, post_id, Typed(title="T", body="First", window="w1"))
        second = Second(
            database, lambda: service.autosave(ada.actor, post_id, Typed(title="T", body="Second", window="w2"))
        )
        assert second.still_waits()
    refused = second.done()
    assert getattr(refused, "code", None) == "other-window"


def test_a_post_is_published_once_by_two_workers(database: Database, ada: User) -> None:
    post_id = made(database, ada)
    with database.unit_of_work():
        post = service.publish(ada.actor, post_id)
        post.state, post.publish_at = "scheduled", post.created_at
        db.session().flush()
    with database.unit_of_work():
        assert service.publish_due(post_id)
        second = Second(database, lambda: service.publish_due(post_id))
        assert second.still_waits()
    assert second.done() is False
