"""The member's part of the bar: the same on every page they open, so it is drawn once while nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, render_template
from markupsafe import Markup
from sqlalchemy import Select, select

from byline.kernel import db
from byline.web import context, csrf


@dataclass(frozen=True, slots=True)
class Entry:
    """A link with a number that a room shows in the bar of the member who asks."""

    number: Callable[[int], Select[int]]
    """What counts it, by the member's id; all entries are counted in one statement."""
    draw: Callable[[int], Markup]
    """The link with this number, which may be empty."""


def init_app(app: Flask, entries: Sequence[Entry] = ()) -> None:
    """Give an application's templates the bar, with what the rooms show in it."""
    app.extensions["byline.bar"] = tuple(entries)
    app.jinja_env.globals.update(member_bar=of_member)


def of_member() -> Markup:
    """The bar's links and menu for the member who asks, drawn again after any commit and for another form token."""
    here = context.current()
    token = csrf.token()
    return context.memory().remember(("bar", here.actor, here.locale, token), _drawn)


def _drawn() -> Markup:
    entries = cast(Sequence[Entry], current_app.extensions["byline.bar"])
    here = context.current().actor.id or 0
    numbers = db.session().execute(select(*(entry.number(here).scalar_subquery() for entry in entries))).one()
    drawn = render_template(
        "_member_bar.html", entries=[entry.draw(number) for entry, number in zip(entries, numbers, strict=True)]
    )
    return Markup(drawn)  # noqa: S704  (our own template escaped it)
