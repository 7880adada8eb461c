"""Tables of members: roles, users, sessions, passkeys and invitations."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.kernel.access import Actor, Permission
from byline.kernel.db import Base


class Role(Base):
    """A named sum of permissions. Exactly one role is the default one for new members."""

    __tablename__ = "roles"
    __table_args__ = (
        Index(
            "uq_roles_default",
            "default",
            unique=True,
            sqlite_where=text('"default"'),
            postgresql_where=text('"default"'),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    default: Mapped[bool] = mapped_column(default=False)
    permissions: Mapped[int] = mapped_column(default=0)


class User(Base):
    """A member, or an author that an import named and nobody has claimed yet (`claimed` is False)."""

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_member_since_id", "member_since", "id"),)
    __public__ = frozenset(
        {
            "username",
            "name",
            "location",
            "about",
            "links",
            "avatar_key",
            "suspended_at",
            "deletion_asked_at",
            "active",
            "apart_at",
        }
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Case-folded; None for an unclaimed author."""
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(String(64), unique=True)
    """Case-folded, for look-ups by address."""
    username_skeleton: Mapped[str] = mapped_column(String(128), unique=True)
    """What the name looks like (Unicode TR39), so that no other can pass for it."""
    password: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    claimed: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"), index=True)
    role: Mapped[Role] = relationship(lazy="joined", innerjoin=True)

    name: Mapped[str] = mapped_column(String(64), default="")
    location: Mapped[str] = mapped_column(String(64), default="")
    about: Mapped[str] = mapped_column(String(500), default="")
    links: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """At most five of `{"label": …, "url": …}`."""
    avatar_key: Mapped[str | None] = mapped_column(String(100))
    """Storage key of the uploaded picture; None shows the generated one."""
    member_since: Mapped[datetime]
    last_seen: Mapped[datetime | None]
    hides_last_seen: Mapped[bool] = mapped_column(default=False)

    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str] = mapped_column(String(300), default="")
    """What the member is told when they try to log in."""
    suspended_until: Mapped[datetime | None]
    """When a suspension for a time ends; None while it lasts until somebody lifts it."""
    expelled_at: Mapped[datetime | None]
    """When a moderator marked them as a spammer: suspended and hidden like one who leaves, and soon deleted."""
    deletion_asked_at: Mapped[datetime | None]
    pending_email: Mapped[str | None] = mapped_column(String(254), index=True)
    """An address they have still to prove: a new one, or the one they registered with while it was another's."""
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    vouched_at: Mapped[datetime | None]
    """Since when they are known to be no script: staff made, invited or imported them, or something was approved."""
    apart_at: Mapped[datetime | None]
    """Since when lists of people leave them out: all they sent was taken for spam, and nobody has looked at it."""

    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    """The time step of the last one-time code that was used, so that none works twice."""
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    webauthn: Mapped[list[WebAuthnCredential]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="raise"
    )

    @property
    def shown_name(self) -> str:
        """The display name, or the username where there is none."""
        return self.name or self.username

    @property
    def avatar_url(self) -> str:
        """Where the picture is; a new picture or name has a new address, so browsers may keep it for long."""
        return f"/avatar/{quote(self.username_key)}?v={self.avatar_version}"

    @property
    def avatar_version(self) -> str:
        """What the picture depends on, as a short text."""
        return hashlib.sha256((self.avatar_key or self.shown_name).encode()).hexdigest()[:10]

    @property
    def may_act(self) -> bool:
        """Whether the role counts: not while suspended, nor while waiting to be deleted."""
        return self.active and self.suspended_at is None and self.deletion_asked_at is None

    @property
    def actor(self) -> Actor:
        """The value that rules and templates see."""
        return Actor(
            id=self.id,
            username=self.username,
            permissions=Permission(self.role.permissions) if self.may_act else Permission(0),
            confirmed=self.confirmed_at is not None,
            name=self.shown_name,
            avatar_url=self.avatar_url,
        )


class BarredAddress(Base):
    """An address with which no new account is made: a spammer had it. Only a keyed digest of it is kept."""

    __tablename__ = "barred_addresses"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """Whose it was, while they can still come back."""
    barred_at: Mapped[datetime]


class WebAuthnCredential(Base):
    """One passkey of a member (Web Authentication Level 3, public key credential source)."""

    __tablename__ = "webauthn_credentials"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user: Mapped[User] = relationship(back_populates="webauthn", lazy="raise")
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    """Counts to 2^32 in the standard, which is past a signed integer of PostgreSQL."""
    transports: Mapped[list[str] | None] = mapped_column(JSON)
    extensions: Mapped[str | None] = mapped_column(String(255))
    usage: Mapped[str] = mapped_column(String(64))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    create_datetime: Mapped[datetime]
    lastuse_datetime: Mapped[datetime]

    def get_user_mapping(self) -> dict[str, Any]:
        """How the account engine finds the owner."""
        return {"id": self.user_id}


class LoginSession(Base):
    """One browser that is logged in. The cookie names `token`; without this row it opens nothing."""

    __tablename__ = "login_sessions"
    __table_args__ = (Index("ix_login_sessions_user_id_seen_at", "user_id", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, so that a copy of the database logs nobody in."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(100), default="")
    """Browser and system in words, such as `Firefox on Linux`; never the address."""


class Invitation(Base):
    """A link that lets somebody register while registration is by invitation, or take over an unclaimed author."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    revoked_at: Mapped[datetime | None]
    claims_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """The unclaimed author whom the link hands over."""


class AuditEntry(Base):
    """One act of an administrator. It stays when those it names are gone."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_at_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """None for the command line and for somebody who has left."""
    actor_name: Mapped[str] = mapped_column(String(64), default="")
    """What they were called at the time."""
    act: Mapped[str] = mapped_column(String(64))
    """A stable name, such as `member.suspended`."""
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[User | None] = relationship(lazy="raise")


class FormerName(Base):
    """A username somebody had before. Its addresses lead to them for ever, and nobody else may take it."""

    __tablename__ = "former_names"
    __public__ = True

    username_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class DataExport(Base):
    """A member's own data, packed for them to take away. The file lies in DATA/exports under `file_name`."""

    __tablename__ = "data_exports"
    __table_args__ = (Index("ix_data_exports_user_id_asked_at", "user_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    file_name: Mapped[str | None] = mapped_column(String(100))
    size_bytes: Mapped[int | None]
    problem: Mapped[str] = mapped_column(String(300), default="")
    """A sentence, when packing failed so far."""
