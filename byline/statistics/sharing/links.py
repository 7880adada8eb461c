"""Links in letters that end them: signed, for ever, for whoever holds the letter."""

from __future__ import annotations

import hashlib

from flask import current_app
from itsdangerous import BadData, Signer

from byline.accounts.links import LinkOver
from byline.kernel import db
from byline.statistics.sharing.models import Alert, ReportMail
from byline.web import context

PATH = "/auth/letters"
REPORT, ALERT = "report", "alert"


def stop_link(row: ReportMail | Alert) -> str:
    """The whole address at which these letters are ended."""
    return f"{context.settings_of().url}{PATH}/{_signer().sign(_named(row)).decode()}"


def read(token: str) -> ReportMail | Alert | None:
    """What a link ends, None where it was ended before; LinkOver for one that was not made here."""
    try:
        kind, word, _ = _signer().unsign(token).decode().split(".")
    except (BadData, UnicodeError, ValueError):
        sentence = "This link is not complete. Open it from the mail once more, or copy all of it."
        raise LinkOver("link-broken", sentence) from None
    rows, number = db.session(), int(word)
    row: ReportMail | Alert | None = rows.get(ReportMail, number) if kind == REPORT else rows.get(Alert, number)
    # A number may be given to another row once this one is gone.
    return row if row is not None and _named(row) == token.rsplit(".", 1)[0] else None


def _named(row: ReportMail | Alert) -> str:
    kind = REPORT if isinstance(row, ReportMail) else ALERT
    return f"{kind}.{row.id}.{int(row.created_at.timestamp())}"


def _signer() -> Signer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
    return Signer(keys, salt="byline letters about sites", digest_method=hashlib.sha256)
