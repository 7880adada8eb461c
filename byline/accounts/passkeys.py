"""Passkeys (Web Authentication Level 3): instead of a password, or as the second step after it."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import webauthn
from flask import session
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from byline.accounts import passwords
from byline.accounts.models import User, WebAuthnCredential
from byline.kernel import clock, db, site
from byline.kernel.errors import Invalid, NotFound
from byline.web import context, letters

FIRST, SECOND_ONLY = "first", "secondary"
CEREMONY = "passkey"
CEREMONY_LASTS = timedelta(minutes=5)
LONGEST_NAME = 64
MOST = 20
UNREADABLE = (WebAuthnException, ValueError, LookupError, TypeError, RecursionError)
"""What reading an answer raises that no browser made."""
REFUSED = "The site does not know this passkey. Try another one, or log in with your password."


def are_possible() -> bool:
    """Whether the site's address can have passkeys: browsers bind them to a name, never to a number."""
    try:
        ipaddress.ip_address(_host())
    except ValueError:
        return True
    return False


def of_member(member: User) -> Sequence[WebAuthnCredential]:
    """A member's passkeys, the oldest first."""
    query = select(WebAuthnCredential).where(WebAuthnCredential.user_id == member.id)
    return db.session().scalars(query.order_by(WebAuthnCredential.id)).all()


def creation_options(member: User, name: str, *, password: str, only_second_step: bool) -> str:
    """What the browser needs to make a passkey, as JSON; the browser's cookie remembers the question.

    Invalid, with the field, for a wrong password, for a name that is empty or in use, and beyond twenty passkeys.
    """
    passwords.require(member, password)
    known = of_member(member)
    name = _checked_name(name, known)
    if member.fs_webauthn_user_handle is None:
        member.fs_webauthn_user_handle = secrets.token_hex(32)
        db.session().flush()
    verification = UserVerificationRequirement.DISCOURAGED if only_second_step else UserVerificationRequirement.REQUIRED
    resident = ResidentKeyRequirement.DISCOURAGED if only_second_step else ResidentKeyRequirement.REQUIRED
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=site.current().name,
        user_name=member.username,
        user_display_name=member.shown_name,
        user_id=member.fs_webauthn_user_handle.encode(),
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=resident, require_resident_key=not only_second_step, user_verification=verification
        ),
    )
    _remember(options.challenge, name=name, usage=SECOND_ONLY if only_second_step else FIRST)
    return webauthn.options_to_json(options)


def _checked_name(name: str, known: Iterable[WebAuthnCredential]) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid("passkey-name", f"Give it a name of at most {LONGEST_NAME} characters.", field="name")
    if any(key.name.casefold() == name.casefold() for key in known):
        raise Invalid("passkey-name-taken", "You have a passkey of this name already.", field="name")
    if len(list(known)) >= MOST:
        raise Invalid("passkeys-too-many", f"An account has at most {MOST} passkeys. Remove one first.", field="name")
    return name


def add(member: User, answer: str) -> WebAuthnCredential:
    """Keep the passkey the browser made in answer to `creation_options`; Invalid when it is no answer to that."""
    asked = _asked()
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(asked["challenge"]),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=asked["usage"] == FIRST,
        )
    except UNREADABLE as error:
        raise Invalid("passkey-refused", "This passkey could not be read. Try once more.") from error
    key = _kept(member, made, name=asked["name"], usage=asked["usage"])
    try:
        with db.session().begin_nested():
            db.session().add(key)
    except IntegrityError as error:
        raise Invalid("passkey-known", "This passkey is known already. Use another one.") from error
    _tell(member, key, "added")
    return key


def _kept(member: User, made: VerifiedRegistration, *, name: str, usage: str) -> WebAuthnCredential:
    now = clock.now()
    return WebAuthnCredential(
        user_id=member.id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        usage=usage,
        backup_state=made.credential_backed_up,
        device_type=made.credential_device_type.value,
        create_datetime=now,
        lastuse_datetime=now,
    )


def remove(member: User, passkey_id: int, *, password: str) -> None:
    """Forget a passkey; Invalid for a wrong password, NotFound when it is none of the member's."""
    passwords.require(member, password)
    key = next((key for key in of_member(member) if key.id == passkey_id), None)
    if key is None:
        raise NotFound("passkey-unknown", "This passkey is not there any more.")
    db.session().delete(key)
    _tell(member, key, "removed")


def remove_first_steps(member: User) -> None:
    """Forget every passkey that logs the member in without a password."""
    first = (WebAuthnCredential.user_id == member.id, WebAuthnCredential.usage == FIRST)
    db.session().execute(delete(WebAuthnCredential).where(*first))


def request_options(member: User | None) -> str:
    """What the browser needs to use a passkey, as JSON: any of this site, or one of `member` as a second step."""
    wanted = UserVerificationRequirement.DISCOURAGED if member else UserVerificationRequirement.REQUIRED
    keys = _described(of_member(member)) if member else []
    options = webauthn.generate_authentication_options(rp_id=_host(), allow_credentials=keys, user_verification=wanted)
    _remember(options.challenge)
    return webauthn.options_to_json(options)


def check(answer: str, member: User | None) -> User:
    """Whose passkey answered `request_options`. Invalid for any that may not open this door.

    Without `member` it stands for the password and both steps, so the device must have checked who holds it.
    """
    asked = _asked()
    try:
        given = parse_authentication_credential_json(answer)
        key = _known(given.raw_id, member)
        used = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(asked["challenge"]),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=member is None,
        )
    except UNREADABLE as error:
        raise Invalid("passkey-refused", REFUSED) from error
    key.sign_count, key.lastuse_datetime = used.new_sign_count, clock.now()
    key.backup_state = used.credential_backed_up
    owner = db.session().get(User, key.user_id)
    if owner is None:
        raise Invalid("passkey-refused", REFUSED)
    return owner


def _known(credential_id: bytes, member: User | None) -> WebAuthnCredential:
    query = select(WebAuthnCredential).where(WebAuthnCredential.credential_id == credential_id)
    if member is None:
        query = query.where(WebAuthnCredential.usage == FIRST)
    else:
        query = query.where(WebAuthnCredential.user_id == member.id)
    key = db.session().scalar(query)
    if key is None:
        raise Invalid("passkey-refused", REFUSED)
    return key


def _remember(challenge: bytes, **more: str) -> None:
    session[CEREMONY] = {
        "challenge": webauthn.helpers.bytes_to_base64url(challenge),
        "at": clock.now().isoformat(),
        **more,
    }


def _asked() -> dict[str, str]:
    asked: dict[str, str] | None = session.pop(CEREMONY, None)
    if not asked or clock.now() - datetime.fromisoformat(asked["at"]) > CEREMONY_LASTS:
        raise Invalid("passkey-late", "That took too long. Try once more.")
    return asked


def _described(keys: Iterable[WebAuthnCredential]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _host() -> str:
    return urlsplit(context.settings_of().url).hostname or ""


def _origin() -> str:
    parts = urlsplit(context.settings_of().url)
    return f"{parts.scheme}://{parts.netloc}"


def _tell(member: User, key: WebAuthnCredential, what: str) -> None:
    letters.send(
        member.email, f"A passkey was {what}", "accounts/mail/passkey", member=member, passkey=key.name, what=what
    )
