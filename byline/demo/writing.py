"""The demo's posts laid out as a folder that the importer reads: dates counted back from now, pictures drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import tomli_w

from byline.demo import people, scenes
from byline.posts.interchange import front_matter
from byline.posts.interchange.author_map import AuthorMap, Known
from byline.posts.interchange.author_names import key
from byline.posts.interchange.settling import Wishes

CONTENT = Path(__file__).parent / "content"
PICTURE_SIZE = (1600, 900)


def wishes() -> Wishes:
    """The names in the front matter are names of the demo's people."""
    known: dict[str, tuple[Known, ...]] = {
        key(person.name): (Known(username=person.username),) for person in people.everyone()
    }
    return Wishes(name="demo", known=AuthorMap(known))


def lay_out(root: Path, now: datetime, step: Callable[[int, int], None]) -> None:
    """Write every text below `root` with its date, and the pictures it shows beside it.

    In the texts' front matter `age` is the number of days before `now`, below zero for one that is still to come;
    `pictures` names a scene for each file.
    """
    texts = [(path, front_matter.parted(path.read_text(encoding="utf-8"))) for path in sorted(CONTENT.rglob("*.md"))]
    whole = sum(len(parted.fields.get("pictures", {})) for _, parted in texts)
    done = 0
    for path, parted in texts:
        folder = root / path.relative_to(CONTENT).with_suffix("")
        folder.mkdir(parents=True)
        for _ in _pictures(folder, parted.fields):
            done += 1
            step(done, whole)
        fields = _dated(parted.fields, now)
        (folder / "index.md").write_text(f"+++\n{tomli_w.dumps(fields)}+++\n{parted.body}", encoding="utf-8")


def _pictures(folder: Path, fields: dict[str, Any]) -> Iterator[Path]:
    for name, scene in fields.get("pictures", {}).items():
        path = folder / name
        path.write_bytes(scenes.drawn(scene, f"{folder.name}/{name}", size=PICTURE_SIZE))
        yield path


def _dated(fields: dict[str, Any], now: datetime) -> dict[str, Any]:
    kept = {name: value for name, value in fields.items() if name not in ("age", "pictures")}
    return kept | {"date": (now - timedelta(days=fields["age"])).replace(microsecond=0)}
