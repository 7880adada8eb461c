"""A text's links and pictures put into the site's own terms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from byline.kernel.text.allowed import ID_PREFIX
from byline.posts.interchange import linking
from byline.posts.interchange.addresses import Addresses, Lost, ToFile, ToSite, ToText
from byline.posts.interchange.anchors import Anchors
from byline.posts.interchange.source import Source

PICTURES = (".png", ".jpg", ".jpeg", ".jpe", ".gif", ".webp", ".avif", ".svg")
STAND_IN = "byline-picture:"
"""Stands for a picture until it is kept and has an address."""


@dataclass(slots=True)
class Translated:
    """A text with the site's addresses. `pictures` gives the file behind each token; `notes` say what stayed."""

    body: str = ""
    cover: str | None = None
    pictures: dict[str, Path] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    """How the text itself called each picture."""
    links: int = 0
    notes: list[str] = field(default_factory=list)


class Translator:
    """Translates the texts of one folder. `where` answers a text's address on this site by its place."""

    def __init__(self, addresses: Addresses, anchors: Anchors, where: Mapping[str, str]) -> None:
        self._addresses = addresses
        self._anchors = anchors
        self._where = where

    def translate(self, source: Source, body: str) -> Translated:
        """The text of a source, with `body` in place of what was found."""
        done = Translated()
        done.body = linking.rewritten(body, self._answer(source, done))
        if source.cover:
            # A cover that is not in the folder is as good as none was named: the first picture stands in.
            found = self._addresses.meaning(source, source.cover)
            done.cover = _token(found.path, source.cover, done) if isinstance(found, ToFile) else None
        elif source.cover == "":
            done.cover = ""
        return done

    def _answer(self, source: Source, done: Translated) -> Callable[[str], str | None]:
        def answer(reference: str) -> str | None:
            if source.is_own and not _is_beside(reference):
                return None
            match self._addresses.meaning(source, reference):
                case ToText(place, fragment):
                    return self._to_text(source, place, fragment, done)
                case ToFile(path):
                    return _token(path, reference, done)
                case ToSite(address):
                    done.notes.append(f"{reference}: completed to {address}.")
                    return address
                case Lost() if not source.is_own:
                    done.notes.append(f"{reference}: nothing in the folder is meant by it; it was left as it is.")
                    return None
                case _:
                    return None

        return answer

    def _to_text(self, source: Source, place: str, fragment: str, done: Translated) -> str | None:
        here = place == source.place
        found = self._anchors.find(place, fragment) if fragment else None
        if fragment and found is None:
            done.notes.append(f"#{fragment}: there is no such heading in {place}.")
        if here:
            return f"#{found}" if found else None
        done.links += 1
        return self._where[place] + (f"#{ID_PREFIX}{found}" if found else "")


def _is_beside(reference: str) -> bool:
    """Whether a reference is to a file near the text: all else in Byline's own files is in the site's terms already."""
    return not re.match(r"[/#@]|[a-zA-Z][a-zA-Z0-9+.-]*:", reference)


def _token(path: Path, reference: str, done: Translated) -> str | None:
    if path.suffix.lower() not in PICTURES:
        done.notes.append(f"{reference}: only pictures are taken in; the link was left as it is.")
        return None
    token = STAND_IN + hashlib.sha256(path.read_bytes()).hexdigest()
    done.pictures[token] = path
    done.written.setdefault(token, reference)
    return token
