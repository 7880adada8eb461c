"""How far visitors come on a way of several steps."""

from __future__ import annotations

from itertools import pairwise

from byline.analytics import store
from byline.analytics.report import sql_goals
from byline.analytics.report.answering import share, span_of
from byline.analytics.report.answers import FunnelAnswer, Step
from byline.analytics.report.models import Funnel
from byline.analytics.report.questions import Question
from byline.analytics.report.rules import Deed
from byline.kernel import db
from byline.kernel.errors import NotFound


def funnel(question: Question, funnel_id: int) -> FunnelAnswer:
    """One funnel of the question's site, in two statements; raises NotFound for any other.

    A visitor of a day is counted at a step who took those before it first, each after the other, in whatever visits of
    that day. Always from single events, which takes a while for large sites.
    """
    found = db.session().get(Funnel, funnel_id)
    if found is None or found.site_id != question.site_id:
        raise NotFound("funnel-unknown", "There is no such funnel any more.")
    deeds = deeds_of(found)
    with store.here().reading() as connection:
        counts, entered = sql_goals.steps(connection, span_of(question), question.all_filters, deeds)
    steps = [Step(deeds[0].label, counts[0], share(counts[0], counts[0]), share(counts[0], entered), 0)]
    for (before, count), deed in zip(pairwise(counts), deeds[1:], strict=True):
        steps.append(Step(deed.label, count, share(count, counts[0]), share(count, before), before - count))
    return FunnelAnswer(found.id, found.name, tuple(steps), entered)


def deeds_of(found: Funnel) -> list[Deed]:
    """The steps of a funnel."""
    return [Deed(step.get("event", ""), step.get("path", ""), step.get("props", {})) for step in found.steps]
