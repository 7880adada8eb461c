"""Publishing, hiding, deleting, addresses: what the service refuses, then what it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from byline import wiring
from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import SYSTEM, Actor
from byline.kernel.bus import Task
from byline.kernel.errors import Invalid, NotAllowed, NotFound
from byline.kernel.settings import Settings
from byline.posts import jobs, queries, rules, service
from byline.posts.content import Content
from byline.posts.messages import EmptyBin, PostDeleted, PostHidden, PostPublished, PostSaved, PublishDue
from byline.posts.models import PathRedirect, Post, PostAuthor, PostState, PostTag
from byline.posts.service import Arrival
from tests.factories import MakeUser

TEXT = Content(title="On lamps", body="A lamp is *not* a sun.", tags=("light",))
HOUR = timedelta(hours=1)
Act = Callable[[Actor, int], object]


@pytest.fixture
def ada(make_user: MakeUser, unit_of_work: Session, stopped_clock: datetime) -> User:
    return make_user("ada")


@pytest.fixture(autouse=True)
def _wired() -> None:
    bus.wire(wiring.REACTIONS, wiring.JOBS)


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """Every event that was published."""
    events: list[object] = []
    kinds = (PostSaved, PostPublished, PostHidden, PostDeleted)
    bus.wire(dict.fromkeys(kinds, (events.append,)), wiring.JOBS)
    yield events
    bus.wire(wiring.REACTIONS, wiring.JOBS)


def listed(post: Post) -> set[datetime | None]:
    """`listed_at` of the post and of every row that follows it."""
    session = db.session()
    session.flush()
    rows = [
        *session.scalars(select(Post.listed_at).where(Post.id == post.id)),
        *session.scalars(select(PostAuthor.listed_at).where(PostAuthor.post_id == post.id)),
        *session.scalars(select(PostTag.listed_at).where(PostTag.post_id == post.id)),
    ]
    assert len(rows) >= 3
    return set(rows)


def draft(ada: User, **changes: object) -> Post:
    return service.create(ada.actor, dataclasses.replace(TEXT, **changes))  # type: ignore[arg-type]


# Publishing


def test_an_empty_draft_is_not_published(ada: User) -> None:
    with pytest.raises(Invalid) as refused:
        service.publish(ada.actor, draft(ada, body="").id)
    assert "body" in refused.value.fields


def test_others_do_not_publish_or_withdraw(ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    post = draft(ada)
    with pytest.raises(NotFound):
        service.publish(grace.actor, post.id)
    service.publish(ada.actor, post.id)
    with pytest.raises(NotAllowed):
        service.withdraw(grace.actor, post.id)


def test_publishing_lists_the_post_its_authors_and_its_tags(ada: User, heard: list[object]) -> None:
    post = draft(ada)
    assert listed(post) == {None}
    service.publish(ada.actor, post.id)
    assert listed(post) == {clock.now()}
    assert PostPublished(post.id, ada.id, first_time=True) in heard


@pytest.mark.parametrize("act", [service.unlist, service.withdraw, service.back_to_draft, service.delete])
def test_hiding_takes_it_out_of_every_list_and_says_so(act: Act, ada: User, heard: list[object]) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id)
    act(ada.actor, post.id)
    assert listed(post) == {None}
    assert heard[-1] == PostHidden(post.id)


def test_a_post_that_readers_have_seen_keeps_its_date(ada: User, heard: list[object]) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id)
    first = clock.now()
    service.withdraw(ada.actor, post.id)
    clock.advance(3600)
    service.publish(ada.actor, post.id)
    assert listed(post) == {first}
    assert heard[-1] == PostPublished(post.id, ada.id, first_time=False)


def test_publishing_twice_says_it_once(ada: User, heard: list[object]) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id)
    service.publish(ada.actor, post.id)
    assert [type(event) for event in heard].count(PostPublished) == 1


def test_tags_and_authors_of_a_later_save_are_listed_too(ada: User) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id)
    service.save(ada.actor, post.id, dataclasses.replace(TEXT, tags=("light", "new")), based_on=1)
    assert listed(post) == {clock.now()}


# Scheduling


def test_a_scheduled_post_is_published_once_and_dated_its_moment(
    ada: User, heard: list[object], settings: Settings
) -> None:
    post = draft(ada)
    due = clock.now() + HOUR
    service.publish(ada.actor, post.id, at=due)
    assert (post.state, post.publish_at, post.published_at) == (PostState.SCHEDULED, due, None)
    assert db.session().scalars(select(Task.run_at).where(Task.name == "posts.PublishDue")).all() == [due]
    jobs.publish_due(PublishDue(post.id), settings)
    assert post.state == PostState.SCHEDULED
    clock.advance(3700)
    jobs.publish_due(PublishDue(post.id), settings)
    jobs.publish_due(PublishDue(post.id), settings)
    assert listed(post) == {due}
    assert [type(event) for event in heard].count(PostPublished) == 1


def test_a_post_that_was_moved_is_left_alone_by_its_first_task(ada: User, settings: Settings) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id, at=clock.now() + HOUR)
    service.publish(ada.actor, post.id, at=clock.now() + 3 * HOUR)
    clock.advance(7000)
    jobs.publish_due(PublishDue(post.id), settings)
    assert post.state == PostState.SCHEDULED


@pytest.mark.parametrize("act", [service.back_to_draft, service.withdraw, service.delete])
def test_a_post_taken_back_is_not_published(act: Act, ada: User, settings: Settings) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id, at=clock.now() + HOUR)
    act(ada.actor, post.id)
    clock.advance(7000)
    jobs.publish_due(PublishDue(post.id), settings)
    jobs.publish_due(PublishDue(post.id + 1), settings)
    assert listed(post) == {None}


def test_a_suspended_authors_post_goes_back_to_draft(ada: User, settings: Settings) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id, at=clock.now() + HOUR)
    post.author.suspended_at = clock.now()
    db.session().flush()
    clock.advance(7000)
    jobs.publish_due(PublishDue(post.id), settings)
    assert post.state == PostState.DRAFT


def test_a_leaving_authors_post_waits(ada: User, settings: Settings) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id, at=clock.now() + HOUR)
    post.author.deletion_asked_at = clock.now()
    db.session().flush()
    clock.advance(7000)
    jobs.publish_due(PublishDue(post.id), settings)
    assert post.state == PostState.SCHEDULED
    post.author.deletion_asked_at = None
    db.session().flush()
    jobs.publish_due(PublishDue(post.id), settings)
    assert post.state == PostState.PUBLISHED


# The bin


def test_a_co_author_does_not_delete(ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    post = service.create(ada.actor, TEXT, co_authors=(grace.id,))
    with pytest.raises(NotAllowed):
        service.delete(grace.actor, post.id)


def test_what_is_deleted_is_gone_for_readers_and_comes_back_as_it_was(ada: User) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id)
    service.delete(ada.actor, post.id)
    assert queries.by_address(ada.actor, "ada", "on-lamps") is None
    assert [found.id for found in queries.binned(ada.actor).items] == [post.id]
    with pytest.raises(NotFound):
        service.save(ada.actor, post.id, TEXT, based_on=1)
    clock.advance(3600)
    service.bring_back(ada.actor, post.id)
    assert listed(post) == {clock.now() - HOUR}
    assert queries.by_address(ada.actor, "ada", "on-lamps") is not None


def test_a_scheduled_post_that_came_due_in_the_bin_is_published_when_it_is_back(ada: User, settings: Settings) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id, at=clock.now() + HOUR)
    service.delete(ada.actor, post.id)
    clock.advance(7000)
    service.bring_back(ada.actor, post.id)
    jobs.publish_due(PublishDue(post.id), settings)
    assert post.state == PostState.PUBLISHED


def test_the_bin_is_emptied_after_its_time(ada: User, settings: Settings, heard: list[object]) -> None:
    old, fresh = draft(ada), draft(ada)
    service.delete(ada.actor, old.id)
    clock.advance(rules.BIN_KEEPS.total_seconds() - 60)
    service.delete(ada.actor, fresh.id)
    jobs.empty_bin(EmptyBin(), settings)
    assert db.session().scalars(select(Post.id)).all() == [old.id, fresh.id]
    clock.advance(120)
    jobs.empty_bin(EmptyBin(), settings)
    assert db.session().scalars(select(Post.id)).all() == [fresh.id]
    assert heard[-1] == PostDeleted(old.id)


# Addresses


def test_the_same_title_gets_a_number_for_one_author_and_none_for_another(ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    slugs = [draft(ada).slug, draft(ada).slug, draft(ada).slug]
    assert slugs == ["on-lamps", "on-lamps-2", "on-lamps-3"]
    assert service.create(grace.actor, TEXT).slug == "on-lamps"


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Über Öl & Dochte", "uber-ol-dochte"), ("灯り", "灯り"), ("Лампы", "лампы"), ("Following", "following-2")],
)
def test_titles_in_any_script_become_addresses(title: str, slug: str, ada: User) -> None:
    assert draft(ada, title=title).slug == slug


def test_a_draft_follows_its_title_and_a_published_post_does_not(ada: User) -> None:
    post = draft(ada)
    renamed = dataclasses.replace(TEXT, title="On suns")
    assert service.save(ada.actor, post.id, renamed, based_on=1).slug == "on-suns"
    service.publish(ada.actor, post.id)
    again = dataclasses.replace(TEXT, title="On moons")
    assert service.save(ada.actor, post.id, again, based_on=2).slug == "on-suns"


def test_an_old_address_leads_to_the_post_for_ever_and_is_not_given_away(ada: User) -> None:
    post = draft(ada)
    service.publish(ada.actor, post.id)
    service.change_slug(ada.actor, post.id, "lamps")
    service.change_slug(ada.actor, post.id, "Lamps, again")
    for old in ("on-lamps", "lamps", "lamps-again"):
        found = queries.by_address(ada.actor, "ada", old)
        assert found is not None
        assert found.slug == "lamps-again"
    assert draft(ada).slug == "on-lamps-2"
    with pytest.raises(Invalid):
        service.change_slug(ada.actor, draft(ada, title="Other").id, "lamps")
    assert service.change_slug(ada.actor, post.id, "on-lamps").slug == "on-lamps"


def test_the_old_address_of_a_draft_nobody_saw_may_be_used_again(ada: User) -> None:
    post = draft(ada)
    service.change_slug(ada.actor, post.id, "lamps")
    assert draft(ada).slug == "on-lamps"


def test_a_taken_address_is_refused_beside_its_field(ada: User) -> None:
    draft(ada)
    with pytest.raises(Invalid) as refused:
        draft(ada, slug="on-lamps", title="Other")
    assert (refused.value.code, set(refused.value.fields)) == ("slug-taken", {"slug"})


# Arrivals


def test_only_administrators_bring_posts_in(ada: User) -> None:
    arrival = Arrival(content=TEXT, owner_id=ada.id, created_at=clock.now(), updated_at=clock.now())
    with pytest.raises(NotAllowed):
        service.bring_in(ada.actor, arrival)


def test_an_arrival_keeps_its_past_and_tells_nobody(ada: User, heard: list[object]) -> None:
    then = datetime(2020, 7, 27, tzinfo=UTC)
    arrival = Arrival(
        content=dataclasses.replace(TEXT, slug="lamps"),
        owner_id=ada.id,
        created_at=then,
        updated_at=then,
        published_at=then,
        old_slugs=("old-lamps",),
        paths=("blog/2020/lamps.html",),
        source_path="lamps.md",
        source_digest="0" * 64,
        front_matter={"weight": 3},
    )
    post = service.bring_in(SYSTEM, arrival)
    again = service.bring_in(SYSTEM, arrival, post_id=post.id)
    assert (again.id, again.version) == (post.id, 1)
    assert listed(post) == {then}
    assert (post.slug, post.updated_at) == ("lamps", then)
    assert queries.by_address(ada.actor, "ada", "old-lamps") is not None
    assert db.session().scalars(select(PathRedirect.path)).all() == ["blog/2020/lamps.html"]
    assert PostPublished not in {type(event) for event in heard}
