"""Fonts for letters that another font lacks: the bundled one, then those of the machine."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from stitcher.errors import MediaError
from stitcher.media.font_file import FontFile, font_file
from stitcher.media.system_fonts import fonts_with
from stitcher.pictures.typeface import font_name, has_shaping, lacking, needs_shaping
from stitcher.timeline.media_index import SubstituteFont

SCRIPTS = {
    "Latin": "Aa",
    "Greek": "\u03a9\u03c9",
    "Cyrillic": "\u0416\u0436",
    "Arabic": "\u0627\u0628\u062a",
    "Hebrew": "\u05d0\u05d1\u05d2",
    "Devanagari": "\u0905\u0915\u0916",
    "Thai": "\u0e01\u0e02\u0e04",
    "Chinese": "\u8fd9\u4e2a",
    "Japanese": "\u3042\u30a2\u4ed5",
    "Korean": "\ud55c\uae00",
}
"""Letters by which it is told whether a font has a script."""
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH", "BOPOMOFO")


def substitutes(font: FontFile | None, text: str) -> tuple[SubstituteFont, ...]:
    """The fonts that a text needs besides its own, each with its letters; script by script, so that letters of one
    script are of one font where there is one. Letters that no font has are left out.

    Raises `MediaError` when the text's own font cannot be used.
    """
    made = []
    missing = lacking([font], text)
    if font is not None and missing:
        left = lacking([font, None], text)
        if bundled := tuple(letter for letter in missing if letter not in left):
            made.append(SubstituteFont(None, bundled))
        missing = left
    for letters in _by_script(missing):
        made += _of_system(letters, _region(text))
    return tuple(made)


def _of_system(letters: tuple[str, ...], region: str) -> Iterator[SubstituteFont]:
    """Fonts for letters of a script: one for all, or as few as there are."""
    while letters:
        # Where no font has them all: one that has the first, with as many of the others as are its own.
        found = font_of_machine(letters, region) or font_of_machine(letters[:1], region)
        left = letters[1:] if found is None else lacking([found], "".join(letters))
        if found is not None:
            yield SubstituteFont(found, tuple(letter for letter in letters if letter not in left))
        letters = left


@lru_cache(maxsize=256)
def font_of_machine(letters: tuple[str, ...], region: str) -> FontFile | None:
    """The most fitting font of the machine that has all of these letters, in that region's forms."""
    text = "".join(letters)
    for one in fonts_with(text, region):
        try:
            font = font_file(one.path, one.face)
            if not lacking([font], text):
                return font
        except MediaError:
            continue
    return None


def script_font(script: str) -> str | None:
    """What messages call the font that letters of one of `SCRIPTS` are set in where a title names none; `None` where
    there is no font, or Pillow cannot set the script."""
    letters = SCRIPTS[script]
    if not has_shaping() and any(map(needs_shaping, letters)):
        return None
    if not lacking([None], letters):
        return font_name(None)
    found = font_of_machine(tuple(letters), _region(letters))
    return None if found is None else font_name(found)


def _by_script(letters: tuple[str, ...]) -> list[tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for letter in letters:
        script = unicodedata.name(letter[0], "").partition(" ")[0]
        groups.setdefault("CJK" if script.startswith(_EAST_ASIAN) else script, []).append(letter)
    return [tuple(group) for group in groups.values()]


def _region(text: str) -> str:
    """The country whose forms Chinese characters have in a text: Japan's beside kana, Korea's beside hangul."""
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in text}
    return "JP" if names & {"HIRAGANA", "KATAKANA"} else "KR" if "HANGUL" in names else "SC"
