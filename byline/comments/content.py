"""What a reader hands in: the text of a comment, checked and put in order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from byline.kernel import spam
from byline.kernel.errors import Invalid
from byline.posts import content as post_content

LONGEST_BODY = 10_000
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Sent:
    """A comment as it arrived. `trap` is what stood in a field that people do not see.

    `seconds` is how long its form was open, None where nobody knows.
    """

    body: str
    parent_id: int | None = None
    trap: str = ""
    seconds: float | None = None


def without_forbidden(value: str) -> str:
    """The text without characters that no browser shows and no database keeps."""
    return post_content.without_forbidden(value)


def checked(body: str) -> str:
    """The text with plain line ends and no empty lines around it; Invalid, for the field `body`, if it cannot stay."""
    tidy = post_content.lines(body).lstrip("\n")
    if tidy != post_content.without_forbidden(tidy):
        sentence = (
            "This held control characters that cannot be kept, such as NUL. "
            "They are taken out below; look it over and send it again."
        )
        raise Invalid("comment-damaged", sentence, field="body")
    if not _has_words(tidy):
        raise Invalid("comment-empty", "Write something first; this comment is empty.", field="body")
    if len(tidy) > LONGEST_BODY:
        sentence = (
            f"This has {len(tidy):,} characters; a comment takes {LONGEST_BODY:,}. Shorten it, or make it a post."
        )
        raise Invalid("comment-too-long", sentence, field="body")
    return tidy


def checked_reason(reason: str) -> str:
    """Why a comment is hidden, on one line; Invalid, for the field `reason`, without one."""
    tidy = post_content.one_line(post_content.without_forbidden(reason))
    if not tidy:
        raise Invalid("reason-missing", "Say why; the author of the comment is told.", field="reason")
    if len(tidy) > LONGEST_REASON:
        sentence = f"This has {len(tidy):,} characters; a reason takes {LONGEST_REASON}. Say it shorter."
        raise Invalid("reason-too-long", sentence, field="reason")
    return tidy


def digest(body: str) -> str:
    """The same for texts that differ only in case, space and the dress of their letters."""
    return spam.digest(body)


def _has_words(body: str) -> bool:
    """Whether anything would be seen: neither space nor the marks that only shape other letters."""
    return any(unicodedata.category(letter)[0] not in "ZCM" for letter in body)
