"""The one door for goals, funnels, segments and annotations. Whoever may edit a site may change them.

Each function checks the right, writes and flushes. Raises NotFound for a site or a thing that the actor may not see,
NotAllowed for a viewer, Invalid for a name that is taken, too many of them, or what `rules` refuses.
"""

from __future__ import annotations

from byline.analytics.report.filters import Filter
from byline.analytics.report.models import Annotation, Funnel, Goal, Segment
from byline.analytics.report.rules import AnnotationForm, FunnelForm, GoalForm
from byline.kernel.access import Actor


def add_goal(actor: Actor, site_id: int, given: GoalForm) -> Goal:
    """Set a goal; it counts for the past as well."""
    raise NotImplementedError


def change_goal(actor: Actor, site_id: int, goal_id: int, given: GoalForm) -> Goal:
    """Describe a goal anew."""
    raise NotImplementedError


def delete_goal(actor: Actor, site_id: int, goal_id: int) -> Goal:
    """Delete a goal; what was counted stays. Answers what it was, so that it can come back."""
    raise NotImplementedError


def add_funnel(actor: Actor, site_id: int, given: FunnelForm) -> Funnel:
    """Begin a funnel; it counts for the past as well."""
    raise NotImplementedError


def change_funnel(actor: Actor, site_id: int, funnel_id: int, given: FunnelForm) -> Funnel:
    """Describe a funnel anew."""
    raise NotImplementedError


def delete_funnel(actor: Actor, site_id: int, funnel_id: int) -> Funnel:
    """Delete a funnel; answers what it was."""
    raise NotImplementedError


def save_segment(actor: Actor, site_id: int, name: str, filters: tuple[Filter, ...]) -> Segment:
    """Keep filters under a name; a segment of that name gets these filters instead."""
    raise NotImplementedError


def rename_segment(actor: Actor, site_id: int, segment_id: int, name: str) -> Segment:
    """Give a segment another name."""
    raise NotImplementedError


def delete_segment(actor: Actor, site_id: int, segment_id: int) -> Segment:
    """Delete a segment; answers what it was."""
    raise NotImplementedError


def annotate(actor: Actor, site_id: int, given: AnnotationForm) -> Annotation:
    """Put a mark on the chart."""
    raise NotImplementedError


def change_annotation(actor: Actor, site_id: int, annotation_id: int, given: AnnotationForm) -> Annotation:
    """Write a mark anew."""
    raise NotImplementedError


def delete_annotation(actor: Actor, site_id: int, annotation_id: int) -> Annotation:
    """Take a mark off the chart; answers what it was."""
    raise NotImplementedError
