"""Whether a picture's file holds pixels and nothing else, so that it may stay as it is.

Encoding a JPEG again costs quality each time. A file made only of the parts below has nothing to lose: no EXIF, no
comments, no colour profile, no thumbnail, nothing behind its end.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

# start of frame (baseline, extended, progressive), tables, restart interval, start of scan
_JPEG_MARKERS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xDA}
_PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"}
_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}


def is_clean(data: bytes, written_as: str) -> bool:
    """True if every part of the file is needed to show it; False also for a file that is built strangely."""
    try:
        return _CHECKS[written_as](data)
    except (IndexError, struct.error):
        return False


def _jpeg(data: bytes) -> bool:
    if data[:2] != b"\xff\xd8":
        return False
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2 == len(data)
        length = struct.unpack_from(">H", data, at + 2)[0]
        if marker == 0xE0:
            if data[at + 4 : at + 9] != b"JFIF\x00" or length != 16:
                return False
        elif marker not in _JPEG_MARKERS or (marker in (0xC0, 0xC1, 0xC2) and data[at + 9] not in (1, 3)):
            return False
        at += 2 + length
        if marker == 0xDA:
            at = _end_of_scan(data, at)
    return False


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError("The scan has no end.")
        # A zero byte or a restart mark after FF belongs to the scan.
        if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _png(data: bytes) -> bool:
    at = 8
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name not in _PNG_CHUNKS:
            return False
        if name == b"IHDR" and data[at + 16] > 8:
            return False
        at += 12 + int(length)
        if name == b"IEND":
            return at == len(data)
    return False


def _webp(data: bytes) -> bool:
    if struct.unpack_from("<I", data, 4)[0] + 8 != len(data):
        return False
    at = 12
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        if name not in _WEBP_CHUNKS:
            return False
        at += 8 + int(length) + int(length) % 2
    return at == len(data)


def _gif(data: bytes) -> bool:
    at = 13 + _palette_bytes(data[10])
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            at = _after_blocks(data, at + 11 + _palette_bytes(data[at + 9]))
        elif data[at : at + 2] == b"\x21\xf9" or data[at : at + 14] == b"\x21\xff\x0bNETSCAPE2.0":
            at = _after_blocks(data, at + 2)
        else:
            return False
    return at + 1 == len(data)


def _palette_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


_CHECKS: dict[str, Callable[[bytes], bool]] = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "GIF": _gif}
