"""Titles drawn in Python: text never reaches a filter graph. Pictures are `(height, width, 4)` uint8 RGBA,
straight alpha.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import InputError
from stitcher.pictures.title_page import Page
from stitcher.pictures.title_place import TitlePlace
from stitcher.pictures.title_setting import TitleSetting, title_setting
from stitcher.timeline.picture import TextShadow, Title

Rgba = NDArray[np.uint8]

_BAND = 0.62
_BAND_MARGIN = 0.032


def check_title(title: Title, page: Page) -> None:
    """Raise `InputError` when a title cannot be drawn on a page: its font, a letter the font lacks, a colour, its
    length.
    """
    title_setting(title, page)
    around = [one.colour for one in (title.outline, title.shadow) if one is not None]
    for colour in (title.colour, *around, *([] if title.background is None else [title.background])):
        parsed_colour(colour)


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
    """A title set in type: its ground, and its letters with what is around them."""

    ground: tuple[int, int, int] | None
    """`None` for no ground at all."""
    size: tuple[int, int]
    """Height and width of the whole picture."""
    rows: slice
    """Where anything but the ground is."""
    ink: NDArray[np.float32]
    """Colour of letters, outline and shadow in those rows; of one pixel where it is the same everywhere."""
    cover: NDArray[np.float32]
    """How much of each pixel of those rows they cover, 0 to 1."""
    band: NDArray[np.float32] | None
    """Opacity in those rows of the ground behind a lower third; `None` for a card, whose ground is solid."""

    def at(self, presence: float) -> Rgba:
        picture = np.zeros((*self.size, 4), np.uint8)
        ground = np.array(self.ground or (0, 0, 0), np.float32)
        part = picture[self.rows]
        letters = self.cover * np.float32(presence)
        if self.band is None:
            picture[:] = (*(self.ground or (0, 0, 0)), 255)
            share = letters[..., None]
        else:
            alpha = letters + self.band * np.float32(presence) * (1 - letters)
            share = np.divide(letters, alpha, out=np.zeros_like(letters), where=alpha > 0)[..., None]
            part[..., 3] = (alpha * 255 + 0.5).astype(np.uint8)
        part[..., :3] = (ground + (self.ink - ground) * share + 0.5).astype(np.uint8)
        picture.flags.writeable = False
        return picture


@lru_cache(maxsize=4)
def _drawn(title: Title, page: Page) -> _Drawn:
    background = None if title.background is None else parsed_colour(title.background)
    size, third = (page.height, page.width), title.kind == "lower_third"
    setting = title_setting(title, page)
    if setting is None:
        nothing = np.zeros((0, page.width), np.float32)
        return _Drawn(background, size, slice(0, 0), np.zeros((1, 1, 3), np.float32), nothing, band=None)
    layers = _layers(title, setting, page)
    inked = np.flatnonzero(np.logical_or.reduce([layer.cover.any(axis=1) for layer in layers]))
    margin = round(page.unit * _BAND_MARGIN)
    top, bottom = max(0, int(setting.top) - margin), min(page.height, int(setting.bottom) + margin)
    first, last = min([top, *inked[:1]]), max([bottom, *(inked[-1:] + 1)])
    rows = slice(int(first), int(last))
    ink, cover = _laid_over([_Layer(one.colour, one.cover[rows], one.opacity) for one in layers])
    band = None
    if third:
        band = np.zeros(cover.shape, np.float32)
        if background is not None:
            band[top - rows.start : bottom - rows.start] = _band(setting.place, page.width)
    return _Drawn(background, size, rows, ink, cover, band)


def _band(place: TitlePlace, width: int) -> NDArray[np.float32]:
    """Opacity, column by column, of the ground behind a lower third: it thins out away from the text, so that it does
    not cut the picture in two."""
    across = np.linspace(0, 1, width)
    away = {0.0: across, 1.0: 1 - across}.get(place.held[0], np.abs(2 * across - 1))
    fall: NDArray[np.float32] = (_BAND * (1 - np.clip((away - 0.55) / 0.45, 0, 1) ** 2)).astype(np.float32)
    return fall


@dataclass(frozen=True)
class _Layer:
    """Pixels of one colour: letters, a line around them, or their shadow."""

    colour: tuple[int, int, int]
    cover: NDArray[np.uint8]
    """255 where it covers the pixel."""
    opacity: float = 1.0


def _layers(title: Title, setting: TitleSetting, page: Page) -> list[_Layer]:
    """What is drawn, the lowest first."""
    letters, layers = _mask(setting, page), []
    widest = letters
    if title.outline is not None:
        widest = _mask(setting, page, title.outline.width * setting.cap)
        layers.append(_Layer(parsed_colour(title.outline.colour), widest))
    if title.shadow is not None:
        thrown = _thrown(widest, title.shadow, setting.cap)
        layers.insert(0, _Layer(parsed_colour(title.shadow.colour), thrown, title.shadow.opacity))
    return [*layers, _Layer(parsed_colour(title.colour), letters)]


def _mask(setting: TitleSetting, page: Page, stroke: float = 0.0) -> NDArray[np.uint8]:
    """How much of each pixel the lines cover, `stroke` pixels wider on all sides."""
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (page.width, page.height), 0)
    draw = ImageDraw.Draw(sheet)
    for line, at in zip(setting.lines, setting.points, strict=True):
        setting.lettering.draw(draw, line, at, stroke)
    return np.asarray(sheet)


def _thrown(mask: NDArray[np.uint8], shadow: TextShadow, cap: float) -> NDArray[np.uint8]:
    from PIL import Image, ImageFilter

    moved = (1.0, 0.0, -shadow.x * cap, 0.0, 1.0, -shadow.y * cap)
    image = Image.fromarray(mask)
    image = image.transform(image.size, Image.Transform.AFFINE, moved, Image.Resampling.BILINEAR)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(shadow.blur * cap / 2)))


def _laid_over(layers: list[_Layer]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The colour of layers laid over one another, and how much they cover."""
    covers = [layer.cover.astype(np.float32) * np.float32(layer.opacity / 255) for layer in layers]
    if len(layers) == 1:
        return np.array(layers[0].colour, np.float32)[None, None], covers[0]
    shape = covers[0].shape
    ink, total = np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32)
    for layer, cover in zip(layers, covers, strict=True):
        ink += (np.array(layer.colour, np.float32) - ink) * cover[..., None]
        total += cover * (1 - total)
    solid = np.divide(ink, total[..., None], out=np.zeros_like(ink), where=total[..., None] > 0)
    return solid, total


def parsed_colour(written: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour as written. Raises `InputError` for none."""
    from PIL import ImageColor

    try:
        return ImageColor.getrgb(written)[:3]
    except ValueError as exc:
        raise InputError(f"{written!r} is not a colour; write one such as #ffcc00.") from exc
