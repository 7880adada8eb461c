"""Write keys: made and shown once, known by their digests, revoked. Another door for changes, beside `service`."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from sqlalchemy import or_, select, update

from byline.analytics.sites import queries, rules, service
from byline.analytics.sites.messages import SiteChanged
from byline.analytics.sites.models import WriteKey
from byline.analytics.sites.rules import Access
from byline.kernel import bus, clock, db, tidy
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid, NotFound

LONGEST_NAME = 60
PREFIX = "byline_"
"""What every key begins with, so that whoever finds one in a file knows what it is."""


def make(actor: Actor, site_id: int, name: str) -> tuple[WriteKey, str]:
    """Make a write key; answers it with the secret itself, which nobody can ask for again.

    Invalid for a name that is missing or too long; Conflict when the site has as many keys as it may.
    """
    site = queries.reached(actor, site_id, Access.OWN, locked=True).site
    tidied = tidy.one_line(name)
    if not tidied:
        raise Invalid("key-name", "Say what the key is for, such as the name of the server.", field="name")
    if len(tidied) > LONGEST_NAME:
        raise Invalid("key-name", f"A name has at most {LONGEST_NAME} characters.", field="name")
    if len(queries.keys(site_id)) >= rules.MOST_KEYS:
        raise Conflict("too-many-keys", f"A site has at most {rules.MOST_KEYS} keys. Revoke one that is not used.")
    secret = PREFIX + secrets.token_urlsafe(24)
    made = WriteKey(site_id=site.id, name=tidied, digest=digest_of(secret), hint=secret[-4:], created_at=clock.now())
    db.session().add(made)
    bus.publish(SiteChanged(site.id, actor, f"write key “{tidied}” made"))
    service.collected_changed()
    return made, secret


def revoke(actor: Actor, site_id: int, key_id: int) -> WriteKey:
    """Let a key write nothing more; collectors notice within seconds. Twice is once."""
    site = queries.reached(actor, site_id, Access.OWN, locked=True).site
    found = db.session().scalar(select(WriteKey).where(WriteKey.id == key_id, WriteKey.site_id == site.id))
    if found is None:
        raise NotFound("key-unknown", "There is no such key.")
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        bus.publish(SiteChanged(site.id, actor, f"write key “{found.name}” revoked"))
        service.collected_changed()
    return found


def note_use(key_id: int, day: date) -> None:
    """Remember that a key was used on a day; an earlier day than the one known changes nothing."""
    unknown = or_(WriteKey.last_used_on.is_(None), WriteKey.last_used_on < day)
    db.session().execute(update(WriteKey).where(WriteKey.id == key_id, unknown).values(last_used_on=day))


def digest_of(secret: str) -> str:
    """What the database and the collector keep of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
