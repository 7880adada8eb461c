"""Work on sites that takes longer than a request: sorting days anew, deleting what was collected, letters."""

from __future__ import annotations

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.sites import service
from byline.analytics.sites.messages import DeleteSite, RebuildSite
from byline.analytics.sites.models import Site
from byline.kernel import clock, db
from byline.kernel.settings import Settings
from byline.statistics.messages import WriteOfSite
from byline.web import letters


def rebuild(task: RebuildSite, _settings: Settings) -> None:
    """Sort the days of a site anew, by the time zone that it has now. Safe to run twice."""
    site = db.session().get(Site, task.site_id)
    if site is not None:
        zone = site.time_zone
        # It takes long, and has transactions of its own in the other database.
        db.let_others_write()
        store.here().rezone(task.site_id, zone)


def delete_due(task: DeleteSite, _settings: Settings) -> None:
    """Delete a site with all that was collected for it, unless it was kept. Safe to run twice.

    The data goes first: while the row is there, a task that failed half-way is tried again.
    """
    site = db.session().get(Site, task.site_id)
    if site is None or not service.is_due(site, clock.now()):
        return
    db.let_others_write()
    store.here().delete_site(task.site_id)
    service.forget(task.site_id)


def write_of_site(task: WriteOfSite, settings: Settings) -> None:
    """Write to a member about a site; nothing happens for one who is gone."""
    member = db.session().get(User, task.user_id)
    if member is not None and member.deletion_asked_at is None:
        link = f"{settings.url}{task.path}"
        letters.send(
            member.email, task.subject, "statistics/mail/site", member=member, sentence=task.sentence, link=link
        )
