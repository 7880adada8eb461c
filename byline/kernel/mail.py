"""Mail: a message becomes a task in the transaction that caused it; the worker delivers it or keeps it as a file."""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from byline.kernel import bus, clock, db, site
from byline.kernel.settings import Settings

TIMEOUT_SECONDS = 20


class NotDelivered(Exception):
    """The server did not take a message this time; in its own words."""


class ServerAway(NotDelivered, bus.Postponed):
    """The server takes no message at all for now: it is down, or does not let us in."""


class Refused(NotDelivered, bus.GivenUp):
    """The server will not take this message, now or later."""


class _OneLine(UnstructuredHeader):
    """A header whose addresses no server may find broken or encoded, however long they are (RFC 2369)."""

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OneLine)  # type: ignore[arg-type]
POLICY = EmailPolicy(header_factory=_headers)


@dataclass(frozen=True, slots=True)
class SendMail:
    """Deliver one message. `headers` are extra ones, such as List-Unsubscribe.

    A `message_id` stays the same when the message is sent again, so that whoever gets it twice sees it once.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    message_id: str = ""


def new_id(settings: Settings) -> str:
    """An id for one more message of this site."""
    return make_msgid(domain=urlsplit(settings.url).hostname)


NOBODYS = ".example"
"""The ending of addresses that reach nobody (RFC 2606, section 2), such as those of the demo."""


def deliver(mail: SendMail, settings: Settings) -> None:
    """Send by the server of MAIL_URL, or keep it in DATA/outbox; raises NotDelivered, or OSError for a full disk.

    It is done only when the server has said that it has the message. To the people of the demo nothing is sent.
    """
    message = compose(mail, settings)
    if settings.mail_url and not mail.to.endswith(NOBODYS):
        if db.is_open():
            # Composing may have asked for the site's name; nobody else shall wait for a slow mail server.
            db.let_others_write()
        _send(message, settings.mail_url)
    else:
        keep(message, settings.outbox_folder)


def compose(mail: SendMail, settings: Settings) -> EmailMessage:
    """The message as it goes out: text first, HTML beside it. A line break in a header raises ValueError."""
    message = EmailMessage(POLICY)
    message["From"] = settings.mail_from or _own_address(settings)
    message["To"] = _reachable(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id or new_id(settings)
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
    is_taken = False
    try:
        with connection(mail_url) as server:
            server.send_message(message)
            is_taken = True
    except OSError as error:  # smtplib's errors are of this kind too.
        # A server that has taken the message has it, however it says goodbye.
        if not is_taken:
            raise _failure(error) from error


def _failure(error: OSError) -> NotDelivered:
    """What went wrong in the server's words, as the kind of failure that it is."""
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # There is one recipient, so one answer.
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        return Refused(f"The mail server cannot write to such an address: {error}")
    else:
        return ServerAway(f"The mail server cannot be reached: {error.strerror or str(error) or type(error).__name__}")
    answer = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    is_about_this_one = isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)) and code != 421
    kind = (Refused if code >= 500 else NotDelivered) if is_about_this_one else ServerAway
    return kind(f"The mail server said: {answer}")


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
