"""Fonts loaded at a size, and what letters they lack."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from stitcher.errors import InputError, MediaRefused
from stitcher.media.files import check_regular

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

BUNDLED_FONT = "SourceSerifPro-Regular.ttf"
_MOST_FONT_BYTES = 64 << 20
_NO_GLYPH = "\U0010fffe"


def load_font(path: str | None, size: float) -> FreeTypeFont:
    """A font at a size in pixels: the file's, or the bundled one for `None`.

    Raises `MediaMissing` or `MediaRefused` when the file is no TrueType or OpenType font.
    """
    if path is not None:
        stat = check_regular(path)
        if stat.st_size > _MOST_FONT_BYTES:
            raise MediaRefused(path, "is too large for a font; name a TrueType or OpenType file.")
    return _font(path, round(size * 4))


@lru_cache(maxsize=32)
def _font(path: str | None, quarter_pixels: int) -> FreeTypeFont:
    from PIL import ImageFont

    size = quarter_pixels / 4
    if path is None:
        with as_file(files("stitcher.pictures") / "fonts" / BUNDLED_FONT) as bundled:
            return ImageFont.truetype(str(bundled), size)
    try:
        return ImageFont.truetype(path, size)
    except (OSError, ValueError) as exc:
        raise MediaRefused(path, f"is not a font ({exc}); name a TrueType or OpenType file.") from exc


def cap_height(path: str | None) -> float:
    """Of a font at size 1, in pixels; `None` is the bundled one."""
    box = load_font(path, 400).getbbox("H", anchor="ls")
    return max(1.0, -box[1]) / 400


def check_glyphs(path: str | None, text: str, what: str) -> None:
    """Raise `InputError` where a font cannot set a text, which a message calls `what`."""
    from PIL import features

    font = load_font(path, 32)
    missing = bytes(font.getmask(_NO_GLYPH))
    letters = sorted({letter for letter in text if not letter.isspace()})
    lacking = [
        letter
        for letter in letters
        if unicodedata.category(letter) not in ("Cf", "Mn", "Me") and bytes(font.getmask(letter)) == missing
    ]
    if lacking:
        shown = " ".join(lacking[:8])
        raise InputError(
            f"{what} has letters that {path or 'the bundled font'} lacks: {shown}. Name a font file that has them."
        )
    joined = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters)
    if joined and not features.check("raqm"):
        raise InputError(f"{what} is written right to left, which needs a Pillow with libraqm.")
