"""Changes of the site's settings: checked, kept, written into the audit log, and shown from the next page on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from byline.accounts import administrators, audit, member_acts
from byline.accounts.models import User
from byline.admin import site_rules
from byline.admin.site_rules import S
from byline.kernel import bus, clock, db, images, site
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid
from byline.kernel.images import Picture
from byline.kernel.settings import Settings
from byline.kernel.site import CommentPolicy, Identity, Joining, Look, Openness, PostPolicy, Site
from byline.kernel.site_rows import SiteSection
from byline.kernel.storage import Storage, key_for

SUBJECTS: dict[type, str] = {
    Identity: "name",
    Look: "look",
    Joining: "joining",
    PostPolicy: "posts",
    CommentPolicy: "comments",
    Openness: "moderation log",
}
"""What the audit log calls a section."""
SAVE_AGAIN = "What you typed is still here: look at what stands now, and save again to put yours in its place."
LOGO_WIDTH, LOGO_HEIGHT = 480, 144
"""Pixels of a logo at most: three for each of the bar, for sharp screens."""
BEFORE = "before this save"
"""Under this name a section keeps what it said before, for `undo`; no setting is called so."""
LARGEST_LOGO_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ForgetLogo:
    """Remove the file of a logo that is no longer shown."""

    key: str


@dataclass(frozen=True, slots=True)
class Saved:
    """When a section was saved last, by whom, and the number of that save."""

    version: int = 0
    at: datetime | None = None
    by: str | None = None


def standing(shown: Site, kind: type[S]) -> S:
    """What the site has for this kind of section."""
    found = (shown.identity, shown.look, shown.joining, shown.posts, shown.comments, shown.openness)
    return next(each for each in found if isinstance(each, kind))


def saves() -> dict[str, Saved]:
    """The last save of each section by its name; one statement."""
    query = select(SiteSection, User.username).outerjoin(User, User.id == SiteSection.updated_by_id)
    rows = db.session().execute(query)
    return {row.name: Saved(row.version, row.updated_at, username) for row, username in rows}


def save(actor: Actor, section: S, seen_version: int) -> str:
    """Put a section in place of the one whose number was `seen_version`; answers what changed, in words.

    Invalid, by field, for what cannot be used; Conflict when somebody saved it meanwhile. Saving what stands already
    changes nothing.
    """
    member_acts.check(actor)
    section = site_rules.checked(section)
    row = _locked(type(section), seen_version)
    return _put(actor, _before(type(section), row), section, row)


def undo(actor: Actor, kind: type, seen_version: int) -> str:
    """Bring back what a section said before the save with this number; answers what changed, in words.

    Conflict when somebody saved it since, and where nothing is kept of before; so a logo that was let go stays away.
    """
    member_acts.check(actor)
    row = _locked(kind, seen_version, "Nothing was taken back.")
    kept = row.content.get(BEFORE) if row is not None else None
    if row is None or kept is None:
        raise Conflict("nothing-before", "There is nothing before this to go back to.")
    before = _before(kind, row)
    after = site.restored(standing(site.defaults(), kind), {site.SECTIONS[kind]: kept})
    if getattr(before, "logo_key", "") != getattr(after, "logo_key", ""):
        raise Conflict("nothing-before", "The logo of before is gone. Choose it again.")
    return _put(actor, before, after, row)


def show_logo(actor: Actor, picture: Picture, storage: Storage, seen_version: int) -> None:
    """Show a logo, which `logo` made, in place of the one before; Conflict as for `save`."""
    member_acts.check(actor)
    row = _locked(Look, seen_version)
    key = f"site/{key_for(picture.data, picture.extension)}"
    storage.put(key, picture.data)
    before = _before(Look, row)
    _put(actor, before, replace(before, logo_key=key, logo_width=picture.width, logo_height=picture.height), row)
    _let_go(before.logo_key, key)


def remove_logo(actor: Actor, seen_version: int) -> None:
    """Show the name alone again; Conflict as for `save`."""
    member_acts.check(actor)
    row = _locked(Look, seen_version)
    before = _before(Look, row)
    _put(actor, before, replace(before, logo_key="", logo_width=0, logo_height=0, shows_name=True), row)
    _let_go(before.logo_key, "")


def _let_go(former: str, key: str) -> None:
    if former and former != key:
        bus.enqueue(ForgetLogo(former))


def logo(data: bytes) -> Picture:
    """An uploaded logo, made anew and no larger than a bar needs; Invalid for field `picture` when it is none.

    Costs up to a second of processor time, so no transaction should be open.
    """
    try:
        return images.open_small(data, width=LOGO_WIDTH, height=LOGO_HEIGHT, limit_bytes=LARGEST_LOGO_BYTES)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.message, field="picture") from refusal


def forget_logo(task: ForgetLogo, settings: Settings) -> None:
    """Remove a logo's file unless it is shown again. Safe to run twice."""
    row = db.session().get(SiteSection, site.SECTIONS[Look])
    if _before(Look, row).logo_key != task.key:
        Storage(settings.media_folder).delete(task.key)


def _before(kind: type[S], row: SiteSection | None) -> S:
    """The section as its row says, where it says nothing as the environment does."""
    default = standing(site.defaults(), kind)
    return site.restored(default, {site.SECTIONS[kind]: row.content} if row else {})


def _put(actor: Actor, before: S, after: S, row: SiteSection | None) -> str:
    if before == after:
        return ""
    changed = site_rules.change_in_words(before, after)
    _write(actor, after, row)
    audit.note(actor, "site.changed", SUBJECTS[type(after)], changed)
    db.session().flush()
    return changed


def _locked(kind: type, seen_version: int, then: str = SAVE_AGAIN) -> SiteSection | None:
    """The section's row, while nobody else can save it; Conflict when somebody did since it was seen."""
    administrators.one_at_a_time()
    name = site.SECTIONS[kind]
    row = db.session().get(SiteSection, name, populate_existing=True)
    if (row.version if row else 0) != seen_version:
        by = saves().get(name, Saved()).by
        who = f"@{by}" if by else "Somebody else"
        raise Conflict("setting-changed", f"{who} saved this while you were at it. {then}")
    return row


def _write(actor: Actor, section: Any, row: SiteSection | None) -> None:
    content, now = asdict(section), clock.now()
    content = {name: list(value) if isinstance(value, tuple) else value for name, value in content.items()}
    # Only one step back is kept. Where nothing was saved before, the environment's settings are what it goes back to.
    content[BEFORE] = {name: value for name, value in row.content.items() if name != BEFORE} if row else {}
    if row is None:
        name = site.SECTIONS[type(section)]
        row = SiteSection(name=name, content=content, version=1, updated_at=now, updated_by_id=actor.id)
        db.session().add(row)
    else:
        row.content, row.version, row.updated_at, row.updated_by_id = content, row.version + 1, now, actor.id
    db.session().flush()
    site.forget()
