"""Mail that is kept as files while no mail server is set: listed newest first and read as plain text."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

from byline.accounts import member_acts
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.kernel.settings import Settings

PAGE_SIZE = 20
LARGEST_BYTES = 1024 * 1024
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One message as it would have gone out."""

    name: str
    at: datetime
    to: str
    subject: str
    text: str


def latest(actor: Actor, settings: Settings, before: str = "") -> tuple[Sequence[Kept], str | None]:
    """A page of messages, newest first, older than the one named `before`, and the name the next page starts from."""
    member_acts.check(actor)
    stems = (path.stem for path in settings.outbox_folder.glob("*.eml"))
    names = sorted(filter(_NAME.fullmatch, stems), reverse=True)
    older = [name for name in names if not before or name < before]
    found = [message for name in older[:PAGE_SIZE] if (message := _read(settings, name))]
    return found, (older[PAGE_SIZE - 1] if len(older) > PAGE_SIZE else None)


def message(actor: Actor, settings: Settings, name: str) -> Kept:
    """One message; NotFound for a name that is none."""
    member_acts.check(actor)
    found = _read(settings, name) if _NAME.fullmatch(name) else None
    if found is None:
        raise NotFound("mail-unknown", "There is no such message.")
    return found


def _read(settings: Settings, name: str) -> Kept | None:
    try:
        with (settings.outbox_folder / f"{name}.eml").open("rb") as file:
            parsed = email.message_from_bytes(file.read(LARGEST_BYTES), policy=email.policy.default)
    except OSError:
        return None
    at = datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    return Kept(name, at, str(parsed["To"] or ""), str(parsed["Subject"] or ""), _text(parsed))


def _text(parsed: EmailMessage) -> str:
    body = parsed.get_body(("plain",))
    try:
        return str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError):
        return ""
