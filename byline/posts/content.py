"""What a writer hands in: the text of a post with what belongs to it, checked and put in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from byline.kernel import text
from byline.kernel.errors import Conflict, Invalid

LONGEST_TITLE = 300
LONGEST_STANDFIRST = 500
LONGEST_BODY = 300_000
MOST_TAGS = 10
LONGEST_TAG = 40
LONGEST_TAG_LINE = 1_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Content:
    """A post as written. An empty `slug` means: from the title while it is a draft, unchanged later.

    `cover` is None for the first picture of the text, "" for no picture, else the storage key of a picture.
    """

    title: str
    body: str
    tags: tuple[str, ...] = ()
    standfirst: str = ""
    slug: str = ""
    cover: str | None = None


class ChangedMeanwhile(Conflict):
    """Another window saved first. `mine` is what was sent, `based_on` the version it started from."""

    def __init__(self, post_id: int, mine: Content, *, based_on: int, version: int) -> None:
        super().__init__(
            "changed-meanwhile",
            "This post was saved somewhere else while you were writing. Nothing was overwritten: both texts are kept.",
        )
        self.post_id, self.mine, self.based_on, self.version = post_id, mine, based_on, version


def checked(content: Content) -> Content:
    """The content in order: one-line title, plain line ends, tags without doubles. Invalid names what cannot stay."""
    wrong: dict[str, str] = {}
    tidy = replace(
        content,
        title=one_line(content.title),
        standfirst=one_line(content.standfirst),
        body=lines(content.body),
        tags=distinct_tags(content.tags, wrong),
    )
    _check_letters(tidy, wrong)
    _check_lengths(tidy, wrong)
    if not (tidy.title or tidy.body.strip() or wrong):
        wrong["body"] = "There is nothing to save yet. Write a title or some text first."
    if wrong:
        raise Invalid.of(wrong, "post-invalid")
    return tidy


def check_keepable(title: str, body: str, standfirst: str = "", tags: str = "") -> None:
    """Refuse what could not be saved either: forbidden characters and texts that are too long. Gaps are fine."""
    wrong: dict[str, str] = {}
    typed = Content(title=title, body=body, standfirst=standfirst, tags=(tags,))
    _check_letters(typed, wrong)
    _check_lengths(typed, wrong)
    if len(tags) > LONGEST_TAG_LINE:
        wrong["tags"] = f"A post has at most {MOST_TAGS} tags."
    if wrong:
        raise Invalid.of(wrong, "post-invalid")


def one_line(value: str) -> str:
    """The text on one line, in Unicode's composed form, without space around it."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def lines(value: str) -> str:
    """The text with plain line ends, in Unicode's composed form, ending with its last word."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def split_tags(typed: str) -> tuple[str, ...]:
    """The tags in a comma-separated line, as typed; the commas of Chinese and Japanese count too."""
    return tuple(name for part in re.split("[,\uff0c\u3001]", typed) if (name := one_line(part)))


def tag_slug(name: str) -> str:
    """The address of a tag; empty when nothing of the name can stand in one. C, C++ and C# stay apart."""
    words = name.lstrip("#").replace("+", " plus ").replace("#", " sharp ")
    return text.slugify(words, "")[:64].rstrip("-")


def distinct_tags(names: Sequence[str], wrong: dict[str, str]) -> tuple[str, ...]:
    """The tags without doubles, each as it was first written; sentences about the others go into `wrong`."""
    kept: dict[str, str] = {}
    for raw in names:
        name = one_line(raw).lstrip("#").strip()
        slug = tag_slug(name)
        if not slug:
            wrong["tags"] = f"“{name or raw}” is no tag: use letters or digits."
        elif len(name) > LONGEST_TAG:
            wrong["tags"] = f"“{name[:20]}…” is too long for a tag: use at most {LONGEST_TAG} letters."
        else:
            kept.setdefault(slug, name)
    if len(kept) > MOST_TAGS:
        wrong["tags"] = f"A post has at most {MOST_TAGS} tags; these are {len(kept)}."
    return tuple(kept.values())


def without_forbidden(value: str) -> str:
    """The text without characters that no browser shows and no database keeps."""
    return _FORBIDDEN.sub("", value)


def _check_letters(content: Content, wrong: dict[str, str]) -> None:
    typed = {
        "title": content.title,
        "standfirst": content.standfirst,
        "body": content.body,
        "tags": " ".join(content.tags),
        "slug": content.slug,
    }
    for field, value in typed.items():
        if _FORBIDDEN.search(value):
            wrong[field] = (
                "This held control characters that cannot be kept, such as NUL. "
                "They are taken out below; look it over and save again."
            )


def _check_lengths(content: Content, wrong: dict[str, str]) -> None:
    limits = {
        "title": (content.title, LONGEST_TITLE),
        "standfirst": (content.standfirst, LONGEST_STANDFIRST),
        "body": (content.body, LONGEST_BODY),
    }
    for field, (value, limit) in limits.items():
        if len(value) > limit:
            wrong[field] = f"This has {len(value):,} characters; Byline takes {limit:,}. Shorten it or split it."
