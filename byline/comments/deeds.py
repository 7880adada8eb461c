"""What other rooms put beside a comment, such as the button that likes it: a table of wiring.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from flask import current_app
from markupsafe import Markup

from byline.comments.remarks import Remark
from byline.kernel.access import Actor

Deed = Callable[[Actor, Sequence[Remark]], Mapping[int, Markup]]
"""Answers what stands beside each of these comments for whoever asks, by number: one statement however many."""


def beside(actor: Actor, remarks: Sequence[Remark]) -> Mapping[int, Markup]:
    """Everything that stands beside these comments, by number; nothing for those that are missing."""
    table = cast(Sequence[Deed], current_app.extensions["byline.comment_deeds"])
    found = [deed(actor, remarks) for deed in table] if remarks else []
    return {one.id: Markup("").join(each[one.id] for each in found if one.id in each) for one in remarks}
