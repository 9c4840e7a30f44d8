"""A picture of how a shot joins the one before: the clips' own frames above, those of the film below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stitcher.errors import InputError
from stitcher.media.clip import Clip
from stitcher.media.files import atomic_write, disk_errors
from stitcher.pictures.exact_frames import ExactPictures, fitted, mirrored
from stitcher.pictures.looked import with_look
from stitcher.pictures.typeface import load_font
from stitcher.timeline.model import Item, Timeline

_GROUND, _TEXT, _SOFT, _TWICE = (17, 19, 23), (236, 238, 242), (170, 176, 186), (240, 184, 92)
_WIDTH, _GAP, _LABEL, _HEAD = 300, 10, 24, 40


def seam_picture(timeline: Timeline, shot: str, path: Path) -> None:
    """Draw it as a PNG: two frames of each shot around the join. Frames that the film drops as doubled have a frame
    around them.

    Raises `InputError` for a shot that none comes before, for a blend, or where one of the two is no clip,
    `MediaError`, `OutputError` and `DiskFull`.
    """
    from PIL import Image, ImageDraw

    number = next((n for n, item in enumerate(timeline.items) if item.shot == shot), 0)
    earlier, later = timeline.items[number - 1], timeline.items[number]
    if number == 0 or not isinstance(earlier.source, Clip) or not isinstance(later.source, Clip):
        raise InputError(f"{shot!r} has no seam to be shown: it takes two clips, one after the other.")
    join = timeline.transitions[number - 1]
    if join.frames:
        raise InputError(
            f"{shot!r} comes in with a {join.kind.name}; seams are shown where clips are cut together."
        )
    stop, start = earlier.source_range.stop, later.source_range.start
    doubled = {stop + n for n in range(join.dropped_frames)}
    height = round(_WIDTH * timeline.height / timeline.width)
    row = _HEAD + height + _LABEL
    image = Image.new("RGB", (4 * _WIDTH + 5 * _GAP, 2 * row + _GAP), _GROUND)
    draw = ImageDraw.Draw(image)
    whole = stop + join.dropped_frames
    rows = (
        ("The clips as they are", [whole - 2, whole - 1], [start, start + 1]),
        (f"In the film: {join}", [stop - 2, stop - 1], [start, start + 1]),
    )
    for line, (title, before, after) in enumerate(rows):
        top = line * row
        draw.text((_GAP, top + 10), title, fill=_TEXT, font=load_font(None, 20))
        shown = [(earlier, n) for n in before] + [(later, n) for n in after]
        for column, (item, frame) in enumerate(shown):
            left = _GAP + column * (_WIDTH + _GAP)
            picture = Image.fromarray(_picture(timeline, item, frame, (_WIDTH, height)))
            image.paste(picture, (left, top + _HEAD))
            twice = item is earlier and frame in doubled
            if twice:
                box = (left, top + _HEAD, left + _WIDTH - 1, top + _HEAD + height - 1)
                draw.rectangle(box, outline=_TWICE, width=4)
            said = f"{item.shot}, frame {frame}{': seen again in the next' if twice else ''}"
            draw.text(
                (left, top + _HEAD + height + 4),
                said,
                fill=_TWICE if twice else _SOFT,
                font=load_font(None, 13),
            )
    with atomic_write(path) as temp, disk_errors(path):
        image.save(temp, "PNG", compress_level=4)


def _picture(timeline: Timeline, item: Item, frame: int, size: tuple[int, int]) -> Any:
    """A frame of a shot's source as it is in the film, without what lies over it."""
    assert isinstance(item.source, Clip)
    exact = ExactPictures(item.source, timeline.rate, item.speed, item.matrix, item.retiming)
    last = item.available_range.stop - 1
    shown = with_look(lambda at: exact.at(at), item.look)(min(max(0, frame), last))
    focus = item.focus.mirrored(item.flip).at(frame)
    return mirrored(fitted(shown, size, item.fit, focus), item.flip)
