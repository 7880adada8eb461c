"""From a file to a source: decoded, parted, its front matter understood. No database, no network."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from byline.kernel import text
from byline.posts.interchange import fields, front_matter, moments, own_format
from byline.posts.interchange.fields import Fields
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.front_matter import Broken
from byline.posts.interchange.source import Refused, Source
from byline.posts.models import PostState

LARGEST_FILE_BYTES = 2_000_000
_HEADING = re.compile(
    r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\{#[^}]*\})?[ \t]*(?:\n|\Z)|\A\s*([^\n#>\-\s][^\n]*)\n=+[ \t]*(?:\n|\Z)"
)
_MARKS = re.compile(r"[*_`]|\[([^\]]*)\]\([^)]*\)")
_NUMBERED = re.compile(r"@\d+\Z")
_PAGES = ("index", "_index")
_ABOUT_THE_FOLDER = ("readme", "license", "licence", "changelog", "contributing", "code_of_conduct")


def read(folder: Folder, place: str, *, zone: tzinfo = UTC, now: datetime) -> Source | Refused:
    """The source at a place of the folder, or why it does not come in."""
    if not _is_unicode(place):
        return Refused(place.encode("utf-8", "backslashreplace").decode(), "Its name is not UTF-8.")
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


def _is_unicode(place: str) -> bool:
    return not re.search("[\ud800-\udfff]", place)


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
    source = _said(place, given, written.body, zone)
    if path.stem == "_index":
        source = _section(source, given)
        if not source.body:
            return Refused(place, "It describes a section and has no text of its own.")
    source = _with_state(source, given, now=now, zone=zone)
    source = own_format.applied(source, given, written.body, zone)
    if source.written_at is None and path.stem != "_index":
        source = replace(source, written_at=datetime.fromtimestamp(int(path.stat().st_mtime), UTC))
    return replace(source, rest=given.rest())


def _said(place: str, given: Fields, body: str, zone: tzinfo) -> Source:
    extra = given.table("extra")
    dated, stem = moments.in_name(_stem(place), zone)
    title, body = _title_and_body(given, body, stem)
    address = _address(given)
    return Source(
        place=place,
        title=title,
        body=body.strip("\n"),
        names=tuple(fields.names_of(given.take(*fields.NAMES)) or fields.names_of(extra.take(*fields.NAMES))),
        written_at=fields.moment(given, fields.WRITTEN, zone) or dated or moments.in_path(address, zone),
        changed_at=fields.moment(given, fields.CHANGED, zone),
        slug=_slug(given, address, stem),
        standfirst=given.text(*fields.STANDFIRSTS),
        tags=_tags(given, extra),
        cover=_cover(given, extra),
        address=address,
        aliases=tuple(filter(None, map(tidy_address, given.words(*fields.ALIASES)))),
    )


def _section(source: Source, given: Fields) -> Source:
    """A section's page; its text may be where its theme looked for it."""
    text_of_theme = given.table("extra").text("index_html")
    if source.body:
        return source
    if text_of_theme:
        return replace(source, body=text_of_theme)
    return replace(source, body=source.standfirst, standfirst="")


def _stem(place: str) -> str:
    path = PurePosixPath(place)
    stem = path.parent.name if path.stem in _PAGES and path.parent.name else path.stem
    return _NUMBERED.sub("", stem)


def _title_and_body(given: Fields, body: str, stem: str) -> tuple[str, str]:
    title, heading = given.text("title"), _HEADING.match(body)
    words = _MARKS.sub(r"\1", heading[1] or heading[2]).strip() if heading else ""
    if heading and _same(words, title or words):
        # The page shows its title above the text, so a text that begins with it again would say it twice.
        return title or words, body[heading.end() :]
    if title:
        return title, body
    words = re.sub(r"[-_]+", " ", stem).strip()
    return (words[:1].upper() + words[1:]) or "Untitled", body


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", " ", one).casefold().strip() == re.sub(r"\W+", " ", other).casefold().strip()


def _address(given: Fields) -> str:
    written = given.text(*fields.ADDRESSES)
    # Hugo and Jekyll allow a pattern here, such as /:year/:title/, which only they can fill in.
    return "" if "/:" in written.replace("://", "") else tidy_address(written)


def tidy_address(written: str) -> str:
    """An old address as redirects keep it: its path alone, decoded, without slashes around it."""
    try:
        path = unquote(urlsplit(written.strip()).path, errors="strict")
    except (ValueError, UnicodeDecodeError):
        return ""
    if re.search("[\x00-\x1f\x7f\ud800-\udfff]", path):
        return ""
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _slug(given: Fields, address: str, stem: str) -> str:
    wish = given.text(*fields.SLUGS).strip("/").rpartition("/")[2]
    last = address.rpartition("/")[2]
    return text.slugify(wish or re.sub(r"\.html?\Z", "", last) or stem, "")


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


def _with_state(source: Source, given: Fields, *, now: datetime, zone: tzinfo) -> Source:
    publish_at = fields.moment(given, ("publishdate",), zone)
    is_draft = given.take("draft") is True or given.take("published") is False
    due = publish_at or source.written_at
    if is_draft or "_drafts" in PurePosixPath(source.place).parts:
        return replace(source, state=PostState.DRAFT)
    if due is not None and due > now:
        return replace(source, state=PostState.SCHEDULED, publish_at=due)
    return replace(source, published_at=publish_at)
