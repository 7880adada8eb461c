"""Letters about a site's numbers: a report of a week or a month, and what an alert found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from byline.accounts.models import User
from byline.analytics import report
from byline.analytics.definitions import METRICS
from byline.analytics.report import questions
from byline.analytics.report.answers import Page, Row
from byline.analytics.report.questions import Question
from byline.analytics.sites.models import Site
from byline.kernel import clock
from byline.notifications import links as member_links
from byline.statistics import figures
from byline.statistics.asking import spoken_days
from byline.statistics.sharing import links, rules
from byline.statistics.sharing.models import Alert, Pace, ReportMail, Watch
from byline.web import context, letters

ROWS = 5
TILES = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration")


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a letter is for, which site it is about, and what asked for it."""

    row: ReportMail | Alert
    member: User
    site: Site


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a letter, and how it changed."""

    label: str
    value: str
    change: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a report tells."""

    days: str
    numbers: Sequence[Number]
    visitors: int
    change: str
    pages: Sequence[Row]
    sources: Sequence[Row]
    path: str


def report_of(site: Site, pace: Pace, until: date) -> Report:
    """The numbers of the days before `until`, beside those of as many days before them; two reports' statements."""
    first, last = rules.told_of(pace, until)
    asked = {"period": "custom", "from": first.isoformat(), "to": last.isoformat(), "compare": "previous"}
    question = questions.parse(MultiDict(asked), site, clock.now())
    page, panels = report.page(question), report.panels(question, ("page", "source"))
    numbers = _numbers(page)
    return Report(
        spoken_days(first, last),
        numbers,
        page.totals.visitors,
        numbers[0].change,
        panels["page"].rows[:ROWS],
        panels["source"].rows[:ROWS],
        _path(question),
    )


def write_report(to: Addressed, told: Report) -> None:
    """Write a report to a member."""
    span = "week" if isinstance(to.row, ReportMail) and to.row.pace == Pace.WEEKLY else "month"
    many = f"{told.visitors:,} {'visitor' if told.visitors == 1 else 'visitors'}"
    _send(
        to,
        f"{to.site.name}: {many} last {span}",
        "report",
        told=told,
        span=span,
        link=context.settings_of().url + told.path,
        figures=figures,
    )


def write_alert(to: Addressed, watch: Watch, threshold: int, found: int) -> None:
    """Write to a member what an alert found."""
    here = f"{context.settings_of().url}/sites/{to.site.id}"
    if watch is Watch.SPIKE:
        subject, words = f"{to.site.name}: {found:,} visitors right now", _spike(to.site, threshold, found)
        _send(to, subject, "alert", link=f"{here}?period=realtime", **words)
    else:
        subject, words = f"{to.site.name}: no visitor for {hours(threshold)}", _silence(to.site, threshold, found)
        _send(to, subject, "alert", link=here, **words)


def hours(number: int) -> str:
    """Hours as people say them."""
    days, rest = divmod(number, 24)
    if rest or not days:
        return "one hour" if number == 1 else f"{number} hours"
    return "a day" if days == 1 else f"{days} days"


def _spike(site: Site, threshold: int, found: int) -> dict[str, object]:
    now = report.realtime(questions.parse(MultiDict({"period": "realtime"}), site, clock.now()))
    sentence = f"{site.name} has {found:,} visitors right now. You wanted to hear of {threshold:,} or more."
    return {
        "sentence": sentence,
        "advice": "",
        "pages": now.panels["page"].rows[:ROWS],
        "sources": now.panels["source"].rows[:ROWS],
        "figures": figures,
    }


def _silence(site: Site, threshold: int, found: int) -> dict[str, object]:
    sentence = f"Nothing was counted for {site.name} for {hours(threshold)}."
    if found:
        last = datetime.fromtimestamp(found, UTC).astimezone(ZoneInfo(site.time_zone))
        sentence += f" The last visitor was there on {last:%A, %-d %B, at %H:%M} ({site.time_zone})."
    advice = "That may be a quiet time. If not, see whether the site answers, and whether its pages still have the "
    advice += "lines that count."
    return {"sentence": sentence, "advice": advice, "pages": (), "sources": (), "figures": figures}


def _send(to: Addressed, subject: str, template: str, **values: object) -> None:
    here, stop = context.settings_of().url, links.stop_link(to.row)
    letters.send(
        to.member.email,
        subject,
        f"statistics/mail/{template}",
        headers=member_links.one_click(stop),
        member=to.member,
        measured=to.site,
        label="See all numbers",
        stop=stop,
        choose=f"{here}/sites/{to.site.id}/settings/mail",
        **values,
    )


def _numbers(page: Page) -> list[Number]:
    made = []
    for name in TILES:
        metric, value = METRICS[name], page.totals.value(name)
        former = page.former.value(name) if page.former else None
        shown = "\N{EN DASH}" if value is None else figures.full(value, metric.unit)
        change = "" if value is None or former is None else figures.change(value, former, metric.unit)
        made.append(Number(metric.label, shown, change))
    return made


def _path(question: Question) -> str:
    period = question.period
    return f"/sites/{question.site_id}?period=custom&from={period.first}&to={period.last}&compare=previous"
