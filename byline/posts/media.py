"""Pictures of members: kept once per content, owned by whoever sent them, named in texts by their address."""

from __future__ import annotations

import re

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from byline.kernel import clock, db, images
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid, NotAllowed, NotAuthenticated
from byline.kernel.images import Picture
from byline.kernel.storage import Storage
from byline.kernel.text import FindSize, ImageSize
from byline.posts import rules
from byline.posts.models import Media
from byline.web import paging
from byline.web.paging import Cursor, Page

ROOT = "/media/"
LONGEST_ALT = 500
ROOM_BYTES = 2 * 1024**3
"""What the pictures of one member may take up together."""
PAGE_SIZE = 24

_ADDRESS = re.compile(rf"{ROOT}([0-9a-f]{{2}}/[0-9a-f]{{2}}/[0-9a-f]{{64}}\.[a-z0-9]{{1,8}})(?![\w.])")
_MARKDOWN_SIGNS = re.compile(r"[\\\[\]`*_<>&!]")


def upload(actor: Actor, data: bytes, storage: Storage, *, alt: str = "") -> Media:
    """Take a picture from a member and make it anew; what its file was called does not matter and is not kept.

    Raises NotAuthenticated or NotAllowed for whoever may not write or has no room left, Invalid for what is no picture
    (field `file`) or too long a description (field `alt`), Unavailable when the disk takes nothing. Costs up to a
    second of processor time, so no transaction should be open.
    """
    _check_rule(actor, actor.id)
    described = _described(alt)
    return keep(actor, images.open_upload(data), storage, alt=described)


def keep(actor: Actor, picture: Picture, storage: Storage, *, owner_id: int | None = None, alt: str = "") -> Media:
    """Keep a picture, made anew already, for its owner, by default the actor; the same one again is the same row.

    An administrator may keep it for somebody else, beyond the room that a member has. The file is on the disk before
    the row is written, so a row never names a file that is missing. Raises like `upload`.
    """
    owner = actor.id if owner_id is None else owner_id
    _check_rule(actor, owner)
    described = _described(alt)
    if not actor.is_administrator:
        _check_room(actor, picture)
    key = storage.put_content(picture.data, picture.extension)
    media = _row(owner, key) or _add(owner, key, picture)
    media.alt = described or media.alt
    db.session().flush()
    return media


def of_member(actor: Actor, cursor: Cursor | None = None) -> Page[Media]:
    """The actor's own pictures, newest first."""
    mine = select(Media).where(Media.owner_id == actor.id)
    query = paging.narrow(mine, (Media.created_at, Media.id), cursor, PAGE_SIZE)
    rows = list(db.session().scalars(query))
    return paging.page(rows, cursor, lambda media: (media.created_at, media.id), PAGE_SIZE)


def sizes_for(source: str) -> FindSize:
    """A way to look up the size of each picture that a text names, for `text.render`; all come by one query."""
    keys = keys_in(source)
    known: dict[str, ImageSize] = {}
    if keys:
        rows = db.session().execute(select(Media.key, Media.width, Media.height).where(Media.key.in_(sorted(keys))))
        known = {address(key): ImageSize(width, height) for key, width, height in rows}
    return known.get


def keys_in(source: str) -> set[str]:
    """The storage keys of the pictures that Markdown or HTML names."""
    return set(_ADDRESS.findall(source))


def address(key: str) -> str:
    """Where readers find the picture under a storage key."""
    return ROOT + key


def key_of(address: str) -> str | None:
    """The storage key behind an address of a picture; None for any other address."""
    found = _ADDRESS.fullmatch(address)
    return found[1] if found else None


def markdown(media: Media) -> str:
    """What stands in a text to show the picture."""
    alt = _MARKDOWN_SIGNS.sub(lambda sign: "\\" + sign[0], media.alt)
    return f"![{alt}]({address(media.key)})"


def _check_rule(actor: Actor, owner_id: int | None) -> None:
    if not actor.is_authenticated and not actor.is_administrator:
        raise NotAuthenticated("log-in-first", "Log in to send pictures.")
    if not rules.may_write(actor) or (owner_id != actor.id and not actor.is_administrator):
        raise NotAllowed("media-not-permitted", "Your account may not send pictures.")
    if owner_id is None:
        raise ValueError("A picture that the machine keeps needs an owner.")


def _described(alt: str) -> str:
    words = " ".join(alt.replace("\0", " ").encode("utf-8", "replace").decode().split())
    if len(words) > LONGEST_ALT:
        sentence = f"The description is longer than {LONGEST_ALT} characters. Say in a sentence what the picture shows."
        raise Invalid("alt-too-long", sentence, field="alt")
    return words


def _check_room(actor: Actor, picture: Picture) -> None:
    taken = select(func.coalesce(func.sum(Media.size_bytes), 0)).where(Media.owner_id == actor.id)
    if db.session().execute(taken).scalar_one() + len(picture.data) > ROOM_BYTES:
        sentence = (
            f"Your pictures fill the {ROOM_BYTES // 1024**3} GB that a member has. Ask an administrator for help."
        )
        raise NotAllowed("media-no-room", sentence)


def _row(owner_id: int | None, key: str) -> Media | None:
    return db.session().scalar(select(Media).where(Media.owner_id == owner_id, Media.key == key))


def _add(owner_id: int | None, key: str, picture: Picture) -> Media:
    media = Media(
        owner_id=owner_id,
        key=key,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        size_bytes=len(picture.data),
        alt="",
        created_at=clock.now(),
    )
    try:
        with db.session().begin_nested():
            db.session().add(media)
    except IntegrityError:
        # The same picture arrived twice at once; the first row stands for both.
        found = _row(owner_id, key)
        if found is None:
            raise
        return found
    return media
