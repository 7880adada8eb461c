"""What other rooms put beside a comment, such as the button that likes it: a table of wiring.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Select

from byline.comments.remarks import Remark
from byline.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Beside:
    """What a deed is drawn from besides its comment: it must depend on nothing else, as others may see the drawing."""

    is_marked: bool
    """Whether the reader has done it to this comment."""
    is_own: bool
    may: bool
    is_stranger: bool
    back: str
    """Where its button leads back to."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that readers do with a comment, of another room."""

    marked: Callable[[int, Collection[int]], Select[int]]
    """What finds those of some comments to which a member has done it, by their numbers: part of one statement."""
    may: Callable[[Actor], bool]
    """Whether somebody may do it at all."""
    draw: Callable[[Remark, Beside], Markup]


def table() -> Sequence[Deed]:
    """Every deed, in the order in which they stand beside a comment."""
    return cast(Sequence[Deed], current_app.extensions["byline.comment_deeds"])
