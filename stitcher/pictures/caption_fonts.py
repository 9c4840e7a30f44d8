"""Fonts of burnt-in captions: the bundled one, or one of the machine's where that lacks letters."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from stitcher.captions.track import CaptionStyle, CaptionTrack
from stitcher.captions.words import plain
from stitcher.errors import InputError, MediaError
from stitcher.media.font_file import FontFile, font_file
from stitcher.media.system_fonts import fonts_with
from stitcher.pictures.captions import check_captions


def with_font(track: CaptionTrack) -> CaptionTrack:
    """The track in a font that has all of its letters: its own, or in place of the bundled one a system's.

    All of it is set in that font, so that no word stands beside another in two. Raises `InputError` as `check_captions`
    does where there is none.
    """
    try:
        check_captions(track.captions, track.style)
    except InputError as exc:
        if track.style.font is not None:
            raise
        letters = {letter for one in track.captions for letter in plain(one.words) if _is_drawn(letter)}
        for font in fonts_with("".join(letters)):
            try:
                style = in_font(track.style, font_file(font.path, font.face))
                check_captions(track.captions, style)
            except (InputError, MediaError):
                continue
            return replace(track, style=style)
        raise InputError(f"{exc} No font of this machine has all of these captions' letters.") from exc
    return track


def in_font(style: CaptionStyle, font: FontFile) -> CaptionStyle:
    """The style in that font."""
    return replace(style, font=font.path, font_sha256=font.sha256, font_face=font.face)


def font_note(track: CaptionTrack, chosen: CaptionTrack) -> str | None:
    """What a report must say of the font that was chosen for a track; `None` where it has its own."""
    if chosen.style.font == track.style.font:
        return None
    return (
        f"Captions {track.label}: set in {chosen.style.font}, as the bundled font lacks letters of them; on another "
        "machine they may look otherwise, unless 'style' names a font."
    )


def _is_drawn(letter: str) -> bool:
    return not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf", "Mn", "Me")
