"""Coming back, as far as it can be known: within the day.

A visitor is forgotten every night, so nothing here says how many people come back in another week.
"""

from __future__ import annotations

from dataclasses import replace

from byline.analytics import store
from byline.analytics.report import periods, sql_returning
from byline.analytics.report.answering import span_of
from byline.analytics.report.answers import Week
from byline.analytics.report.periods import Interval
from byline.analytics.report.questions import Question
from byline.analytics.report.sql_returning import GAP_HOURS, MOST_VISITS
from byline.analytics.store.days import day_of


def retention(question: Question) -> tuple[Week, ...]:
    """Each week of the period that has begun, oldest first: who came back the same day, how often and how soon.

    One statement. Filters hold: of visits that they leave out nothing is counted.
    """
    with store.here().reading() as connection:
        found = sql_returning.weeks(connection, span_of(question), question.all_filters)
    begun = replace(question, period=question.period.until(question.today))
    parts = periods.parts(begun.period, Interval.WEEK, question.zone_info)
    nothing = (0,) * (2 + MOST_VISITS + len(GAP_HOURS) + 1)
    made = []
    for part in parts:
        monday = day_of(part.first) - part.first.weekday()
        visitors, visits, *rest = found.get(monday, nothing)
        by_visits, by_gap = tuple(rest[:MOST_VISITS]), tuple(rest[MOST_VISITS:])
        made.append(Week(part.first, part.last, visitors, sum(by_visits[1:]), visits, by_visits, by_gap))
    return tuple(made)
