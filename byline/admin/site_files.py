"""What administrators set while the site runs, as `site.toml` beside an export, and back into an empty site.

Only what was saved goes along; the environment's settings belong to the machine. None of them is a secret.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import tomli_w
from sqlalchemy import func, select

from byline.admin import site_acts
from byline.admin.site_acts import SUBJECTS, Saved
from byline.kernel import db, site
from byline.kernel.access import SYSTEM
from byline.kernel.errors import DomainError
from byline.kernel.site import SECTIONS, Look
from byline.posts.interchange import exporting
from byline.posts.interchange.beside import FolderBroughtIn, SiteWritten
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.outcome import Outcome
from byline.posts.interchange.source import Refused
from byline.posts.models import Post

FILE = "site.toml"
VERSION = 1
LARGEST_FILE_BYTES = 200_000
LOGO = "logo"
OF_THE_LOGO = ("logo_key", "logo_width", "logo_height")
"""What a look says of its logo; in the file stands where the picture is."""


def write(event: SiteWritten) -> None:
    """Put the sections that were saved beside the posts; no file where none was."""
    here, saved = site.current(), site_acts.saves()
    tables = {name: _table(site_acts.standing(here, kind)) for kind, name in SECTIONS.items() if name in saved}
    key = here.look.logo_key
    if key and event.storage.exists(key):
        event.target.put(_place_of(key), event.storage.get(key))
        event.written.pictures += 1
    elif key:
        event.written.missing.append(f"the site's logo: {key}")
    if tables:
        event.target.put(FILE, tomli_w.dumps({"format": VERSION, **tables}).encode())
    event.written.settings += len(tables)


def _table(section: Any) -> dict[str, Any]:
    """What the file says of a section."""
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(section).items()}
    key = str(said.get("logo_key") or "")
    return {name: said[name] for name in said if name not in OF_THE_LOGO} | ({LOGO: _place_of(key)} if key else {})


def _place_of(key: str) -> str:
    return f"site/{exporting.name_of(key)}"


def bring(event: FolderBroughtIn) -> None:
    """Bring the folder's settings into a site in which nothing else is yet.

    A section that was saved here stays. What stays although the folder says something else is told.
    """
    try:
        tables = _read(event.folder)
    except ValueError:
        event.outcome.skipped.append(Refused(FILE, "It cannot be read."))
        return
    saved, is_empty = site_acts.saves(), _is_empty(event.outcome)
    for kind, name in SECTIONS.items():
        table = tables.get(name)
        if not isinstance(table, dict) or not _is_news(kind, table):
            continue
        if is_empty and name not in saved:
            _bring_one(event, kind, table)
        else:
            event.outcome.settings_left.append(SUBJECTS[kind])


def _read(folder: Folder) -> Mapping[str, Any]:
    """The tables of a file that Byline wrote; none for what another program calls so. ValueError for a broken one."""
    path = folder.beside("", f"/{FILE}")
    if path is None:
        return {}
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise ValueError(FILE)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as failure:
        raise ValueError(FILE) from failure
    return tables if tables.get("format") == VERSION else {}


def _is_empty(outcome: Outcome) -> bool:
    """Whether the site has no post but the folder's, none of which was changed here."""
    count = db.session().scalar(select(func.count()).select_from(Post))
    return count == len(outcome.made) + len(outcome.changed) + len(outcome.unchanged)


def _is_news(kind: type, table: Mapping[str, Any]) -> bool:
    here = _table(site_acts.standing(site.current(), kind))
    return (_said(kind, table), table.get(LOGO)) != (_said(kind, here), here.get(LOGO))


def _said(kind: type, table: Mapping[str, Any]) -> Any:
    """The section that a table describes, but for its logo; where it says nothing, as the environment has it."""
    told = {name: value for name, value in table.items() if name not in OF_THE_LOGO}
    default = site_acts.standing(site.defaults(), kind)
    return site.restored(default, {SECTIONS[kind]: told})


def _bring_one(event: FolderBroughtIn, kind: type, table: Mapping[str, Any]) -> None:
    try:
        with db.session().begin_nested():
            site_acts.save(SYSTEM, _said(kind, table), 0)
            _bring_logo(event, kind, table)
    except DomainError as refusal:
        event.outcome.skipped.append(Refused(FILE, f"{SUBJECTS[kind].capitalize()}: {refusal.message}"))
        return
    if SECTIONS[kind] in site_acts.saves():
        event.outcome.settings.append(SUBJECTS[kind])


def _bring_logo(event: FolderBroughtIn, kind: type, table: Mapping[str, Any]) -> None:
    place = table.get(LOGO)
    path = event.folder.beside("", f"/{place}") if kind is Look and isinstance(place, str) else None
    if path is None:
        return
    seen = site_acts.saves().get(SECTIONS[Look], Saved()).version
    site_acts.show_logo(SYSTEM, site_acts.logo(path.read_bytes()), event.storage, seen)
