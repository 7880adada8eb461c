"""What happens right now."""

from __future__ import annotations

from byline.analytics import store
from byline.analytics.report import periods, sql, sql_choice, sql_chosen, sql_present
from byline.analytics.report.answering import FIRST, panel_of, point
from byline.analytics.report.answers import Realtime, Series, Totals
from byline.analytics.report.periods import Interval
from byline.analytics.report.questions import Question
from byline.analytics.report.sql import Span
from byline.analytics.report.sql_sums import Lists
from byline.kernel import clock

PANELS = ("page", "source", "country")


def realtime(question: Question) -> Realtime:
    """The last thirty minutes by the minute, with their pages, sources and countries, in two statements.

    Filters hold, but not for current visitors. Visits are those that began within the thirty minutes.
    """
    parts = periods.minutes(question.now, question.zone_info)
    marks = sql.marks_of(parts)
    today = question.today
    where = Span(question.site_id, today, today, (marks[0], marks[-1]))
    with store.here().reading() as connection:
        choice = sql_choice.choose(connection, where, question.all_filters, PANELS, marks)
        answers = sql_chosen.answers(connection, choice, Lists(PANELS, FIRST), by_mark=True)
        state = sql_present.state(connection, where, question.now)
    points = (point(question.now, part, answers.marks.get(place, Totals())) for place, part in enumerate(parts))
    return Realtime(
        state.current_visitors,
        answers.total,
        Series(Interval.MINUTE, tuple(points)),
        {name: panel_of(name, rows, answers.total) for name, rows in answers.lists.items()},
    )


def current_visitors(site_id: int) -> int:
    """How many different visitors did something in the last five minutes; one short statement."""
    with store.here().reading() as connection:
        row = connection.execute(sql_present.current(site_id, clock.now())).one()
    return int(row[1])
