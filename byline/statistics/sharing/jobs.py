"""Letters written by the worker. Each job may run twice, also in two workers at once: a letter is written once."""

from __future__ import annotations

from datetime import date, timedelta

from byline.accounts.models import User
from byline.analytics.report import sql_watch
from byline.analytics.sites import queries as sites
from byline.analytics.sites.models import Site
from byline.kernel import bus, clock, db
from byline.kernel.errors import NotFound
from byline.kernel.settings import Settings
from byline.notifications.letters import may_be_sent_to
from byline.statistics.sharing import letters, queries, rules, service
from byline.statistics.sharing.letters import Addressed
from byline.statistics.sharing.messages import BeginReports, LookOut, WriteAlert, WriteReport
from byline.statistics.sharing.models import Alert, Pace, ReportMail, Watch
from byline.statistics.sharing.rules import Standing


def begin_reports(_task: BeginReports, _settings: Settings) -> None:
    """Ask for the reports whose moment has come. After a long pause only the last week or month is told of."""
    now = clock.now()
    for zone in queries.zones_with_mails():
        for pace in Pace:
            until = rules.due(pace, now, zone)
            for mail_id in queries.due_mails(zone, pace, until):
                bus.enqueue_once(WriteReport(mail_id, until.isoformat()))


def write_report(task: WriteReport, _settings: Settings) -> None:
    """Write a report, unless its days were told of already. Who may not see the site any more is asked no longer."""
    mail = db.session().get(ReportMail, task.mail_id)
    until = date.fromisoformat(task.until)
    if mail is None or mail.told_until >= until:
        return
    reached = _reached(mail)
    if reached is None:
        service.take_over(task.mail_id, until)
        return
    site, pace = reached.site, Pace(mail.pace)
    db.session().expunge(site)
    # Counting may take seconds, during which nobody else could write.
    db.let_others_write()
    told = letters.report_of(site, pace, until)
    mail = db.session().get(ReportMail, task.mail_id, populate_existing=True)
    if mail is None or not service.take_over(task.mail_id, until):
        return
    again = _reached(mail)
    if again is not None:
        letters.write_report(again, told)


def look_out(_task: LookOut, _settings: Settings) -> None:
    """Look at every site with alerts, and have a letter written where one of them begins to hold."""
    watched = queries.watched()
    if not watched:
        return
    now = clock.now()
    db.session().expunge_all()
    db.let_others_write()
    present, last = sql_watch.current_visitors(watched, now), sql_watch.last_hits(watched)
    for site_id, of_site in watched.items():
        for alert in of_site.alerts:
            found = present.get(site_id, 0) if alert.watches == Watch.SPIKE else last.get(site_id, 0)
            standing = Standing(alert.noticed_at, alert.raised_at, alert.told_at)
            after = rules.after_look(Watch(alert.watches), standing, _is_so(alert, found), now)
            if service.note_look(alert, after):
                bus.enqueue(WriteAlert(alert.id, found))


def write_alert(task: WriteAlert, _settings: Settings) -> None:
    """Write what an alert found, to whoever still wants to hear of it and may."""
    alert = db.session().get(Alert, task.alert_id)
    reached = None if alert is None else _reached(alert)
    if alert is not None and reached is not None:
        letters.write_alert(reached, Watch(alert.watches), alert.threshold, task.found)


def _is_so(alert: Alert, found: int) -> bool | None:
    if alert.watches == Watch.SPIKE:
        return rules.is_spike(found, alert.threshold)
    # A site that never had a visitor has nothing to fall silent.
    return bool(found) and found <= (clock.now() - timedelta(hours=alert.threshold)).timestamp()


def _reached(row: ReportMail | Alert) -> Addressed | None:
    """Whom a letter is for and what it is about; None where it must not be written, and for ever where they left."""
    member = db.session().get(User, row.user_id)
    if member is None or not may_be_sent_to(member):
        return None
    try:
        return Addressed(row, member, sites.get(member.actor, row.site_id))
    except NotFound:
        _forget_unless_away(row)
        return None


def _forget_unless_away(row: ReportMail | Alert) -> None:
    """A site that its owner may still keep comes back with everything; whoever left its team does not."""
    site = db.session().get(Site, row.site_id)
    if site is not None and site.hidden_at is None and site.deletion_asked_at is None:
        db.session().delete(row)
        db.session().flush()
