"""Start pictures on disk: measured, cut to shape, and kept as PNG. Acts through `media`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import MediaError
from stitcher.generation.start_crop import STILL_TYPES, Crop, StartFrame, Still
from stitcher.media.credentials import has_credentials
from stitcher.media.files import sha256_file, write_whole
from stitcher.media.sniff import sniff
from stitcher.media.stills import open_still, open_upright
from stitcher.storyboard.model import Shot, Storyboard

if TYPE_CHECKING:
    from PIL.Image import Image


def measure_still(path: Path) -> Still:
    """What a request must know of a picture file. Raises `MediaError` for what is no PNG, JPEG or WebP."""
    picture, turned = open_upright(path)
    with path.open("rb") as file:
        head = file.read(16)
    media_type = _type(head)
    return Still(
        path,
        sha256_file(path),
        media_type,
        picture.width,
        picture.height,
        path.stat().st_size,
        turned=turned,
        transparent=_is_transparent(picture),
        has_credentials=has_credentials(path, sniff(path).demuxer),
    )


def measure_stills(paths: Iterable[Path]) -> Mapping[Path, Still | str]:
    """Each picture measured, or in words why it cannot be used."""
    stills: dict[Path, Still | str] = {}
    for path in paths:
        try:
            stills[path] = measure_still(path)
        except MediaError as exc:
            stills[path] = exc.reason
    return stills


def still_paths(board: Storyboard) -> tuple[Path, ...]:
    """Every picture a storyboard names for its takes, once each."""
    return tuple(dict.fromkeys(path for shot in board.shots for path in shot_stills(shot)))


def shot_stills(shot: Shot) -> tuple[Path, ...]:
    """The pictures a shot names for its take and its edit."""
    paths: list[Path] = []
    if shot.start is not None and shot.start.file is not None:
        paths.append(shot.start.file)
    if shot.start is not None and shot.start.image is not None:
        paths += [reference.file for reference in shot.start.image.references]
    if shot.edit is not None:
        paths += [key.file for key in shot.edit.keyframes]
    return tuple(paths)


def cut_start(still: Still, crop: Crop | None, target: Path, *, file: str | None = None) -> StartFrame:
    """The picture as it will be sent: cut, turned upright, and written as PNG at `target`.

    Always a copy, so that the project keeps what a take was started from. A picture that is sent whole and upright
    is copied byte for byte. Raises `MediaError`, `DiskFull` or `OutputError`.
    """
    if crop is None and not still.turned and still.media_type == "image/png":
        write_whole(target, still.path.read_bytes())
    else:
        picture = open_still(still.path)
        if crop is not None:
            picture = picture.crop((crop.x, crop.y, crop.x + crop.width, crop.y + crop.height))
        buffer = io.BytesIO()
        # Other modes (palettes, CMYK, 16 bit) are not what the service is known to take.
        (picture if picture.mode in ("RGB", "RGBA", "L") else picture.convert("RGB")).save(buffer, "PNG")
        write_whole(target, buffer.getvalue())
    return StartFrame(measure_still(target), still.sha256, crop, file)


def _type(head: bytes) -> str:
    if head.startswith(b"\x89PNG"):
        return STILL_TYPES[0]
    return STILL_TYPES[1] if head.startswith(b"\xff\xd8") else STILL_TYPES[2]


def _is_transparent(picture: Image) -> bool:
    if not picture.has_transparency_data:
        return False
    lowest, _ = picture.convert("RGBA").getchannel("A").getextrema()
    return isinstance(lowest, int | float) and lowest < 255
