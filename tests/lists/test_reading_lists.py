"""Reading lists: whose they are, what stands on them in which order, and who sees them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.kernel import clock, db
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotAuthenticated, NotFound
from byline.lists import packing, queries, rules, service
from byline.lists.models import ListItem, ReadingList
from byline.lists.rules import Outline
from byline.posts.models import Post, PostState
from byline.social import service as social
from byline.social.models import Block
from tests.factories import LogIn, MakePost, MakeUser

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def posts(make_post: MakePost, ada: User) -> list[Post]:
    return [make_post(ada, title=title) for title in ("One", "Two", "Three")]


def make_list(
    database: Database, owner: User, posts: Sequence[Post] = (), *, title: str = "Lamps", published: bool = False
) -> ReadingList:
    with database.unit_of_work():
        made = service.create(owner.actor, Outline(title))
        for post in posts:
            service.add(owner.actor, made.id, post.id, note=f"On {post.title}.")
        if published:
            service.publish(owner.actor, made.id)
    return made


def order(list_id: int) -> list[int]:
    query = select(ListItem.post_id).where(ListItem.list_id == list_id).order_by(ListItem.position)
    return list(db.session().scalars(query))


class TestOutlines:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            (Outline(" \n\t "), "title"),
            (Outline("x" * 101), "title"),
            (Outline("\u202e\0"), "title"),
            (Outline("Lamps", "x" * 501), "description"),
        ],
    )
    def test_refused(self, given: Outline, field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            rules.checked(given)
        assert set(refusal.value.fields) == {field}

    def test_put_in_order(self) -> None:
        assert rules.checked(Outline("  On \n lamps ", " One\r\nTwo ")) == Outline("On lamps", "One\nTwo")


class TestRefusals:
    @pytest.mark.usefixtures("unit_of_work")
    def test_a_stranger_makes_no_list(self) -> None:
        with pytest.raises(NotAuthenticated):
            service.create(ANONYMOUS, Outline("Lamps"))

    @pytest.mark.parametrize(
        "act",
        [
            lambda actor, list_id, _: service.change(actor, list_id, Outline("Mine now")),
            lambda actor, list_id, _: service.publish(actor, list_id),
            lambda actor, list_id, _: service.take_back(actor, list_id),
            lambda actor, list_id, _: service.delete(actor, list_id),
            service.add,
            service.remove,
            lambda actor, list_id, post_id: service.annotate(actor, list_id, post_id, "Ha"),
            lambda actor, list_id, post_id: service.move(actor, list_id, post_id, by=1),
            lambda actor, list_id, post_id: service.put_on(actor, post_id, [list_id], among=[]),
        ],
    )
    @pytest.mark.parametrize("who", ["member", "administrator"])
    def test_a_list_is_its_owners_alone(
        self,
        database: Database,
        make_user: MakeUser,
        posts: list[Post],
        ada: User,
        who: str,
        act: Callable[..., object],
    ) -> None:
        made = make_list(database, ada, posts, published=True)
        other = make_user("other", role="Administrator" if who == "administrator" else "User")
        with database.unit_of_work(), pytest.raises(NotFound):
            act(other.actor, made.id, posts[0].id)

    def test_who_may_not_write_keeps_lists_private(self, database: Database, make_user: MakeUser) -> None:
        with database.unit_of_work() as session:
            from byline.accounts.models import Role

            session.add(Role(name="Reader", permissions=3))
        reader = make_user("reader", role="Reader")
        made = make_list(database, reader)
        with database.unit_of_work(), pytest.raises(NotAllowed):
            service.publish(reader.actor, made.id)

    def test_what_cannot_be_read_goes_on_no_list(
        self, database: Database, make_post: MakePost, ada: User, grace: User
    ) -> None:
        made, draft = make_list(database, grace), make_post(ada, state=PostState.DRAFT)
        with database.unit_of_work(), pytest.raises(NotFound):
            service.add(grace.actor, made.id, draft.id)

    @pytest.mark.parametrize("blocker", ["owner", "author"])
    def test_nobody_puts_on_show_from_whom_they_are_apart(
        self, database: Database, posts: list[Post], ada: User, grace: User, blocker: str
    ) -> None:
        made = make_list(database, grace)
        one, other = (grace, ada) if blocker == "owner" else (ada, grace)
        with database.unit_of_work() as session, pytest.raises(NotAllowed):
            session.add(Block(blocker_id=one.id, blocked_id=other.id, created_at=clock.now()))
            session.flush()
            service.add(grace.actor, made.id, posts[0].id)

    def test_a_full_list_says_so(
        self, database: Database, posts: list[Post], grace: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "MOST_ITEMS", 2)
        made = make_list(database, grace, posts[:2])
        with database.unit_of_work(), pytest.raises(Conflict):
            service.add(grace.actor, made.id, posts[2].id)

    def test_a_member_has_so_many_lists(self, database: Database, grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rules, "MOST_LISTS", 1)
        make_list(database, grace)
        with database.unit_of_work(), pytest.raises(Invalid):
            service.create(grace.actor, Outline("Another"))


class TestNames:
    def test_a_form_sent_twice_makes_one_list(self, database: Database, ada: User) -> None:
        assert make_list(database, ada).id == make_list(database, ada).id

    def test_a_second_list_of_one_name_is_refused(self, database: Database, ada: User) -> None:
        make_list(database, ada)
        with database.unit_of_work(), pytest.raises(Invalid):
            service.create(ada.actor, Outline("Lamps", "Other words."))

    def test_the_address_follows_the_name_until_others_have_seen_it(self, database: Database, ada: User) -> None:
        made = make_list(database, ada)
        with database.unit_of_work():
            assert service.change(ada.actor, made.id, Outline("Lanterns")).slug == "lanterns"
            service.publish(ada.actor, made.id)
            service.take_back(ada.actor, made.id)
            assert service.change(ada.actor, made.id, Outline("Torches")).slug == "lanterns"

    def test_two_members_may_use_one_name(self, database: Database, ada: User, grace: User) -> None:
        assert make_list(database, ada).slug == make_list(database, grace).slug == "lamps"

    def test_names_without_letters_get_an_address(self, database: Database, ada: User) -> None:
        slugs = {make_list(database, ada, title=title).slug for title in ("!!!", "???")}
        assert slugs == {"list", "list-2"}

    def test_two_windows_at_once_make_one_list(self, database: Database, ada: User) -> None:
        threads = [threading.Thread(target=make_list, args=(database, ada)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with database.unit_of_work(write=False) as session:
            assert session.scalar(select(func.count()).select_from(ReadingList)) == 1


class TestOrder:
    def test_posts_stand_in_the_order_they_came(self, database: Database, posts: list[Post], ada: User) -> None:
        made = make_list(database, ada, posts)
        with database.unit_of_work():
            service.add(ada.actor, made.id, posts[0].id)
            assert order(made.id) == [post.id for post in posts]

    @pytest.mark.parametrize(("by", "expected"), [(-1, "021"), (1, "012"), (-9, "201"), (9, "012")])
    def test_a_post_moves(self, database: Database, posts: list[Post], ada: User, by: int, expected: str) -> None:
        made = make_list(database, ada, posts)
        with database.unit_of_work():
            service.move(ada.actor, made.id, posts[2].id, by=by)
            assert order(made.id) == [posts[int(number)].id for number in expected]

    def test_what_was_taken_off_comes_back_where_it_stood(
        self, database: Database, posts: list[Post], ada: User
    ) -> None:
        made = make_list(database, ada, posts)
        with database.unit_of_work():
            _, place, note = service.remove(ada.actor, made.id, posts[1].id)
            assert order(made.id) == [posts[0].id, posts[2].id]
            service.add(ada.actor, made.id, posts[1].id, note=note, place=place)
            assert order(made.id) == [post.id for post in posts]
            assert queries.lines(ada.actor, made)[1].note == "On Two."

    def test_adding_at_once_from_two_windows_loses_nothing(
        self, database: Database, make_post: MakePost, ada: User
    ) -> None:
        made, posts = make_list(database, ada), [make_post(ada) for _ in range(8)]

        def add(post: Post) -> None:
            with database.unit_of_work():
                service.add(ada.actor, made.id, post.id)

        threads = [threading.Thread(target=add, args=(post,)) for post in posts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with database.unit_of_work(write=False) as session:
            positions = session.scalars(select(ListItem.position).where(ListItem.list_id == made.id)).all()
        assert sorted(positions) == list(range(8))

    def test_lists_are_chosen_for_a_post_all_at_once(self, database: Database, posts: list[Post], ada: User) -> None:
        first, second = make_list(database, ada, posts, title="A"), make_list(database, ada, title="B")
        unnamed = make_list(database, ada, posts, title="Begun in another window")
        with database.unit_of_work():
            changed = service.put_on(ada.actor, posts[0].id, [second.id], among=[first.id, second.id])
            assert {one.id for one in changed} == {first.id, second.id}
            standing = {choice.title for choice in queries.choices(ada.actor, posts[0].id) if choice.has_post}
        assert standing == {"B", unnamed.title}


class TestWhoSees:
    def test_a_private_list_is_there_for_its_owner_alone(
        self, database: Database, client: FlaskClient, log_in: LogIn, posts: list[Post], ada: User, grace: User
    ) -> None:
        make_list(database, ada, posts)
        assert log_in(ada).get("/@ada/lists/lamps").status_code == 200
        for browser in (client, log_in(grace)):
            assert browser.get("/@ada/lists/lamps").status_code == 404
            assert "Lamps" not in browser.get("/@ada/lists").text

    def test_a_published_list_shows_its_posts_and_notes_in_order(
        self, database: Database, client: FlaskClient, posts: list[Post], grace: User
    ) -> None:
        make_list(database, grace, posts[::-1], published=True)
        page = client.get("/@grace/lists/lamps").text
        assert page.index("Three") < page.index("On Three.") < page.index("Two") < page.index("One")
        assert "Lamps" in client.get("/@grace/lists").text
        assert "Lists" in client.get("/@grace").text

    def test_strangers_find_it_in_the_cache_until_it_changes(
        self, database: Database, client: FlaskClient, posts: list[Post], ada: User
    ) -> None:
        made = make_list(database, ada, posts, published=True)
        before = [client.get("/@ada/lists/lamps") for _ in range(2)][-1]
        assert before.headers["Cache-Control"].startswith("public")
        with database.unit_of_work():
            service.remove(ada.actor, made.id, posts[0].id)
        assert "On One." not in client.get("/@ada/lists/lamps").text
        with database.unit_of_work():
            service.take_back(ada.actor, made.id)
        assert client.get("/@ada/lists/lamps").status_code == 404

    def test_a_change_of_a_private_list_renews_no_kept_page(
        self, database: Database, posts: list[Post], ada: User
    ) -> None:
        from byline.kernel import state

        with database.unit_of_work():
            before = state.content_version()
        make_list(database, ada, posts)
        with database.unit_of_work():
            assert state.content_version() == before

    @pytest.mark.parametrize("state", [PostState.UNLISTED, PostState.WITHDRAWN, PostState.DRAFT])
    def test_what_no_list_shows_stands_on_it_for_its_author_alone(
        self, database: Database, client: FlaskClient, log_in: LogIn, make_post: MakePost, ada: User, state: PostState
    ) -> None:
        make_list(database, ada, [make_post(ada, title="Quiet", state=state)], published=True)
        assert "Quiet" not in client.get("/@ada/lists/lamps").text
        assert "Quiet" in log_in(ada).get("/@ada/lists/lamps").text

    def test_a_block_takes_posts_off_the_page_at_once_and_gives_them_back(
        self, database: Database, client: FlaskClient, posts: list[Post], ada: User, grace: User
    ) -> None:
        make_list(database, grace, posts, published=True)
        assert "On One." in client.get("/@grace/lists/lamps").text
        with database.unit_of_work():
            social.block(ada.actor, grace.id)
        assert "On One." not in client.get("/@grace/lists/lamps").text
        with database.unit_of_work():
            social.unblock(ada.actor, grace.id)
        assert "On One." in client.get("/@grace/lists/lamps").text

    def test_the_lists_of_somebody_who_is_leaving_are_gone(
        self, database: Database, client: FlaskClient, posts: list[Post], grace: User
    ) -> None:
        make_list(database, grace, posts, published=True)
        with database.unit_of_work() as session:
            session.get_one(User, grace.id).deletion_asked_at = clock.now()
        assert client.get("/@grace/lists/lamps").status_code == 404

    def test_a_moderator_hides_a_list_and_its_owner_cannot_show_it_again(
        self, database: Database, client: FlaskClient, log_in: LogIn, make_user: MakeUser, ada: User
    ) -> None:
        made = make_list(database, ada, published=True)
        moderator = log_in(make_user("mod", role="Moderator"))
        assert moderator.post(f"/lists/{made.id}/hide").status_code == 303
        assert client.get("/@ada/lists/lamps").status_code == 404
        assert moderator.get("/@ada/lists/lamps").status_code == 200
        with database.unit_of_work(), pytest.raises(NotAllowed):
            service.publish(ada.actor, made.id)
        moderator.post(f"/lists/{made.id}/show")
        assert client.get("/@ada/lists/lamps").status_code == 200

    def test_nobody_else_hides_a_list(self, database: Database, ada: User, grace: User) -> None:
        made = make_list(database, ada, published=True)
        with database.unit_of_work(), pytest.raises(NotAllowed):
            service.hide(grace.actor, made.id)

    @pytest.mark.parametrize("path", ["/@ADA/lists/lamps", "/@ada/lists/Lamps"])
    def test_another_spelling_leads_to_the_address(
        self, database: Database, client: FlaskClient, ada: User, path: str
    ) -> None:
        make_list(database, ada, published=True)
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/@ada/lists/lamps")


class TestViews:
    def test_a_list_begins_with_the_post_one_came_from(
        self, log_in: LogIn, posts: list[Post], grace: User, database: Database
    ) -> None:
        browser = log_in(grace)
        page = browser.get(f"/lists/new?post={posts[0].id}").text
        assert f'name="post" value="{posts[0].id}"' in page
        answer = browser.post("/lists/new", data={"title": "Lamps", "post": posts[0].id})
        assert answer.headers["Location"] == f"/posts/{posts[0].id}/lists"
        with database.unit_of_work(write=False) as session:
            assert session.scalars(select(ListItem.post_id)).all() == [posts[0].id]

    def test_a_refused_form_comes_back_filled_in(self, log_in: LogIn, grace: User) -> None:
        answer = log_in(grace).post("/lists/new", data={"title": "x" * 200, "description": "Kept words."})
        assert answer.status_code == 400
        assert "Kept words." in answer.text
        assert "x" * 200 in answer.text

    def test_a_refused_note_comes_back_beside_its_field(
        self, database: Database, log_in: LogIn, posts: list[Post], grace: User
    ) -> None:
        made = make_list(database, grace, posts)
        note = {"note": "y" * 400}
        answer = log_in(grace).post(f"/lists/{made.id}/posts/{posts[1].id}/note", data=note)
        assert answer.status_code == 400
        assert "y" * 400 in answer.text
        assert f'id="note-{posts[1].id}-error"' in answer.text

    def test_a_list_is_put_in_order_by_buttons(
        self, database: Database, log_in: LogIn, posts: list[Post], grace: User
    ) -> None:
        made = make_list(database, grace, posts)
        browser = log_in(grace)
        assert "Move Two up" in browser.get(f"/lists/{made.id}/edit").text
        browser.post(f"/lists/{made.id}/posts/{posts[2].id}/move", data={"to": "top"})
        with database.unit_of_work(write=False):
            assert order(made.id) == [posts[2].id, posts[0].id, posts[1].id]
        to_place = f"/lists/{made.id}/posts/{posts[2].id}/move"
        as_script = {"Accept": "application/json"}
        assert browser.post(to_place, data={"to": "place", "place": "1"}, headers=as_script).status_code == 204
        assert browser.post(to_place, data={"to": "place", "place": "900"}, headers=as_script).status_code == 204
        assert browser.post(to_place, data={"to": "place", "place": "soon"}).status_code == 400
        assert browser.post(f"/lists/{made.id}/posts/{posts[2].id}/move", data={"to": "moon"}).status_code == 400

    def test_a_chosen_set_of_lists_is_kept(
        self, database: Database, log_in: LogIn, posts: list[Post], grace: User
    ) -> None:
        first = make_list(database, grace, title="A")
        browser = log_in(grace)
        fields = {"list": [str(first.id)], "known": [str(first.id)]}
        assert browser.post(f"/posts/{posts[0].id}/lists", data=fields).headers["Location"] == "/@ada/one#deeds"
        assert "checked" in browser.get(f"/posts/{posts[0].id}/lists").text
        browser.post(f"/posts/{posts[0].id}/lists", data={"known": [str(first.id)]})
        assert "checked" not in browser.get(f"/posts/{posts[0].id}/lists").text

    def test_a_deleted_list_leaves_its_posts(
        self, database: Database, log_in: LogIn, client: FlaskClient, posts: list[Post], grace: User
    ) -> None:
        made = make_list(database, grace, posts, published=True)
        log_in(grace).post(f"/lists/{made.id}/delete")
        assert client.get("/@grace/lists/lamps").status_code == 404
        assert client.get("/@ada/one").status_code == 200

    def test_a_member_takes_their_lists_along(self, database: Database, posts: list[Post], grace: User) -> None:
        make_list(database, grace, posts, published=True)
        with database.unit_of_work(write=False):
            _, values = packing.reading_lists(grace.id)
        assert values[0]["posts"][0] == {"post": "/@ada/one", "note": "On One."}
