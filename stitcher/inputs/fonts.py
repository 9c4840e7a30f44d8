"""Fonts that a storyboard names, and those that stand in where they lack letters."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from stitcher.errors import MediaError
from stitcher.media.font_file import FontFile, font_file
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.suggest import nearest
from stitcher.timeline.layout import named_fonts, named_texts
from stitcher.timeline.media_index import MediaIndex, SubstituteFont


def with_fonts(board: Storyboard, media: MediaIndex) -> MediaIndex:
    """`media` with the fonts of all words on the picture. Raises `MediaError` for a missing file."""
    fonts: dict[Path | str, FontFile] = {}
    unknown: dict[str, str] = {}
    for font in named_fonts(board):
        if isinstance(font, Path):
            fonts[font] = font_file(font)
        elif (fault := font_fault(font)) is not None:
            unknown[font] = fault
        elif (found := _called(font)) is not None:
            fonts[font] = found
    texts = {key: text for key in named_texts(board) if (text := key[1].strip()) and key[0] not in unknown}
    media = replace(media, fonts=fonts, unknown_fonts=unknown)
    if not texts:
        return media
    # Only here: a storyboard without words needs no library for them.
    from stitcher.pictures.substitute_fonts import substitutes

    chosen: dict[tuple[Path | str | None, str], tuple[SubstituteFont, ...]] = {}
    for (wished, written), text in texts.items():
        # A file that is no font is told of with everything else that cannot be drawn.
        with suppress(MediaError):
            chosen[wished, written] = substitutes(None if wished is None else fonts[wished], text)
    return replace(media, substitutes=chosen)


def _called(name: str) -> FontFile | None:
    from stitcher.media.system_fonts import fonts_called

    return next((font_file(font.path, font.face) for font in fonts_called(name)), None)


def font_fault(name: str) -> str | None:
    """Why there is no font of that name on this machine, where there is none."""
    from stitcher.media.system_fonts import font_names, fonts_called, has_fontconfig

    if not has_fontconfig():
        return (
            f"which font is called {name!r} cannot be told on this machine, as it has no fontconfig (fc-list): name "
            "the font's file, which ends in .ttf, .otf, .ttc or .otc."
        )
    if fonts_called(name):
        return None
    like = nearest(name, font_names())
    meant = f" Did you mean {like!r}?" if like else ""
    return (
        f"no font of this machine is called {name!r}.{meant} Install it, name another, or name a font's file, which "
        "ends in .ttf, .otf, .ttc or .otc."
    )
