"""Words that somebody typed into a small field, put in order before they are judged and kept.

A post is more careful with its letters: `posts.content` takes nothing out without saying so.
"""

from __future__ import annotations

import re
import unicodedata

# Control characters, and those that turn the direction of the words around them.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def length(text: str) -> int:
    """How long a text is, counted as a browser counts it: UTF-16 units, a line end as one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str) -> str:
    """The text on one line, composed, without unseen characters."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join(_UNSEEN.sub("", spaced).split())


def lines(text: str) -> str:
    """The text with plain line ends and without unseen characters or space around it."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", plain).strip()
