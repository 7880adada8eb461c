"""From a file to a source: decoded, parted, its front matter understood. No database, no network."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from byline.kernel import text
from byline.posts.interchange import fields, front_matter, moments
from byline.posts.interchange.fields import Fields
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.front_matter import Broken
from byline.posts.interchange.source import Refused, Source
from byline.posts.models import PostState

LARGEST_FILE_BYTES = 2_000_000
_HEADING = re.compile(
    r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\{#[^}]*\})?[ \t]*(?:\n|\Z)|\A\s*([^\n#>\-\s][^\n]*)\n=+[ \t]*(?:\n|\Z)"
)
_NUMBERED = re.compile(r"@\d+\Z")
_PAGES = ("index", "_index")
_ABOUT_THE_FOLDER = ("readme", "license", "licence", "changelog", "contributing", "code_of_conduct")


def read(folder: Folder, place: str, *, zone: tzinfo = UTC, now: datetime) -> Source | Refused:
    """The source at a place of the folder, or why it does not come in."""
    path = folder.file(place)
    if path is None:
        return Refused(place, "It is a link that leads out of the folder or nowhere.")
    try:
        written = front_matter.parted(_decoded(path))
        if not written.fields and path.stem.casefold() in _ABOUT_THE_FOLDER:
            return Refused(place, "It is about the folder: it has no front matter and a name such as README.")
        return _understood(place, path, written, zone=zone, now=now)
    except Broken as wrong:
        return Refused(place, str(wrong))
    except OSError as wrong:
        return Refused(place, f"It cannot be read: {wrong.strerror or 'the disk refuses'}.")


def _decoded(path: Path) -> str:
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise Broken(f"It is {size / 1e6:.1f} MB large; the largest text taken is {LARGEST_FILE_BYTES / 1e6:.0f} MB.")
    data = path.read_bytes()
    if b"\x00" in data:
        raise Broken("It holds NUL characters, so it is no text.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise Broken(f"It is not UTF-8: byte {data[wrong.start]:#04x} in line {line}.") from None


def _understood(
    place: str, path: Path, written: front_matter.Parted, *, zone: tzinfo, now: datetime
) -> Source | Refused:
    given = Fields(written.fields)
    own, extra = given.table("extra").table("byline"), given.table("extra")
    is_section = path.stem == "_index"
    dated, stem = moments.in_name(_stem(place), zone)
    title, body = _title_and_body(given, written.body, stem)
    body = body.strip("\n")
    standfirst = given.text(*fields.STANDFIRSTS)
    if is_section:
        body = body or extra.text("index_html") or standfirst
        if not body:
            return Refused(place, "It describes a section and has no text of its own.")
    address = _address(given)
    source = Source(
        place=place,
        title=title,
        body=body,
        names=tuple(fields.names_of(given.take(*fields.NAMES)) or fields.names_of(extra.take(*fields.NAMES))),
        written_at=_moment(given, fields.WRITTEN, zone) or dated or (moments.in_path(address, zone)),
        changed_at=_moment(given, fields.CHANGED, zone),
        slug=_slug(given, address, stem),
        standfirst="" if is_section and standfirst == body else standfirst,
        tags=_tags(given, extra),
        cover=_cover(given, extra),
        address=address,
        aliases=tuple(filter(None, (tidy_address(alias) for alias in given.words(*fields.ALIASES)))),
    )
    source = _with_state(source, given, now=now, zone=zone, is_hidden="_drafts" in PurePosixPath(place).parts)
    source = _with_own(source, own, zone)
    if source.written_at is None and not is_section:
        source = replace(source, written_at=datetime.fromtimestamp(int(path.stat().st_mtime), UTC))
    extra.take("byline")
    return replace(source, rest=given.rest())


def _stem(place: str) -> str:
    path = PurePosixPath(place)
    stem = path.parent.name if path.stem in _PAGES and path.parent.name else path.stem
    return _NUMBERED.sub("", stem)


def _title_and_body(given: Fields, body: str, stem: str) -> tuple[str, str]:
    title = given.text("title")
    if title:
        return title, body
    if match := _HEADING.match(body):
        return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", match[1] or match[2]).strip(), body[match.end() :]
    words = re.sub(r"[-_]+", " ", stem).strip()
    return (words[:1].upper() + words[1:]) or "Untitled", body


def _address(given: Fields) -> str:
    written = given.text(*fields.ADDRESSES)
    # Hugo and Jekyll allow a pattern here, such as /:year/:title/, which only they can fill in.
    return "" if ":" in written.partition("://")[2].partition("/")[2] or "/:" in written else tidy_address(written)


def tidy_address(written: str) -> str:
    """An old address as redirects keep it: its path alone, decoded, without slashes around it."""
    try:
        path = unquote(urlsplit(written.strip()).path, errors="strict")
    except (ValueError, UnicodeDecodeError):
        return ""
    if re.search(r"[\x00-\x1f\x7f]", path):
        return ""
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _slug(given: Fields, address: str, stem: str) -> str:
    wish = given.text(*fields.SLUGS).strip("/").rpartition("/")[2]
    last = address.rpartition("/")[2]
    return text.slugify(wish or re.sub(r"\.html?\Z", "", last) or stem, "")


def _moment(given: Fields, names: tuple[str, ...], zone: tzinfo) -> datetime | None:
    value = given.take(*names)
    if value is None:
        return None
    found = moments.moment(value, zone)
    if found is None:
        raise Broken(
            f"“{str(value)[:60]}” is no date that can be read. Write it like 2026-03-14 or 2026-03-14T12:00:00Z."
        )
    return found


def _tags(given: Fields, extra: Fields) -> tuple[str, ...]:
    found = given.words(*fields.TAGS) + given.table("taxonomies").words(*fields.TAGS) + extra.words("tags")
    return tuple(dict.fromkeys(found))


def _cover(given: Fields, extra: Fields) -> str | None:
    for table in (given, extra):
        value = table.take(*fields.COVERS)
        if isinstance(value, dict):
            value = value.get("image") or value.get("path") or value.get("src") or value.get("url")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _with_state(source: Source, given: Fields, *, now: datetime, zone: tzinfo, is_hidden: bool) -> Source:
    publish_at = _moment(given, ("publishdate",), zone)
    is_draft = is_hidden or given.take("draft") is True or given.take("published") is False
    due = publish_at or source.written_at
    if is_draft:
        return replace(source, state=PostState.DRAFT)
    if due is not None and due > now:
        return replace(source, state=PostState.SCHEDULED, publish_at=due, written_at=min(due, now))
    return replace(source, published_at=publish_at)


def _with_own(source: Source, own: Fields, zone: tzinfo) -> Source:
    """Add what Byline's own export keeps for itself under `extra.byline`."""
    state = own.text("state")
    if state and state not in list(PostState):
        raise Broken(f"“{state[:40]}” is no state of a post: {', '.join(PostState)}.")
    order = own.take("order")
    source = replace(
        source,
        usernames=tuple(own.words("authors")),
        origin=own.text("source"),
        order=order if isinstance(order, int) else 0,
        cover="" if own.take("cover") is False else source.cover,
    )
    if not state:
        return source
    return replace(
        source,
        state=PostState(state),
        written_at=_moment(own, ("created",), zone) or source.written_at,
        published_at=_moment(own, ("published",), zone),
        publish_at=_moment(own, ("publish_at",), zone),
    )
