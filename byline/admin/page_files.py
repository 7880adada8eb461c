"""Pages of the site's own as files of an export, and back: `_pages/about.md`, with its pictures beside it.

The folder's name begins with a line, so whatever reads the export as a blog takes none of them for a post.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import tomli_w
from flask import Blueprint
from sqlalchemy import select

from byline.accounts import members
from byline.accounts.models import User
from byline.admin import own_addresses, page_acts
from byline.admin.page_acts import Arrival
from byline.admin.page_rules import Draft
from byline.kernel import db, images
from byline.kernel.access import SYSTEM
from byline.kernel.errors import DomainError
from byline.kernel.images import Picture
from byline.kernel.site_rows import FormerSitePage, SitePage
from byline.kernel.storage import Storage
from byline.posts import media
from byline.posts.interchange import exporting, fields, front_matter, importing, linking
from byline.posts.interchange.beside import FolderBroughtIn, SiteWritten
from byline.posts.interchange.fields import Fields
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.front_matter import Broken
from byline.posts.interchange.source import Refused
from byline.posts.models import Media

FOLDER = "_pages"
VERSION = 1
LARGEST_FILE_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Read:
    """A page as its file says it: what arrives, its place in the footer, and whose its pictures are."""

    place: str
    arrival: Arrival
    order: int
    owner: str


def write(event: SiteWritten) -> None:
    """Put every page beside the posts that were written."""
    former: dict[int, list[str]] = {}
    for row in db.session().scalars(select(FormerSitePage).order_by(FormerSitePage.slug)):
        former.setdefault(row.page_id, []).append(row.slug)
    for page, updated_by in page_acts.every():
        _write_one(event, page, former.get(page.id, []), updated_by or "")
        event.written.pages += 1


def _write_one(event: SiteWritten, page: SitePage, former: list[str], updated_by: str) -> None:
    pictures = exporting.named(exporting.keys_in(page.body), event.storage, f"/{page.slug}", event.written)
    body = linking.rewritten(page.body, lambda address: pictures.get(media.key_of(address) or ""))
    start = f"{FOLDER}/{page.slug}"
    said = _front_matter(page, former, _owner_of(pictures) or updated_by)
    words = f"+++\n{tomli_w.dumps(said)}+++\n\n{body}\n"
    event.target.put(f"{start}/index.md" if pictures else f"{start}.md", words.encode())
    for key, name in pictures.items():
        event.target.put(f"{start}/{name}", event.storage.get(key))
    event.written.pictures += len(pictures)


def _owner_of(pictures: Mapping[str, str]) -> str:
    """Whose pictures they are; of several people the one whose came first."""
    whose = select(User.username).join(Media, Media.owner_id == User.id).where(Media.key.in_(pictures))
    return db.session().scalar(whose.order_by(Media.id).limit(1)) or ""


def _front_matter(page: SitePage, former: list[str], owner: str) -> dict[str, Any]:
    own = {"format": VERSION, "order": page.position, "created": page.created_at, "owner": owner}
    said: dict[str, Any] = {"title": page.title, "path": page.slug, "updated": page.updated_at}
    if former:
        said["aliases"] = former
    return said | {"extra": {"byline": {key: value for key, value in own.items() if value != ""}}}


def bring(event: FolderBroughtIn, *, blueprints: tuple[Blueprint, ...]) -> None:
    """Bring in the pages of a folder in the order of their footer; those that are here already stay as they are.

    With `overwrite` the folder's text takes the place of the one here. No page comes to an address of the blueprints.
    """
    for found in sorted(_read_all(event), key=lambda one: (one.order, one.place)):
        try:
            with db.session().begin_nested():
                _bring_one(event, found, own_addresses.of(blueprints))
        except DomainError as refusal:
            event.outcome.skipped.append(Refused(found.place, refusal.message))


def _bring_one(event: FolderBroughtIn, found: Read, taken: frozenset[str]) -> None:
    draft = found.arrival.draft
    here = db.session().scalar(select(SitePage).where(SitePage.slug == draft.slug))
    if here is not None and not event.overwrite and not _is_same(here, draft):
        why = "A page of another text is at this address; --overwrite takes the folder's."
        event.outcome.left.append(Refused(found.place, why))
        return
    body = _with_pictures(event, found)
    draft = replace(draft, body=body)
    if here is None:
        page_acts.bring_in(SYSTEM, replace(found.arrival, draft=draft), taken)
    elif (here.title, here.body) == (draft.title, draft.body):
        event.outcome.pages_unchanged.append(found.place)
        return
    else:
        page_acts.change(SYSTEM, draft.slug, draft, taken, seen_version=here.version)
    event.outcome.pages.append(found.place)


def _is_same(here: SitePage, draft: Draft) -> bool:
    """Whether a page says what its file does, whatever the file calls its pictures."""
    names = {key: exporting.name_of(key) for key in exporting.keys_in(here.body)}
    body = linking.rewritten(here.body, lambda address: names.get(media.key_of(address) or ""))
    return (here.title, body) == (draft.title, draft.body)


def _with_pictures(event: FolderBroughtIn, found: Read) -> str:
    """The text with its pictures taken in; one that is broken, or has nobody to be of, stays as it was written."""
    body, owner = found.arrival.draft.body, members.by_username(found.owner) if found.owner else None
    if owner is None:
        return body
    kept: dict[str, str] = {}
    for spot in linking.spots(body):
        path = event.folder.beside(found.place, spot.reference) if "//" not in spot.reference else None
        picture = _opened(path) if path is not None else None
        if picture is not None:
            kept[spot.reference] = media.address(_kept(picture, event.storage, owner))
    event.outcome.pictures.update(kept)
    return linking.rewritten(body, kept.get)


def _opened(path: Path) -> Picture | None:
    try:
        data = path.read_bytes()
        return images.open_upload(data, limit_bytes=importing.LARGEST_PICTURE_BYTES, drop_scripts=True)
    except (DomainError, OSError):
        return None


def _kept(picture: Picture, storage: Storage, owner: User) -> str:
    return media.keep(SYSTEM, picture, storage, owner_id=owner.id).key


def _read_all(event: FolderBroughtIn) -> Iterator[Read]:
    root = event.folder.content / FOLDER
    for path in sorted([*root.glob("*.md"), *root.glob("*/index.md")]):
        place = path.relative_to(event.folder.content).as_posix()
        try:
            found = _read(event.folder, place)
        except (Broken, OSError, UnicodeDecodeError) as wrong:
            sentence = str(wrong) if isinstance(wrong, Broken) else "It cannot be read as text."
            event.outcome.skipped.append(Refused(place, sentence))
        else:
            if found is not None:
                yield found


def _read(folder: Folder, place: str) -> Read | None:
    """A page that Byline wrote; None for what another program keeps in a folder of the same name."""
    path = folder.file(place)
    if path is None:
        raise Broken("It leads out of the folder.")
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise Broken("It is too large for a page.")
    parted = front_matter.parted(path.read_text(encoding="utf-8"))
    given = Fields(parted.fields)
    own = given.table("extra").table("byline")
    if own.take("format") is None:
        return None
    order = own.take("order")
    slug = given.text("path").strip("/") or (path.parent.name if path.stem == "index" else path.stem)
    arrival = Arrival(
        Draft(given.text("title"), slug, parted.body.removeprefix("\n").removesuffix("\n")),
        fields.moment(own, ("created",), UTC),
        fields.moment(given, ("updated",), UTC),
        tuple(given.words("aliases")),
    )
    return Read(place, arrival, order if isinstance(order, int) else 0, own.text("owner"))
