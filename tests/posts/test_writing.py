"""Beginning, saving and typing: what the service refuses, then what it does."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.access import ANONYMOUS, SYSTEM
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotAuthenticated, NotFound
from byline.posts import content, queries, service
from byline.posts.content import ChangedMeanwhile, Content
from byline.posts.models import Post, PostState, Revision, Tag
from byline.posts.service import Typed
from tests.factories import MakeUser

TEXT = Content(title="On lamps", body="A lamp is *not* a sun.\n\n## Wicks\n\nTrim them.", tags=("Light", "C++"))


@pytest.fixture
def ada(make_user: MakeUser, unit_of_work: Session) -> User:
    return make_user("ada")


def whole(post: Post) -> Post:
    found = queries.by_address(SYSTEM, post.author.username if "author" in post.__dict__ else "ada", post.slug)
    assert found is not None
    return found


def test_a_stranger_does_not_write(ada: User) -> None:
    with pytest.raises(NotAuthenticated):
        service.create(ANONYMOUS, TEXT)


def test_a_member_without_a_confirmed_address_does_not_write(make_user: MakeUser, ada: User) -> None:
    with pytest.raises(NotAllowed, match="Confirm your e-mail address"):
        service.create(make_user("grace", confirmed=False).actor, TEXT)


def test_a_suspended_member_does_not_write(make_user: MakeUser, ada: User) -> None:
    with pytest.raises(NotAllowed):
        service.create(make_user("grace", suspended_at=clock.now()).actor, TEXT)


def test_a_member_does_not_write_in_somebody_elses_name(make_user: MakeUser, ada: User) -> None:
    with pytest.raises(NotAllowed):
        service.create(make_user("grace").actor, TEXT, owner_id=ada.id)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Content(title=" ", body=" \n "), "body"),
        (Content(title="x" * 301, body="words"), "title"),
        (Content(title="Long", body="x" * 300_001), "body"),
        (Content(title="Nul", body="wo\0rds"), "body"),
        (Content(title="Bell\a", body="words"), "title"),
        (Content(title="Half", body="half a pair \ud800"), "body"),
        (Content(title="Tags", body="words", tags=("!!!",)), "tags"),
        (Content(title="Tags", body="words", tags=("x" * 41,)), "tags"),
        (Content(title="Tags", body="words", tags=tuple(f"t{n}" for n in range(11))), "tags"),
        (Content(title="Address", body="words", slug="///"), "slug"),
        (Content(title="Address", body="words", slug="following"), "slug"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(ada: User, given: Content, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        service.create(ada.actor, given)
    assert field in refused.value.fields


def test_others_do_not_learn_of_a_draft_by_saving_it(ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    post = service.create(ada.actor, TEXT)
    with pytest.raises(NotFound):
        service.save(grace.actor, post.id, TEXT, based_on=1)


def test_others_do_not_save_a_published_post(ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    post = service.create(ada.actor, TEXT)
    service.publish(ada.actor, post.id)
    with pytest.raises(NotAllowed):
        service.save(grace.actor, post.id, TEXT, based_on=1)


def test_a_published_post_keeps_a_title_and_a_text(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    service.publish(ada.actor, post.id)
    with pytest.raises(Invalid) as refused:
        service.save(ada.actor, post.id, dataclasses.replace(TEXT, title=""), based_on=1)
    assert "title" in refused.value.fields


def test_a_new_post_is_a_draft_with_rendered_text_tags_and_one_revision(ada: User, unit_of_work: Session) -> None:
    post = whole(service.create(ada.actor, TEXT))
    assert (post.state, post.slug, post.version) == (PostState.DRAFT, "on-lamps", 1)
    assert "<em>not</em>" in post.html
    assert [heading["text"] for heading in post.toc] == ["Wicks"]
    assert [(link.tag.slug, link.tag.name) for link in post.tags] == [("light", "Light"), ("c-plus-plus", "C++")]
    assert [author.user_id for author in post.authors] == [ada.id]
    assert unit_of_work.scalars(select(Revision.number)).all() == [1]


def test_co_authors_are_shown_after_the_owner_and_may_save(ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    post = service.create(ada.actor, TEXT, co_authors=(grace.id, ada.id))
    assert [author.user_id for author in whole(post).authors] == [ada.id, grace.id]
    saved = service.save(grace.actor, post.id, dataclasses.replace(TEXT, body="Grace was here."), based_on=1)
    assert saved.version == 2


def test_a_form_sent_twice_makes_one_post(ada: User, unit_of_work: Session) -> None:
    first = service.create(ada.actor, TEXT, form_key="abc")
    second = service.create(ada.actor, TEXT, form_key="abc")
    assert second.id == first.id
    assert unit_of_work.scalar(select(func.count(Post.id))) == 1


def test_the_form_of_a_post_that_moved_on_is_a_conflict(ada: User) -> None:
    post = service.create(ada.actor, TEXT, form_key="abc")
    service.save(ada.actor, post.id, dataclasses.replace(TEXT, body="Second thoughts."), based_on=1)
    with pytest.raises(ChangedMeanwhile):
        service.create(ada.actor, dataclasses.replace(TEXT, body="Third thoughts."), form_key="abc")


def test_each_save_keeps_a_revision(ada: User, unit_of_work: Session) -> None:
    post = service.create(ada.actor, TEXT)
    service.save(ada.actor, post.id, dataclasses.replace(TEXT, title="On suns"), based_on=1)
    kept = unit_of_work.execute(select(Revision.number, Revision.title).order_by(Revision.number)).all()
    assert [tuple(row) for row in kept] == [(1, "On lamps"), (2, "On suns")]


def test_saving_the_same_text_again_changes_nothing(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    assert service.save(ada.actor, post.id, TEXT, based_on=7).version == 1


def test_a_save_that_started_from_an_older_version_overwrites_nothing(ada: User, unit_of_work: Session) -> None:
    post = service.create(ada.actor, TEXT)
    service.save(ada.actor, post.id, dataclasses.replace(TEXT, body="The first window."), based_on=1)
    late = dataclasses.replace(TEXT, body="The second window.")
    with pytest.raises(ChangedMeanwhile) as refused:
        service.save(ada.actor, post.id, late, based_on=1)
    assert refused.value.mine.body == "The second window."
    assert refused.value.version == 2
    assert unit_of_work.get_one(Post, post.id).body == "The first window."


def test_restoring_an_old_revision_is_a_new_one(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    service.save(ada.actor, post.id, Content(title="Other", body="Other words."), based_on=1)
    back = service.restore(ada.actor, post.id, 1, based_on=2)
    assert (back.version, back.title, back.body) == (3, TEXT.title, TEXT.body)
    assert [link.tag.slug for link in back.tags] == ["light", "c-plus-plus"]
    with pytest.raises(NotFound):
        service.restore(ada.actor, post.id, 9, based_on=3)


def test_tags_are_kept_once_and_in_order(ada: User, unit_of_work: Session) -> None:
    given = dataclasses.replace(TEXT, tags=content.split_tags("#Rust,  rust , C#, C\uff0c 灯"))
    post = service.create(ada.actor, given)
    assert [link.tag.name for link in post.tags][:3] == ["Rust", "C#", "C"]
    saved = service.save(ada.actor, post.id, dataclasses.replace(TEXT, tags=("c", "rust")), based_on=1)
    assert [link.tag.name for link in whole(saved).tags] == ["C", "Rust"]
    assert unit_of_work.scalar(select(func.count(Tag.id)).where(Tag.slug == "rust")) == 1


def test_the_first_picture_is_shown_in_lists_unless_another_or_none_is_chosen(ada: User) -> None:
    first, second = (f"ab/cd/{letter * 64}.webp" for letter in "ef")
    body = f"![One](/media/{first})\n\n![Two](/media/{second})"
    post = service.create(ada.actor, Content(title="Pictures", body=body))
    assert post.cover_key == first
    given = Content(title="Pictures", body=body, cover=second)
    assert service.save(ada.actor, post.id, given, based_on=1).cover_key == second
    given = Content(title="Pictures", body=body, cover="")
    assert service.save(ada.actor, post.id, given, based_on=2).cover_key is None


# What is typed between saves


def typed(body: str, **more: object) -> Typed:
    values = {"title": "On lamps", "body": body, "window": "w1", "sequence": 1, **more}
    return Typed(**values)  # type: ignore[arg-type]


def test_typing_changes_neither_the_post_nor_its_revisions(ada: User, unit_of_work: Session) -> None:
    post = service.create(ada.actor, TEXT)
    service.publish(ada.actor, post.id)
    service.autosave(ada.actor, post.id, typed("Half a sent"))
    kept = queries.working_copy(ada.actor, post.id)
    assert kept is not None
    assert (kept.body, kept.base_version) == ("Half a sent", 1)
    assert unit_of_work.get_one(Post, post.id).body == TEXT.body
    assert unit_of_work.scalar(select(func.count(Revision.id))) == 1


def test_a_late_request_does_not_undo_newer_typing(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    service.autosave(ada.actor, post.id, typed("Newer", sequence=5))
    assert service.autosave(ada.actor, post.id, typed("Older", sequence=4)).copy.body == "Newer"


def test_another_window_overwrites_no_typing_it_has_not_seen(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    service.autosave(ada.actor, post.id, typed("First window", sequence=3))
    with pytest.raises(Conflict) as refused:
        service.autosave(ada.actor, post.id, typed("Second window", window="w2", seen=2, sequence=3))
    assert refused.value.code == "other-window"
    kept = service.autosave(ada.actor, post.id, typed("Second window", window="w2", seen=3, sequence=4))
    assert kept.copy.body == "Second window"


def test_another_window_with_the_same_text_is_no_conflict(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    service.autosave(ada.actor, post.id, typed("The same", sequence=3))
    assert service.autosave(ada.actor, post.id, typed("The same", window="w2")).copy.window == "w2"


def test_what_the_post_says_already_is_not_kept_twice(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    same = typed(TEXT.body, tags="Light, C++")
    assert not service.autosave(ada.actor, post.id, same).post_moved_on
    assert queries.working_copy(ada.actor, post.id) is None
    service.autosave(ada.actor, post.id, typed("Something else", sequence=2))
    service.autosave(ada.actor, post.id, dataclasses.replace(same, sequence=3))
    assert queries.working_copy(ada.actor, post.id) is None


def test_typing_that_could_not_be_saved_is_refused(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    with pytest.raises(Invalid):
        service.autosave(ada.actor, post.id, typed("wo\0rds"))
    with pytest.raises(Invalid):
        service.autosave(ada.actor, post.id, typed("words", title="x" * 301))


def test_a_save_is_done_with_what_was_typed(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    service.autosave(ada.actor, post.id, typed("Typed"))
    service.save(ada.actor, post.id, dataclasses.replace(TEXT, body="Typed"), based_on=1)
    assert queries.working_copy(ada.actor, post.id) is None


def test_each_member_types_for_themselves(ada: User, make_user: MakeUser) -> None:
    grace = make_user("grace")
    post = service.create(ada.actor, TEXT, co_authors=(grace.id,))
    service.autosave(ada.actor, post.id, typed("Ada types"))
    service.autosave(grace.actor, post.id, typed("Grace types"))
    kept = [queries.working_copy(actor, post.id) for actor in (ada.actor, grace.actor)]
    assert [copy.body for copy in kept if copy] == ["Ada types", "Grace types"]


def test_first_words_make_one_draft_however_often_they_arrive(ada: User, unit_of_work: Session) -> None:
    first = service.begin(ada.actor, typed("Once"), form_key="abc")
    again = service.begin(ada.actor, typed("Once upon", sequence=2), form_key="abc")
    assert (again.post.id, again.post.state, again.copy.body) == (first.post.id, PostState.DRAFT, "Once upon")
    assert unit_of_work.scalar(select(func.count(Post.id))) == 1


def test_typing_learns_that_the_post_was_saved_elsewhere(ada: User) -> None:
    post = service.create(ada.actor, TEXT)
    service.save(ada.actor, post.id, dataclasses.replace(TEXT, body="Elsewhere."), based_on=1)
    assert service.autosave(ada.actor, post.id, typed("Here")).post_moved_on
