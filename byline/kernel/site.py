"""The site as its administrators set it: `current()` answers name, colour, who may join, what comments must pass.

The environment's settings are the defaults. What was saved is read again only after the site's content changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import null, select, union_all
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from byline.kernel import db, state
from byline.kernel.db import Database
from byline.kernel.settings import Registration, Settings
from byline.kernel.site_rows import SitePage, SiteSection
from byline.kernel.watch import Watch, memory_of

S = TypeVar("S")
CODE_OF_CONDUCT = "code-of-conduct"
"""The address of the page with the rules that members agree to."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the site is called."""

    name: str = ""
    tagline: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What the site looks like. `logo_key` is a storage key, `accent` a colour such as `#0a665b`; both may be empty."""

    accent: str = ""
    logo_key: str = ""
    logo_width: int = 0
    logo_height: int = 0
    shows_name: bool = True
    """Whether the name stands beside the logo."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Who may make an account."""

    registration: Registration = Registration.OPEN


@dataclass(frozen=True, slots=True)
class CommentPolicy:
    """What keeps a comment waiting for approval, and when a post takes no more of them."""

    hold_first: bool = True
    """Hold comments of members of whom none was approved yet."""
    hold_new_member_days: int = 0
    """Hold comments of members who joined fewer days ago than this; 0 for nobody."""
    most_links: int = 2
    """Hold comments with more links than this."""
    held_words: tuple[str, ...] = ()
    """Hold comments that contain one of these words or phrases, in whatever case."""
    closes_after_days: int = 0
    """Take no comments on posts published longer ago than this; 0 for never."""


class HoldPosts(StrEnum):
    """Whose posts wait until a moderator has read them."""

    NOBODY = "nobody"
    NEW = "new"
    """Those of members of whom nothing was approved yet."""
    SPAM = "spam"
    """Of these what looks like spam, and everything of those in doubt: see `posts.rules.holds`."""


@dataclass(frozen=True, slots=True)
class PostPolicy:
    """What keeps a post waiting for approval."""

    hold: HoldPosts = HoldPosts.SPAM


@dataclass(frozen=True, slots=True)
class Openness:
    """What strangers may see of the moderators' work."""

    public_log: bool = False


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the site's own, as the footer links it."""

    slug: str
    title: str

    @property
    def path(self) -> str:
        """Its address."""
        return f"/{self.slug}"


SECTIONS: Mapping[type, str] = {
    Identity: "identity",
    Look: "look",
    Joining: "joining",
    PostPolicy: "posts",
    CommentPolicy: "comments",
    Openness: "openness",
}
"""The name under which each section is kept."""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything an administrator sets while the site runs."""

    url: str
    identity: Identity = field(default_factory=Identity)
    look: Look = field(default_factory=Look)
    joining: Joining = field(default_factory=Joining)
    posts: PostPolicy = field(default_factory=PostPolicy)
    comments: CommentPolicy = field(default_factory=CommentPolicy)
    openness: Openness = field(default_factory=Openness)
    pages: tuple[PageLink, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Site:
        """The site of which nothing was saved yet."""
        return cls(settings.url, Identity(settings.name, settings.tagline), joining=Joining(settings.registration))

    @property
    def name(self) -> str:
        """What the site is called."""
        return self.identity.name

    @property
    def tagline(self) -> str:
        """One line below the name."""
        return self.identity.tagline

    @property
    def registration(self) -> Registration:
        """Who may make an account."""
        return self.joining.registration

    @property
    def accent(self) -> str:
        """The colour an administrator chose, empty for the house's own."""
        return self.look.accent

    @property
    def logo_url(self) -> str:
        """Path of the logo, empty without one."""
        return f"/media/{self.look.logo_key}" if self.look.logo_key else ""

    @property
    def public_moderation_log(self) -> bool:
        """Whether everyone may read the moderators' log."""
        return self.openness.public_log

    @property
    def code_of_conduct(self) -> str:
        """Path of the rules for members, empty while nobody wrote them."""
        return next((page.path for page in self.pages if page.slug == CODE_OF_CONDUCT), "")


class _Remembered:
    """What this process knows of one database's site."""

    def __init__(self, settings: Settings, watch: Watch) -> None:
        self.watch = watch
        self.defaults = Site.of(settings)
        self.version = -1
        self.site = self.defaults

    def keep(self, version: int, site: Site) -> None:
        """Remember `site`, which was read when the content had at least this version."""
        if version >= self.version:
            self.version, self.site = version, site


def declare(database: Database, settings: Settings, watch: Watch | None = None) -> None:
    """Say which settings are the defaults for a database. Called once by whoever opens it."""
    database.remembered_site = _Remembered(settings, watch or Watch(database))


def of(database: Database) -> Site:
    """The site of a database where no unit of work may be open; what was known last when the database is away."""
    if db.is_open():
        return current()
    try:
        with database.unit_of_work(write=False):
            return current()
    except SQLAlchemyError:
        return _remembered(database).site


def current() -> Site:
    """The site as the unit of work under way sees it; what was known last when the database is away."""
    opened = db.session()
    known: tuple[int, Site] | None = opened.info.get("site")
    if known is not None and known[0] >= opened.info.get("content_version", known[0]):
        return known[1]
    remembered = _remembered(opened.info["database"])
    found = _still_good(opened, remembered) or _read(opened, remembered)
    opened.info["site"] = found
    return found[1]


def defaults() -> Site:
    """The site as the environment sets it."""
    return _remembered(db.session().info["database"]).defaults


def forget() -> None:
    """Read what the unit of work under way has just changed again."""
    db.session().info.pop("site", None)


def _remembered(database: Database) -> _Remembered:
    if database.remembered_site is None:
        declare(database, Settings.load())
    found: _Remembered = database.remembered_site
    return found


def _still_good(opened: Session, remembered: _Remembered) -> tuple[int, Site] | None:
    """What this process remembers, if nothing has changed since; also if nobody can tell."""
    if opened.info.get("content_changed"):
        return None
    needed = opened.info.get("content_version")
    if needed is None:
        needed = memory_of(opened, remembered.watch).content_version()
    if needed is None or remembered.version >= needed:
        return remembered.version, remembered.site
    return None


def _read(opened: Session, remembered: _Remembered) -> tuple[int, Site]:
    """The site out of the database, under a version read before it: what changes meanwhile makes it outdated."""
    try:
        version = opened.info.get("content_version")
        if version is None:
            version = state.content_version()
        site = _stored(opened, remembered.defaults)
    except SQLAlchemyError:
        return remembered.version, remembered.site
    if not opened.info.get("content_changed"):
        remembered.keep(version, site)
    return version, site


_EVERYTHING = union_all(
    select(SiteSection.name, SiteSection.content, null().label("title"), null().label("position"), null().label("id")),
    select(SitePage.slug, null(), SitePage.title, SitePage.position, SitePage.id),
)
"""One statement, because any page may be the first that needs it after a change."""


def _stored(opened: Session, defaults: Site) -> Site:
    found = opened.execute(_EVERYTHING).all()
    rows = {row.name: row.content for row in found if row.title is None}
    pages = sorted((row for row in found if row.title is not None), key=lambda row: (row.position, row.id))
    return replace(
        defaults,
        identity=restored(defaults.identity, rows),
        look=restored(defaults.look, rows),
        joining=restored(defaults.joining, rows),
        posts=restored(defaults.posts, rows),
        comments=restored(defaults.comments, rows),
        openness=restored(defaults.openness, rows),
        pages=tuple(PageLink(page.name, page.title) for page in pages),
    )


def restored(default: S, rows: Mapping[str, Mapping[str, Any]]) -> S:
    """The section that `default` is of, with what its row says.

    What another version of Byline left there and this one does not understand is passed over.
    """
    stored = rows.get(SECTIONS[type(default)], {})
    names = [item.name for item in fields(default) if item.name in stored]  # type: ignore[arg-type]
    found = {name: _fitting(getattr(default, name), stored[name]) for name in names}
    return replace(default, **{name: value for name, value in found.items() if value is not None})  # type: ignore[type-var]


def _fitting(standing: object, value: object) -> object:
    """The stored value in the kind of the standing one, None where it is of another."""
    if isinstance(standing, tuple):
        return tuple(str(each) for each in value) if isinstance(value, list) else None
    if isinstance(standing, StrEnum):
        return next((each for each in type(standing) if each == value), None)
    return value if type(value) is type(standing) else None
