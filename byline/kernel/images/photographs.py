"""Pictures made of pixels: decoded by Pillow under limits, turned upright, scaled down and encoded again."""

from __future__ import annotations

import io
import threading
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

from byline.kernel.errors import DomainError
from byline.kernel.images import clean
from byline.kernel.images.picture import ACCEPTED, MAX_PIXELS, MAX_WIDTH, Picture, content_type, refuse

# The size is checked here, before a pixel is decoded, with a sentence; Pillow's own check only warns half of the time.
Image.MAX_IMAGE_PIXELS = None

READ_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# A few kilobytes can hold pixels for half a gigabyte. Several at once would take a small server's whole memory.
_ONE_AT_A_TIME = threading.Lock()
MAX_FRAMES = 240
MAX_ANIMATED_PIXELS = 120_000_000
_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
# AVIF takes seconds to write, and a phone's two-picture JPEG (MPO) is a JPEG to everybody else.
_WRITTEN_AS = {"AVIF": "WEBP", "MPO": "JPEG"}
_SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 86, "optimize": True, "progressive": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 86, "method": 3},
    "GIF": {},
}


def made_anew(data: bytes) -> Picture:
    """The picture encoded again without metadata; one that is clean already keeps its bytes, so nothing is lost."""
    with _ONE_AT_A_TIME:
        return _made_anew(opened(data), data)


def _made_anew(image: Image.Image, data: bytes) -> Picture:
    written_as = _WRITTEN_AS.get(image.format or "", image.format or "PNG")
    try:
        if _is_animated(image):
            return _animation(image, data, written_as)
        image.load()
        if image.format == written_as and image.width <= MAX_WIDTH and clean.is_clean(data, written_as):
            return _picture(data, written_as, image.size)
        still = shrunk(plain_colours(upright(image)), MAX_WIDTH)
        return encoded(still, written_as)
    except Exception as failure:
        _refuse_damaged(failure)
        raise


def square(data: bytes, size: int) -> Picture:
    """The middle of the picture's first frame, `size` pixels wide and high."""
    with _ONE_AT_A_TIME:
        return _square(opened(data), size)


def within(data: bytes, width: int, height: int) -> Picture:
    """The picture's first frame, made smaller until it fits into so many pixels."""
    with _ONE_AT_A_TIME:
        return _within(opened(data), width, height)


def _within(image: Image.Image, width: int, height: int) -> Picture:
    try:
        image.load()
        whole = plain_colours(upright(image))
        whole.thumbnail((width, height), Image.Resampling.LANCZOS)
        return encoded(whole, "WEBP")
    except Exception as failure:
        _refuse_damaged(failure)
        raise


def _square(image: Image.Image, size: int) -> Picture:
    try:
        image.load()
        cut = ImageOps.fit(plain_colours(upright(image)), (size, size), Image.Resampling.LANCZOS)
        return encoded(cut, "WEBP")
    except Exception as failure:
        _refuse_damaged(failure)
        raise


def opened(data: bytes) -> Image.Image:
    """The picture's header, read and found small enough; its pixels are not decoded yet."""
    try:
        image = Image.open(io.BytesIO(data), formats=READ_FORMATS)
    except Exception:  # noqa: BLE001  (whatever a decoder raises)
        # The decoders raise a dozen kinds of error on hostile bytes; every one of them means the same here.
        refuse("picture-unknown", f"This is not a picture Byline can read. Send {ACCEPTED}.")
    if image.width * image.height > MAX_PIXELS:
        millions = image.width * image.height / 1_000_000
        refuse(
            "picture-too-large",
            f"The picture has {millions:.0f} megapixels; {MAX_PIXELS // 1_000_000} are the most. Scale it down first.",
        )
    return image


def upright(image: Image.Image) -> Image.Image:
    """Turned and mirrored the way the camera's EXIF note asks."""
    return ImageOps.exif_transpose(image)


def plain_colours(image: Image.Image) -> Image.Image:
    """In sRGB and in a mode that every browser shows; transparency is kept."""
    image = _in_srgb(image)
    if image.mode.startswith(("I", "F")):
        # Sixteen bits (and Pillow's 32-bit view of them) are scaled, because a plain conversion would clip to white.
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if image.mode in ("L", "RGB", "RGBA", "LA"):
        return image
    has_alpha = "transparency" in image.info or image.mode.endswith(("A", "a"))
    return image.convert("RGBA" if has_alpha else "L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    target = "RGB" if image.mode == "CMYK" else image.mode
    if target == "L":
        return image
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, found, ImageCms.createProfile("sRGB"), outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned if turned is not None else image


def shrunk(image: Image.Image, max_width: int) -> Image.Image:
    """At most `max_width` pixels wide, in the same proportions."""
    if image.width <= max_width:
        return image
    height = max(1, round(image.height * max_width / image.width))
    return image.resize((max_width, height), Image.Resampling.LANCZOS, reducing_gap=3)


def encoded(image: Image.Image, written_as: str) -> Picture:
    """The picture written out with nothing but its pixels."""
    if written_as == "JPEG" and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    image.info = {}
    out = io.BytesIO()
    image.save(out, written_as, **_SAVING[written_as])
    return _picture(out.getvalue(), written_as, image.size)


def _is_animated(image: Image.Image) -> bool:
    return image.format in ("GIF", "WEBP", "PNG", "AVIF") and getattr(image, "n_frames", 1) > 1


def _animation(image: Image.Image, data: bytes, written_as: str) -> Picture:
    count = int(getattr(image, "n_frames", 1))
    if count > MAX_FRAMES or count * image.width * image.height > MAX_ANIMATED_PIXELS:
        refuse(
            "picture-too-long", f"The animation is too long: {count} frames at this size. Shorten it or scale it down."
        )
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(shrunk(frame.convert("RGBA"), MAX_WIDTH))
        durations.append(max(20, min(60_000, round(frame.info.get("duration") or 100))))
    if image.format == written_as and image.width <= MAX_WIDTH and clean.is_clean(data, written_as):
        return _picture(data, written_as, image.size)
    loops = image.info.get("loop", 1 if written_as == "GIF" else 0)
    return _animation_encoded(frames, durations, int(loops), written_as)


def _animation_encoded(frames: list[Image.Image], durations: list[int], loops: int, written_as: str) -> Picture:
    for frame in frames:
        frame.info = {}
    options: dict[str, Any] = {"GIF": {"disposal": 2, "optimize": False}, "WEBP": {"quality": 80, "method": 2}}.get(
        written_as, {}
    )
    out = io.BytesIO()
    frames[0].save(out, written_as, save_all=True, append_images=frames[1:], duration=durations, loop=loops, **options)
    return _picture(out.getvalue(), written_as, frames[0].size)


def _picture(data: bytes, written_as: str, size: tuple[int, int]) -> Picture:
    extension = _EXTENSIONS[written_as]
    return Picture(data, extension, content_type(extension), *size)


def _refuse_damaged(failure: Exception) -> None:
    if isinstance(failure, DomainError):
        return
    if "truncated" in str(failure).lower() or isinstance(failure, EOFError):
        refuse("picture-truncated", "The picture is cut off: the end of the file is missing. Send it again.")
    refuse("picture-damaged", "The picture is damaged and cannot be read. Save it again in another program and retry.")
