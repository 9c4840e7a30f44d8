"""Pictures written as PNG: where one may go, the last frame of a clip, and what is done to its pixels on the way."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from stitcher.errors import OutputError
from stitcher.media.clip import Clip


def png_target(out: Path | str, sources: Iterable[Path]) -> Path:
    """The absolute path of a PNG to be written. Raises `OutputError` before anything is decoded for it."""
    target = Path(os.path.abspath(out))
    if target.suffix.lower() != ".png":
        name = target.with_suffix(".png").name
        raise OutputError(f"{str(out)!r}: the picture is written as PNG; name it {name!r}.")
    if target.is_dir():
        raise OutputError(f"{str(target)!r} is a folder; add a file name.")
    if not target.parent.is_dir():
        raise OutputError(f"The folder {str(target.parent)!r} does not exist; make it first.")
    if target.exists() and any(source.exists() and target.samefile(source) for source in sources):
        raise OutputError(f"{str(target)!r} is one of the sources; it is never overwritten. Name another.")
    return target


def write_last_frame(clip: Clip, out: Path | str, *, matrix: str | None = None) -> Path:
    """Write the last picture of a clip without loss; returns where it is."""
    from stitcher.media import frames
    from stitcher.media.stills import write_png

    target = png_target(out, [clip.path])
    write_png(target, frames.last_frame(clip, matrix=matrix))
    return target


def picture_notes(clip: Clip) -> tuple[str, ...]:
    """What is done to the pictures of a clip where they become PNGs, in sentences; none for most clips."""
    from stitcher.media.pixel_format import pixel_format

    video = clip.video
    notes = []
    if video.colour.is_hdr:
        notes.append(f"{clip.name} is HDR; the picture is tone-mapped to SDR, as in an SDR film.")
    if video.is_interlaced:
        notes.append(f"{clip.name} is interlaced; the picture is deinterlaced.")
    if pixel_format(video.pixel_format).alpha:
        notes.append(f"{clip.name} is transparent; the picture is laid over black.")
    return tuple(notes)
