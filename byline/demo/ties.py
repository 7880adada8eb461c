"""Who of the demo's people follows whom, and what they write to each other (`talks.toml`)."""

from __future__ import annotations

import random
import tomllib
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

from sqlalchemy import select

from byline.accounts.models import User
from byline.conversations import service as conversations
from byline.conversations.models import Conversation, Welcome
from byline.demo.people import everyone
from byline.kernel import clock, db
from byline.social import service as social
from byline.social.models import Follow

FILE = Path(__file__).parent / "talks.toml"
OPEN_TO_ALL = ("mira", "tomas")
"""Those who look after the site take messages from everyone."""


def settle(now: datetime, members: dict[str, User]) -> None:
    """Let the people follow and write to each other; nothing where they have done so before."""
    if not db.session().scalar(select(Follow.follower_id).limit(1)):
        _follow(now, members)
    if not db.session().scalar(select(Conversation.id).limit(1)):
        _talk(now, members)


def _follow(now: datetime, members: dict[str, User]) -> None:
    days = {person.username: person.days for person in everyone()}
    for one, other in permutations(members, 2):
        chance = random.Random(f"{one} follows {other}")  # noqa: S311  (not a secret)
        # Whoever came first is followed by most.
        if chance.random() < 0.2 + 0.6 * days[other] / max(days.values()):
            met = min(days[one], days[other]) * chance.random()
            with clock.frozen(now - timedelta(days=met)):
                social.follow(members[one].actor, members[other].id)


def _talk(now: datetime, members: dict[str, User]) -> None:
    for username in OPEN_TO_ALL:
        conversations.choose(members[username].actor, Welcome.EVERYONE)
    for talk in tomllib.loads(FILE.read_text(encoding="utf-8"))["talks"]:
        one, other = (members[username] for username in talk["between"])
        with clock.frozen(now):
            # Whoever is written to first follows the one who writes.
            social.follow(other.actor, one.id)
        for message in talk["messages"]:
            reader = other if message["by"] == one.username else one
            with clock.frozen(_moment(now, message)):
                conversations.send(members[message["by"]].actor, reader.id, message["text"])


def _moment(now: datetime, message: dict[str, Any]) -> datetime:
    return now - timedelta(days=message.get("days", 0), minutes=message.get("minutes", 0))
