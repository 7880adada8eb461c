"""The people of the demo: read from `people.toml`, made as confirmed members with one password."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from byline.accounts import members, passwords, profile, roles
from byline.accounts.models import User
from byline.accounts.profile_rules import Profile
from byline.demo import scenes
from byline.kernel import images
from byline.kernel.access import SYSTEM
from byline.kernel.storage import Storage

FILE = Path(__file__).parent / "people.toml"
_WORDS = """
    acorn amber anchor apple aspen autumn barley beacon birch bramble brook candle canyon cedar cellar cherry cinder
    clover cobalt copper coral cotton cricket crystal daisy dapple delta ember falcon feather fennel fern finch fjord
    flint forest garnet ginger glacier granite harbor harvest hazel heather heron hollow indigo island ivory jasmine
    juniper kettle lagoon lantern larch lavender lemon lichen linen lotus maple marble meadow mellow mint misty mosaic
    nectar nettle oat ochre olive onyx opal orchard otter oyster pebble pepper pewter pine plum poppy prairie quartz
    quiet quill rain raven reed ridge river robin rowan saffron sage salt sandal sequoia shale silver sorrel sparrow
    spruce starling stone summit sycamore tangerine teal thistle thyme timber topaz tulip tundra umber velvet violet
    walnut willow winter wren yarrow zephyr
""".split()  # noqa: SIM905  (a page of quoted words would hide that they are words)


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the demo. `days` is how long before the demo they joined."""

    username: str
    name: str
    role: str
    location: str
    about: str
    links: tuple[str, ...]
    days: int
    scene: str

    @property
    def email(self) -> str:
        """An address that can belong to nobody (RFC 2606)."""
        return f"{self.username}@demo.example"


@cache
def everyone() -> tuple[Person, ...]:
    """Every person, the administrator first."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["people"]
    return tuple(
        Person(
            username=row["username"],
            name=row["name"],
            role=row.get("role", roles.USER),
            location=row.get("location", ""),
            about=row["about"].strip(),
            links=tuple(row.get("links", ())),
            days=row["days"],
            scene=row.get("scene", ""),
        )
        for row in rows
    )


def here() -> dict[str, User]:
    """Those of them who have an account, by username, in the same order."""
    found = (members.by_username(person.username) for person in everyone())
    return {member.username: member for member in found if member}


def settle(now: datetime, password: str, storage: Storage) -> list[User]:
    """Make the people who are missing; those who are there stay as they are. Call it in a unit of work."""
    # One password, so one hash: thirteen of them would take half a second.
    stored = passwords.hashed(password)
    return [members.by_username(person.username) or _made(person, now, stored, storage) for person in everyone()]


def _made(person: Person, now: datetime, stored: str, storage: Storage) -> User:
    member = members.add(
        person.username,
        role=roles.named(person.role),
        email=person.email,
        password=stored,
        confirmed_at=now,
        member_since=now - timedelta(days=person.days),
        is_demo=True,
        vouched_at=now,
    )
    profile.change(SYSTEM, member.id, Profile(person.name, person.location, person.about, person.links))
    if person.scene:
        face = images.square_avatar(scenes.drawn(person.scene, person.username, size=(512, 512)))
        profile.show_picture(SYSTEM, member.id, face, storage)
    return member


def password_kept_in(data: Path) -> str:
    """The password of every member of the demo: five words, made once and kept in the data folder for its owner."""
    path = data / "demo_password"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write("-".join(secrets.choice(_WORDS) for _ in range(5)))
    return path.read_text().strip()
