"""Pictures drawn by rule: landscapes for the posts of the demo. The same scene and seed give the same picture."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from functools import partial

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Size = tuple[int, int]
SMOOTH = 2
"""Drawn this many times larger, then scaled down, so that edges are smooth."""

PALETTES: dict[str, tuple[Colour, Colour, Colour, Colour]] = {
    # Top of the sky, bottom of the sky, the farthest thing, the nearest thing.
    "dawn": ((52, 66, 112), (246, 190, 150), (188, 140, 142), (46, 42, 66)),
    "day": ((96, 150, 190), (226, 234, 226), (150, 178, 180), (38, 66, 70)),
    "dusk": ((34, 36, 74), (226, 128, 96), (132, 82, 106), (28, 24, 44)),
    "night": ((10, 14, 34), (44, 58, 96), (38, 48, 82), (8, 10, 22)),
    "sand": ((198, 178, 150), (244, 226, 196), (222, 184, 138), (128, 80, 52)),
    "snow": ((150, 172, 196), (236, 240, 244), (206, 218, 228), (84, 106, 130)),
    "leaf": ((186, 208, 190), (240, 240, 220), (150, 182, 140), (36, 70, 50)),
    "rain": ((86, 98, 112), (176, 184, 188), (128, 140, 148), (44, 54, 64)),
}


def drawn(scene: str, seed: str, *, size: Size) -> bytes:
    """The scene `shape palette`, such as `hills dusk`, as a JPEG."""
    shape, _, palette = scene.partition(" ")
    large = (size[0] * SMOOTH, size[1] * SMOOTH)
    image = SHAPES[shape](large, PALETTES[palette], random.Random(f"{scene}/{seed}"))  # noqa: S311  (not a secret)
    out = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=88, optimize=True, progressive=True)
    return out.getvalue()


def _between(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _sky(size: Size, top: Colour, bottom: Colour) -> Image.Image:
    column = Image.new("RGB", (1, 256))
    for row in range(256):
        column.putpixel((0, row), _between(top, bottom, row / 255))
    return column.resize(size, Image.Resampling.BICUBIC)


def _sun(image: Image.Image, at: tuple[float, float], radius: float, colour: Colour) -> None:
    x, y = at[0] * image.width, at[1] * image.height
    size = radius * image.height
    glow = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(glow)
    for share in (3.2, 2.2, 1.5):
        reach = size * share
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=round(64 / share))
    glow = glow.resize((image.width // 8, image.height // 8)).filter(ImageFilter.GaussianBlur(image.height / 130))
    image.paste(colour, (0, 0), glow.resize(image.size, Image.Resampling.BICUBIC))
    ImageDraw.Draw(image).ellipse((x - size, y - size, x + size, y + size), fill=colour)


def _ridge(chance: random.Random, width: int, roughness: float) -> Callable[[float], float]:
    """A line of hills: heights from -1 to 1 along the width, made of waves that get shorter and lower."""
    waves = [
        (chance.uniform(0.6, 1.4) * 2**octave, chance.uniform(0, math.tau), roughness**octave) for octave in range(7)
    ]
    whole = sum(height for _, _, height in waves)
    return lambda x: sum(h * math.sin(math.tau * f * x / width + p) for f, p, h in waves) / whole


def _land(image: Image.Image, height_at: Callable[[float], float], level: float, swing: float, colour: Colour) -> None:
    step = 4
    line = [(x, (level + swing * height_at(x)) * image.height) for x in range(0, image.width + step, step)]
    ImageDraw.Draw(image).polygon([(0, image.height), *line, (image.width, image.height)], fill=colour)


def _hills(size: Size, colours: tuple[Colour, Colour, Colour, Colour], chance: random.Random) -> Image.Image:
    top, bottom, far, near = colours
    image = _sky(size, top, bottom)
    _sun(image, (chance.uniform(0.2, 0.8), chance.uniform(0.28, 0.42)), 0.05, _between(bottom, (255, 255, 250), 0.7))
    layers = 6
    for layer in range(layers):
        share = layer / (layers - 1)
        ridge = _ridge(chance, size[0], 0.5)
        _land(image, ridge, 0.48 + 0.42 * share, 0.13 - 0.04 * share, _between(far, near, share**1.2))
    return image


def _sea(size: Size, colours: tuple[Colour, Colour, Colour, Colour], chance: random.Random) -> Image.Image:
    top, bottom, far, near = colours
    image = _sky(size, top, bottom)
    at = chance.uniform(0.3, 0.7)
    light = _between(bottom, (255, 255, 250), 0.7)
    _sun(image, (at, 0.44), 0.07, light)
    horizon = round(size[1] * 0.56)
    water = _sky((size[0], size[1] - horizon), _between(far, bottom, 0.25), near)
    image.paste(water, (0, horizon))
    pen = ImageDraw.Draw(image)
    for _ in range(260):
        depth = chance.random() ** 1.7
        y = horizon + depth * (size[1] - horizon)
        x = at * size[0] + chance.gauss(0, 0.02 + 0.1 * depth) * size[0]
        half = (0.006 + 0.03 * depth) * size[0] * chance.uniform(0.4, 1)
        thick = max(2, round((0.001 + 0.004 * depth) * size[1]))
        pen.line((x - half, y, x + half, y), fill=_between(near, light, 0.75 - 0.4 * depth), width=thick)
    _land(image, _ridge(chance, size[0], 0.55), 0.99, 0.05, _between(near, (0, 0, 0), 0.35))
    return image


def _stars(size: Size, colours: tuple[Colour, Colour, Colour, Colour], chance: random.Random) -> Image.Image:
    top, bottom, far, near = colours
    image = _sky(size, top, bottom)
    pen = ImageDraw.Draw(image)
    tilt = chance.uniform(-0.4, 0.4)
    for number in range(1400):
        x = chance.random()
        y = chance.random() * 0.85 if number % 3 else 0.32 + tilt * (x - 0.5) + chance.gauss(0, 0.07)
        glow = chance.random() ** 3
        radius = (0.0006 + 0.0014 * glow) * size[1] * 1.4
        colour = _between(bottom, (255, 250, 236), 0.35 + 0.65 * glow)
        at_x, at_y = x * size[0], y * size[1]
        pen.ellipse((at_x - radius, at_y - radius, at_x + radius, at_y + radius), fill=colour)
    for share in (0.0, 0.5, 1.0):
        _land(image, _ridge(chance, size[0], 0.5), 0.76 + 0.16 * share, 0.09, _between(far, near, 0.4 + 0.6 * share))
    return image


def _city(size: Size, colours: tuple[Colour, Colour, Colour, Colour], chance: random.Random) -> Image.Image:
    top, bottom, far, near = colours
    image = _sky(size, top, bottom)
    _sun(image, (chance.uniform(0.15, 0.85), 0.3), 0.045, _between(bottom, (255, 255, 250), 0.6))
    for layer in range(4):
        _row_of_houses(image, layer / 3, _between(far, near, (layer / 3) ** 1.1), chance)
    return image


def _row_of_houses(image: Image.Image, share: float, colour: Colour, chance: random.Random) -> None:
    pen, x = ImageDraw.Draw(image), -20.0
    while x < image.width:
        width = image.width * chance.uniform(0.025, 0.06) * (0.7 + 0.6 * share)
        roof = image.height * (0.42 + 0.3 * share + chance.uniform(-0.12, 0.08))
        pen.rectangle((x, roof, x + width, image.height), fill=colour)
        if chance.random() < 0.25:
            pen.line((x + width / 2, roof, x + width / 2, roof - image.height * 0.05), fill=colour, width=5)
        if share > 0.3:
            _windows(pen, (x, roof, width, image.height), share, chance)
        x += width * chance.uniform(0.98, 1.12)


def _windows(
    pen: ImageDraw.ImageDraw, house: tuple[float, float, float, float], share: float, chance: random.Random
) -> None:
    x, roof, width, ground = house
    cell = ground * 0.02 * (0.6 + 0.6 * share)
    lit = (250, 214, 140)
    for column in range(1, int(width / cell) - 1, 2):
        for row in range(1, int((ground - roof) / cell), 2):
            if chance.random() < 0.22:
                left, above = x + column * cell, roof + row * cell
                pen.rectangle((left, above, left + cell * 0.7, above + cell * 0.8), fill=lit)


def _height(ridge: Callable[[float], float], level: float, x: float) -> float:
    return level + 0.05 * ridge(x)


def _trees(size: Size, colours: tuple[Colour, Colour, Colour, Colour], chance: random.Random) -> Image.Image:
    top, bottom, far, near = colours
    image = _sky(size, top, bottom)
    _sun(image, (chance.uniform(0.3, 0.7), 0.3), 0.06, _between(bottom, (255, 255, 250), 0.7))
    for layer in range(5):
        share = layer / 4
        colour = _between(far, near, share)
        ridge = _ridge(chance, size[0], 0.45)
        level = 0.55 + 0.36 * share
        _land(image, ridge, level, 0.05, colour)
        _row_of_firs(image, partial(_height, ridge, level), share, colour, chance)
    return image


def _row_of_firs(
    image: Image.Image, ground: Callable[[float], float], share: float, colour: Colour, chance: random.Random
) -> None:
    pen, x = ImageDraw.Draw(image), 0.0
    while x < image.width:
        tall = image.height * (0.07 + 0.16 * share) * chance.uniform(0.6, 1.15)
        foot = ground(x) * image.height + tall * 0.12
        wide = tall * 0.2
        for part in range(4):
            above = foot - tall + part * tall * 0.2
            half = wide * (0.45 + 0.28 * part)
            pen.polygon([(x, above), (x - half, above + tall * 0.42), (x + half, above + tall * 0.42)], fill=colour)
        x += wide * chance.uniform(1.1, 2.6)


def _rain(size: Size, colours: tuple[Colour, Colour, Colour, Colour], chance: random.Random) -> Image.Image:
    image = _city(size, colours, chance)
    image = image.filter(ImageFilter.GaussianBlur(size[1] / 140))
    streaks = Image.new("L", size, 0)
    pen = ImageDraw.Draw(streaks)
    for _ in range(900):
        x, y = chance.random() * size[0] * 1.1, chance.random() * size[1]
        long = chance.uniform(0.02, 0.07) * size[1]
        pen.line((x, y, x - long * 0.18, y + long), fill=chance.randrange(30, 120), width=3)
    return ImageChops.screen(image, Image.merge("RGB", (streaks, streaks, streaks)))


def _tiles(size: Size, colours: tuple[Colour, Colour, Colour, Colour], chance: random.Random) -> Image.Image:
    image = _sky(size, colours[1], colours[1])
    pen = ImageDraw.Draw(image)
    side = size[1] // 6
    for left in range(0, size[0], side):
        for above in range(0, size[1], side):
            ground, figure = chance.sample(colours, 2)
            pen.rectangle((left, above, left + side, above + side), fill=ground)
            turn = chance.choice((0, 90, 180, 270))
            box = {
                0: (left, above, left + 2 * side, above + 2 * side),
                90: (left - side, above, left + side, above + 2 * side),
                180: (left - side, above - side, left + side, above + side),
                270: (left, above - side, left + 2 * side, above + side),
            }[turn]
            tile = Image.new("RGB", (side, side), ground)
            shifted = tuple(value - (left if at % 2 == 0 else above) for at, value in enumerate(box))
            ImageDraw.Draw(tile).ellipse(shifted, fill=figure)
            image.paste(tile, (left, above))
    return image


SHAPES: dict[str, Callable[[Size, tuple[Colour, Colour, Colour, Colour], random.Random], Image.Image]] = {
    "hills": _hills,
    "sea": _sea,
    "stars": _stars,
    "city": _city,
    "trees": _trees,
    "rain": _rain,
    "tiles": _tiles,
}
