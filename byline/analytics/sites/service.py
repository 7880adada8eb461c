"""The only door for changes of a site: what it is called, what is collected, and when it goes.

Whatever the collector must know moves the version that `queries.version` answers.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select, update

from byline.analytics.sites import content, queries, rules
from byline.analytics.sites.content import Collecting, General
from byline.analytics.sites.messages import DeleteSite, RebuildSite, SiteChanged
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.analytics.sites.rules import Access
from byline.kernel import bus, clock, db, state, tidy
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

GRACE = timedelta(hours=24)
"""How long the deletion of a site can be called off."""


def add(actor: Actor, given: General) -> Site:
    """Begin to measure a site, which is the actor's own; a missing name is that of its host.

    Invalid, by field, for what cannot be used; NotAllowed for whoever owns as many sites as anybody may.
    """
    owner_id = rules.keeper(actor)
    checked = content.checked_general(given)
    one_at_a_time()
    if not rules.may_add(actor, queries.owned(owner_id)):
        raise NotAllowed("too-many-sites", f"You have {rules.MOST_SITES} sites already. Delete one you do not need.")
    site = Site(
        owner_id=owner_id,
        name=checked.name,
        url=checked.url,
        time_zone=checked.time_zone,
        hostnames=list(content.usual_hosts(checked.url)),
        created_at=clock.now(),
    )
    db.session().add(site)
    collected_changed()
    return site


def change(actor: Actor, site_id: int, given: General, *, seen: str = "") -> Site:
    """Give a site another name, address or time zone. This Byline keeps the address that it was started with.

    The hosts that came with the former address follow. Another time zone moves where every day begins, so what was
    collected is sorted anew, by a task. Invalid and NotAllowed as for `add`; Conflict when `seen`, a `mark_of` what
    the actor had before them, is not of what stands.
    """
    site = queries.reached(actor, site_id, Access.EDIT, locked=True).site
    _check_seen(seen, general_of(site))
    checked = content.checked_general(given, stays_at=site.url if site.is_this_byline else None)
    changed = _differences(site, checked)
    if not changed:
        return site
    _move(site, checked.url)
    site.name, site.time_zone = checked.name, checked.time_zone
    if "time zone" in changed:
        bus.enqueue(RebuildSite(site.id))
    bus.publish(SiteChanged(site.id, actor, ", ".join(changed)))
    collected_changed()
    return site


def set_collecting(actor: Actor, site_id: int, given: Collecting, *, seen: str = "") -> Site:
    """Say what is collected for a site. It counts within seconds; what was collected before stays as it is.

    Invalid, by field, for what cannot be used; Conflict as for `change`.
    """
    site = queries.reached(actor, site_id, Access.EDIT, locked=True).site
    _check_seen(seen, standing(site))
    checked = content.checked_collecting(given)
    if checked == standing(site):
        return site
    site.hostnames = list(checked.hostnames)
    site.excluded_paths = list(checked.excluded_paths)
    site.excluded_addresses = list(checked.excluded_addresses)
    site.honours_dnt = checked.honours_dnt
    site.counts_outbound = checked.counts_outbound
    site.retention_days = checked.retention_days
    site.is_public = checked.is_public
    bus.publish(SiteChanged(site.id, actor, "what is collected"))
    collected_changed()
    return site


def general_of(site: Site) -> General:
    """What a site is called now, where it is, and where its days begin."""
    return General(site.name, site.url, site.time_zone)


def mark_of(section: General | Collecting) -> str:
    """A short text that is another one for anything else that may stand there."""
    return hashlib.sha256(repr(section).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def standing(site: Site) -> Collecting:
    """What is set for a site now."""
    return Collecting(
        tuple(site.hostnames),
        tuple(site.excluded_paths),
        tuple(site.excluded_addresses),
        site.honours_dnt,
        site.counts_outbound,
        site.retention_days,
        site.is_public,
    )


def ask_deletion(actor: Actor, site_id: int, typed_name: str) -> Site:
    """Hide a site and collect nothing more for it now, and delete it with all its data after the hours of grace.

    Invalid unless its name was typed; Conflict for this Byline.
    """
    site = queries.reached(actor, site_id, Access.OWN, locked=True).site
    check_goes(site)
    if tidy.one_line(typed_name).casefold() != site.name.casefold():
        raise Invalid("site-name-differs", f"Type the name of the site, {site.name}, to delete it.", field="name")
    _let_go(site, GRACE)
    return site


def keep(actor: Actor, site_id: int) -> Site:
    """Call the deletion of a site off: everything is there as it was, but for what nobody counted meanwhile."""
    mine = select(Site).where(Site.id == site_id, Site.owner_id == rules.keeper(actor), Site.hidden_at.is_(None))
    site = db.session().scalar(mine.with_for_update().execution_options(populate_existing=True))
    if site is None:
        raise NotFound("site-unknown", "There is no such site.")
    if site.deletion_asked_at is not None:
        site.deletion_asked_at = None
        collected_changed()
    return site


def ends_at(site: Site) -> datetime | None:
    """When a site that is being deleted can no longer be kept; None for one that stays."""
    return site.deletion_asked_at + GRACE if site.deletion_asked_at else None


def is_due(site: Site, now: datetime) -> bool:
    """Whether it is time to delete the site for good; at once where nobody owns it who could call it off."""
    if site.deletion_asked_at is None or site.is_this_byline:
        return False
    return site.owner_id is None or site.deletion_asked_at + GRACE <= now


def forget(site_id: int) -> None:
    """Delete the row of a site whose data is gone, if its time has come. Safe to run twice."""
    site = db.session().get(Site, site_id, with_for_update=True, populate_existing=True)
    if site is not None and is_due(site, clock.now()):
        db.session().delete(site)
        collected_changed()


def hide_all_of(user_id: int) -> None:
    """Hide the sites of somebody who is leaving, and collect nothing for them."""
    _all_of(user_id, hidden_at=clock.now())


def show_all_of(user_id: int) -> None:
    """Show them again, because their owner stays."""
    _all_of(user_id, hidden_at=None)


def let_go_all_of(user_id: int) -> None:
    """Let the sites of somebody who is deleted go with them; their data follows by tasks, at once."""
    for site in db.session().scalars(select(Site).where(Site.owner_id == user_id).with_for_update()):
        site.owner_id = None
        _let_go(site, timedelta())


def follow_address(url: str) -> None:
    """Let this Byline's own site have the address that Byline was started with, and its hosts follow."""
    site = db.session().get(Site, THIS_BYLINE, with_for_update=True)
    if site is not None and site.url != url:
        _move(site, url)
        collected_changed()


def check_goes(site: Site) -> None:
    """Raise Conflict for this Byline, which can be neither deleted nor given away."""
    if not rules.may_be_given_away(site):
        raise Conflict("own-site-stays", "This is Byline itself: it can be neither deleted nor given to somebody.")


def collected_changed() -> None:
    """Let collectors notice, as soon as this unit of work commits."""
    db.session().flush()
    state.renew(queries.TOPIC)


def one_at_a_time() -> None:
    """Let one unit of work at a time pass here, so that nobody gets past a limit by asking twice at once."""
    db.session().execute(select(Site.id).where(Site.id == THIS_BYLINE).with_for_update())


def _check_seen(seen: str, stands: General | Collecting) -> None:
    if seen and seen != mark_of(stands):
        sentence = (
            "Somebody else saved this while you were at it. What you typed is still here: save it again to put it in "
            "place of theirs."
        )
        raise Conflict("site-changed", sentence)


def _differences(site: Site, checked: General) -> list[str]:
    before = {"name": site.name, "address": site.url, "time zone": site.time_zone}
    after = {"name": checked.name, "address": checked.url, "time zone": checked.time_zone}
    return [word for word, value in after.items() if value != before[word]]


def _move(site: Site, url: str) -> None:
    if site.url == url:
        return
    former = set(content.usual_hosts(site.url))
    others = [host for host in site.hostnames if host not in former]
    if former & set(site.hostnames) or not site.url:
        site.hostnames = [*(host for host in content.usual_hosts(url) if host not in others), *others]
    site.url = url


def _let_go(site: Site, grace: timedelta) -> None:
    site.deletion_asked_at = clock.now()
    site.is_public = False
    site.offered_to_id = site.offered_at = None
    bus.enqueue(DeleteSite(site.id), run_at=clock.now() + grace)
    collected_changed()


def _all_of(user_id: int, *, hidden_at: datetime | None) -> None:
    db.session().execute(update(Site).where(Site.owner_id == user_id).values(hidden_at=hidden_at))
    collected_changed()
