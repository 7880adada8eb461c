"""Likes: who may, how many, and exactly so under races."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from byline.accounts.leaving_messages import MemberDeleted, MemberLeft, MemberStayed
from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel import bus, clock, db
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import NotAllowed, NotAuthenticated, NotFound
from byline.posts.models import Post, PostState
from byline.reactions import leaving, queries, service
from byline.reactions.messages import PostLiked, PostUnliked
from byline.reactions.models import PostLike, PostLikeCount
from byline.social.models import Block
from tests.factories import LogIn, MakePost, MakeUser

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada, title="Hello")


def add_comment(database: Database, post: Post, author: User, *, shown: bool = True) -> int:
    now = clock.now()
    with database.unit_of_work() as session:
        comment = Comment(
            post_id=post.id,
            author_id=author.id,
            body="Yes.",
            html="<p>Yes.</p>",
            state="visible" if shown else "held",
            created_at=now,
            shown_at=now if shown else None,
        )
        session.add(comment)
        session.flush()
        return comment.id


def likes(database: Database, post: Post) -> tuple[int, int]:
    """What is counted, and how many rows there are."""
    with database.unit_of_work(write=False) as session:
        rows = session.scalar(
            select(func.count()).select_from(PostLike).where(PostLike.post_id == post.id, PostLike.counted)
        )
        return queries.counts_of([post.id]).get(post.id, 0), rows or 0


@pytest.mark.usefixtures("unit_of_work")
class TestRefusals:
    def test_a_stranger_cannot_like(self, post: Post) -> None:
        with pytest.raises(NotAuthenticated):
            service.like_post(ANONYMOUS, post.id)

    def test_a_suspended_member_cannot_like(self, post: Post, make_user: MakeUser) -> None:
        suspended = make_user("grace", suspended_at=clock.now())
        with pytest.raises(NotAllowed):
            service.like_post(suspended.actor, post.id)

    def test_nobody_likes_their_own_post(self, post: Post, ada: User) -> None:
        with pytest.raises(NotAllowed) as refusal:
            service.like_post(ada.actor, post.id)
        assert refusal.value.code == "own-work"

    def test_a_co_author_does_not_like_the_post(self, make_post: MakePost, ada: User, grace: User) -> None:
        shared = make_post(ada, co_authors=[grace])
        with pytest.raises(NotAllowed):
            service.like_post(grace.actor, shared.id)

    @pytest.mark.parametrize("blocker", ["reader", "author"])
    def test_a_block_in_either_direction_prevents_likes(self, post: Post, ada: User, grace: User, blocker: str) -> None:
        one, other = (grace, ada) if blocker == "reader" else (ada, grace)
        db.session().add(Block(blocker_id=one.id, blocked_id=other.id, created_at=clock.now()))
        with pytest.raises(NotAllowed) as refusal:
            service.like_post(grace.actor, post.id)
        assert refusal.value.code == "blocked"

    @pytest.mark.parametrize("state", [PostState.DRAFT, PostState.WITHDRAWN, PostState.SCHEDULED])
    def test_what_nobody_may_read_cannot_be_liked(
        self, make_post: MakePost, ada: User, grace: User, state: PostState
    ) -> None:
        with pytest.raises(NotFound):
            service.like_post(grace.actor, make_post(ada, state=state).id)

    def test_a_like_can_be_taken_back_across_a_block(self, post: Post, ada: User, grace: User) -> None:
        service.like_post(grace.actor, post.id)
        db.session().add(Block(blocker_id=ada.id, blocked_id=grace.id, created_at=clock.now()))
        service.unlike_post(grace.actor, post.id)
        assert queries.of_post(grace.actor, post.id).likes == 0


@pytest.mark.usefixtures("unit_of_work")
class TestLiking:
    def test_a_like_counts_once_however_often_it_is_given(self, post: Post, grace: User) -> None:
        for _ in range(3):
            service.like_post(grace.actor, post.id)
        assert queries.of_post(grace.actor, post.id) == queries.Liking(1, True)

    def test_a_like_taken_back_twice_is_gone_once(self, post: Post, grace: User, make_user: MakeUser) -> None:
        jean = make_user("jean")
        service.like_post(jean.actor, post.id)
        service.like_post(grace.actor, post.id)
        for _ in range(2):
            service.unlike_post(grace.actor, post.id)
        assert queries.of_post(grace.actor, post.id) == queries.Liking(1, False)

    def test_rooms_above_hear_of_each_like_once(self, post: Post, grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[object] = []
        monkeypatch.setattr(bus, "publish", told.append)
        for act in (service.like_post, service.like_post, service.unlike_post, service.unlike_post):
            act(grace.actor, post.id)
        assert told == [PostLiked(post.id, grace.id), PostUnliked(post.id, grace.id)]

    def test_counts_come_for_many_posts_in_one_statement(
        self, make_post: MakePost, ada: User, grace: User, queries: Callable[[int], AbstractContextManager[list[str]]]
    ) -> None:
        from byline.reactions import queries as reactions

        posts = [make_post(ada) for _ in range(5)]
        for post in posts[:3]:
            service.like_post(grace.actor, post.id)
        with queries(1):
            found = reactions.counts_of(post.id for post in posts)
        assert found == {post.id: 1 for post in posts[:3]}

    def test_likes_of_who_leaves_or_is_taken_for_a_spammer_leave_the_count_and_come_back(
        self, make_post: MakePost, ada: User, grace: User, make_user: MakeUser
    ) -> None:
        first, second, jean = make_post(ada), make_post(ada), make_user("jean")
        for post in (first, second):
            service.like_post(grace.actor, post.id)
        service.like_post(jean.actor, first.id)
        for _ in range(2):
            leaving.discount(MemberLeft(grace.id))
            assert queries.counts_of([first.id, second.id]) == {first.id: 1}
        for _ in range(2):
            leaving.count_again(MemberStayed(grace.id))
            assert queries.counts_of([first.id, second.id]) == {first.id: 2, second.id: 1}

    def test_a_discounted_like_that_is_taken_back_changes_no_count(self, post: Post, grace: User) -> None:
        service.like_post(grace.actor, post.id)
        leaving.discount(MemberLeft(grace.id))
        service.unlike_post(grace.actor, post.id)
        assert queries.of_post(grace.actor, post.id) == queries.Liking(0, False)

    def test_a_deleted_members_likes_are_gone_from_the_count(
        self, post: Post, grace: User, make_user: MakeUser
    ) -> None:
        jean = make_user("jean")
        service.like_post(jean.actor, post.id)
        service.like_post(grace.actor, post.id)
        leaving.forget(MemberDeleted(grace.id, "grace"))
        assert queries.counts_of([post.id]) == {post.id: 1}


class TestComments:
    def test_a_comment_is_liked_and_unliked(self, database: Database, post: Post, ada: User, grace: User) -> None:
        comment_id = add_comment(database, post, grace)
        with database.unit_of_work():
            for _ in range(2):
                service.like_comment(ada.actor, comment_id)
            assert queries.of_comment(ada.actor, comment_id) == queries.Liking(1, True)
            liked = queries.liked_comments(ada.id, [comment_id, 99])
            assert db.session().scalars(liked).all() == [comment_id]
            service.unlike_comment(ada.actor, comment_id)
            assert queries.of_comment(ada.actor, comment_id) == queries.Liking(0, False)

    def test_a_held_comment_cannot_be_liked(self, database: Database, post: Post, ada: User, grace: User) -> None:
        comment_id = add_comment(database, post, grace, shown=False)
        with database.unit_of_work(), pytest.raises(NotFound):
            service.like_comment(ada.actor, comment_id)

    def test_nobody_likes_their_own_comment(self, database: Database, post: Post, grace: User) -> None:
        comment_id = add_comment(database, post, grace)
        with database.unit_of_work(), pytest.raises(NotAllowed):
            service.like_comment(grace.actor, comment_id)

    def test_a_comment_across_a_block_cannot_be_liked(
        self, database: Database, post: Post, ada: User, grace: User
    ) -> None:
        comment_id = add_comment(database, post, grace)
        with database.unit_of_work() as session, pytest.raises(NotFound):
            session.add(Block(blocker_id=grace.id, blocked_id=ada.id, created_at=clock.now()))
            service.like_comment(ada.actor, comment_id)

    def test_a_deleted_member_leaves_no_like_behind(
        self, database: Database, post: Post, ada: User, grace: User
    ) -> None:
        comment_id = add_comment(database, post, grace)
        with database.unit_of_work() as session:
            service.like_comment(ada.actor, comment_id)
            leaving.forget(MemberDeleted(ada.id, "ada"))
            assert session.scalar(select(Comment.likes).where(Comment.id == comment_id)) == 0


class TestRaces:
    def run(self, database: Database, acts: list[Callable[[], object]]) -> None:
        ready = threading.Barrier(len(acts))
        failures: list[BaseException] = []

        def work(act: Callable[[], object]) -> None:
            try:
                ready.wait()
                for _ in range(6):
                    with database.unit_of_work():
                        act()
            except BaseException as failure:  # noqa: BLE001  (the test looks at it)
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []

    def test_likes_and_unlikes_of_one_member_at_once_leave_an_exact_count(
        self, database: Database, post: Post, grace: User
    ) -> None:
        like, unlike = (
            (lambda: service.like_post(grace.actor, post.id)),
            (lambda: service.unlike_post(grace.actor, post.id)),
        )
        self.run(database, [like, unlike, like, unlike])
        counted, rows = likes(database, post)
        assert counted == rows
        with database.unit_of_work():
            service.like_post(grace.actor, post.id)
        assert likes(database, post) == (1, 1)

    def test_many_members_at_once_leave_an_exact_count(
        self, database: Database, post: Post, make_user: MakeUser
    ) -> None:
        people = [make_user(f"reader{number}") for number in range(6)]
        staying = [lambda who=who: service.like_post(who.actor, post.id) for who in people[:3]]
        going = [lambda who=who: leaving.discount(MemberLeft(who.id)) for who in people[3:]]
        with database.unit_of_work():
            for who in people[3:]:
                service.like_post(who.actor, post.id)
        self.run(database, [*staying, *going])
        assert likes(database, post) == (3, 3)

    def test_two_who_leave_at_once_do_not_wait_for_one_another(
        self, database: Database, make_post: MakePost, ada: User, make_user: MakeUser
    ) -> None:
        posts = [make_post(ada) for _ in range(4)]
        one, other = make_user("one"), make_user("other")
        with database.unit_of_work():
            for post in posts:
                service.like_post(one.actor, post.id)
            for post in reversed(posts):
                service.like_post(other.actor, post.id)

        def flip(who: User) -> Callable[[], object]:
            def there_and_back() -> None:
                leaving.discount(MemberLeft(who.id))
                leaving.count_again(MemberStayed(who.id))

            return there_and_back

        self.run(database, [flip(one), flip(other)])
        assert {likes(database, post) for post in posts} == {(2, 2)}


class TestViews:
    def test_a_form_leads_back_to_the_post(self, log_in: LogIn, post: Post, grace: User, database: Database) -> None:
        answer = log_in(grace).post(f"/posts/{post.id}/like")
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/@ada/hello#deeds"
        assert likes(database, post) == (1, 1)

    @pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example"])
    def test_a_form_never_leads_to_another_site(self, log_in: LogIn, post: Post, grace: User, next_page: str) -> None:
        answer = log_in(grace).post(f"/posts/{post.id}/like", data={"next": next_page})
        assert answer.headers["Location"] == "/@ada/hello#deeds"

    def test_a_script_gets_the_count(self, log_in: LogIn, post: Post, grace: User) -> None:
        browser = log_in(grace)
        for act, expected in (("like", (True, 1)), ("like", (True, 1)), ("unlike", (False, 0))):
            answer = browser.post(f"/posts/{post.id}/{act}", headers={"Accept": "application/json"})
            assert (answer.json["on"], answer.json["count"]) == expected  # type: ignore[index]

    def test_a_refusal_is_a_sentence(self, log_in: LogIn, post: Post, ada: User) -> None:
        answer = log_in(ada).post(f"/posts/{post.id}/like", headers={"Accept": "application/json"})
        assert answer.status_code == 403
        assert answer.json["code"] == "own-work"  # type: ignore[index]

    def test_a_stranger_changes_nothing(self, client: FlaskClient, post: Post, database: Database) -> None:
        assert client.post(f"/posts/{post.id}/like").status_code == 401
        assert likes(database, post) == (0, 0)

    def test_a_comment_is_liked_by_a_form(
        self, log_in: LogIn, database: Database, post: Post, ada: User, grace: User
    ) -> None:
        comment_id = add_comment(database, post, grace)
        answer = log_in(ada).post(f"/comments/{comment_id}/like")
        assert answer.headers["Location"] == f"/@ada/hello#comment-{comment_id}"


def test_no_post_counts_until_somebody_likes_it(database: Database, post: Post) -> None:
    with database.unit_of_work(write=False) as session:
        assert session.get(PostLikeCount, post.id) is None
        assert queries.of_post(ANONYMOUS, post.id) == queries.Liking(0, False)


def test_a_member_takes_their_likes_along(database: Database, post: Post, ada: User, grace: User) -> None:
    comment_id = add_comment(database, post, ada)
    with database.unit_of_work():
        service.like_post(grace.actor, post.id)
        service.like_comment(grace.actor, comment_id)
        name, values = leaving.portion(grace.id)
    assert name == "likes.json"
    assert [row["post"] for row in values["posts"]] == ["/@ada/hello"]
    assert [row["comment"] for row in values["comments"]] == [f"/@ada/hello#comment-{comment_id}"]
