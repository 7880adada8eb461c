"""Letters: a mail written from two templates, text and HTML, and sent with the transaction under way."""

from __future__ import annotations

from flask import render_template

from byline.kernel import bus
from byline.kernel.mail import SendMail


def send(to: str | None, subject: str, template: str, /, **values: object) -> None:
    """Send `template` (`accounts/mail/welcome` means that name with .txt and .html), at commit.

    Nothing happens for somebody without an address. Needs an application, as a request and a job have.
    """
    if not to:
        return
    text = render_template(f"{template}.txt", **values).strip() + "\n"
    html = render_template(f"{template}.html", **values)
    bus.enqueue(SendMail(to, subject, text, html))
