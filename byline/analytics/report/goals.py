"""How a site's goals fared."""

from __future__ import annotations

from byline.analytics import store
from byline.analytics.report import periods, queries, sql, sql_goals
from byline.analytics.report.answering import share, span_of
from byline.analytics.report.answers import GoalAnswer
from byline.analytics.report.models import Goal
from byline.analytics.report.questions import Question
from byline.analytics.report.rules import Deed
from byline.analytics.report.sql import Span
from byline.analytics.report.sql_goals import Reached


def goals(question: Question) -> tuple[GoalAnswer, ...]:
    """Every goal of the site with its conversions, most first; none costs one statement, else three to five.

    Filters choose visits; goals are looked for in those.
    """
    wanted = queries.goals_of(question.site_id)
    if not wanted:
        return ()
    deeds = {str(goal.id): deed_of(goal) for goal in wanted}
    reached = _reached(question, span_of(question), deeds)
    former = None
    if question.former_period is not None:
        cut = periods.elapsed(question.former_period, question.period, question.today)
        former = _reached(question, sql.span(question.site_id, cut, question.zone_info), deeds)
    answers = (_answer(goal, reached, former) for goal in wanted)
    return tuple(sorted(answers, key=lambda answer: (-answer.conversions, answer.name)))


def deed_of(goal: Goal) -> Deed:
    """What a goal counts."""
    return Deed(goal.event, goal.path, goal.props)


def _reached(question: Question, where: Span, deeds: dict[str, Deed]) -> Reached:
    """From sums as far as they know, from single events where they do not."""
    filters = question.all_filters
    by_sums = {} if filters else {key: deed for key, deed in deeds.items() if sql_goals.is_summed(deed)}
    by_events = {key: deed for key, deed in deeds.items() if key not in by_sums}
    with store.here().reading() as connection:
        summed = sql_goals.summed(connection, where, by_sums) if not filters else Reached({}, {}, 0)
        if not by_events:
            return summed
        looked = sql_goals.reached(connection, where, filters, by_events)
    conversions, completions = (
        {**summed.conversions, **looked.conversions},
        {**summed.completions, **looked.completions},
    )
    return Reached(conversions, completions, looked.visitors if filters else summed.visitors)


def _answer(goal: Goal, reached: Reached, former: Reached | None) -> GoalAnswer:
    key = str(goal.id)
    conversions = reached.conversions.get(key, 0)
    return GoalAnswer(
        goal.id,
        goal.name,
        conversions,
        reached.completions.get(key, 0),
        share(conversions, reached.visitors),
        None if former is None else former.conversions.get(key, 0),
        deed_of(goal),
    )
