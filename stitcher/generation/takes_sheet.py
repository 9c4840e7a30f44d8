"""A sheet of takes to choose from: a row for each, with the picture it started from, three of its own and its data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import InputError, MediaError, OutputError
from stitcher.media.files import atomic_write, disk_errors
from stitcher.media.probe import probe
from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.typeface import load_font

if TYPE_CHECKING:
    from PIL.Image import Image

    from stitcher.generation.take import Take

_GROUND, _TEXT, _SOFT, _MARK = (17, 19, 23), (236, 238, 242), (150, 157, 168), (240, 184, 92)
_WIDTH, _HEIGHT, _GAP, _LABEL = 240, 135, 8, 260
_MOST = 200


def takes_sheet(takes: Sequence[Take], folder: Path, out: Path | str) -> Path:
    """Write the sheet as a PNG and return where it is. `folder` is the project's.

    Raises `InputError` when there is no take on disk, `OutputError` and `DiskFull`. A take that cannot be decoded
    has an empty row.
    """
    from PIL import Image as Pillow
    from PIL import ImageDraw

    target = Path(os.path.abspath(out))
    if target.suffix.lower() != ".png":
        raise OutputError(f"{str(out)!r}: a sheet of takes is a PNG; give it a name that ends in .png.")
    if target.exists() and any(take.file and (folder / take.file) == target for take in takes):
        raise OutputError(f"{str(out)!r} is a take; it is never overwritten. Name another.")
    if not takes:
        raise InputError(
            "There are no takes on disk to make a sheet of; make some with 'stitcher generate BOARD'."
        )
    shown = takes[:_MOST]
    size = (_LABEL + 4 * (_WIDTH + _GAP) + 2 * _GAP, len(shown) * (_HEIGHT + _GAP) + _GAP)
    sheet = Pillow.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    large, small = load_font(None, 19), load_font(None, 14)
    for row, take in enumerate(shown):
        top = _GAP + row * (_HEIGHT + _GAP)
        mark = _MARK if take.circled else _TEXT
        draw.text((_GAP * 2, top + 4), f"{take.shot} {take.number}", font=large, fill=mark)
        for line, fact in enumerate(_captions(take)):
            text = ellipsized(fact, small, _LABEL - 3 * _GAP)
            draw.text((_GAP * 2, top + 34 + 20 * line), text, font=small, fill=_SOFT)
        for column, picture in enumerate(_pictures(take, folder)):
            picture.thumbnail((_WIDTH, _HEIGHT))
            left = _LABEL + column * (_WIDTH + _GAP) + (_WIDTH - picture.width) // 2
            sheet.paste(picture, (left, top + (_HEIGHT - picture.height) // 2))
    with atomic_write(target) as temp, disk_errors(target):
        sheet.save(temp, "PNG", compress_level=4)
    return target


def _captions(take: Take) -> list[str]:
    seed = take.body.get("seed")
    circled = "circled, " if take.circled else ""
    return [
        f"{circled}{take.provider}, {take.model}",
        f"{take.frames} frames, {take.spent_credits} credits"
        + (f", seed {seed}" if seed is not None else ""),
        str(take.body.get("promptText") or ""),
    ]


def _pictures(take: Take, folder: Path) -> list[Image]:
    from PIL import Image as Pillow

    from stitcher.media import frames
    from stitcher.media.stills import open_still

    pictures = []
    try:
        if take.start_file is not None and (folder / take.start_file).exists():
            pictures.append(open_still(folder / take.start_file).convert("RGB"))
        else:
            pictures.append(Pillow.new("RGB", (_WIDTH, _HEIGHT), _GROUND))
        if take.file is not None:
            clip = probe(folder / take.file)
            last = clip.video.frames - 1
            pictures += [
                Pillow.fromarray(frames.frame(clip, number, matrix=take.matrix))
                for number in (0, last // 2, last)
            ]
    except MediaError:
        pass
    return pictures
