"""Faces of members: an uploaded picture cut square, or one drawn from the name."""

from __future__ import annotations

import hashlib
from html import escape

from byline.kernel.images.picture import MAX_BYTES, Picture, refuse
from byline.kernel.images.uploads import looks_like_drawing

# Ground, two shapes, and the colour of the letters: every letter colour has a contrast of at least 4.5 to all three.
PALETTES: tuple[tuple[str, str, str, str], ...] = (
    ("#7a2e1f", "#8f3d24", "#6a2a2a", "#fff4e6"),
    ("#8a3b12", "#9a4a17", "#73301a", "#fff6ea"),
    ("#6b3a16", "#7d4a1a", "#5a3322", "#fdf1df"),
    ("#5c4a14", "#6b5a1a", "#4d4420", "#fdf6dc"),
    ("#3f5226", "#4f602a", "#34472f", "#f6f8e6"),
    ("#27533f", "#2f6349", "#24463d", "#ecf9ef"),
    ("#1f4f55", "#28606a", "#21434d", "#e8f7f6"),
    ("#2d4263", "#385075", "#2a3655", "#edf2fb"),
    ("#4a3a67", "#594679", "#3d3359", "#f5effb"),
    ("#6a2f55", "#7b3a62", "#582a4c", "#fdeef6"),
    ("#7d2840", "#90344c", "#68263a", "#ffeef0"),
    ("#4f423a", "#5f5046", "#423833", "#faf3ec"),
)
SIDE = 256


def square_avatar(data: bytes, size: int = SIDE, *, limit_bytes: int = MAX_BYTES) -> Picture:
    """The middle of an uploaded picture as a square of `size` pixels; raises Invalid with a sentence."""
    if looks_like_drawing(data):
        refuse("avatar-drawing", "A drawing cannot be a profile picture. Send a JPEG, PNG, WebP, GIF or AVIF.")
    if not data or len(data) > limit_bytes:
        from byline.kernel.images.uploads import open_upload

        open_upload(data, limit_bytes=limit_bytes)
    # As in uploads: Pillow is only imported where a picture is at hand.
    from byline.kernel.images import photographs

    return photographs.square(data, size)


def generated_avatar(seed: str, initials: str) -> str:
    """An SVG for whoever has no picture: the same for the same seed and initials, calm, readable at 24 pixels."""
    digest = hashlib.sha256(seed.casefold().encode()).digest()
    ground, first, second, ink = PALETTES[digest[0] % len(PALETTES)]
    shapes = _SHAPES[digest[1] % len(_SHAPES)].format(
        first=first, second=second, turn=digest[2] % 8 * 45, a=60 + digest[3] % 90, b=150 + digest[4] % 70
    )
    letters = escape(initials.strip()[:2].upper())
    size = 104 if len(letters) > 1 else 124
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" fill="{ground}"/>{shapes}'
        f'<text x="128" y="128" dy=".36em" fill="{ink}" font-family="system-ui, -apple-system, \'Segoe UI\', '
        f'Roboto, \'Noto Sans\', sans-serif" font-size="{size}" font-weight="600" text-anchor="middle">'
        f"{letters}</text></svg>"
    )


_TURNED = '<g transform="rotate({turn} 128 128)">'
_SHAPES: tuple[str, ...] = (
    _TURNED + '<circle cx="{a}" cy="40" r="120" fill="{first}"/><circle cx="{b}" cy="220" r="96" fill="{second}"/></g>',
    _TURNED + '<path d="M-80 {a}h416v70h-416z" fill="{first}"/><path d="M-80 {b}h416v180h-416z" fill="{second}"/></g>',
    _TURNED + '<path d="M-90 {b}C40 60 150 {b} 350 {a}V400H-90z" fill="{first}"/>'
    '<path d="M-90 230C60 150 160 270 350 190V400H-90z" fill="{second}"/></g>',
    _TURNED + '<circle cx="128" cy="128" r="{a}" fill="{second}"/><path d="M128-60v376h220v-376z" fill="{first}"/></g>',
    _TURNED + '<path d="M-60 {a}L{b} -60H-60z" fill="{first}"/><path d="M316 {b}L{a} 316H316z" fill="{second}"/></g>',
)
