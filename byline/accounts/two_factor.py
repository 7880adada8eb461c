"""The second step of logging in: codes of an authenticator app, recovery codes for the day the phone is gone."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, quote, urlsplit

import qrcode
import qrcode.image.svg
from flask import session
from markupsafe import Markup
from sqlalchemy import exists, select

from byline.accounts import attempts, passkeys, passwords
from byline.accounts.models import User, WebAuthnCredential
from byline.accounts.security import engine
from byline.kernel import db, site
from byline.kernel.errors import Invalid
from byline.web import letters

WAITING = "authenticator"
"""Where the browser's cookie keeps the secret, encrypted, until the first code proves that the app has it."""
WINDOW_SECONDS = 30
WRONG = "This code is not right, or was used before. Wait for the next one and try again."


def is_on(member: User) -> bool:
    """Whether the password alone does not log this member in."""
    key = exists().where(WebAuthnCredential.user_id == member.id, WebAuthnCredential.usage == passkeys.SECOND_ONLY)
    return member.tf_totp_secret is not None or bool(db.session().scalar(select(key)))


def propose() -> str:
    """The secret this browser is setting up, encrypted; a new one unless one waits already."""
    if WAITING not in session:
        session[WAITING] = engine().totp_factory.generate_totp_secret()
    return str(session[WAITING])


def picture(member: User, secret: str) -> Markup:
    """The QR code that an authenticator app reads, as SVG."""
    image = qrcode.make(_address(member, secret), image_factory=qrcode.image.svg.SvgPathImage, border=2)
    with io.BytesIO() as file:
        image.save(file)
        drawn = file.getvalue().decode()
    return Markup(drawn[drawn.index("<svg") :])  # noqa: S704  (drawn here, from a secret made here)


def _address(member: User, secret: str) -> str:
    """What the QR code says. The engine would put the name in that the site had when it started."""
    key = parse_qs(urlsplit(engine().totp_factory.get_totp_uri(member.username, secret)).query)["secret"][0]
    # A colon stands between the two names, so neither may have one.
    issuer = " ".join(site.current().name.replace(":", " ").split())
    return f"otpauth://totp/{quote(issuer)}:{quote(member.username)}?secret={key}&issuer={quote(issuer)}"


def written(secret: str) -> str:
    """The secret in groups of letters, for those who type it in."""
    key: str = engine().totp_factory.get_totp_pretty_key(secret)
    return key


def turn_on(member: User, code: str, *, password: str) -> list[str]:
    """Ask for codes from now on; answers the recovery codes, which are shown this once.

    Invalid, with the field, for a wrong password, and when the code is not one of the secret that was shown.
    """
    passwords.require(member, password)
    secret = session.get(WAITING)
    if not secret or not engine().totp_factory.verify_totp(_plain(code), secret, member, window=WINDOW_SECONDS):
        raise Invalid("code-wrong", WRONG, field="code")
    member.tf_totp_secret, member.tf_primary_method = secret, "authenticator"
    session.pop(WAITING)
    _tell(member, "on")
    return _new_recovery_codes(member)


def replace_recovery_codes(member: User, *, password: str) -> list[str]:
    """Ten new codes, each good for one log-in; the ones before no longer work. Invalid for a wrong password."""
    passwords.require(member, password)
    return _new_recovery_codes(member)


def first_recovery_codes(member: User) -> list[str]:
    """Ten codes for a member whose new passkey is the first second step; none where they are not needed."""
    return _new_recovery_codes(member) if is_on(member) and not codes_left(member) else []


def _new_recovery_codes(member: User) -> list[str]:
    codes: list[str] = engine().mf_recovery_codes_util.create_recovery_codes(member)
    db.session().flush()
    return codes


def codes_left(member: User) -> int:
    """How many recovery codes are unused."""
    return len(member.mf_recovery_codes or ())


def turn_off(member: User, *, password: str) -> None:
    """Ask for no code any more, and forget the recovery codes unless a passkey is still a second step.

    Invalid for a wrong password.
    """
    passwords.require(member, password)
    member.tf_totp_secret = member.tf_primary_method = member.tf_last_counter = None
    db.session().flush()
    if not is_on(member):
        member.mf_recovery_codes = None
    _tell(member, "off")


def check(member: User, code: str) -> None:
    """Accept a code of the app, or a recovery code, which is then used up. Invalid, with the field, for any other.

    The member's row is locked, so that of two who send one code at once only the first comes in.
    """
    db.session().refresh(member, with_for_update={"of": User})
    if not attempts.is_resting(member) and (_is_current(member, code) or _use_recovery_code(member, code)):
        return
    attempts.note_failure(member)
    raise Invalid("code-wrong", WRONG, field="code")


def _is_current(member: User, code: str) -> bool:
    secret = member.tf_totp_secret
    return bool(secret and engine().totp_factory.verify_totp(_plain(code), secret, member, window=WINDOW_SECONDS))


def _use_recovery_code(member: User, code: str) -> bool:
    known = engine().mf_recovery_codes_util
    typed = "-".join(_plain(code).casefold()[at : at + 4] for at in (0, 4, 8))
    if len(_plain(code)) != 12 or not member.mf_recovery_codes or not known.check_recovery_code(member, typed):
        return False
    # The column holds plain JSON: only a new list counts as a change.
    member.mf_recovery_codes = list(member.mf_recovery_codes)
    known.delete_recovery_code(member, typed)
    left = codes_left(member)
    letters.send(member.email, "A recovery code was used", "accounts/mail/recovery_used", member=member, left=left)
    return True


def _plain(code: str) -> str:
    return "".join(letter for letter in code if letter.isascii() and letter.isalnum())


def _tell(member: User, state: str) -> None:
    subject = f"Two-step log-in is {state}"
    letters.send(member.email, subject, "accounts/mail/two_step", member=member, state=state)
