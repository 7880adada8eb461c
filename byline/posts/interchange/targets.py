"""Where an export goes: a folder or a ZIP archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

# Pictures are compressed already; trying again would only cost time.
_STORED = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_ALWAYS = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """Files below a folder."""

    root: Path

    def put(self, place: str, data: bytes) -> None:
        """Keep a file at a place, a path with slashes."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@dataclass(frozen=True, slots=True)
class ZipTarget:
    """Files in a ZIP archive, each place once."""

    archive: zipfile.ZipFile
    places: set[str] = field(default_factory=set)

    def put(self, place: str, data: bytes) -> None:
        """Keep a file at a place, a path with slashes. The same place again is left alone."""
        if place in self.places:
            return
        self.places.add(place)
        entry = zipfile.ZipInfo(place, date_time=_ALWAYS)
        entry.external_attr = 0o644 << 16
        entry.compress_type = zipfile.ZIP_STORED if place.endswith(_STORED) else zipfile.ZIP_DEFLATED
        self.archive.writestr(entry, data)
