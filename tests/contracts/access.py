"""Who may use each route: a row for every endpoint. A route without a row fails the tests, a row without a route too.

`Who` names the viewer a route is for; a `Permission` means members who hold it. What an address needs (`<username>`)
comes from `world.SAMPLES`; a row may give its own by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from byline.kernel.access import Permission


class Who(Enum):
    """The viewer a route is for."""

    ANYONE = auto()
    STRANGER = auto()
    """Members are led away, as from the log-in page."""
    MEMBER = auto()
    """Whoever is logged in, confirmed or not."""
    OWNER = auto()
    """Whoever the thing belongs to; an administrator as well."""


@dataclass(frozen=True, slots=True)
class Row:
    """Who may use an endpoint, and the address values that differ from `world.SAMPLES`."""

    who: Who | Permission
    values: Mapping[str, object] = field(default_factory=dict)


ANYONE, STRANGER, MEMBER, OWNER = Row(Who.ANYONE), Row(Who.STRANGER), Row(Who.MEMBER), Row(Who.OWNER)
WRITE, ADMINISTER = Row(Permission.WRITE), Row(Permission.ADMINISTER)

ROWS: dict[str, Row] = {
    # For machines and for everybody.
    "assets.show": Row(Who.ANYONE, {"name": "css/tokens.css"}),
    "assets.favicon": ANYONE,
    "ops.health": ANYONE,
    "ops.metrics": ANYONE,
    "media.show": ANYONE,
    # Writing.
    "media.mine": WRITE,
    "media.upload": WRITE,
    # Reading.
    "pages.home": ANYONE,
    "pages.post": ANYONE,
    "pages.profile": ANYONE,
    "pages.user": ANYONE,
    "pages.tag": ANYONE,
    "pages.archive": ANYONE,
    "pages.archive_year": ANYONE,
    "pages.archive_month": ANYONE,
    "pages.feed": ANYONE,
    "pages.json_feed": ANYONE,
    "pages.author_feed": ANYONE,
    "pages.author_json_feed": ANYONE,
    "pages.tag_feed": ANYONE,
    "pages.tag_json_feed": ANYONE,
    "pages.sitemap": ANYONE,
    "pages.sitemap_file": Row(Who.ANYONE, {"kind": "posts"}),
    "pages.robots": ANYONE,
}

SETS_A_COOKIE: frozenset[str] = frozenset()
"""Pages for strangers that carry a form and therefore the cookie its token belongs to."""

WITHOUT_TOKEN: Mapping[str, str] = {}
"""Endpoints that take an unsafe request without a form token, each with its reason."""

CHANGES_BY_GET: Mapping[str, str] = {}
"""Endpoints whose GET may change something, each with its reason (a one-time link from a mail)."""
