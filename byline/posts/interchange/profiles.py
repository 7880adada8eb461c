"""What authors say about themselves, as `authors.toml` beside the posts, with their pictures under `authors/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import tomli_w
from sqlalchemy import select

from byline.accounts import members, profile
from byline.accounts.models import User
from byline.accounts.profile_rules import Profile
from byline.kernel import db, images
from byline.kernel.access import SYSTEM
from byline.kernel.errors import DomainError
from byline.kernel.images import Picture
from byline.kernel.storage import Storage
from byline.posts.interchange import moments
from byline.posts.interchange.folder import Folder

if TYPE_CHECKING:
    from byline.posts.interchange.exporting import Target

FILE = "authors.toml"
LARGEST_FILE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Described:
    """One author as the file describes them."""

    username: str
    profile: Profile
    since: datetime | None
    picture: Picture | None


def write(target: Target, storage: Storage) -> int:
    """Write what every member shows on their profile page; answer how many that are. No e-mail address, no secret."""
    users = list(db.session().scalars(select(User).order_by(User.id)))
    tables = []
    for member in users:
        table = _table(member)
        if member.avatar_key and storage.exists(member.avatar_key):
            table["picture"] = f"authors/{member.username}.{member.avatar_key.rpartition('.')[2]}"
            target.put(table["picture"], storage.get(member.avatar_key))
        tables.append(table)
    target.put(FILE, tomli_w.dumps({"format": 1, "authors": tables}).encode())
    return len(users)


def _table(member: User) -> dict[str, Any]:
    said = {
        "username": member.username,
        "name": member.name,
        "location": member.location,
        "about": member.about,
        "links": [link["url"] for link in member.links],
        "member_since": member.member_since,
        "hides_last_seen": member.hides_last_seen,
    }
    return {key: value for key, value in said.items() if value}


def read(folder: Folder) -> dict[str, Described]:
    """The authors that a folder describes, by case-folded username; none where there is no such file or it is wrong."""
    path = folder.root / FILE
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            return {}
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("authors")
    except (OSError, ValueError):
        return {}
    if not isinstance(tables, list):
        return {}
    found = [_described(folder, table) for table in tables if isinstance(table, dict)]
    return {one.username.casefold(): one for one in found if one is not None}


def _described(folder: Folder, table: dict[str, Any]) -> Described | None:
    username = table.get("username")
    if not isinstance(username, str):
        return None
    words = {key: value for key in ("name", "location", "about") if isinstance(value := table.get(key), str)}
    links = table.get("links")
    said = Profile(
        links=tuple(link for link in links if isinstance(link, str)) if isinstance(links, list) else (),
        hides_last_seen=table.get("hides_last_seen") is True,
        **words,
    )
    since = moments.moment(table.get("member_since"), UTC)
    return Described(username, said, since, _picture(folder, table.get("picture")))


def _picture(folder: Folder, place: Any) -> Picture | None:
    path = folder.beside(FILE, place) if isinstance(place, str) else None
    try:
        found = images.open_upload(path.read_bytes()) if path else None
    except (DomainError, OSError):
        return None
    if found is None or found.width == found.height:
        return found
    return profile.square(found.data)


def settle(described: Mapping[str, Described], storage: Storage) -> list[str]:
    """Make the accounts among these that are missing, with their profiles; answer their usernames.

    Members who are there keep what they say of themselves. Call it in a unit of work.
    """
    made = []
    for one in described.values():
        if members.by_username(one.username) is not None:
            continue
        member = members.make_unclaimed(one.profile.name, username=one.username, member_since=one.since)
        _describe(member, one, storage)
        made.append(member.username)
    return made


def _describe(member: User, one: Described, storage: Storage) -> None:
    try:
        profile.change(SYSTEM, member.id, one.profile)
    except DomainError:
        # A name too long for this site is no reason to lose the author's posts.
        return
    if one.picture is not None:
        profile.show_picture(SYSTEM, member.id, one.picture, storage)
