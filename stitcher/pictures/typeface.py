"""Fonts loaded at a size, which letters they have, and which writing this machine can set."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from stitcher.errors import InputError, MediaRefused
from stitcher.media.files import check_regular
from stitcher.media.font_file import MOST_FONT_BYTES, FontFile
from stitcher.pictures.text_runs import clusters

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

BUNDLED_FONT = "SourceSerifPro-Regular.ttf"
_NO_GLYPH = "\U0010fffe"
_TRIED_AT = 32
"""Pixels of a font in which letters are looked for."""
_UNSEEN = {"\u034f", *map(chr, range(0xFE00, 0xFE10))}
"""Marks that only say how a letter is to look."""
_UNSHAPED = (
    "LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA",
    "HALFWIDTH", "FULLWIDTH", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "MODIFIER", "MICRO", "OHM", "FEMININE", "MASCULINE",
    "MATHEMATICAL",
)  # fmt: skip
"""What names of letters begin with that are set one after the other, each as it is."""

_JOINED = (
    "ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "MANDAIC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA",
    "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN", "MYANMAR", "KHMER",
)  # fmt: skip


def load_font(font: FontFile | None, size: float) -> FreeTypeFont:
    """A font at a size in pixels; `None` is the bundled one.

    Raises `MediaMissing` or `MediaRefused` when the file is no TrueType or OpenType font.
    """
    if font is not None and check_regular(font.path).st_size > MOST_FONT_BYTES:
        raise MediaRefused(font.path, "is too large for a font; name a TrueType or OpenType file.")
    return _font(font, round(size * 4))


@lru_cache(maxsize=64)
def _font(font: FontFile | None, quarter_pixels: int, *, shaped: bool = True) -> FreeTypeFont:
    from PIL import ImageFont

    size = quarter_pixels / 4
    engine = None if shaped else ImageFont.Layout.BASIC
    if font is None:
        with as_file(files("stitcher.pictures") / "fonts" / BUNDLED_FONT) as bundled:
            return ImageFont.truetype(str(bundled), size, layout_engine=engine)
    try:
        return ImageFont.truetype(font.path, size, index=font.face, layout_engine=engine)
    except (OSError, ValueError) as exc:
        if "pixel size" in str(exc):
            raise MediaRefused(
                font.path,
                "is a font of pictures of one size (coloured emoji), which text cannot be set in; name a TrueType or "
                "OpenType font of outlines.",
            ) from exc
        raise MediaRefused(font.path, f"is not a font ({exc}); name a TrueType or OpenType file.") from exc


def cap_height(font: FontFile | None) -> float:
    """Of a font at size 1, in pixels; `None` is the bundled one."""
    box = load_font(font, 400).getbbox("H", anchor="ls")
    return max(1.0, -box[1]) / 400


def font_name(font: FontFile | None) -> str:
    """What messages call a font."""
    return "the bundled font" if font is None else font.path


def has_letter(font: FontFile | None, letter: str) -> bool:
    """Whether a font draws something for a letter or a mark. What is never seen, it always has."""
    if letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc") or letter in _UNSEEN:
        return True
    # Whether the file can be used is found out even where the answer is known.
    load_font(font, _TRIED_AT)
    return _draws(font, letter)


@lru_cache(maxsize=4096)
def _draws(font: FontFile | None, letter: str) -> bool:
    # Shaping would take a letter apart that the font lacks, and draw its parts that it lacks as well.
    loaded = _font(font, _TRIED_AT * 4, shaped=False)
    drawn = bytes(loaded.getmask(letter))
    return any(drawn) and drawn != bytes(loaded.getmask(_NO_GLYPH))


def lacking(fonts: Sequence[FontFile | None], text: str) -> tuple[str, ...]:
    """The letters of a text, each once and with its marks, that none of the fonts has."""
    return tuple(
        letter
        for letter in dict.fromkeys(clusters(text))
        if not any(all(has_letter(font, part) for part in letter) for font in fonts)
    )


def check_glyphs(fonts: Sequence[FontFile | None], text: str, what: str) -> None:
    """Raise `InputError` where fonts together cannot set a text, which a message calls `what`, or this machine cannot
    set its writing."""
    if missing := lacking(fonts, text):
        named = " and ".join(font_name(font) for font in fonts)
        advice = "Name a font file that has them."
        if any(is_emoji(letter[0]) for letter in missing):
            advice = (
                "Coloured emoji are pictures, which text cannot have: leave them out, or name a font of outlines that "
                "has them."
            )
        verb = "lacks" if len(fonts) == 1 else "lack"
        raise InputError(f"{what} has letters that {named} {verb}: {' '.join(missing[:8])}. {advice}")
    if not has_shaping() and (shaped := dict.fromkeys(filter(needs_shaping, text))):
        raise InputError(
            f"{what} is in a script that is written right to left or joined ({' '.join([*shaped][:8])}), which takes "
            "Pillow with Raqm and FriBidi: install libfribidi ('stitcher doctor' tells if it is found)."
        )


def has_shaping() -> bool:
    """Whether scripts that are written right to left, or whose letters join, can be set: Pillow finds FriBidi."""
    from PIL import features

    return bool(features.check("raqm"))


def is_joined(letter: str) -> bool:
    """Whether a letter hangs together with its neighbours, so that nothing can come between them."""
    return unicodedata.category(letter)[0] in "LM" and unicodedata.name(letter, "").startswith(_JOINED)


def needs_shaping(letter: str) -> bool:
    """Whether a letter looks otherwise, or stands elsewhere, beside others."""
    if unicodedata.bidirectional(letter) in ("R", "AL"):
        return True
    return letter.isalpha() and not unicodedata.name(letter, "").startswith(_UNSHAPED)


def is_emoji(letter: str) -> bool:
    """Whether a letter is one of the pictures that coloured fonts have."""
    return ord(letter) >= 0x1F000 and unicodedata.category(letter) in ("So", "Sk", "Cn")
