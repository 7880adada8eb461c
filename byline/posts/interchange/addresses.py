"""What a reference in one text means: another text of the folder, a file of it, or something outside."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from byline.posts.interchange import linking
from byline.posts.interchange.folder import TEXTS, Folder
from byline.posts.interchange.reading import tidy_address
from byline.posts.interchange.source import Source

_ENDINGS = ("", ".html", ".htm", "/index.html", "/index.htm")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_BARE_HOST = re.compile(
    r"(?:www\.[\w-]+\.[a-z]{2,}|(?:[\w-]+\.)+(?:com|org|net|io|dev|app|rs|edu|gov))(?:[/?#:]|\Z)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ToText:
    """Another text (or the same one), at its place in the folder, and the heading meant."""

    place: str
    fragment: str


@dataclass(frozen=True, slots=True)
class ToFile:
    """A file of the folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class ToSite:
    """An address outside, completed where the author left out `https://`."""

    address: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Meant to be inside of the folder, but nothing is there."""


Meaning = ToText | ToFile | ToSite | Lost | None


class Addresses:
    """Every address under which the texts of a folder are known: their files, their old addresses, their aliases."""

    def __init__(self, folder: Folder, sources: Sequence[Source], hosts: Iterable[str] = ()) -> None:
        self._folder = folder
        self._places = {source.place: source for source in sources}
        self._by_address: dict[str, str] = {}
        for source in sources:
            for address in old_addresses(source, folder):
                self._by_address.setdefault(address, source.place)
        self._by_lowered = {address.lower(): place for address, place in reversed(self._by_address.items())}
        self.hosts = frozenset(hosts) or self._likely_hosts(sources)

    def meaning(self, source: Source, reference: str) -> Meaning:
        """What a reference in a source means; None for what is none of the folder's business, such as `mailto:`."""
        try:
            parts = urlsplit(reference.strip())
        except ValueError:
            return None
        if reference.startswith("#"):
            return ToText(source.place, unquote(parts.fragment))
        if reference.startswith("@/"):
            return self._at_place(unquote(parts.path[2:]), parts) or self._elsewhere(_shown_at(parts.path[2:]), parts)
        if parts.netloc or _SCHEME.match(reference):
            return self._absolute(parts)
        return self._relative(source, parts) if parts.path else None

    def _absolute(self, parts: SplitResult) -> Meaning:
        if parts.scheme not in ("http", "https", "") or (parts.hostname or "") not in self.hosts:
            return None
        return self._at_address(unquote(parts.path), parts)

    def _relative(self, source: Source, parts: SplitResult) -> Meaning:
        path = unquote(parts.path)
        here = posixpath.dirname(source.place)
        if not path.startswith("/") and (found := self._at_place(posixpath.join(here, path), parts)):
            return found
        if file := self._folder.beside(source.place, path):
            return ToFile(file)
        address = source.address or posixpath.splitext(source.place)[0].removesuffix("/index")
        # A browser takes the last part away or not, depending on whether the old site ended it with a slash.
        for start in (address, posixpath.dirname(address)):
            below = posixpath.normpath(posixpath.join("/", start, path))
            if meaning := self._at_address(below, parts):
                return meaning
        if named := self._named(path, parts):
            return named
        if _BARE_HOST.match(path):
            return ToSite(f"https://{parts.geturl()}")
        return self._elsewhere(posixpath.normpath(posixpath.join("/", address, path)), parts)

    def _at_address(self, path: str, parts: SplitResult) -> ToText | ToFile | None:
        """The text that used to be at an address, or the file that used to be beside it."""
        if place := self._known(tidy_address(path)):
            return ToText(place, unquote(parts.fragment))
        folder, _, name = path.rpartition("/")
        place = self._known(tidy_address(folder)) if name else None
        file = self._folder.beside(place, name) if place else None
        return ToFile(file) if file else None

    def _elsewhere(self, path: str, parts: SplitResult) -> ToSite | Lost:
        """An address of the old site that is not in the folder: it is still there, if anywhere."""
        if not self.hosts:
            return Lost()
        host = self._folder.host or min(self.hosts)
        kept = "/" if path != "/" and parts.path.endswith("/") else ""
        return ToSite(urlunsplit(("https", host, quote(path) + kept, parts.query, parts.fragment)))

    def _at_place(self, place: str, parts: SplitResult) -> ToText | None:
        """The text at a place, also where the folder is only a part of what the place is counted from."""
        names = [name for name in posixpath.normpath(place).split("/") if name not in ("", ".")]
        for first in range(len(names) if names[:1] != [".."] else 0):
            rest = "/".join(names[first:])
            for candidate in (rest, *(f"{rest}{kind}" for kind in TEXTS), f"{rest}/index.md", f"{rest}/_index.md"):
                if candidate in self._places and (first == 0 or names[:first] == self._above(first)):
                    return ToText(candidate, unquote(parts.fragment))
        return None

    def _named(self, path: str, parts: SplitResult) -> ToText | None:
        """The one text with a file name, wherever it lies: Hugo's references work like that."""
        if "/" in path or not path.endswith(TEXTS):
            return None
        found = [place for place in self._places if posixpath.basename(place) == path]
        return ToText(found[0], unquote(parts.fragment)) if len(found) == 1 else None

    def _above(self, count: int) -> list[str]:
        return list(self._folder.content.parts[-count:])

    def _known(self, address: str) -> str | None:
        for ending in _ENDINGS:
            bare = address.removesuffix(ending) if ending else address
            if bare and (place := self._by_address.get(bare) or self._by_lowered.get(bare.lower())):
                return place
        return None

    def _likely_hosts(self, sources: Sequence[Source]) -> frozenset[str]:
        """The hosts whose addresses in these texts are addresses of these texts: that is where they used to live."""
        if self._folder.host:
            return frozenset({self._folder.host, f"www.{self._folder.host}", self._folder.host.removeprefix("www.")})
        counted: Counter[str] = Counter()
        for source in sources:
            for spot in linking.spots(source.body) if "://" in source.body and not source.is_own else ():
                host, path = _host_and_path(spot.reference)
                # A short path such as `about` is on every site; three parts or more are nobody else's.
                if host and path.count("/") >= 2 and self._known(path):
                    counted[host] += 1
        return frozenset(host for host, _ in counted.most_common(1))


def _shown_at(place: str) -> str:
    """Where Zola shows the text at a place."""
    path = PurePosixPath("/", unquote(place))
    return f"{path.parent if path.stem in ('index', '_index') else path.with_suffix('')}/"


def _host_and_path(reference: str) -> tuple[str, str]:
    try:
        parts = urlsplit(reference)
        return (parts.hostname or "", tidy_address(parts.path)) if parts.scheme in ("http", "https") else ("", "")
    except ValueError:
        return "", ""


def old_addresses(source: Source, folder: Folder) -> tuple[str, ...]:
    """The addresses a text had before, without slashes around them: what its front matter says, then its place.

    The place counts only for a whole site, where it says how the address was made.
    """
    said = tuple(filter(None, (source.address, *source.aliases)))
    return tuple(dict.fromkeys(said + (_from_place(source) if folder.is_site else ())))


def _from_place(source: Source) -> tuple[str, ...]:
    path = PurePosixPath(source.place)
    if path.stem == "_index":
        return tuple(filter(None, ("" if str(path.parent) == "." else str(path.parent),)))
    if "_posts" in path.parts:
        # Jekyll's default: /2020/01/02/title.html.
        dated = re.match(r"(\d{4})-(\d{2})-(\d{2})-(.+)", path.stem)
        return (f"{dated[1]}/{dated[2]}/{dated[3]}/{dated[4]}.html",) if dated and not source.address else ()
    if source.address:
        return ()
    folder = path.parent.parent if path.stem == "index" else path.parent
    return (tidy_address(f"{'' if str(folder) == '.' else folder}/{source.slug}"),)
