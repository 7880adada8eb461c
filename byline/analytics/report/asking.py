"""From a URL to a question that can be answered: with the site's first day and the filters of its segment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from byline.analytics import store
from byline.analytics.report import filters, questions, sql_sums
from byline.analytics.report.models import Segment
from byline.analytics.report.periods import Name
from byline.analytics.report.questions import Arguments, Measured, Question
from byline.analytics.store.days import date_of
from byline.kernel import clock, db


def asked(args: Arguments, site: Measured) -> Question:
    """The question that a URL asks of a site now; at most two statements. Never fails: see `Question.complaints`."""
    since = first_day(site.id) if args.get("period") == Name.ALL else None
    return with_segment(questions.parse(args, site, clock.now(), since))


def first_day(site_id: int) -> date | None:
    """The first day of which a site knows anything, None before its first hit."""
    with store.here().reading() as connection:
        found = sql_sums.first_day(connection, site_id)
    return None if found is None else date_of(found)


def with_segment(question: Question) -> Question:
    """The question with the filters of its segment; a segment that is gone becomes a complaint."""
    if question.segment is None:
        return question
    found = db.session().get(Segment, question.segment)
    if found is None or found.site_id != question.site_id:
        sentence = "This segment does not exist any more, so everything is shown."
        return replace(question, segment=None, complaints=(*question.complaints, sentence))
    kept, complaints = filters.read_all(found.filters)
    return replace(question, segment_filters=kept, complaints=(*question.complaints, *complaints))
