"""Folders to import, and one word to import them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.importing import Importer
from byline.posts.interchange.outcome import Outcome
from byline.posts.interchange.settling import Wishes

SAMPLE = Path(__file__).parents[2] / "data" / "inside-rust"
WriteFolder = Callable[[Mapping[str, object]], Path]
Bring = Callable[..., Outcome]


def bring_in(
    folder: Path, database: Database, storage: Storage, *, overwrite: bool = False, **wishes: object
) -> Outcome:
    """Import a folder into a database."""
    importer = Importer(database.unit_of_work, storage, overwrite=overwrite)
    asked = Wishes(name=folder.name, **wishes)  # type: ignore[arg-type]
    return importer.carry_out(importer.prepare(Folder.at(folder), asked))


@pytest.fixture
def write_folder(tmp_path: Path) -> WriteFolder:
    """Write files of a folder: `write_folder({"a.md": "# A"})`; the same folder again."""
    root = tmp_path / "blog"

    def write(files: Mapping[str, object]) -> Path:
        for place, content in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else str(content).encode())
        return root

    return write


@pytest.fixture
def bring(database: Database, settings: Settings) -> Bring:
    """Import a folder into the test's database: `bring(folder, hosts=(…))`."""
    storage = Storage(settings.data / "media")

    def run(folder: Path, **wishes: object) -> Outcome:
        return bring_in(folder, database, storage, **wishes)  # type: ignore[arg-type]

    return run
