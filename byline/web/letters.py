"""Letters: a mail written from two templates, text and HTML, and sent with the transaction under way."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template

from byline.kernel import bus, mail
from byline.kernel.mail import SendMail
from byline.web import context


def send(
    to: str | None, subject: str, template: str, /, *, headers: Mapping[str, str] | None = None, **values: object
) -> None:
    """Send `template` (`accounts/mail/welcome` means that name with .txt and .html), at commit.

    `headers` are further ones of the mail. Nothing happens for somebody without an address. Needs an application, as
    a request and a job have.
    """
    if not to:
        return
    text = render_template(f"{template}.txt", **values).strip() + "\n"
    html = render_template(f"{template}.html", **values)
    message_id = mail.new_id(context.settings_of())
    bus.enqueue(SendMail(to, subject, text, html, dict(headers or {}), message_id))
