"""What a setting of the site may be: each section put in order, or refused field by field; and changes in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import TypeVar

from byline.kernel import colours, tidy
from byline.kernel.errors import Invalid
from byline.kernel.site import CommentPolicy, Identity, Joining, Look, Openness, PostPolicy

S = TypeVar("S", Identity, Look, Joining, PostPolicy, CommentPolicy, Openness)

LONGEST_NAME = 60
LONGEST_TAGLINE = 160
MOST_WORDS = 500
LONGEST_WORD = 100
RANGES = {
    "hold_new_member_days": (0, 365),
    "most_links": (0, 100),
    "closes_after_days": (0, 3650),
}
NOT_A_NUMBER = -1
"""What a form gives for a number that is none."""

LABELS: Mapping[str, str] = {
    "name": "name",
    "tagline": "line below it",
    "accent": "accent colour",
    "logo_key": "logo",
    "shows_name": "name beside the logo",
    "registration": "who may join",
    "hold": "hold first posts of",
    "hold_first": "hold the first comment",
    "hold_new_member_days": "days as a new member",
    "most_links": "most links",
    "held_words": "words",
    "closes_after_days": "days until comments close",
    "public_log": "log for everyone",
}
"""A change in the audit log; what is not named here is no news by itself."""


def checked(section: S) -> S:
    """The section tidied; Invalid, by field, with all that is wrong at once."""
    if isinstance(section, Identity):
        return _identity(section)
    if isinstance(section, Look):
        return replace(section, accent=colours.checked(section.accent) if section.accent.strip() else "")
    if isinstance(section, CommentPolicy):
        return _policy(section)
    return section


def _identity(given: Identity) -> Identity:
    tidied = Identity(tidy.one_line(given.name), tidy.one_line(given.tagline))
    wrong = {}
    if not tidied.name or tidy.length(tidied.name) > LONGEST_NAME:
        wrong["name"] = f"A name has 1 to {LONGEST_NAME} characters."
    if tidy.length(tidied.tagline) > LONGEST_TAGLINE:
        wrong["tagline"] = f"The line has at most {LONGEST_TAGLINE} characters."
    return _or_refused(tidied, wrong)


def _policy(given: CommentPolicy) -> CommentPolicy:
    tidied = replace(given, held_words=words(given.held_words))
    wrong = {}
    for name, (lowest, highest) in RANGES.items():
        if not lowest <= getattr(tidied, name) <= highest:
            wrong[name] = f"Write a whole number from {lowest} to {highest}."
    if len(tidied.held_words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in tidied.held_words):
        wrong["held_words"] = f"At most {MOST_WORDS} lines, each of at most {LONGEST_WORD} characters."
    return _or_refused(tidied, wrong)


def words(lines: Iterable[str]) -> tuple[str, ...]:
    """The words of a list on lines, each once in whatever case, in their order."""
    found = {line.casefold(): line for line in reversed([tidy.one_line(line) for line in lines]) if line}
    return tuple(reversed(found.values()))


def _or_refused(tidied: S, wrong: Mapping[str, str]) -> S:
    if wrong:
        raise Invalid.of(wrong, "setting-refused")
    return tidied


def change_in_words(before: S, after: S) -> str:
    """What differs, such as `name: Byline → The Harbour`; empty when nothing does."""
    changed = []
    for item in fields(before):
        old, new = getattr(before, item.name), getattr(after, item.name)
        if old != new and item.name in LABELS:
            changed.append(f"{LABELS[item.name]}: {_step(old, new)}")
    return "; ".join(changed)


def in_words(section: S) -> str:
    """What the section says, such as `name: Byline; line below it: none`."""
    named = [item.name for item in fields(section) if item.name in LABELS]
    return "; ".join(f"{LABELS[name]}: {_shown(getattr(section, name))}" for name in named)


def _step(old: object, new: object) -> str:
    if isinstance(old, tuple) and isinstance(new, tuple):
        added = [f"with {word}" for word in new if word not in old]
        return ", ".join(added + [f"without {word}" for word in old if word not in new]) or "another order"
    return f"{_shown(old)} → {_shown(new)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    # Of a storage key the first letters of the digest tell one picture from another.
    folder, _, name = str(value).rpartition("/")
    return (f"picture {name[:6]}" if folder.startswith("site/") else str(value)) or "none"
