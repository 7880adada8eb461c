"""The page behind the first start's link: it makes the administrator, once."""

from __future__ import annotations

from sqlalchemy import update

from byline.accounts import administrators, members, registration, roles, tokens
from byline.accounts.links import LinkOver
from byline.accounts.models import User
from byline.accounts.registration import Applicant
from byline.kernel import clock, db, state
from byline.kernel.errors import Invalid
from byline.kernel.state import SiteState


def check_link(token: str) -> None:
    """Raise LinkOver unless this is the link of the last start and nobody administers the site yet."""
    if state.site_state().first_link_digest != tokens.digest_of(token) or administrators.is_there_one():
        sentence = "This link was used, or a later start of the site made a new one. Look where the site was started."
        raise LinkOver("first-link-over", sentence)


def begin_site(token: str, applicant: Applicant) -> User:
    """Make the first administrator, whose address counts as confirmed: whoever holds the link runs the server.

    LinkOver when somebody was faster, Invalid, by field, for what cannot be used.
    """
    check_link(token)
    address, hashed = registration.checked(applicant)
    if members.by_email(address) is not None:
        raise Invalid("email-taken", "A member has this address already. Use: byline user promote", field="email")
    _use_up(token)
    return members.add(
        applicant.username,
        role=roles.named(roles.ADMINISTRATOR),
        email=address,
        password=hashed,
        confirmed_at=clock.now(),
    )


def _use_up(token: str) -> None:
    used = update(SiteState).where(SiteState.first_link_digest == tokens.digest_of(token))
    used = used.values(first_link_digest=None, first_link_used_at=clock.now()).returning(SiteState.id)
    if db.session().scalar(used) is None:
        check_link("")
