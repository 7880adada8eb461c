"""Storage: whole files or none, and no way out of the folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.kernel import errors, storage

KEY = "ab/cd/" + "a" * 64 + ".png"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_can_be_read_back(tmp_path: Path) -> None:
    store = storage.Storage(tmp_path)

    key = store.put_content(b"picture", "png")

    assert key == storage.key_for(b"picture", "png")
    assert store.exists(key)
    assert store.get(key) == b"picture"
    assert list(store.keys()) == [key]


def test_the_same_bytes_are_kept_once_and_other_bytes_replace_them(tmp_path: Path) -> None:
    store = storage.Storage(tmp_path)
    store.put(KEY, b"one")
    before = store.path(KEY).stat().st_mtime_ns

    store.put(KEY, b"one")
    assert store.path(KEY).stat().st_mtime_ns == before

    store.put(KEY, b"two")
    assert store.get(KEY) == b"two"


def test_deleting_twice_does_no_harm(tmp_path: Path) -> None:
    store = storage.Storage(tmp_path)
    store.put(KEY, b"x")

    store.delete(KEY)
    store.delete(KEY)

    assert not store.exists(KEY)
    with pytest.raises(errors.NotFound):
        store.get(KEY)


@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "../x.png", "a/../../x.png", "/etc/passwd", "a//b.png", "a/b", "A/b.png", "a/b.png/", "a\\b.png",
     "a/b.png\x00", "a/b.png\n", ".hidden.png", "a/.b.png", "a/b..png", "ä/b.png", "x" * 200 + ".png"],
)  # fmt: skip
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    store = storage.Storage(tmp_path / "media")

    assert not store.exists(key)
    with pytest.raises(errors.NotFound):
        store.put(key, b"x")
    assert not _files(tmp_path)


@given(st.text(alphabet="a/.-_\\\x00Z~ %", max_size=20))
def test_every_accepted_key_stays_inside(key: str) -> None:
    root = Path("/srv/media")
    if storage.is_key(key):
        path = Path(os.path.normpath(storage.Storage(root).path(key)))
        assert path.is_relative_to(root)
        assert path != root


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk-full"), (errno.EROFS, "storage-read-only"), (errno.EIO, "storage-failed")],
)
def test_a_full_or_read_only_disk_says_so_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    store = storage.Storage(tmp_path)

    def fail(_handle: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(errors.Unavailable) as refusal:
        store.put(KEY, b"x" * 100_000)

    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")
    assert not _files(tmp_path)


def test_the_old_file_stays_when_its_replacement_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = storage.Storage(tmp_path)
    store.put(KEY, b"old")

    def fail(_from: object, _to: object) -> None:
        raise OSError(errno.ENOSPC, "no")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(errors.Unavailable, match="full"):
        store.put(KEY, b"new")

    assert store.get(KEY) == b"old"
    assert len(_files(tmp_path)) == 1
