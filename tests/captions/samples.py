"""Captions put together by hand, for tests."""

from __future__ import annotations

from fractions import Fraction

from stitcher.captions.track import CaptionTrack, FilmCaption
from stitcher.captions.words import Span, Words
from stitcher.timebase import FrameRange

RATE = Fraction(24)


def caption(
    start: int, stop: int, words: str | Words, settings: str = "", identifier: str = ""
) -> FilmCaption:
    """A caption on those frames."""
    said = (Span(words),) if isinstance(words, str) else words
    return FilmCaption(FrameRange(start, stop), said, settings, identifier)


def track(*captions: FilmCaption, language: str = "en") -> CaptionTrack:
    """A track of them."""
    return CaptionTrack(language, captions)
