"""A post's HTML for readers elsewhere: every link and picture with its whole address."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin

# The sanitiser writes what we read here: every `<` of the text is escaped and every value stands in double quotes.
TAG = re.compile(r'<[a-zA-Z][^\s"<>/]*(?:[^"<>]|"[^"]*")*>')
ADDRESS = re.compile(r'(\s(?:href|src|poster|cite)=")([^"]*)"')
SELF_LINK = re.compile(r'\s*<a class="anchor"[^<>]*></a>')
"""The sign beside a heading that links to itself: it says nothing elsewhere."""
SOURCES = re.compile(r'(\ssrcset=")([^"]*)"')
FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def absolute(html: str, address: str) -> str:
    """The HTML with relative addresses joined to `address`, the page it stands on, and without self-links."""

    def join(found: re.Match[str]) -> str:
        return f'{found[1]}{_joined(found[2], address)}"'

    def join_sources(found: re.Match[str]) -> str:
        parts = (part.strip().partition(" ") for part in found[2].split(","))
        return f'{found[1]}{", ".join(_joined(url, address) + gap + size for url, gap, size in parts if url)}"'

    return TAG.sub(lambda tag: SOURCES.sub(join_sources, ADDRESS.sub(join, tag[0])), SELF_LINK.sub("", html))


def _joined(written: str, address: str) -> str:
    try:
        return escape(urljoin(address, unescape(written)))
    except ValueError:  # Such as an IPv6 address with a bracket missing: left as the author wrote it.
        return written


def clean_xml(document: str) -> str:
    """The document without the characters that XML 1.0 forbids even when they are escaped."""
    return FORBIDDEN_IN_XML.sub("", document)
