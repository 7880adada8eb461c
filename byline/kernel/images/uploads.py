"""The door for pictures: tells by the content what a file is and has it made anew."""

from __future__ import annotations

import re

from byline.kernel.images.picture import ACCEPTED, MAX_BYTES, Picture, refuse

_DRAWING = re.compile(rb"<(?:\?xml|!doctype\s+svg|!--|(?:[A-Za-z_][\w.-]*:)?svg[\s>/])", re.IGNORECASE)


def open_upload(data: bytes, *, limit_bytes: int = MAX_BYTES, drop_scripts: bool = False) -> Picture:
    """The picture in `data`, made anew; raises Invalid with a sentence when it is none or is too large.

    `drop_scripts` takes a drawing that carries scripts without them instead of refusing it. Costs up to about a
    second of processor time for 40 megapixels.
    """
    _check_size(data, limit_bytes)
    if looks_like_drawing(data):
        from byline.kernel.images import drawings

        return drawings.rebuilt(data, drop_scripts=drop_scripts)
    # Pillow takes a tenth of a second to import, which a command that shows no picture should not wait for.
    from byline.kernel.images import photographs

    return photographs.made_anew(data)


def open_small(data: bytes, *, width: int, height: int, limit_bytes: int = MAX_BYTES) -> Picture:
    """The first frame of the picture in `data`, made anew to fit into so many pixels; raises Invalid as above.

    A drawing has no pixels and keeps its size.
    """
    _check_size(data, limit_bytes)
    if looks_like_drawing(data):
        from byline.kernel.images import drawings

        return drawings.rebuilt(data)
    from byline.kernel.images import photographs

    return photographs.within(data, width, height)


def looks_like_drawing(data: bytes) -> bool:
    """Whether the content begins like an SVG file, in UTF-8 or UTF-16."""
    start = data[:1024]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\x00", b"")
    return bool(_DRAWING.match(start.removeprefix(b"\xef\xbb\xbf").lstrip()))


def _check_size(data: bytes, limit_bytes: int) -> None:
    if not data:
        refuse("picture-empty", "The file is empty.")
    if len(data) > limit_bytes:
        limit = f"{limit_bytes / 1024 / 1024:.0f} MB"
        refuse("picture-too-heavy", f"The picture is larger than {limit}. Make it smaller and try again.")
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1") and b"avif" not in data[:64]:
        refuse("picture-unknown", f"HEIC pictures cannot be shown by browsers. Save it as {ACCEPTED}.")
