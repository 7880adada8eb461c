"""Forms of reading lists."""

from __future__ import annotations

from flask import request
from wtforms import StringField, TextAreaField

from byline.lists import rules
from byline.lists.rules import Outline
from byline.web import incoming
from byline.web.forms import Form


class OutlineForm(Form):
    """What a list is called and what it is about."""

    title = StringField("Name", render_kw={"maxlength": rules.LONGEST_TITLE})
    description = TextAreaField("About this list", render_kw={"maxlength": rules.LONGEST_DESCRIPTION, "rows": 3})

    def outline(self) -> Outline:
        """What was typed."""
        return Outline(self.title.data or "", self.description.data or "")


def numbers(name: str) -> list[int]:
    """The row numbers that a form's boxes of one name carry; what is no number is left out."""
    return [number for typed in request.form.getlist(name) if (number := incoming.number(typed)) is not None]


def number(name: str) -> int | None:
    """A whole number that a form carries."""
    return incoming.number(request.form.get(name, ""))
