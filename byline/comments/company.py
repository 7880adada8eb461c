"""How a member stands to those who speak under a post, and to what is said there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import literal, union_all

from byline.comments import deeds
from byline.kernel import db
from byline.kernel.access import Actor
from byline.social import queries as social
from byline.social.rules import State


@dataclass(frozen=True, slots=True)
class Company:
    """Whose comments somebody does not see, whose they would rather not, and what they have done to comments.

    Of the members and comments who were asked about only; empty for a stranger.
    """

    apart: frozenset[int] = frozenset()
    muted: frozenset[int] = frozenset()
    states: Mapping[int, State] = field(default_factory=dict)
    """How the actor stands to each of them."""
    marked: tuple[frozenset[int], ...] = ()
    """The comments to which the actor has done each deed of the table, in its order."""


def of(actor: Actor, people: Collection[int], comment_ids: Collection[int]) -> Company:
    """How the actor stands to these members and comments: one statement, none for a stranger."""
    if actor.id is None:
        return Company()
    me, table = actor.id, deeds.table()
    done = [deed.marked(me, comment_ids).add_columns(literal(str(number))) for number, deed in enumerate(table)]
    rows = db.session().execute(union_all(*social.ties(me, people), *done)).all()
    states = social.states_of(actor, people, [(one, what) for one, what in rows if not what.isdecimal()])
    return Company(
        apart=frozenset(one for one, state in states.items() if state.are_apart),
        muted=frozenset(one for one, state in states.items() if state.mutes),
        states=states,
        marked=tuple(frozenset(one for one, what in rows if what == str(number)) for number in range(len(table))),
    )
