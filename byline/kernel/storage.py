"""Files that belong to the site's content: pictures under DATA/media, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from byline.kernel import errors

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(?:/[a-z0-9][a-z0-9_-]{0,99}){0,5}\.[a-z0-9]{1,8}")
_FULL = {errno.ENOSPC, errno.EDQUOT}


def key_for(data: bytes, extension: str) -> str:
    """The content's own address, `ab/cd/<sha256>.<extension>`: the same bytes are kept once."""
    digest = hashlib.sha256(data).hexdigest()
    return f"{digest[:2]}/{digest[2:4]}/{digest}.{extension}"


def is_key(key: str) -> bool:
    """Whether `key` can name a stored file at all: lower-case words separated by slashes, one extension, no dots."""
    return bool(_KEY.fullmatch(key))


class Storage:
    """A local folder of files under keys. A reader sees a whole file or none, also after a crash."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; on return it survives a power cut. Unavailable when the folder takes nothing.

        A file that is there with these very bytes is left alone.
        """
        path = self.path(key)
        if self._holds(path, data):
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        except OSError as failure:
            raise _unavailable(failure) from failure

    def put_content(self, data: bytes, extension: str) -> str:
        """Keep `data` under its own address and answer that key."""
        key = key_for(data, extension)
        self.put(key, data)
        return key

    def get(self, key: str) -> bytes:
        """The bytes under `key`; NotFound when there are none."""
        try:
            return self.path(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise errors.NotFound("file-unknown", "This file is not here.") from None
        except OSError as failure:
            raise _unavailable(failure) from failure

    def exists(self, key: str) -> bool:
        """Whether a file is kept under `key`."""
        return is_key(key) and self.path(key).is_file()

    def delete(self, key: str) -> None:
        """Forget the file under `key`; nothing happens when there is none."""
        try:
            self.path(key).unlink(missing_ok=True)
        except OSError as failure:
            raise _unavailable(failure) from failure

    def path(self, key: str) -> Path:
        """Where the file under `key` lies or would lie; NotFound for what cannot be a key, such as `../x`."""
        if not is_key(key):
            raise errors.NotFound("file-unknown", "This file is not here.")
        return self.root / key

    def keys(self) -> Iterator[str]:
        """Every key, in no particular order; files under way are left out."""
        for path in self.root.rglob("*"):
            key = path.relative_to(self.root).as_posix()
            if is_key(key) and path.is_file():
                yield key

    @staticmethod
    def _holds(path: Path, data: bytes) -> bool:
        try:
            return path.stat().st_size == len(data) and path.read_bytes() == data
        except OSError:
            return False


def _write_whole(path: Path, data: bytes) -> None:
    # The temporary name is no key, so nobody can ask for a file that is still being written.
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(fresh, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unavailable(failure: OSError) -> errors.Unavailable:
    if failure.errno in _FULL:
        return errors.Unavailable("disk-full", "The site's disk is full, so the file was not kept. Try again later.")
    if failure.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return errors.Unavailable(
            "storage-read-only", "The site may not write its files at the moment, so the file was not kept."
        )
    return errors.Unavailable("storage-failed", "The site could not reach its files. Try again later.")
