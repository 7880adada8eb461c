"""Tables of sites, their teams and write keys."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.kernel.db import Base

THIS_BYLINE = 1
"""The number of the site that is this Byline itself."""

_LIVE_KEYS = text("revoked_at IS NULL")


class Role(StrEnum):
    """What a member of a site's team may do: look, or also change what is collected and reported."""

    VIEWER = "viewer"
    EDITOR = "editor"


class Site(Base):
    """A website that is measured. Site 1 is this Byline; it has no owner, administrators stand in for one."""

    __tablename__ = "sites"
    # A number is never given twice: pages elsewhere may carry the snippet of a site that is gone.
    __table_args__ = (
        Index("ix_sites_owner_id_id", "owner_id", "id"),
        Index("ix_sites_offered_to_id", "offered_to_id"),
        Index(
            "ix_sites_deletion_asked_at",
            "deletion_asked_at",
            sqlite_where=text("deletion_asked_at IS NOT NULL"),
            postgresql_where=text("deletion_asked_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    """Where its pages are, such as `https://example.org/blog`; a host in other letters is written as punycode."""
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    """A name of the IANA database, such as `Europe/Berlin`: where its days begin and end."""
    hostnames: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Hosts whose pages count, `*.example.org` for all below one; empty for any."""
    excluded_paths: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Paths that do not count; `*` stands for any letters, as in `/private/*`."""
    excluded_addresses: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Addresses and networks whose visits do not count, such as `192.0.2.7` or `2001:db8::/48`."""
    honours_dnt: Mapped[bool] = mapped_column(default=True)
    """Whether a browser that asks not to be tracked (DNT, Sec-GPC) is left uncounted."""
    counts_outbound: Mapped[bool] = mapped_column(default=True)
    """Whether clicks on links to other sites and on downloads count."""
    retention_days: Mapped[int | None]
    """How long single events are kept, None for as long as the site exists; sums per day stay."""
    is_public: Mapped[bool] = mapped_column(default=False)
    """Whether everybody may see its dashboard."""
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    """When its owner began to leave Byline: nobody sees it and nothing is collected, until they stay."""
    deletion_asked_at: Mapped[datetime | None]
    """When somebody asked for its deletion: hidden and not collected, soon deleted with its data."""
    offered_to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Whom the owner wants to give it to; it is theirs once they agree."""
    offered_at: Mapped[datetime | None]
    team: Mapped[list[SiteMember]] = relationship(back_populates="site", lazy="raise", passive_deletes=True)

    @property
    def is_this_byline(self) -> bool:
        """Whether this is the site of Byline itself, which can be neither deleted nor given away."""
        return self.id == THIS_BYLINE


class SiteMember(Base):
    """Somebody besides the owner who may see a site."""

    __tablename__ = "site_members"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(16))
    """A value of `Role`."""
    created_at: Mapped[datetime]
    site: Mapped[Site] = relationship(back_populates="team", lazy="raise")


class WriteKey(Base):
    """A secret with which a server may write hits for a site, with a visitor's address and time of its own telling."""

    __tablename__ = "write_keys"
    __table_args__ = (
        Index("ix_write_keys_site_id_id", "site_id", "id"),
        Index("ix_write_keys_live", "site_id", "digest", sqlite_where=_LIVE_KEYS, postgresql_where=_LIVE_KEYS),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the key in hexadecimal, so that a copy of the database writes nothing."""
    hint: Mapped[str] = mapped_column(String(8))
    """The key's last letters, by which its owner recognises it."""
    created_at: Mapped[datetime]
    last_used_on: Mapped[date | None] = mapped_column(Date)
    """The UTC day of its last use."""
    revoked_at: Mapped[datetime | None]
