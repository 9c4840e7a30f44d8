"""Words on the picture as the storyboard has them, made titles of the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from stitcher.storyboard import model as written
from stitcher.storyboard.model import LowerThird, Storyboard, TitleCard
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.picture import TextOutline, TextShadow, Title

Words = TitleCard | LowerThird


def words_of(board: Storyboard) -> Iterator[tuple[str, Words]]:
    """All words on the picture in film order, each with its shot."""
    for shot in board.shots:
        for words in (shot.title, *shot.overlays):
            if isinstance(words, Words):
                yield shot.id, words


def title_of(words: Words, frames: int, media: MediaIndex, rate: Fraction) -> Title:
    """Words that are seen for so many frames."""
    third = words if isinstance(words, LowerThird) else None
    substitutes = media.substitutes.get((words.font, words.text), ())
    return Title(
        text=words.text,
        frames=frames,
        kind="card" if third is None else "lower_third",
        start=0 if third is None else third.at.to_frames(rate),
        fade_in_frames=words.fade_in.to_frames(rate),
        fade_out_frames=words.fade_out.to_frames(rate),
        font=media.fonts.get(words.font) if words.font is not None else None,
        fallbacks=tuple(substitute.font for substitute in substitutes),
        size=words.size,
        colour=words.colour,
        background=words.background,
        position=words.position,
        align=words.align,
        line_height=words.line_height,
        tracking=words.tracking,
        outline=None if words.outline is None else TextOutline(words.outline.width, words.outline.colour),
        shadow=None if words.shadow is None else _shadow(words.shadow),
    )


def _shadow(shadow: written.Shadow) -> TextShadow:
    return TextShadow(shadow.offset.x, shadow.offset.y, shadow.blur, shadow.colour, shadow.opacity)


def substitute_notes(board: Storyboard, media: MediaIndex) -> Iterator[str]:
    """What a report must say of letters that are set in other fonts than their own."""
    for shot, words in words_of(board):
        font = "the bundled font" if words.font is None else f"{str(words.font)!r}"
        for substitute in media.substitutes.get((words.font, words.text), ()):
            letters = " ".join(substitute.letters[:8]) + (" …" if len(substitute.letters) > 8 else "")
            if substitute.font is None:
                yield f"shot {shot!r}: {letters} is set in the bundled font, as {font} lacks it."
            else:
                yield (
                    f"shot {shot!r}: {letters} is set in {substitute.font.path}, as {font} lacks it; on another "
                    "machine it may look otherwise, unless 'font' names a font that has it."
                )
