"""Goals, funnels, segments and notes: who may change them, and what they may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from byline.accounts.models import User
from byline.analytics import report
from byline.analytics.report import filters, queries, rules, service
from byline.analytics.report.models import Goal, Note, Segment
from byline.analytics.report.rules import Deed, FunnelForm, GoalForm, NoteForm
from byline.analytics.sites.models import Role, Site, SiteMember
from byline.kernel import clock
from byline.kernel.access import ANONYMOUS, Actor
from byline.kernel.errors import Invalid, NotAllowed, NotFound
from tests.analytics.report.conftest import ask
from tests.factories import MakeUser

SIGN_UP = GoalForm("Signed up", Deed(event="Sign-up"))
WAY = FunnelForm("Buying", (Deed(path="/pricing"), Deed(event="Sign-up", props={"plan": "pro"})))
LAUNCH = NoteForm(date(2026, 3, 1), "We launched")
PAGE = filters.filter_of("page", "/a")
DEEDS: list[Callable[[Actor, int], object]] = [
    lambda actor, site: service.add_goal(actor, site, SIGN_UP),
    lambda actor, site: service.change_goal(actor, site, 1, SIGN_UP),
    lambda actor, site: service.delete_goal(actor, site, 1),
    lambda actor, site: service.add_funnel(actor, site, WAY),
    lambda actor, site: service.change_funnel(actor, site, 1, WAY),
    lambda actor, site: service.delete_funnel(actor, site, 1),
    lambda actor, site: service.save_segment(actor, site, "Mine", (PAGE,)),
    lambda actor, site: service.rename_segment(actor, site, 1, "Mine"),
    lambda actor, site: service.delete_segment(actor, site, 1),
    lambda actor, site: service.add_note(actor, site, LAUNCH),
    lambda actor, site: service.change_note(actor, site, 1, LAUNCH),
    lambda actor, site: service.delete_note(actor, site, 1),
]


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def eve(make_user: MakeUser) -> User:
    return make_user("eve")


@pytest.fixture
def site(ada: User, grace: User, eve: User, unit_of_work: Session) -> Site:
    """A site of Ada's. Members are made before the unit of work begins, which keeps other writers waiting."""
    return make_site(unit_of_work, ada, "Ada's")


def make_site(session: Session, owner: User, name: str) -> Site:
    made = Site(owner_id=owner.id, name=name, url="https://example.org", created_at=clock.now())
    session.add(made)
    session.flush()
    return made


def join(session: Session, site: Site, user: User, role: Role) -> None:
    session.add(SiteMember(site_id=site.id, user_id=user.id, role=role, created_at=clock.now()))
    session.flush()


@pytest.mark.parametrize("change", DEEDS)
def test_viewer_may_not_change_what_strangers_do_not_even_find(
    site: Site, unit_of_work: Session, grace: User, eve: User, change: Callable[[Actor, int], object]
) -> None:
    join(unit_of_work, site, grace, Role.VIEWER)
    with pytest.raises(NotAllowed):
        change(grace.actor, site.id)
    for actor in (eve.actor, ANONYMOUS):
        with pytest.raises(NotFound):
            change(actor, site.id)


def test_editor_changes_everything(site: Site, unit_of_work: Session, grace: User) -> None:
    editor = grace
    join(unit_of_work, site, editor, Role.EDITOR)
    goal = service.add_goal(editor.actor, site.id, SIGN_UP)
    service.change_goal(editor.actor, site.id, goal.id, GoalForm("Joined", Deed(path=" /welcome* ")))
    assert [(each.name, each.event, each.path) for each in queries.goals_of(site.id)] == [("Joined", "", "/welcome*")]
    funnel = service.add_funnel(editor.actor, site.id, WAY)
    service.change_funnel(editor.actor, site.id, funnel.id, FunnelForm("Selling", WAY.steps))
    assert [each.name for each in queries.funnels_of(site.id)] == ["Selling"]
    segment = service.save_segment(editor.actor, site.id, "Mine", (PAGE,))
    service.rename_segment(editor.actor, site.id, segment.id, "Ours")
    assert [(each.name, each.filters) for each in queries.segments_of(site.id)] == [("Ours", ["is,page,/a"])]
    mark = service.add_note(editor.actor, site.id, LAUNCH)
    service.change_note(editor.actor, site.id, mark.id, NoteForm(date(2026, 3, 2), "We really launched"))
    assert [each.text for each in queries.notes_of(site.id, mark.day, mark.day)] == ["We really launched"]
    assert queries.notes_of(site.id, LAUNCH.day, LAUNCH.day) == []
    service.delete_goal(editor.actor, site.id, goal.id)
    service.delete_funnel(editor.actor, site.id, funnel.id)
    service.delete_segment(editor.actor, site.id, segment.id)
    service.delete_note(editor.actor, site.id, mark.id)
    assert not [*queries.goals_of(site.id), *queries.funnels_of(site.id), *queries.segments_of(site.id)]


def test_what_belongs_to_another_site_is_not_found(site: Site, unit_of_work: Session, ada: User) -> None:
    other = make_site(unit_of_work, ada, "Another")
    goal = service.add_goal(ada.actor, other.id, SIGN_UP)
    with pytest.raises(NotFound):
        service.delete_goal(ada.actor, site.id, goal.id)
    assert queries.goals_of(other.id) == [goal]


def test_same_form_again_is_the_first(site: Site, ada: User) -> None:
    assert service.add_goal(ada.actor, site.id, SIGN_UP) is service.add_goal(ada.actor, site.id, SIGN_UP)
    assert service.add_funnel(ada.actor, site.id, WAY) is service.add_funnel(ada.actor, site.id, WAY)
    assert service.add_note(ada.actor, site.id, LAUNCH) is service.add_note(ada.actor, site.id, LAUNCH)


def test_name_is_taken_only_once_for_each_site(site: Site, unit_of_work: Session, ada: User) -> None:
    service.add_goal(ada.actor, site.id, SIGN_UP)
    with pytest.raises(Invalid, match="already"):
        service.add_goal(ada.actor, site.id, GoalForm("Signed up", Deed(path="/welcome")))
    other = service.add_goal(ada.actor, site.id, GoalForm("Welcomed", Deed(path="/welcome")))
    with pytest.raises(Invalid, match="already"):
        service.change_goal(ada.actor, site.id, other.id, SIGN_UP)
    service.add_goal(ada.actor, make_site(unit_of_work, ada, "Another").id, SIGN_UP)


def test_segment_of_the_same_name_gets_the_new_filters(site: Site, ada: User) -> None:
    first = service.save_segment(ada.actor, site.id, "Mine", (PAGE,))
    again = service.save_segment(ada.actor, site.id, " Mine ", (filters.filter_of("country", "DE"),))
    assert again is first
    assert first.filters == ["is,country,DE"]


def test_there_is_a_most_of_everything(
    site: Site, ada: User, unit_of_work: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_GOALS", "MOST_FUNNELS", "MOST_SEGMENTS", "MOST_NOTES"):
        monkeypatch.setattr(rules, name, 0)
    for change in (DEEDS[0], DEEDS[3], DEEDS[6], DEEDS[9]):
        with pytest.raises(Invalid, match="which is the most"):
            change(ada.actor, site.id)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (GoalForm("", Deed()), "deed"),
        (GoalForm("Both", Deed(event="a", path="/a")), "deed"),
        (GoalForm("Path", Deed(path="a")), "deed"),
        (GoalForm("Long", Deed(path="/" + "x" * 500)), "deed"),
        (GoalForm("Long", Deed(event="x" * 201)), "deed"),
        (GoalForm("Props", Deed(event="a", props={str(number): "x" for number in range(6)})), "deed"),
        (GoalForm("Props", Deed(event="a", props={"x": "y" * 201})), "deed"),
        (GoalForm("x" * 101, Deed(event="a")), "name"),
        (GoalForm("Unseen", Deed(event="\0")), "deed"),
    ],
)
def test_goal_that_makes_no_sense_is_refused_at_its_field(given: GoalForm, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked_goal(given)
    assert list(refused.value.fields) == [field]


def test_goal_without_a_name_is_called_what_it_counts() -> None:
    assert rules.checked_goal(GoalForm("", Deed(event="Sign-up", props={"plan": "pro"}))).name == "Sign-up (plan: pro)"
    assert rules.checked_goal(GoalForm(" ", Deed(path="/thanks"))).name == "/thanks"


@pytest.mark.parametrize("count", [0, 1, 9])
def test_funnel_has_two_to_eight_steps(count: int) -> None:
    steps = [*(Deed(path=f"/{number}") for number in range(count)), Deed(), Deed(path="  ")]
    with pytest.raises(Invalid, match="2 to 8 steps"):
        rules.checked_funnel(FunnelForm("Way", steps))


def test_empty_lines_of_a_funnels_form_are_left_out() -> None:
    steps = [Deed(path="/a"), Deed(), Deed(event="b")]
    assert [step.label for step in rules.checked_funnel(FunnelForm("Way", steps)).steps] == ["/a", "b"]


def test_wrong_step_of_a_funnel_is_refused_by_its_number() -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked_funnel(FunnelForm("Way", [Deed(path="/a"), Deed(path="b")]))
    assert list(refused.value.fields) == ["steps-1"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (NoteForm(LAUNCH.day, " \0 "), "text"),
        (NoteForm(LAUNCH.day, "x" * 281), "text"),
        (NoteForm(date(1, 1, 1), "Long ago"), "day"),
        (NoteForm(date(9999, 12, 31), "Far away"), "day"),
    ],
)
def test_mark_that_no_chart_shows_is_refused(given: NoteForm, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked_note(given)
    assert list(refused.value.fields) == [field]


def test_segment_without_filters_is_refused() -> None:
    with pytest.raises(Invalid, match="at least one filter"):
        rules.checked_filters(())
    many = [filters.filter_of("page", f"/{number}") for number in range(21)]
    with pytest.raises(Invalid, match="at most"):
        rules.checked_filters(many)


def test_question_with_a_segment_has_its_filters(in_app: object, site: Site, ada: User) -> None:
    segment = service.save_segment(ada.actor, site.id, "Mine", (PAGE,))
    question = report.asked(MultiDict({"segment": str(segment.id), "f": "is,country,DE"}), site)
    assert [each.written for each in question.all_filters] == ["is,page,/a", "is,country,DE"]
    assert question.args() == {"segment": str(segment.id), "f": ["is,country,DE"]}


def test_segment_of_another_site_or_none_shows_everything_and_says_so(
    in_app: object, site: Site, unit_of_work: Session, ada: User
) -> None:
    segment = service.save_segment(ada.actor, make_site(unit_of_work, ada, "Another").id, "Mine", (PAGE,))
    for number in (segment.id, 999_999_999):
        question = report.asked(MultiDict({"segment": str(number)}), site)
        assert question.all_filters == ()
        assert question.complaints == ("This segment does not exist any more, so everything is shown.",)


def test_all_time_begins_with_today_where_nothing_was_counted_yet(in_app: object, site: Site) -> None:
    question = report.asked(MultiDict({"period": "all"}), site)
    assert question.period.days == 1
    assert ask(1, "period=all").period.days > 1


def test_deleting_a_site_takes_all_of_it_along(site: Site, unit_of_work: Session, ada: User) -> None:
    for change in (DEEDS[0], DEEDS[3], DEEDS[6], DEEDS[9]):
        change(ada.actor, site.id)
    site_id = site.id
    unit_of_work.expire_all()
    unit_of_work.delete(unit_of_work.get_one(Site, site_id))
    unit_of_work.flush()
    for kind in (Goal, Segment, Note):
        assert unit_of_work.query(kind).filter_by(site_id=site_id).count() == 0
