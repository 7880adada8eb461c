"""The one door for goals, funnels, segments and notes. Whoever may edit a site may change them.

Each function checks the right, writes and flushes. Raises NotFound for a site or a thing that the actor may not see,
NotAllowed for a viewer, Invalid for a name that is taken, too many of them, or what `rules` refuses.
Deleting answers what it was, so that it can come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import func, select

from byline.analytics.report import queries, rules
from byline.analytics.report.filters import Filter
from byline.analytics.report.models import Funnel, Goal, Note, Segment
from byline.analytics.report.rules import Deed, FunnelForm, GoalForm, NoteForm
from byline.analytics.sites import queries as sites
from byline.analytics.sites.rules import Access
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid

Named = TypeVar("Named", Goal, Funnel, Segment)
Kept = TypeVar("Kept", Goal, Funnel, Segment, Note)


def add_goal(actor: Actor, site_id: int, given: GoalForm) -> Goal:
    """Set a goal; it counts for the past as well. The same one again is the first."""
    _lock(actor, site_id)
    tidy = rules.checked_goal(given)
    twin = _named(Goal, site_id, tidy.name)
    if twin is not None and _deed_of(twin) == tidy.deed:
        return twin
    _check_free(twin, "goal", tidy.name)
    _check_room(Goal, site_id, rules.MOST_GOALS)
    return _kept(Goal(site_id=site_id, name=tidy.name, created_at=clock.now(), **_columns(tidy.deed)))


def change_goal(actor: Actor, site_id: int, goal_id: int, given: GoalForm) -> Goal:
    """Describe a goal anew."""
    _lock(actor, site_id)
    tidy = rules.checked_goal(given)
    found = queries.one(Goal, site_id, goal_id)
    _check_free(_named(Goal, site_id, tidy.name, besides=goal_id), "goal", tidy.name)
    found.name = tidy.name
    found.event, found.path, found.props = tidy.deed.event, tidy.deed.path, dict(tidy.deed.props)
    return _kept(found)


def delete_goal(actor: Actor, site_id: int, goal_id: int) -> Goal:
    """Delete a goal; what was counted stays."""
    return _deleted(actor, Goal, site_id, goal_id)


def add_funnel(actor: Actor, site_id: int, given: FunnelForm) -> Funnel:
    """Begin a funnel; it counts for the past as well. The same one again is the first."""
    _lock(actor, site_id)
    tidy = rules.checked_funnel(given)
    steps = _written(tidy.steps)
    twin = _named(Funnel, site_id, tidy.name)
    if twin is not None and twin.steps == steps:
        return twin
    _check_free(twin, "funnel", tidy.name)
    _check_room(Funnel, site_id, rules.MOST_FUNNELS)
    return _kept(Funnel(site_id=site_id, name=tidy.name, steps=steps, created_at=clock.now()))


def change_funnel(actor: Actor, site_id: int, funnel_id: int, given: FunnelForm) -> Funnel:
    """Describe a funnel anew."""
    _lock(actor, site_id)
    tidy = rules.checked_funnel(given)
    found = queries.one(Funnel, site_id, funnel_id)
    _check_free(_named(Funnel, site_id, tidy.name, besides=funnel_id), "funnel", tidy.name)
    found.name, found.steps = tidy.name, _written(tidy.steps)
    return _kept(found)


def delete_funnel(actor: Actor, site_id: int, funnel_id: int) -> Funnel:
    """Delete a funnel; what was counted stays."""
    return _deleted(actor, Funnel, site_id, funnel_id)


def save_segment(actor: Actor, site_id: int, name: str, filters: Sequence[Filter]) -> Segment:
    """Keep filters under a name; a segment that has the name already gets these filters instead."""
    _lock(actor, site_id)
    tidy = rules.checked_name(name, "segment")
    written = [each.written for each in rules.checked_filters(filters)]
    found = _named(Segment, site_id, tidy)
    if found is not None:
        found.filters = written
        return _kept(found)
    _check_room(Segment, site_id, rules.MOST_SEGMENTS)
    return _kept(Segment(site_id=site_id, name=tidy, filters=written, created_at=clock.now()))


def rename_segment(actor: Actor, site_id: int, segment_id: int, name: str) -> Segment:
    """Give a segment another name."""
    _lock(actor, site_id)
    tidy = rules.checked_name(name, "segment")
    found = queries.one(Segment, site_id, segment_id)
    _check_free(_named(Segment, site_id, tidy, besides=segment_id), "segment", tidy)
    found.name = tidy
    return _kept(found)


def delete_segment(actor: Actor, site_id: int, segment_id: int) -> Segment:
    """Delete a segment; links that name it show everything and say so."""
    return _deleted(actor, Segment, site_id, segment_id)


def add_note(actor: Actor, site_id: int, given: NoteForm) -> Note:
    """Put a mark on the chart. The same one again is the first."""
    _lock(actor, site_id)
    tidy = rules.checked_note(given)
    same = select(Note).where(Note.site_id == site_id, Note.day == tidy.day)
    twin = db.session().scalar(same.where(Note.text == tidy.text).limit(1))
    if twin is not None:
        return twin
    _check_room(Note, site_id, rules.MOST_NOTES)
    return _kept(Note(site_id=site_id, day=tidy.day, text=tidy.text, created_at=clock.now()))


def change_note(actor: Actor, site_id: int, note_id: int, given: NoteForm) -> Note:
    """Write a mark anew."""
    _lock(actor, site_id)
    tidy = rules.checked_note(given)
    found = queries.one(Note, site_id, note_id)
    found.day, found.text = tidy.day, tidy.text
    return _kept(found)


def delete_note(actor: Actor, site_id: int, note_id: int) -> Note:
    """Take a mark off the chart."""
    return _deleted(actor, Note, site_id, note_id)


def _lock(actor: Actor, site_id: int) -> None:
    """Refuse whoever may not edit; let one change of a site at a time look for free names and room."""
    sites.reached(actor, site_id, Access.EDIT, locked=True)


def _named(kind: type[Named], site_id: int, name: str, besides: int = 0) -> Named | None:
    query = select(kind).where(kind.site_id == site_id, kind.name == name, kind.id != besides)
    return db.session().scalar(query)


def _check_free(twin: object | None, what: str, name: str) -> None:
    if twin is not None:
        sentence = f"This site has a {what} called “{name}” already. Choose another name."
        raise Invalid(f"{what}-name-taken", sentence, field="name")


def _check_room(kind: type[Goal | Funnel | Segment | Note], site_id: int, most: int) -> None:
    count = db.session().scalar(select(func.count()).select_from(kind).where(kind.site_id == site_id)) or 0
    if count >= most:
        what = f"{kind.__name__.lower()}s"
        sentence = f"This site has {most} {what}, which is the most. Delete one that is no longer needed."
        raise Invalid(f"too-many-{what}", sentence, field="text" if kind is Note else "name")


def _kept(row: Kept) -> Kept:
    db.session().add(row)
    db.session().flush()
    return row


def _deleted(actor: Actor, kind: type[Kept], site_id: int, number: int) -> Kept:
    _lock(actor, site_id)
    found = queries.one(kind, site_id, number)
    db.session().delete(found)
    db.session().flush()
    return found


def _deed_of(goal: Goal) -> Deed:
    return Deed(goal.event, goal.path, goal.props)


def _columns(deed: Deed) -> dict[str, object]:
    return {"event": deed.event, "path": deed.path, "props": dict(deed.props)}


def _written(steps: Sequence[Deed]) -> list[dict[str, object]]:
    return [{"event": step.event, "path": step.path, "props": dict(step.props)} for step in steps]
