"""Mail: a message becomes a task in the transaction that caused it; the worker delivers it or keeps it as a file."""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from byline.kernel import clock, db, site
from byline.kernel.settings import Settings

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class SendMail:
    """Deliver one message. `headers` are extra ones, such as List-Unsubscribe."""

    to: str
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def deliver(mail: SendMail, settings: Settings) -> None:
    """Send by the server of MAIL_URL, or keep it in DATA/outbox; raises OSError or SMTPException when it could not."""
    message = compose(mail, settings)
    if settings.mail_url:
        _send(message, settings.mail_url)
    else:
        keep(message, settings.outbox_folder)


def compose(mail: SendMail, settings: Settings) -> EmailMessage:
    """The message as it goes out: text first, HTML beside it. A line break in a header raises ValueError."""
    message = EmailMessage()
    message["From"] = settings.mail_from or _own_address(settings)
    message["To"] = _reachable(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.url).hostname)
    message["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _own_address(settings: Settings) -> Address:
    """The site by its name, where the operator set no sender."""
    name = site.current().name if db.is_open() else settings.name
    return Address(name, "byline", _reachable(f"@{urlsplit(settings.url).hostname}")[1:])


def _reachable(address: str) -> str:
    """The address with its domain in ASCII, which every server understands (RFC 5891)."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def keep(message: EmailMessage, outbox: Path) -> Path:
    """Write the message as an .eml file, whole or not at all; names sort by time."""
    outbox.mkdir(parents=True, exist_ok=True)
    stamp = clock.now().strftime("%Y%m%dT%H%M%S.%f")
    path = outbox / f"{stamp}-{os.urandom(3).hex()}.eml"
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        draft.chmod(0o600)
        file.write(message.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return path


def _send(message: EmailMessage, mail_url: str) -> None:
    with connection(mail_url) as server:
        server.send_message(message)


@contextlib.contextmanager
def connection(mail_url: str) -> Iterator[smtplib.SMTP]:
    """A conversation with the mail server, encrypted where it offers that, logged in where the address says so."""
    parts = urlsplit(mail_url)
    context = ssl.create_default_context()
    host = parts.hostname or "localhost"
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
