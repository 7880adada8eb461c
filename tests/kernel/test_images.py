"""Pictures: real bytes in, clean pictures or one sentence out."""

from __future__ import annotations

import io
import struct
import threading
import time
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from byline.kernel import errors, images
from byline.kernel.images import photographs

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def _bytes(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _photo(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", size, "#f3efe6")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="#b3261e")
    return image.convert(mode)


def _read(picture: images.Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def test_one_picture_at_a_time_is_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    held, most = [], []

    def slowly(image: Image.Image) -> Image.Image:
        held.append(image)
        time.sleep(0.02)
        most.append(len(held))
        held.remove(image)
        return image

    monkeypatch.setattr(photographs, "upright", slowly)
    data = _bytes(_photo(), "PNG", pnginfo=_comment())
    threads = [threading.Thread(target=make, args=(data,)) for make in (images.open_upload, images.square_avatar) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4


def _comment() -> PngInfo:
    words = PngInfo()
    words.add_text("Comment", "Made by nobody")
    return words


def _png(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "extension", "content_type"),
    [
        ("JPEG", "jpg", "image/jpeg"),
        ("PNG", "png", "image/png"),
        ("WEBP", "webp", "image/webp"),
        ("GIF", "gif", "image/gif"),
        ("AVIF", "webp", "image/webp"),
    ],
)
def test_each_kind_comes_out_as_a_kind_browsers_show(kind: str, extension: str, content_type: str) -> None:
    picture = images.open_upload(_bytes(_photo(), kind))

    assert (picture.extension, picture.content_type) == (extension, content_type)
    assert (picture.width, picture.height) == (60, 40) == _read(picture).size


def test_place_and_camera_are_removed_and_the_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Secret Camera", 6
    exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[2] = "N", (48.0, 51.0, 29.9)
    source = _bytes(_photo(), "JPEG", exif=exif.tobytes(), comment=b"home address")
    assert b"Secret Camera" in source

    picture = images.open_upload(source)

    assert (picture.width, picture.height) == (40, 60)
    assert not _read(picture).getexif()
    assert b"Secret Camera" not in picture.data
    assert b"home address" not in picture.data
    corner = _read(picture).convert("RGB").getpixel((38, 2))
    assert isinstance(corner, tuple)
    assert corner[0] > 150 > corner[1]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_exif_and_text_are_removed_from_other_kinds_too(kind: str) -> None:
    exif = Image.Exif()
    exif[MAKE] = "Secret Camera"

    picture = images.open_upload(_bytes(_photo(), kind, exif=exif.tobytes()))

    assert b"Secret Camera" not in picture.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_is_clean_already_keeps_its_bytes(kind: str) -> None:
    first = images.open_upload(_bytes(_photo((90, 50)), kind))

    again = images.open_upload(first.data)

    assert again == first


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_hides_behind_the_end_of_a_picture_does_not_come_along(kind: str) -> None:
    picture = images.open_upload(_bytes(_photo(), kind) + b"<script>alert(1)</script>PK\x03\x04")

    assert b"<script>" not in picture.data
    assert b"PK\x03\x04" not in picture.data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_is_readable_afterwards(mode: str) -> None:
    image = _photo().convert("L").convert("I;16") if mode == "I;16" else _photo(mode=mode)

    picture = images.open_upload(_bytes(image, "PNG"))

    assert _read(picture).mode in ("1", "L", "LA", "P", "RGB", "RGBA")


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped_to_white() -> None:
    grey = Image.new("I;16", (8, 8), 0x8000)

    level = _read(images.open_upload(_bytes(grey, "PNG"))).getpixel((4, 4))

    assert level == pytest.approx(128, abs=2)


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_print_colours_become_screen_colours(mode: str) -> None:
    picture = images.open_upload(_bytes(_photo(mode=mode), "JPEG"))

    assert _read(picture).mode in ("RGB", "L")


def test_transparency_survives_scaling() -> None:
    image = Image.new("RGBA", (3000, 30), (200, 0, 0, 0))

    picture = images.open_upload(_bytes(image, "PNG"))

    assert (picture.width, picture.height) == (2560, 26)
    assert _read(picture).convert("RGBA").getpixel((10, 10)) == (0, 0, 0, 0) or _read(picture).mode == "RGBA"


def test_a_transparent_palette_survives() -> None:
    image = Image.new("P", (10, 10), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])

    picture = images.open_upload(_bytes(image, "PNG", transparency=0))

    assert _read(picture).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_keeps_moving(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    data = _bytes(frames[0], kind, save_all=True, append_images=frames[1:], duration=120, loop=0, comment=b"private")

    picture = images.open_upload(data)

    assert getattr(_read(picture), "n_frames", 1) == 3
    assert b"private" not in picture.data


def test_an_endless_animation_is_refused() -> None:
    frames = [Image.new("L", (4, 4), level % 256) for level in range(300)]
    data = _bytes(frames[0], "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(errors.Invalid, match="frames"):
        images.open_upload(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"hello, this is no picture", "not a picture"),
        (b"<html><body>no</body></html>", "not a picture"),
        (b"%PDF-1.7 something", "not a picture"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "HEIC"),
        (_bytes(_photo((200, 200)), "JPEG")[:900], "cut off"),
        (_bytes(Image.effect_noise((200, 200), 60), "PNG")[:3000], r"cut off|damaged"),
        (_png(10_000, 10_000, b"x"), "100 megapixels"),
        (_png(60_000, 60_000, b"x"), "megapixels"),
        (_png(600, 600, zlib.compress(b"\x00" * 50)), r"cut off|damaged"),
        (_png(600, 600, b"garbage"), "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(errors.Invalid, match=sentence) as refusal:
        images.open_upload(data)

    assert refusal.value.message.endswith(".")
    assert refusal.value.fields == {"file": refusal.value.message}


def test_a_picture_heavier_than_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(errors.Invalid, match="larger than 8 MB"):
        images.open_upload(b"\x89PNG" + b"\x00" * images.MAX_BYTES)


def test_a_small_file_that_would_unpack_to_gigabytes_is_refused() -> None:
    bomb = _png(30_000, 30_000, zlib.compress(b"\x00" * 10_000_000))

    with pytest.raises(errors.Invalid, match="900 megapixels"):
        images.open_upload(bomb)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_garbage_never_gets_further_than_a_sentence(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "AVIF", "nothing"]))
    content = bytearray(b"" if kind == "nothing" else _bytes(_photo((24, 24)), kind))
    for place in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=12)):
        if content:
            content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] + data.draw(st.binary(max_size=40))
    try:
        picture = images.open_upload(bytes(content))
    except errors.Invalid:
        return
    assert _read(picture).size == (picture.width, picture.height)


def test_an_avatar_is_a_square_without_metadata() -> None:
    picture = images.square_avatar(_bytes(_photo((300, 120)), "JPEG", comment=b"private"))

    assert (picture.width, picture.height) == (256, 256) == _read(picture).size
    assert picture.extension == "webp"
    assert b"private" not in picture.data


@pytest.mark.parametrize(
    "data", [b"", b"no", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"x" * (images.MAX_BYTES + 1)]
)
def test_what_cannot_be_an_avatar_is_refused(data: bytes) -> None:
    with pytest.raises(errors.Invalid):
        images.square_avatar(data)
