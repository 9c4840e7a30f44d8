"""Pictures drawn for animatics: the card of a shot that has no picture yet, and the strip with its data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.typeface import load_font

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_PAPER, _INK, _PALE = (232, 228, 218), (38, 40, 46), (150, 148, 142)
_FADE_FRAMES = 8
"""The strip comes and goes: the first and the last picture are without it, because the next take starts there."""


def draw_card(label: str, prompt: str, size: tuple[int, int]) -> Image:
    """A storyboard card: a frame with a horizon of its own for every prompt, and the words under it. RGB."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    width, height = size
    card = Pillow.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(card)
    margin = max(4, round(height * 0.06))
    foot = round(height * 0.30)
    left, top, right, bottom = margin, margin, width - margin, height - foot
    line = max(1, round(height / 240))
    seed = hashlib.sha256(f"{label}\n{prompt}".encode()).digest()
    _sketch(card, (left, top, right, bottom), seed)
    draw.rectangle((left, top, right, bottom), outline=_INK, width=line)
    # Thirds, as on a viewfinder, so that a camera move can be seen against something.
    for third in (1, 2):
        across = left + (right - left) * third // 3
        down = top + (bottom - top) * third // 3
        draw.line((across, top, across, bottom), fill=_PALE, width=line)
        draw.line((left, down, right, down), fill=_PALE, width=line)
    heading, body = _font(height * 0.055), _font(height * 0.042)
    draw.text((left, bottom + margin * 0.5), label, font=heading, fill=_INK)
    foot_line = bottom + margin * 0.5 + heading.size * 1.5
    for text in _wrapped(prompt, body, right - left)[:3]:
        draw.text((left, foot_line), text, font=body, fill=_INK)
        foot_line += body.size * 1.3
    return card


def _sketch(card: Image, box: tuple[int, int, int, int], seed: bytes) -> None:
    from PIL import ImageDraw

    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    sky = tuple(170 + part % 60 for part in seed[0:3])
    ground = tuple(90 + part % 70 for part in seed[3:6])
    draw = ImageDraw.Draw(card)
    horizon = top + high * (45 + seed[6] % 25) // 100
    draw.rectangle((left, top, right, bottom), fill=sky)
    draw.rectangle((left, horizon, right, bottom), fill=ground)
    for number in range(3):
        at = left + wide * (10 + seed[7 + number] * 80 // 256) // 100
        tall = high * (12 + seed[10 + number] % 30) // 100
        half = max(2, tall * (20 + seed[13 + number] % 40) // 100)
        shade = tuple(max(0, part - 30 - 12 * number) for part in ground)
        draw.polygon(((at - half, horizon), (at, max(top, horizon - tall)), (at + half, horizon)), fill=shade)
    sun = max(2, high // 14)
    at, down = left + wide * (seed[16] % 80 + 10) // 100, top + high * (seed[17] % 25 + 10) // 100
    draw.ellipse((at - sun, down - sun, at + sun, down + sun), fill=(244, 238, 214))


class Strip:
    """The burnt-in data of a take: shot, prompt and frame number, on a band along the foot of the picture."""

    def __init__(self, label: str, prompt: str, size: tuple[int, int], frames: int) -> None:
        """`size` is the picture's width and height."""
        self.width = size[0]
        self.height = max(20, round(size[1] * 0.075)) // 2 * 2
        self.top = size[1] - self.height
        self._frames = frames
        self._font = _font(self.height * 0.46)
        self._inset = max(4, round(self.height * 0.35))
        self._still = self._set(label, prompt)

    def rows(self) -> Iterator[bytes]:
        """The strip for every frame of the take: `(height, width, 4)` uint8 RGBA, straight alpha."""
        for number in range(self._frames):
            yield self.at(number).tobytes()

    def at(self, number: int) -> Image:
        """The strip of one frame. RGBA."""
        from PIL import Image as Pillow
        from PIL import ImageDraw

        presence = min(1.0, number / _FADE_FRAMES, (self._frames - 1 - number) / _FADE_FRAMES)
        if presence <= 0:
            return Pillow.new("RGBA", (self.width, self.height), (0, 0, 0, 0))
        strip = self._still.copy()
        ImageDraw.Draw(strip).text(
            (self.width - self._inset, self.height / 2),
            f"{number:04}",
            font=self._font,
            fill=(255, 255, 255, 255),
            anchor="rm",
        )
        if presence < 1:
            pixels = np.array(strip)
            pixels[..., 3] = (pixels[..., 3] * presence).astype(np.uint8)
            strip = Pillow.fromarray(pixels)
        return strip

    def _set(self, label: str, prompt: str) -> Image:
        from PIL import Image as Pillow
        from PIL import ImageDraw

        strip = Pillow.new("RGBA", (self.width, self.height), (0, 0, 0, 150))
        draw = ImageDraw.Draw(strip)
        middle = self.height / 2
        draw.text((self._inset, middle), label, font=self._font, fill=(255, 214, 120, 255), anchor="lm")
        begin = self._inset * 2 + self._font.getlength(label)
        counter = self._font.getlength("00000") + self._inset * 2
        text = ellipsized(prompt, self._font, self.width - begin - counter)
        draw.text((begin, middle), text, font=self._font, fill=(255, 255, 255, 255), anchor="lm")
        return strip


def _font(size: float) -> FreeTypeFont:
    return load_font(None, max(6.0, size))


def _wrapped(text: str, font: FreeTypeFont, room: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text[:600].split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            lines.append(line)
            line = ellipsized(word, font, room)
        else:
            line = longer
    return [*lines, ellipsized(line, font, room)] if line else lines
