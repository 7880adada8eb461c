"""Whatever happens to a post or a member, and by whichever door: the index says afterwards what a rebuild would say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from byline.accounts import discipline, expulsion, leaving, member_acts, members, profile
from byline.accounts.leaving_messages import DeleteMember
from byline.accounts.messages import EndSuspension
from byline.accounts.models import User
from byline.accounts.profile_rules import Profile
from byline.kernel import clock
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.posts import service
from byline.posts.content import Content
from byline.posts.models import Post, PostState
from byline.posts.service import Arrival, Typed
from byline.search import index
from byline.search.models import SearchName, SearchPost
from byline.web import context
from tests.factories import MakePost, MakeUser
from tests.posts.interchange.conftest import bring_in
from tests.search.conftest import search, titles

DAY = 24 * 3600
TEXT = Content(title="On lamps", body="A lamp is *not* a sun.", tags=("Light", "Home"))
OTHER = Content(title="On candles", body="A candle is not a lamp.", tags=("Wax",))


@dataclass(frozen=True, slots=True)
class Site:
    """Two authors, an administrator and a moderator; a listed post, one with two authors, a draft, one in the bin."""

    app: Flask
    settings: Settings
    database: Database
    ada: User
    grace: User
    root: User
    guard: User
    listed: int
    shared: int
    draft: int
    binned: int


@pytest.fixture
def site(
    app: Flask, settings: Settings, database: Database, make_user: MakeUser, make_post: MakePost
) -> Iterator[Site]:
    ada, grace = make_user("ada", name="Ada", about="Engines."), make_user("grace")
    root, guard = make_user("rooter", role="Administrator"), make_user("guard", role="Moderator")
    shared = make_post(ada, title="Together", co_authors=[grace], tags=("Light",))
    with app.app_context():
        with database.unit_of_work():
            listed = service.publish(ada.actor, service.create(ada.actor, TEXT).id)
            draft = service.create(ada.actor, OTHER)
            binned = service.publish(ada.actor, service.create(ada.actor, OTHER).id)
            service.delete(ada.actor, binned.id)
            index.bring_posts([shared.id])
            index.bring_members([ada.id, grace.id, root.id, guard.id])
        yield Site(app, settings, database, ada, grace, root, guard, listed.id, shared.id, draft.id, binned.id)


Step = Callable[[Site], object]


def leave_and_be_deleted(site: Site) -> None:
    leaving.ask(site.ada.actor, site.ada.id)
    clock.advance(8 * DAY)
    leaving.delete_due(DeleteMember(site.ada.id), context.settings_of())


def leave_and_stay(site: Site) -> None:
    leaving.ask(site.ada.actor, site.ada.id)
    leaving.cancel(site.ada.actor, site.ada.id)


def both_leave(site: Site) -> None:
    leaving.ask(site.grace.actor, site.grace.id)
    leaving.ask(site.ada.actor, site.ada.id)
    clock.advance(8 * DAY)
    leaving.delete_due(DeleteMember(site.grace.id), context.settings_of())


def be_expelled_and_taken_back(site: Site) -> None:
    expulsion.expel(site.guard.actor, site.ada.id, "Sells lamps.")
    expulsion.readmit(site.guard.actor, site.ada.id)


def be_suspended_for_a_day(site: Site) -> None:
    until = clock.now() + timedelta(days=1)
    discipline.suspend(site.guard.actor, site.ada.id, "Rude.", until=until)
    clock.advance(DAY + 1)
    discipline.end_due(EndSuspension(site.ada.id), context.settings_of())


def be_due(site: Site) -> None:
    service.publish(site.ada.actor, site.draft, at=clock.now() + timedelta(hours=1))
    clock.advance(7_200)
    assert service.publish_due(site.draft)


def arrive(site: Site, state: PostState = PostState.PUBLISHED, post_id: int | None = None) -> Post:
    now = clock.now()
    arrival = Arrival(
        content=Content(title="From elsewhere", body="An oil lamp.", tags=("Oil",)),
        owner_id=site.ada.id,
        co_author_ids=(site.grace.id,),
        state=state,
        created_at=now,
        updated_at=now,
        published_at=now - timedelta(days=700),
    )
    return service.bring_in(site.root.actor, arrival, post_id=post_id)


def hold_and_approve(site: Site) -> None:
    service.hold(site.guard.actor, site.listed)
    service.approve(site.guard.actor, site.listed)


def restore_the_first_text(site: Site) -> None:
    service.save(site.ada.actor, site.listed, OTHER, based_on=1)
    service.restore(site.ada.actor, site.listed, 1, based_on=2)


def empty_the_bin(site: Site) -> None:
    clock.advance(40 * DAY)
    assert service.empty_bin()


def hide_change_and_show(site: Site) -> None:
    service.hide(site.guard.actor, site.listed, "Not here.")
    service.save(site.ada.actor, site.listed, OTHER, based_on=1)
    service.unhide(site.guard.actor, site.listed)


def type_into_it(site: Site) -> None:
    typed = Typed("Secret", "Nobody reads this yet.", based_on=1)
    service.autosave(site.ada.actor, site.listed, typed)
    service.discard(site.ada.actor, site.listed)
    service.begin(site.ada.actor, typed, form_key="a form")


OF_POSTS: dict[str, Step] = {
    "hold": lambda site: service.hold(site.guard.actor, site.listed),
    "hold_unread": lambda site: service.hold_unread(site.listed),
    "approve": hold_and_approve,
    "create": lambda site: service.create(site.ada.actor, TEXT),
    "save": lambda site: service.save(site.ada.actor, site.listed, OTHER, based_on=1),
    "save a draft": lambda site: service.save(site.ada.actor, site.draft, TEXT, based_on=1),
    "publish": lambda site: service.publish(site.ada.actor, site.draft),
    "publish_due": be_due,
    "schedule what is out": lambda site: service.publish(
        site.ada.actor, site.listed, at=clock.now() + timedelta(hours=1)
    ),
    "bring_to": lambda site: service.bring_to(site.ada.actor, site.draft, PostState.PUBLISHED),
    "unlist": lambda site: service.unlist(site.ada.actor, site.listed),
    "withdraw": lambda site: service.withdraw(site.ada.actor, site.listed),
    "back_to_draft": lambda site: service.back_to_draft(site.ada.actor, site.listed),
    "delete": lambda site: service.delete(site.ada.actor, site.listed),
    "bring_back": lambda site: service.bring_back(site.ada.actor, site.binned),
    "delete_for_good": lambda site: service.delete_for_good(site.ada.actor, site.binned),
    "empty_bin": empty_the_bin,
    "restore": restore_the_first_text,
    "change_slug": lambda site: service.change_slug(site.ada.actor, site.listed, "lamps"),
    "lead_here": lambda site: service.lead_here(site.root.actor, site.listed, ["old/lamp"]),
    "bring_in": arrive,
    "bring_in a draft": lambda site: arrive(site, PostState.DRAFT),
    "bring_in over a listed one": lambda site: arrive(site, PostState.PUBLISHED, site.listed),
    "bring_in and take back": lambda site: arrive(site, PostState.WITHDRAWN, site.listed),
    "hide": lambda site: service.hide(site.guard.actor, site.listed, "Not here."),
    "unhide": hide_change_and_show,
    "begin, autosave and discard": type_into_it,
}
OF_MEMBERS: dict[str, Step] = {
    "join": lambda _: members.add("newcomer", email="new@example.org", password=""),
    "arrive with an import": lambda _: members.make_unclaimed("Jean Bartik"),
    "confirm": lambda site: member_acts.confirm(site.root.actor, site.ada.id),
    "unconfirm": lambda site: member_acts.unconfirm(site.root.actor, site.ada.id),
    "rename": lambda site: member_acts.rename(site.root.actor, site.ada.id, "countess"),
    "describe": lambda site: profile.change(site.ada.actor, site.ada.id, Profile("Augusta", "London", "Notes.", ())),
    "suspend": lambda site: member_acts.suspend(site.root.actor, site.ada.id, "Rude."),
    "suspend for a day": be_suspended_for_a_day,
    "leave": lambda site: leaving.ask(site.ada.actor, site.ada.id),
    "leave and stay": leave_and_stay,
    "leave and be deleted": leave_and_be_deleted,
    "leave one after the other": both_leave,
    "expel": lambda site: expulsion.expel(site.guard.actor, site.ada.id, "Sells lamps."),
    "expel and take back": be_expelled_and_taken_back,
}
WITHOUT_A_PATH = {"Arrival", "Autosaved", "Typed", "autosave", "begin", "discard", "relist"}
"""Values, and what is named in a path above or is no door."""


@pytest.mark.parametrize("path", [*OF_POSTS, *OF_MEMBERS])
@pytest.mark.usefixtures("stopped_clock")
def test_no_path_of_change_leaves_the_index_stale(site: Site, path: str) -> None:
    with site.database.unit_of_work():
        (OF_POSTS | OF_MEMBERS)[path](site)
    assert_in_step(site.database)


def test_every_door_of_posts_has_a_path_here() -> None:
    assert set(service.__all__) - WITHOUT_A_PATH <= OF_POSTS.keys()


def test_a_change_that_is_rolled_back_leaves_the_index_as_it_was(site: Site) -> None:
    with pytest.raises(RuntimeError), site.database.unit_of_work():
        service.withdraw(site.ada.actor, site.listed)
        raise RuntimeError
    assert_in_step(site.database)
    assert titles(site.app.test_client(), "sun") == ["On lamps"]


def test_an_import_and_another_one_of_changed_files_are_in_step(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    folder.mkdir()
    storage = Storage(site.settings.data / "media")
    (folder / "a.md").write_text(
        "+++\ntitle = 'Harbour'\ndate = 2020-01-01\n[taxonomies]\ntags = ['Sea']\n+++\nA pier.\n"
    )
    (folder / "b.md").write_text("+++\ntitle = 'Quay'\ndate = 2021-01-01\n+++\nA crane.\n")
    bring_in(folder, site.database, storage)
    assert_in_step(site.database)
    browser = site.app.test_client()
    assert titles(browser, "pier") == ["Harbour"]
    (folder / "a.md").write_text("+++\ntitle = 'Harbour'\ndate = 2020-01-01\n+++\nA jetty.\n")
    bring_in(folder, site.database, storage)
    assert_in_step(site.database)
    assert (titles(browser, "pier"), titles(browser, "jetty")) == ([], ["Harbour"])


def test_a_member_who_is_shut_out_is_not_found_and_their_posts_are(site: Site) -> None:
    browser = site.app.test_client()
    assert search(browser, "ada").people == ["/@ada"]
    with site.database.unit_of_work():
        member_acts.suspend(site.root.actor, site.ada.id, "Rude.")
    assert search(browser, "ada").people == []
    assert titles(browser, "sun") == ["On lamps"]
    with site.database.unit_of_work():
        member_acts.lift_suspension(site.root.actor, site.ada.id)
    assert search(browser, "ada").people == ["/@ada"]


def test_of_a_member_who_leaves_only_what_others_wrote_too_is_found(site: Site) -> None:
    browser = site.app.test_client()
    with site.database.unit_of_work():
        leaving.ask(site.ada.actor, site.ada.id)
    page = search(browser, "words")
    assert page.titles == ["Together"]
    assert "Ada" not in page.text
    assert search(browser, "words", author="ada").titles == []
    assert (titles(browser, "sun"), search(browser, "ada").people) == ([], [])
    with site.database.unit_of_work():
        leaving.cancel(site.ada.actor, site.ada.id)
    assert (titles(browser, "sun"), search(browser, "ada").people) == (["On lamps"], ["/@ada"])


def test_a_post_that_a_moderator_hid_is_found_by_nobody_until_it_is_given_back(site: Site) -> None:
    browser = site.app.test_client()
    with site.database.unit_of_work():
        service.hide(site.guard.actor, site.listed, "Not here.")
    assert titles(browser, "sun") == []
    with site.database.unit_of_work():
        service.unhide(site.guard.actor, site.listed)
    assert titles(browser, "sun") == ["On lamps"]


def test_the_machine_publishes_into_the_index_too(site: Site) -> None:
    with clock.frozen(clock.now()), site.database.unit_of_work():
        service.publish(SYSTEM, site.draft, at=clock.now())
    assert titles(site.app.test_client(), "candle") == ["On candles"]


def assert_in_step(database: Database) -> None:
    """Compare the index with what a rebuild makes of the rows, and what finds words with the index."""
    with database.unit_of_work() as session:
        kept = _kept(session)
        listed = set(session.scalars(select(Post.id).where(Post.listed_at.is_not(None))))
        assert set(session.scalars(select(SearchPost.post_id))) == listed
        index.bring_posts(session.scalars(select(Post.id)).all())
        index.bring_members(session.scalars(select(User.id)).all())
        assert _kept(session) == kept
        if database.is_sqlite:
            for name in ("search_posts_index", "search_names_index"):
                session.execute(text(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)"))  # noqa: S608  (names of our tables)


def _kept(session: Session) -> list[tuple[object, ...]]:
    posts = session.execute(select(SearchPost.__table__).order_by(SearchPost.post_id))
    columns = (SearchName.user_id, SearchName.tag_id, SearchName.words, SearchName.about)
    names = session.execute(select(*columns).order_by(SearchName.id))
    return [tuple(row) for rows in (posts, names) for row in rows]
