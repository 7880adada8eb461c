"""What a picture is here, and how large it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from byline.kernel import errors

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_WIDTH = 2560
ACCEPTED = "JPEG, PNG, WebP, GIF, AVIF or SVG"
"""The kinds of picture taken, for sentences and labels."""
CONTENT_TYPES = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
"""The kinds of picture kept, by the extension of their file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is safe to show: no metadata, upright, no scripts. Sizes are in CSS pixels."""

    data: bytes
    extension: str
    content_type: str
    width: int
    height: int


def content_type(extension: str) -> str:
    """What a kept picture with this extension is sent as."""
    return CONTENT_TYPES.get(extension, "application/octet-stream")


def refuse(code: str, sentence: str) -> NoReturn:
    """Turn a picture down with a sentence for the one who sent it."""
    raise errors.Invalid(code, sentence, field="file")
