"""Who may keep what, and what a list may say: pure decisions."""

from __future__ import annotations

from dataclasses import dataclass

from byline.kernel import tidy
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Invalid, NotAllowed, NotAuthenticated

LONGEST_TITLE = 100
LONGEST_DESCRIPTION = 500
LONGEST_NOTE = 300
MOST_LISTS = 100
MOST_ITEMS = 100
"""What one list holds: it is read from top to bottom, so it has one page."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a list says about itself."""

    title: str
    description: str = ""


def keeper(actor: Actor) -> int:
    """The number of the member who keeps something; raises for whoever may keep nothing.

    What nobody else sees needs no permission, so a suspended member keeps reading as before.
    """
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in to keep posts for later.")
    if not actor.confirmed:
        raise NotAllowed("not-confirmed", "Confirm your e-mail address first; then you can keep posts for later.")
    return actor.id


def may_publish(actor: Actor) -> bool:
    """Whether the actor may show a list to everybody: its words are public, so whoever may write."""
    return actor.confirmed and actor.can(Permission.WRITE)


def check_may_publish(actor: Actor) -> None:
    """Refuse whoever may not show lists to everybody."""
    if not may_publish(actor):
        raise NotAllowed("may-not-publish-lists", "Your account may not show lists to others. You can keep it private.")


def checked(given: Outline) -> Outline:
    """The outline in order; Invalid for an empty or too long title and a too long description."""
    title, description = tidy.one_line(given.title), tidy.lines(given.description)
    wrong: dict[str, str] = {}
    if not title:
        wrong["title"] = "Give the list a name."
    elif len(title) > LONGEST_TITLE:
        wrong["title"] = f"A name has at most {LONGEST_TITLE} characters; this one has {len(title)}."
    if tidy.length(description) > LONGEST_DESCRIPTION:
        wrong["description"] = f"Say it in {LONGEST_DESCRIPTION} characters; these are {tidy.length(description)}."
    if wrong:
        raise Invalid.of(wrong, "list-outline")
    return Outline(title, description)


def checked_note(note: str) -> str:
    """A note in order; Invalid when it is too long."""
    tidied = tidy.lines(note)
    if tidy.length(tidied) > LONGEST_NOTE:
        sentence = f"A note has at most {LONGEST_NOTE} characters; this one has {tidy.length(tidied)}."
        raise Invalid("note-too-long", sentence, field="note")
    return tidied
