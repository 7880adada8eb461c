"""A shelf in memory for what costs time to make: it holds so many bytes, and the least recently read goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Shelf(Generic[Key, Thing]):
    """Things under keys, for all threads of a process."""

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self._things: OrderedDict[Key, tuple[Thing, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Thing | None:
        """What lies under `key`."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key][0]

    def put(self, key: Key, thing: Thing, size_bytes: int) -> None:
        """Lay a thing under `key`, in place of what was there, and make room for it."""
        with self._lock:
            self._remove(key)
            self._things[key] = (thing, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self._room_bytes:
                self._remove(next(iter(self._things)))

    def _remove(self, key: Key) -> None:
        if key in self._things:
            self._bytes -= self._things.pop(key)[1]
