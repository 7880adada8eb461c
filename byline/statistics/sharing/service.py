"""The only door for what a site shows to others and whom it writes to.

Editors of a site decide who may look; everybody on its team decides about their own letters.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Update, delete, select, update

from byline.accounts import passwords
from byline.accounts import rules as account_rules
from byline.analytics.report import queries as reports
from byline.analytics.sites import queries as sites
from byline.analytics.sites import service as site_service
from byline.analytics.sites.messages import SiteChanged
from byline.analytics.sites.models import Site
from byline.analytics.sites.rules import Access
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid, NotFound
from byline.statistics.sharing import queries, rules
from byline.statistics.sharing.models import Alert, Pace, ReportMail, Share, Watch
from byline.statistics.sharing.queries import Shown
from byline.statistics.sharing.rules import Letters, NewShare, Standing

TOKEN_BYTES = 16


def set_public(actor: Actor, site_id: int, is_public: bool) -> Site:
    """Let everybody see a site's numbers, or only its team again. Twice is once."""
    site = sites.reached(actor, site_id, Access.EDIT, locked=True).site
    if site.is_public != is_public:
        site.is_public = is_public
        bus.publish(SiteChanged(site.id, actor, "public" if is_public else "no longer public"))
        site_service.collected_changed()
    return site


def make_share(actor: Actor, site_id: int, given: NewShare) -> Share:
    """Make a link that shows the site's numbers to whoever has it.

    A segment's filters are taken as they are now: changing or deleting the segment later shows nobody more. Invalid, by
    field, for what cannot be used; Conflict when the site has as many links as it may.
    """
    site = sites.reached(actor, site_id, Access.EDIT, locked=True).site
    checked = rules.checked_share(given)
    filters, shows = _only(site_id, checked.segment_id)
    if queries.share_count(site_id) >= rules.MOST_SHARES:
        raise Conflict("too-many-shares", f"A site has at most {rules.MOST_SHARES} links. Revoke one that is not used.")
    now = clock.now()
    made = Share(
        site_id=site.id,
        name=checked.name,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        password=passwords.hashed(checked.password) if checked.password else None,
        filters=filters,
        shows=shows,
        origins=list(checked.origins),
        created_at=now,
        expires_at=now + timedelta(days=checked.days) if checked.days else None,
    )
    db.session().add(made)
    bus.publish(SiteChanged(site.id, actor, f"link “{checked.name}” made"))
    db.session().flush()
    return made


def revoke_share(actor: Actor, site_id: int, share_id: int) -> Share:
    """Let a link show nothing any more, from this moment on. Twice is once."""
    found = _share(actor, site_id, share_id)
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        bus.publish(SiteChanged(site_id, actor, f"link “{found.name}” revoked"))
        db.session().flush()
    return found


def restore_share(actor: Actor, site_id: int, share_id: int) -> Share:
    """Let a link that was just revoked work again; Conflict when that is too long ago, or others took its place."""
    found = _share(actor, site_id, share_id)
    if found.revoked_at is None:
        return found
    if found.revoked_at + rules.TAKEN_BACK_WITHIN < clock.now():
        raise Conflict("share-stays-revoked", "This link was revoked too long ago. Make a new one.")
    if queries.share_count(site_id) >= rules.MOST_SHARES:
        raise Conflict("too-many-shares", f"A site has at most {rules.MOST_SHARES} links. Revoke one that is not used.")
    found.revoked_at = None
    bus.publish(SiteChanged(site_id, actor, f"link “{found.name}” works again"))
    db.session().flush()
    return found


def opens(shown: Shown, typed: str) -> bool:
    """Whether this is the password of a link."""
    written = account_rules.normal_password(typed)[: rules.LONGEST_PASSWORD + 1]
    return shown.share.password is not None and passwords.verifies(shown.share.password, written)


def choose_letters(actor: Actor, site_id: int, chosen: Letters) -> None:
    """Take over which letters about a site the actor wants. The first report comes when its next moment does."""
    site = sites.get(actor, site_id)
    user_id = actor.id or 0
    for pace, wanted in ((Pace.WEEKLY, chosen.weekly), (Pace.MONTHLY, chosen.monthly)):
        _set_mail(site, user_id, pace, wanted=wanted)
    for watch, threshold in ((Watch.SPIKE, chosen.spike), (Watch.SILENCE, chosen.silence)):
        _set_alert(site.id, user_id, watch, threshold)
    db.session().flush()


def take_over(mail_id: int, until: date) -> bool:
    """Note that a mail tells of the days before `until`; True for whoever does so first, and so has to write it."""
    noted = update(ReportMail).where(ReportMail.id == mail_id, ReportMail.told_until < until).values(told_until=until)
    return _changed(noted)


def note_look(alert: Alert, standing: Standing) -> bool:
    """Note how an alert stands after a look; True for whoever has to write about it."""
    if standing == Standing(alert.noticed_at, alert.raised_at, alert.told_at):
        return False
    values = {"noticed_at": standing.noticed_at, "raised_at": standing.raised_at, "told_at": standing.told_at}
    tells = standing.told_at is not None and standing.told_at != alert.told_at
    which = queries.may_be_told(alert, standing.told_at or clock.now()) if tells else Alert.id == alert.id
    return _changed(update(Alert).where(which).values(values)) and tells


def stop_mail(mail_id: int) -> None:
    """Write no more of these reports; twice does no harm."""
    db.session().execute(delete(ReportMail).where(ReportMail.id == mail_id))


def stop_alert(alert_id: int) -> None:
    """Write no more about this; twice does no harm."""
    db.session().execute(delete(Alert).where(Alert.id == alert_id))


def _only(site_id: int, segment_id: int | None) -> tuple[list[str], str]:
    if segment_id is None:
        return [], ""
    for segment in reports.segments_of(site_id):
        if segment.id == segment_id:
            return list(segment.filters), segment.name
    raise Invalid("segment-unknown", "This segment does not exist any more. Choose another one.", field="segment")


def _share(actor: Actor, site_id: int, share_id: int) -> Share:
    sites.reached(actor, site_id, Access.EDIT, locked=True)
    found = db.session().scalar(select(Share).where(Share.id == share_id, Share.site_id == site_id))
    if found is None:
        raise NotFound("share-unknown", "There is no such link.")
    return found


def _set_mail(site: Site, user_id: int, pace: Pace, *, wanted: bool) -> None:
    if not wanted:
        mine = (ReportMail.site_id == site.id, ReportMail.user_id == user_id, ReportMail.pace == pace.value)
        db.session().execute(delete(ReportMail).where(*mine))
        return
    now = clock.now()
    values = {"site_id": site.id, "user_id": user_id, "pace": pace.value, "created_at": now}
    made = db.insert_into(ReportMail).values(**values, told_until=rules.due(pace, now, site.time_zone))
    db.session().execute(made.on_conflict_do_nothing(index_elements=["site_id", "user_id", "pace"]))


def _set_alert(site_id: int, user_id: int, watch: Watch, threshold: int | None) -> None:
    mine = (Alert.site_id == site_id, Alert.user_id == user_id, Alert.watches == watch.value)
    if threshold is None:
        db.session().execute(delete(Alert).where(*mine))
        return
    key: Mapping[str, object] = {"site_id": site_id, "user_id": user_id, "watches": watch.value}
    made = db.insert_into(Alert).values(**key, threshold=threshold, created_at=clock.now())
    # With another number it begins anew, but for when it wrote last.
    anew = {"threshold": threshold, "noticed_at": None, "raised_at": None}
    again = made.on_conflict_do_update(
        index_elements=["site_id", "user_id", "watches"], set_=anew, where=Alert.threshold != threshold
    )
    db.session().execute(again)


def _changed(statement: Update) -> bool:
    done = db.session().execute(statement, execution_options={"synchronize_session": False})
    return int(cast(CursorResult[Any], done).rowcount) > 0
