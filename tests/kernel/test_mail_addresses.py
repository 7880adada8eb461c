"""Addresses in letters of the world's scripts reach servers that know only the old ones."""

from __future__ import annotations

from byline.kernel.mail import SendMail, compose
from byline.kernel.settings import Settings


def test_a_domain_is_written_as_every_server_reads_it() -> None:
    message = compose(SendMail("ada@b\u00fccher.example", "Hello", "Hello, Ada."), Settings.load({}))
    assert message["To"] == "ada@xn--bcher-kva.example"
    assert b"To: ada@xn--bcher-kva.example\n" in message.as_bytes()


def test_other_addresses_stay_as_they_are() -> None:
    for address in ("ada@example.org", "\u00e4da@example.org", "ada@localhost", f"ada@{'x' * 70}.example"):
        assert compose(SendMail(address, "Hello", "Hello."), Settings.load({}))["To"] == address
