"""Invitations: links that let somebody register, or take over an author whom an import named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased, lazyload

from byline.accounts import addresses, audit, member_acts, tokens
from byline.accounts.models import Invitation, User
from byline.kernel import clock, db, tidy
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid, NotFound
from byline.kernel.settings import Settings
from byline.web import context, letters, paging
from byline.web.paging import Cursor, Page

LONGEST_NOTE = 200
MOST_DAYS = 90
_OPEN = (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
_OVER = {"used": "was used already", "revoked": "was taken back", "expired": "has expired"}


@dataclass(frozen=True, slots=True)
class Listed:
    """An invitation as an administrator sees it."""

    invitation: Invitation
    invited_by: User | None
    used_by: User | None
    claims: User | None

    @property
    def state(self) -> str:
        """How it stands: open, used, revoked or expired."""
        return state_of(self.invitation)


def invite(actor: Actor, *, note: str = "", email: str = "", days: int = 14) -> tuple[Invitation, str]:
    """Make an invitation for anybody, or for one address; answer it with its token, which is shown only now."""
    member_acts.check(actor)
    address = addresses.checked(email) if email.strip() else None
    invitation, token = _made(actor, note, days)
    invitation.email = address
    audit.note(actor, "invitation.made", address or invitation.note)
    db.session().flush()
    if address:
        letters.send(
            address,
            "You are invited",
            "accounts/mail/invitation",
            by=actor,
            link=link(context.settings_of(), token),
            expires_at=invitation.expires_at,
        )
    return invitation, token


def hand_over(actor: Actor, user_id: int, *, days: int = 14) -> tuple[Invitation, str]:
    """Make a link by which somebody takes over an unclaimed author with all their posts; earlier links end.

    Conflict when the author has been claimed already.
    """
    author = member_acts.opened(actor, user_id)
    if author.claimed:
        raise Conflict("claimed-already", "This member has logged in before; there is nothing to hand over.")
    for earlier in db.session().scalars(select(Invitation).where(Invitation.claims_id == user_id, *_OPEN)):
        earlier.revoked_at = clock.now()
    invitation, token = _made(actor, f"Hands over @{author.username}", days)
    invitation.claims_id = author.id
    audit.note(actor, "invitation.hands-over", member_acts.subject_of(author))
    db.session().flush()
    return invitation, token


def link(settings: Settings, token: str) -> str:
    """The address that an invitation's token opens."""
    return f"{settings.url}/auth/register?invitation={token}"


def revoke(actor: Actor, invitation_id: int) -> None:
    """Make the link open nothing. An invitation that was used stays used."""
    member_acts.check(actor)
    invitation = db.session().get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound("invitation-unknown", "There is no such invitation.")
    if state_of(invitation) == "open":
        invitation.revoked_at = clock.now()
        audit.note(actor, "invitation.revoked", invitation.email or invitation.note)
        db.session().flush()


def opened(token: str) -> Invitation:
    """The invitation a link names, while it can be used; NotFound for a wrong link, Conflict for one that is over."""
    invitation = db.session().scalar(select(Invitation).where(Invitation.token_digest == tokens.digest_of(token)))
    if invitation is None:
        raise NotFound("invitation-unknown", "This invitation does not exist. Ask for another one.")
    if state_of(invitation) != "open":
        sentence = f"This invitation {_OVER[state_of(invitation)]}. Ask for another one."
        raise Conflict("invitation-over", sentence)
    return invitation


def accept(invitation: Invitation, member: User) -> None:
    """Note who came; Conflict when somebody else was faster."""
    locked = db.session().get(Invitation, invitation.id, with_for_update=True, populate_existing=True)
    if locked is None or state_of(locked) != "open":
        raise Conflict("invitation-over", f"This invitation {_OVER['used']}. Ask for another one.")
    locked.used_at, locked.used_by_id = clock.now(), member.id
    if member.invited_by_id is None and locked.invited_by_id != member.id:
        member.invited_by_id = locked.invited_by_id
    member.vouched_at = member.vouched_at or clock.now()
    db.session().flush()


def state_of(invitation: Invitation) -> str:
    """How an invitation stands: open, used, revoked or expired."""
    if invitation.used_at is not None:
        return "used"
    if invitation.revoked_at is not None:
        return "revoked"
    return "expired" if invitation.expires_at <= clock.now() else "open"


def latest(cursor: Cursor | None = None) -> Page[Listed]:
    """A page of invitations with the people they name, newest first; one statement."""
    by, used, claims = aliased(User), aliased(User), aliased(User)
    query = (
        select(Invitation, by, used, claims)
        .select_from(Invitation)
        .outerjoin(by, by.id == Invitation.invited_by_id)
        .outerjoin(used, used.id == Invitation.used_by_id)
        .outerjoin(claims, claims.id == Invitation.claims_id)
        # A role comes with every member by an inner join, which would leave out invitations that name nobody.
        .options(*(lazyload(person.role) for person in (by, used, claims)))
    )
    rows = db.session().execute(paging.narrow(query, (Invitation.created_at, Invitation.id), cursor)).all()
    return paging.page([Listed(*row) for row in rows], cursor, _key)


def _key(listed: Listed) -> tuple[datetime, int]:
    return listed.invitation.created_at, listed.invitation.id


def open_for(user_id: int) -> Invitation | None:
    """The link that hands this author over and can still be used."""
    mine = select(Invitation).where(Invitation.claims_id == user_id, *_OPEN, Invitation.expires_at > clock.now())
    return db.session().scalar(mine.order_by(Invitation.id.desc()).limit(1))


def _made(actor: Actor, note: str, days: int) -> tuple[Invitation, str]:
    note = tidy.one_line(note)
    wrong = {}
    if len(note) > LONGEST_NOTE:
        wrong["note"] = f"A note has at most {LONGEST_NOTE} characters."
    if not 1 <= days <= MOST_DAYS:
        wrong["days"] = f"An invitation lasts from 1 to {MOST_DAYS} days."
    if wrong:
        raise Invalid.of(wrong, "invitation-invalid")
    token, now = tokens.new(), clock.now()
    invitation = Invitation(
        token_digest=tokens.digest_of(token),
        invited_by_id=actor.id,
        note=note,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session().add(invitation)
    return invitation, token
