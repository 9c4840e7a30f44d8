"""The contact sheet: a row for each shot with its first, middle and last picture, and how it joins the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from stitcher.media.files import atomic_write, disk_errors
from stitcher.pictures.exact_frames import ExactPictures, Rgb, fitted, mirrored
from stitcher.pictures.laid_pictures import LaidPictures
from stitcher.pictures.looked import with_look
from stitcher.pictures.stills import StillPictures
from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.title_page import plain_page
from stitcher.pictures.titles import draw_title
from stitcher.pictures.typeface import load_font
from stitcher.pictures.wave import Wave, draw_strip, strip_height
from stitcher.timebase import FrameRange, format_decimal, format_rate, format_timecode
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import PictureOverlay, StillPicture, Title, Transition

ROWS = 12
"""Shots in one column."""
COLUMNS = 4
"""Columns on one page at most; a longer film goes on on further pages."""

_GROUND, _PANEL, _RULE = (17, 19, 23), (27, 30, 36), (52, 57, 66)
_TEXT, _SOFT, _DIM = (236, 238, 242), (170, 176, 186), (116, 123, 135)
_CUT, _MATCH, _BLEND = (150, 158, 170), (240, 184, 92), (104, 176, 232)
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_THUMB_WIDTH = 264
_TALLEST_THUMB = 300
_GAP, _MARGIN, _LABEL, _SEAM, _CAPTION, _HEAD = 10, 28, 190, 34, 22, 92


Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a picture, as shares of its sides."""
Window = Callable[[Item, int], Box]
"""What of the film's picture is seen in a deliverable, by shot and frame of its source clock."""


def contact_sheet(
    timeline: Timeline, path: Path | str, wave: Wave | None = None, window: Window | None = None
) -> tuple[Path, ...]:
    """Draw the sheet as PNG files and return their paths: `path`, then `path` with `-2`, `-3` … for more pages.

    Each page is written whole or not at all, one after the other, so memory does not grow with the film. Pictures
    are shown as their sources have them, fitted into the film's frame, with what lies over them and without effects.
    Above those of a page stands what is heard with them, where the `wave` of the film's mix is given. Where a `window`
    is given that is not all of a picture, what lies outside of it is dark, and nothing lies over the picture, as that
    has its place in the window. Raises `MediaError` for a source that cannot be decoded, `OutputError` or `DiskFull`.
    """
    target = Path(path)
    per_page = ROWS * COLUMNS
    starts = range(0, max(1, len(timeline.items)), per_page)
    pages = []
    for number, start in enumerate(starts, 1):
        page = target if number == 1 else target.with_name(f"{target.stem}-{number}{target.suffix}")
        image = _page(
            timeline, start, min(start + per_page, len(timeline.items)), (number, len(starts)), wave, window
        )
        with atomic_write(page) as temp, disk_errors(page):
            image.save(temp, "PNG", compress_level=4)
        pages.append(page)
    return tuple(pages)


@dataclass(frozen=True)
class _Grid:
    """Where everything goes on a page, in pixels."""

    thumb: tuple[int, int]
    rows: int
    columns: int
    head: int = _HEAD
    window: Window | None = None

    @classmethod
    def of(cls, timeline: Timeline, shots: int, strip: int) -> _Grid:
        width = _THUMB_WIDTH
        height = max(8, round(Fraction(width * timeline.height, timeline.width)))
        if height > _TALLEST_THUMB:
            width = max(8, round(Fraction(_TALLEST_THUMB * timeline.width, timeline.height)))
            height = _TALLEST_THUMB
        return cls((width, height), min(ROWS, max(1, shots)), max(1, -(-shots // ROWS)), _HEAD + strip)

    @property
    def column(self) -> int:
        return _LABEL + 3 * (self.thumb[0] + _GAP) + _GAP

    @property
    def row(self) -> int:
        return self.thumb[1] + _CAPTION + 2 * _GAP + _SEAM

    @property
    def page(self) -> tuple[int, int]:
        width = 2 * _MARGIN + self.columns * self.column + (self.columns - 1) * _MARGIN
        return width, self.head + self.rows * self.row + _MARGIN

    def place(self, index: int) -> tuple[int, int]:
        """Upper left corner of the panel of the page's shot `index`."""
        column, row = divmod(index, self.rows)
        return _MARGIN + column * (self.column + _MARGIN), self.head + row * self.row


def _page(
    timeline: Timeline,
    start: int,
    stop: int,
    number: tuple[int, int],
    wave: Wave | None,
    window: Window | None,
) -> Any:
    from PIL import Image, ImageDraw

    shown = _frames_of(timeline, start, stop)
    grid = _Grid.of(timeline, stop - start, strip_height(timeline, shown) if wave is not None else 0)
    grid = replace(grid, window=window)
    image = Image.new("RGB", grid.page, _GROUND)
    draw = ImageDraw.Draw(image)
    _head(draw, timeline, grid, number)
    if wave is not None and shown:
        box = (_MARGIN, _HEAD, grid.page[0] - _MARGIN, grid.head)
        draw_strip(draw, timeline, wave, shown=shown, box=box, label=_LABEL)
    joins = zip_longest(timeline.items[start:stop], timeline.transitions[start:stop])
    for index, (item, join) in enumerate(joins):
        if item is None:
            break
        left, top = grid.place(index)
        _row(image, draw, timeline, grid=grid, corner=(left, top), number=start + index, item=item)
        if join is not None:
            _seam(draw, grid, (left, top + grid.row - _SEAM), join)
    return image


def _frames_of(timeline: Timeline, start: int, stop: int) -> FrameRange:
    """The frames of the film that the shots from `start` to `stop` fill."""
    items = timeline.items[start:stop]
    return FrameRange(items[0].record_start, items[-1].record_range.stop) if items else FrameRange(0, 0)


def _head(draw: Any, timeline: Timeline, grid: _Grid, number: tuple[int, int]) -> None:
    length = format_timecode(timeline.frames, timeline.rate)
    details = [
        f"{len(timeline.items)} shot{'s' * (len(timeline.items) != 1)}",
        f"{length}  ({timeline.frames} frames)",
        f"{timeline.width}×{timeline.height}",
        f"{format_rate(timeline.rate)} fps",
    ]
    details += (str(fade) for fade in timeline.fades if not fade.shot)
    details += (f"over it {one.name}" for one in timeline.overlays)
    if number[1] > 1:
        details.append(f"page {number[0]} of {number[1]}")
    room = grid.page[0] - 2 * _MARGIN
    font = load_font(None, 27)
    draw.text((_MARGIN, 20), ellipsized(timeline.title, font, room), fill=_TEXT, font=font)
    draw.text((_MARGIN, 56), "   ·   ".join(details), fill=_DIM, font=load_font(None, 15))


def _row(
    image: Any,
    draw: Any,
    timeline: Timeline,
    grid: _Grid,
    corner: tuple[int, int],
    number: int,
    item: Item,
) -> None:
    left, top = corner
    wide, tall = grid.thumb
    bottom = top + grid.row - _SEAM
    draw.rounded_rectangle((left, top, left + grid.column, bottom), radius=8, fill=_PANEL)
    draw.text((left + 14, top + 10), f"{number + 1:03}", fill=_DIM, font=load_font(None, 13))
    large, small = load_font(None, 19), load_font(None, 13)
    draw.text((left + 14, top + 28), ellipsized(item.shot, large, _LABEL - 24), fill=_TEXT, font=large)
    seconds = format_decimal(Fraction(len(item.source_range)) / timeline.rate, 2)
    lines = [f"{seconds} s  ·  {len(item.source_range)} f", *_remarks(timeline, item)]
    for line, text in enumerate(lines[: max(1, (tall + _CAPTION - 46) // 19)]):
        draw.text(
            (left + 14, top + 58 + 19 * line), ellipsized(text, small, _LABEL - 24), fill=_SOFT, font=small
        )
    for column, (frame, picture) in enumerate(_pictures(timeline, grid, item)):
        x, y = left + _LABEL + column * (wide + _GAP), top + _GAP
        draw.rectangle((x - 1, y - 1, x + wide, y + tall), outline=_RULE)
        _paste(image, picture, (x, y))
        record = timeline.start_frame + item.record_start + frame
        draw.text((x, y + tall + 5), format_timecode(record, timeline.rate), fill=_SOFT, font=small)
        number_of_source = f"{item.retiming.source_frame(item.source_range.start + frame)} f"
        draw.text((x + wide, y + tall + 5), number_of_source, fill=_DIM, font=small, anchor="ra")


def _remarks(timeline: Timeline, item: Item) -> Iterator[str]:
    if isinstance(item.source, StillPicture):
        yield item.source.name
        if item.source.zoom != 1:
            yield f"zoom {item.source.zoom:g}"
        if item.source.pan is not None:
            yield f"pan {item.source.pan}"
    else:
        yield "title" if item.clip is None else item.clip.name
    yield from _changes(item)
    for effect in item.effects:
        yield effect.name
    for fade in timeline.fades:
        if fade.shot == item.shot:
            yield str(fade)
    if texts := sum(isinstance(one, Title) for one in item.overlays):
        yield f"{texts} lower third{'s' * (texts != 1)}"
    yield from (f"over it {one.name}" for one in item.overlays if isinstance(one, PictureOverlay))


def _changes(item: Item) -> Iterator[str]:
    if item.speed != 1:
        yield f"speed {format_decimal(item.speed, 3)}"
    if item.retiming.changes:
        yield str(item.retiming)
    if item.look.changes:
        yield str(item.look)
    if item.flip is not None:
        yield f"flip {item.flip}"


def _pictures(timeline: Timeline, grid: _Grid, item: Item) -> Iterator[tuple[int, Rgb]]:
    """First, middle and last frame of an item, counted from its first, with their pictures at thumbnail size."""
    last = len(item.source_range) - 1
    picture, laid = _picture_of(timeline, grid, item), LaidPictures(timeline, grid.thumb)
    for frame in (0, last // 2, last):
        shown = picture(frame)
        window = _WHOLE if grid.window is None else grid.window(item, item.source_range.start + frame)
        if window == _WHOLE:
            shown = laid.over_film(laid.over_shot(shown, item, frame), item.record_start + frame)
        else:
            shown = _dark_outside(shown, window)
        yield frame, shown


def _dark_outside(picture: Rgb, window: Box) -> Rgb:
    """A picture in which only what is seen through a window has its light, with a line around it."""
    from PIL import Image, ImageDraw

    high, wide = picture.shape[:2]
    sides = zip(window, (wide, high, wide, high), strict=True)
    left, top, right, bottom = (round(share * side) for share, side in sides)
    dark = picture // 4
    dark[top:bottom, left:right] = picture[top:bottom, left:right]
    image = Image.fromarray(dark)
    ImageDraw.Draw(image).rectangle((left, top, right - 1, bottom - 1), outline=_MATCH)
    return np.array(image)


def _picture_of(timeline: Timeline, grid: _Grid, item: Item) -> Callable[[int], Rgb]:
    """The pictures of an item, by frame from its first, at thumbnail size."""
    source, first = item.source, item.source_range.start
    if isinstance(source, StillPicture):
        still = with_look(StillPictures(source, grid.thumb, item.fit).at, item.look)
        return lambda frame: mirrored(still(frame), item.flip)
    if isinstance(source, Title):
        page = plain_page(timeline.width, timeline.height)
        return lambda frame: fitted(draw_title(source, page, first + frame)[..., :3], grid.thumb, "pad")
    exact = ExactPictures(source, timeline.rate, item.speed, item.matrix, item.retiming)
    focus = item.focus.mirrored(item.flip)
    shown = with_look(lambda frame: exact.at(first + frame), item.look)

    def framed(frame: int) -> Rgb:
        return mirrored(fitted(shown(frame), grid.thumb, item.fit, focus.at(first + frame)), item.flip)

    return framed


def _paste(image: Any, picture: Rgb, corner: tuple[int, int]) -> None:
    from PIL import Image

    image.paste(Image.fromarray(picture), corner)


def _seam(draw: Any, grid: _Grid, corner: tuple[int, int], join: Transition) -> None:
    left, top = corner
    words = str(join)
    colour = _BLEND if join.kind.overlaps else _MATCH if join.kind.drops_repeats else _CUT
    middle, centre = top + _SEAM // 2, left + _LABEL + grid.thumb[0] * 3 // 2
    font = load_font(None, 13)
    half = int(font.getlength(words) / 2) + 14
    draw.line((left + 14, middle, centre - half - 8, middle), fill=_RULE)
    draw.line((centre + half + 8, middle, left + grid.column - 14, middle), fill=_RULE)
    draw.rounded_rectangle((centre - half, middle - 11, centre + half, middle + 11), 11, outline=colour)
    draw.text((centre, middle), words, fill=colour, font=font, anchor="mm")
