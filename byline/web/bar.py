"""The member's part of the bar: the same on every page they open, so it is drawn once while nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, render_template
from markupsafe import Markup
from sqlalchemy import ScalarSelect, Select, select

from byline.kernel import db
from byline.kernel.watch import Memory
from byline.web import context, csrf


@dataclass(frozen=True, slots=True)
class Entry:
    """A link with a number that a room shows in the bar of the member who asks."""

    number: Callable[[int | ScalarSelect[int]], Select[int]]
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


def counts_of(member_id: int | ScalarSelect[int]) -> list[ScalarSelect[int]]:
    """The numbers of a member's bar as columns of somebody's query."""
    return [entry.number(member_id).scalar_subquery() for entry in _entries()]


def note(memory: Memory, member_id: int, numbers: Sequence[int]) -> None:
    """Remember the numbers of a member's bar that were read along with something else."""
    memory.note(("bar numbers", member_id), tuple(numbers))


def _drawn() -> Markup:
    numbers = context.memory().remember(("bar numbers", context.current().actor.id), _counted)
    drawn = render_template(
        "_member_bar.html", entries=[entry.draw(number) for entry, number in zip(_entries(), numbers, strict=True)]
    )
    return Markup(drawn)  # noqa: S704  (our own template escaped it)


def _counted() -> tuple[int, ...]:
    columns = counts_of(context.current().actor.id or 0)
    return tuple(db.session().execute(select(*columns)).one())


def _entries() -> Sequence[Entry]:
    return cast(Sequence[Entry], current_app.extensions["byline.bar"])
