"""The folder an import reads: which files are texts, where pictures may lie, and nothing outside of it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import yaml

TEXTS = (".md", ".markdown", ".mdown", ".mkd")
CONFIGURATIONS = (
    "zola.toml",
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "_config.yml",
)
STATIC = ("static", "assets", "public", "images")
_HIDDEN = (".", "_")
_OPEN_UNDERSCORES = ("_posts", "_drafts")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of texts. `root` is what was named, `content` where its texts lie, `site` the host it was shown at."""

    root: Path
    content: Path
    is_site: bool = False
    host: str = ""

    @classmethod
    def at(cls, root: Path) -> Folder:
        """The folder at a path. A whole Zola, Hugo or Jekyll site is known by its configuration."""
        root = root.resolve()
        settings = _settings_of(root)
        if settings is None:
            return cls(root, root)
        content = root / "content"
        address = settings.get("base_url") or settings.get("baseURL") or settings.get("baseurl") or settings.get("url")
        host = urlsplit(str(address or "")).hostname or ""
        return cls(root, content if content.is_dir() else root, True, host)

    def texts(self, missed: Callable[[OSError], None] | None = None) -> Iterator[str]:
        """Every text's place, a path relative to `content` with slashes, in order; `missed` hears of closed folders."""
        for folder, names, files in os.walk(self.content, onerror=missed):
            names[:] = sorted(name for name in names if not name.startswith(_HIDDEN) or name in _OPEN_UNDERSCORES)
            here = Path(folder)
            for name in sorted(files):
                if name.lower().endswith(TEXTS) and not name.startswith("."):
                    yield (here / name).relative_to(self.content).as_posix()

    def file(self, place: str) -> Path | None:
        """The file at a place, None when there is none or a link leads out of the folder."""
        try:
            path = (self.content / place).resolve()
        except (OSError, ValueError, RuntimeError):
            # Links in a circle raise RuntimeError before Python 3.13, OSError since.
            return None
        return path if path.is_relative_to(self.root) and path.is_file() else None

    def beside(self, place: str, reference: str) -> Path | None:
        """The file that a text at `place` means by a relative or rooted reference."""
        if "\x00" in reference:
            return None
        if reference.startswith("/"):
            rooted = reference.lstrip("/")
            roots = [self.root, self.content, *(self.root / name for name in STATIC)]
            return next((found for root in roots if (found := self._inside(root / rooted))), None)
        here = self.content / PurePosixPath(place).parent
        return self._inside(here / reference) or (self._beside_address(place, reference))

    def _beside_address(self, place: str, reference: str) -> Path | None:
        # On the old site `text.md` was shown at `text/`, so its pictures may be named from one level deeper.
        path = PurePosixPath(place)
        return (
            None if path.stem in ("index", "_index") else self._inside(self.content / path.with_suffix("") / reference)
        )

    def _inside(self, path: Path) -> Path | None:
        try:
            found = path.resolve()
            return found if found.is_relative_to(self.root) and found.is_file() else None
        except (OSError, ValueError, RuntimeError):
            return None


def _settings_of(root: Path) -> dict[str, Any] | None:
    for name in CONFIGURATIONS:
        path = root / name
        if not path.is_file() or path.stat().st_size > 1_000_000:
            continue
        try:
            text = path.read_text(encoding="utf-8")
            read = tomllib.loads(text) if name.endswith(".toml") else yaml.safe_load(text)
        except (OSError, ValueError, yaml.YAMLError):
            read = {}
        return read if isinstance(read, dict) else {}
    return None
