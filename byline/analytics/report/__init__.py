"""Reports: questions about a site's readers, and answers as frozen values.

Owns what a question is and how its URL is written, the statements that answer it, and a site's goals, funnels, segments
and notes. Owns no pages and no tables of hits. Statements on what was collected are in its `sql` modules alone.
"""

from byline.analytics.report.answering import dashboard, page, panel, panels, props
from byline.analytics.report.asking import asked
from byline.analytics.report.funnels import funnel
from byline.analytics.report.goals import goals
from byline.analytics.report.present import current_visitors, realtime
from byline.analytics.report.questions import Slice
from byline.analytics.report.returning import retention
from byline.analytics.report.writings import of_paths, sources_of

__all__ = [
    "Slice",
    "asked",
    "current_visitors",
    "dashboard",
    "funnel",
    "goals",
    "of_paths",
    "page",
    "panel",
    "panels",
    "props",
    "realtime",
    "retention",
    "sources_of",
]
