"""How a site's goals fared."""

from __future__ import annotations

from collections.abc import Sequence

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
    """Every goal of the site with its conversions, most first; two statements, or four where sums do not know all.

    Filters choose visits; goals are looked for in those.
    """
    wanted = queries.goals_of(question.site_id)
    if not wanted:
        return ()
    deeds = {str(goal.id): deed_of(goal) for goal in wanted}
    spans = [span_of(question)]
    if question.former_period is not None:
        cut = periods.elapsed(question.former_period, question.period, question.today)
        spans.append(sql.span(question.site_id, cut, question.zone_info))
    reached = _reached(question, spans, deeds)
    answers = (_answer(goal, reached) for goal in wanted)
    return tuple(sorted(answers, key=lambda answer: (-answer.conversions, answer.name)))


def deed_of(goal: Goal) -> Deed:
    """What a goal counts."""
    return Deed(goal.event, goal.path, goal.props)


def _reached(question: Question, spans: Sequence[Span], deeds: dict[str, Deed]) -> list[Reached]:
    """From sums as far as they know, from single events where they do not; of each span."""
    filters = question.all_filters
    by_sums = {} if filters else {key: deed for key, deed in deeds.items() if sql_goals.is_summed(deed)}
    by_events = {key: deed for key, deed in deeds.items() if key not in by_sums}
    with store.here().reading() as connection:
        summed = [None] * len(spans) if filters else sql_goals.summed(connection, spans, by_sums)
        if not by_events:
            return [each for each in summed if each]
        looked = [sql_goals.reached(connection, where, filters, by_events) for where in spans]
    return [_joined(known, found) for known, found in zip(summed, looked, strict=True)]


def _joined(known: Reached | None, found: Reached) -> Reached:
    if known is None:
        return found
    conversions, completions = {**known.conversions, **found.conversions}, {**known.completions, **found.completions}
    return Reached(conversions, completions, known.visitors)


def _answer(goal: Goal, reached: Sequence[Reached]) -> GoalAnswer:
    key = str(goal.id)
    now, former = reached[0], reached[1] if len(reached) > 1 else None
    conversions = now.conversions.get(key, 0)
    return GoalAnswer(
        goal.id,
        goal.name,
        conversions,
        now.completions.get(key, 0),
        share(conversions, now.visitors),
        None if former is None else former.conversions.get(key, 0),
        deed_of(goal),
    )
