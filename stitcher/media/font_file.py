"""Files of fonts: which face of which file, known by its content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import MediaRefused
from stitcher.media.files import check_regular, sha256_file

MOST_FONT_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font: a face of a TrueType or OpenType file."""

    path: str
    """Absolute."""
    sha256: str
    face: int = 0
    """Which one of a collection, counted from 0."""


def font_file(path: Path, face: int = 0) -> FontFile:
    """The font of that file. Raises `MediaMissing`, and `MediaRefused` for what is too large to be one."""
    stat = check_regular(path)
    if stat.st_size > MOST_FONT_BYTES:
        raise MediaRefused(path, f"is larger than a font can be ({stat.st_size} bytes).")
    return FontFile(str(path), sha256_file(path), face)
