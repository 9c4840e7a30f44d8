"""Titles drawn in Python: text never reaches a filter graph. Pictures are `(height, width, 4)` uint8 RGBA,
straight alpha.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import InputError
from stitcher.pictures.title_page import Page
from stitcher.pictures.typeface import cap_height, check_glyphs, load_font
from stitcher.timeline.picture import Title

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

Rgba = NDArray[np.uint8]

_MOST_LETTERS = 5000
_LEAST_CAP = 1 / 144
"""Of a page's unit: smaller text cannot be read."""
_CARD_SHARE = (0.84, 0.80)
_THIRD_SHARE = (0.80, 0.30)
_THIRD_FOOT = 0.09
_THIRD_INSET = 0.07
_LEADING = 1.55
"""Distance of base lines, in cap heights times this, plus a little for descenders."""
_TRACKING_EM = 0.025
_BAND = 0.62


def check_title(title: Title, page: Page) -> None:
    """Raise `InputError` when a title cannot be drawn on a page: its font, a letter the font lacks, a colour, its
    length.
    """
    _letters(title, page)
    parsed_colour(title.colour)
    parsed_colour(title.background)


def draw_title(title: Title, page: Page, frame: int) -> Rgba:
    """Picture `frame` (0 to `title.frames - 1`) of a title on a page.

    A card is opaque and its text fades on its ground; a lower third is transparent but for its band and text,
    which fade together. Raises `InputError` as `check_title` does, and `IndexError` outside the title.
    """
    if not 0 <= frame < title.frames:
        raise IndexError(f"a title of {title.frames} frames has no frame {frame}")
    return _drawn(title, page).at(_presence(title, frame))


def title_frames(title: Title, page: Page) -> Iterator[Rgba]:
    """Every picture of a title in order. The text is set once; a picture that does not change is the same array,
    which is read-only. Raises `InputError` as `check_title` does.
    """
    drawn = _drawn(title, page)
    last: tuple[float, Rgba] | None = None
    for frame in range(title.frames):
        presence = _presence(title, frame)
        if last is None or last[0] != presence:
            last = (presence, drawn.at(presence))
        yield last[1]


def _presence(title: Title, frame: int) -> float:
    # The fades leave out both 0 and 1: no frame of a fade is spent on showing nothing or everything.
    rising = (frame + 1) / (title.fade_in_frames + 1) if frame < title.fade_in_frames else 1.0
    left = title.frames - frame
    falling = left / (title.fade_out_frames + 1) if left <= title.fade_out_frames else 1.0
    return min(rising, falling)


@dataclass(frozen=True)
class _Drawn:
    """A title set in type: its ground and how much of each pixel the letters cover."""

    ground: tuple[int, int, int]
    ink: tuple[int, int, int]
    letters: NDArray[np.uint8]
    """Of the whole picture, 255 where a letter covers the pixel."""
    rows: slice
    """Where anything but the ground is."""
    band: NDArray[np.float32] | None
    """Opacity, column by column, of the ground behind a lower third; `None` for a card, whose ground is solid."""

    def at(self, presence: float) -> Rgba:
        height, width = self.letters.shape
        picture = np.zeros((height, width, 4), np.uint8)
        ground, ink = np.array(self.ground, np.float32), np.array(self.ink, np.float32)
        part = picture[self.rows]
        if self.band is None:
            picture[:] = (*self.ground, 255)
            share = np.linspace(0, presence, 256, dtype=np.float32)[:, None]
            part[..., :3] = (ground + (ink - ground) * share + 0.5).astype(np.uint8)[self.letters[self.rows]]
        else:
            letters = self.letters[self.rows].astype(np.float32) * np.float32(presence / 255)
            alpha = letters + self.band * np.float32(presence) * (1 - letters)
            share = np.divide(letters, alpha, out=np.zeros_like(letters), where=alpha > 0)[..., None]
            part[..., :3] = (ground + (ink - ground) * share + 0.5).astype(np.uint8)
            part[..., 3] = (alpha * 255 + 0.5).astype(np.uint8)
        picture.flags.writeable = False
        return picture


@lru_cache(maxsize=4)
def _drawn(title: Title, page: Page) -> _Drawn:
    letters, top, bottom = _letters(title, page)
    band = None
    margin = round(page.unit * (0.032 if title.kind == "lower_third" else 0.2))
    if title.kind == "lower_third":
        # The band thins out to the right, so that it does not cut the picture in two.
        fall = 1 - np.clip((np.linspace(0, 1, page.width) - 0.55) / 0.45, 0, 1) ** 2
        band = (_BAND * fall).astype(np.float32)
    rows = slice(max(0, top - margin), min(page.height, bottom + margin))
    return _Drawn(parsed_colour(title.background), parsed_colour(title.colour), letters, rows=rows, band=band)


def parsed_colour(written: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour as written. Raises `InputError` for none."""
    from PIL import ImageColor

    try:
        return ImageColor.getrgb(written)[:3]
    except ValueError as exc:
        raise InputError(f"{written!r} is not a colour; write one such as #ffcc00.") from exc


def _clean(title: Title) -> list[str]:
    if len(title.text) > _MOST_LETTERS:
        raise InputError(
            f"A title of {len(title.text)} letters cannot be read on a screen; {_MOST_LETTERS} is the most."
        )
    text = unicodedata.normalize("NFC", title.text.replace("\t", " "))
    lines = [
        " ".join("".join(letter for letter in line if unicodedata.category(letter) != "Cc").split())
        for line in text.strip("\n").splitlines()
    ]
    if not any(lines):
        raise InputError("A title has no text; write some, or leave the title out.")
    return lines


def _letters(title: Title, page: Page) -> tuple[NDArray[np.uint8], int, int]:
    """How much of each pixel the letters cover, and the first and last row of the block of text."""
    from PIL import Image, ImageDraw

    if title.kind == "card" and not title.text.strip():
        return np.zeros((page.height, page.width), np.uint8), 0, 0
    paragraphs = _clean(title)
    check_glyphs(title.font, "".join(paragraphs), f"The title {_short(title.text)}")
    room_x, room_y = _room(title, page)
    unit = cap_height(title.font)
    cap, least = max(title.size * page.unit, 1.0), max(page.unit * _LEAST_CAP, 1.0)
    while True:
        font = load_font(title.font, cap / unit)
        tracking = _tracking(title, paragraphs, font.size)
        set_so = [_greedy(paragraph.split(), font, tracking, room_x) for paragraph in paragraphs]
        lines = [line for paragraph in set_so for line in paragraph]
        step = cap * _LEADING + font.size * 0.12
        tall = step * (len(lines) - 1) + cap
        wide = max(_length(line, font, tracking) for line in lines)
        if wide <= room_x and tall <= room_y:
            break
        if cap <= least:
            raise InputError(
                f"The title {_short(title.text)} does not fit on a picture of {page.seen[0]}x{page.seen[1]}; "
                "make it shorter."
            )
        # Text is as high as the square of its letters; far from what fits, it is approached in few steps.
        near = 1.1 * min((room_y / tall) ** 0.5, room_x / wide)
        cap = max(least, cap * min(0.94, near))
    lines = [line for paragraph in set_so for line in _evened(paragraph, font, tracking, room_x)]
    sheet = Image.new("L", (page.width, page.height), 0)
    draw = ImageDraw.Draw(sheet)
    if title.kind == "card":
        # The eye takes the middle to be a little above the half.
        base = page.top + (page.seen[1] - tall) * 0.49 + cap
    else:
        foot = max(_THIRD_FOOT, page.margins[2])
        base = page.top + page.seen[1] * (1 - foot) - step * (len(lines) - 1)
    top = base - cap
    for line in lines:
        if title.kind == "card":
            left = (page.width - _length(line, font, tracking)) / 2
        else:
            left = page.left + page.seen[0] * _third_inset(page)
        _set(draw, line, left, base=base, font=font, tracking=tracking)
        base += step
    return np.asarray(sheet), int(top), int(base - step + cap * 0.3)


def _room(title: Title, page: Page) -> tuple[float, float]:
    """Width and height that a block of text may have."""
    top, right, bottom, left = page.margins
    if title.kind == "card":
        # In the middle of the picture, so that the larger of two margins counts on both sides.
        share_x = min(_CARD_SHARE[0], 1 - 2 * max(left, right))
        share_y = min(_CARD_SHARE[1], 1 - 2 * max(top, bottom))
    else:
        share_x = min(_THIRD_SHARE[0], 1 - _third_inset(page) - right)
        share_y = _THIRD_SHARE[1]
    return page.seen[0] * share_x, page.seen[1] * share_y


def _third_inset(page: Page) -> float:
    return max(_THIRD_INSET, page.margins[3])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= 40 else line[:39] + "…")


def _tracking(title: Title, lines: list[str], size: float) -> float:
    # Letters are set apart only where each stands alone; joined scripts and combining marks would fall apart.
    simple = all(
        letter.isascii() or unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
        for line in lines
        for letter in line
        if letter.isalpha()
    )
    marks = any(unicodedata.combining(letter) for line in lines for letter in line)
    return size * _TRACKING_EM if simple and not marks and title.kind == "card" else 0.0


def _length(line: str, font: FreeTypeFont, tracking: float) -> float:
    return float(font.getlength(line)) + tracking * max(0, len(line) - 1)


def _evened(lines: list[str], font: FreeTypeFont, tracking: float, room: float) -> list[str]:
    """As many lines of the same words, of about equal width: no word is left alone on the last one."""
    words = " ".join(lines).split()
    if len(lines) > 1:
        low, high = room / len(lines), room
        for _ in range(8):
            middle = (low + high) / 2
            tried = _greedy(words, font, tracking, middle)
            if len(tried) > len(lines) or max(_length(line, font, tracking) for line in tried) > room:
                low = middle
            else:
                high, lines = middle, tried
    return lines


def _greedy(words: list[str], font: FreeTypeFont, tracking: float, room: float) -> list[str]:
    """Lines no wider than `room` where words allow."""
    lines = words[:1] or [""]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if _length(longer, font, tracking) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _set(draw: Any, line: str, left: float, base: float, font: FreeTypeFont, tracking: float) -> None:
    if not tracking:
        draw.text((left, base), line, fill=255, font=font, anchor="ls")
        return
    for index, letter in enumerate(line):
        # Measured from the start of the line, so that kerning with the letter before is kept.
        before = float(font.getlength(line[: index + 1])) - float(font.getlength(letter))
        draw.text((left + before + tracking * index, base), letter, fill=255, font=font, anchor="ls")
