"""CSV and JSON lines in pieces, and compressing on the way."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
GZIP = 31
"""What makes zlib write the format of gzip."""


def cell(value: object) -> object:
    """A value as it stands in a CSV.

    Visitors choose paths, referrers and names of events. A text that a spreadsheet would take for a formula gets an
    apostrophe in front, so that it stays a text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, (dict, list)):
        return cell(json.dumps(value, ensure_ascii=False)) if value else ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULAS):
        return f"'{value}"
    return value


def csv_lines(columns: Sequence[str], steps: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """A CSV in UTF-8, a piece for each step, the first one with the columns' names."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    for rows in steps:
        writer.writerows([cell(row.get(name)) for name in columns] for row in rows)
        yield _taken(written)
    left = _taken(written)
    if left:
        yield left


def json_lines(steps: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """One JSON object a line, a piece for each step."""
    for rows in steps:
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def folded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same in gzip."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for piece in pieces:
        block = compressor.compress(piece)
        if block:
            yield block
    yield compressor.flush()


def _taken(written: io.StringIO) -> bytes:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode(errors="replace")
