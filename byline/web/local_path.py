"""Where to go next: only ever to a path of this site, whatever a link or a form says."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

LONGEST = 2000
_NEVER = re.compile(r"[\x00-\x20\x7f-\x9f\\\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff]")


def local_path(wanted: str | None, default: str = "/") -> str:
    r"""The path and query of `wanted` when it is a path of this site, else `default`.

    Browsers drop tabs and line breaks, read `\\` as `/` and take `//host` for another site, some after decoding once
    more. So everything is refused that could be any of these, raw or percent-encoded, in the path.
    """
    if not wanted or len(wanted) > LONGEST or not _is_path(wanted):
        return default
    path = wanted.partition("#")[0].partition("?")[0]
    decoded = unquote(path, errors="replace")
    if not all(_is_path(text.replace(" ", "")) for text in (decoded, unquote(decoded, errors="replace"))):
        return default
    return wanted


def _is_path(text: str) -> bool:
    if not text.startswith("/") or text.startswith("//") or _NEVER.search(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and "//" not in _normal(parts.path)[:2]


def _normal(path: str) -> str:
    # `/./` and `/../` vanish when a browser resolves the address, which may leave `//` in front.
    kept: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    return "/" + "/".join(kept)
