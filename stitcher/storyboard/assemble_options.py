"""Options of a film assembled from a plain row of clips: transition, music, fit, size, rate, loudness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stitcher.one_line import one_line

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from stitcher.timebase import Time


@dataclass(frozen=True, slots=True)
class AssembleOptions:
    """How clips become a film; what is `None` is left to the clips, the storyboard's defaults or the preset.

    Times are `Time` values or as written in a storyboard, such as `0.5s` or `12f`.
    """

    transition: str = "match"
    """`match` (a cut that drops the frame a chained clip repeats), `cut`, `dissolve` or a kind of ffmpeg's xfade."""
    duration: Time | str | None = None
    """How long the transition is."""
    music: Path | str | None = None
    """A sound file, looped under the whole film."""
    music_gain: float = 0.0
    """Decibels."""
    music_fade_in: Time | str | None = None
    music_fade_out: Time | str | None = None
    fit: str = "crop"
    """How pictures of another shape fill the film: `crop`, `pad`, `blur`."""
    conform: str = "nearest"
    """How another rate becomes the film's: `nearest`, `blend`."""
    sound: str = "keep"
    """What becomes of the clips' own sound: `keep`, `mute`."""
    size: tuple[int, int] | str | None = None
    """Pixels, width and height."""
    fps: Fraction | int | float | str | None = None
    """Frames a second."""
    title: str = ""
    loudness: str | None = None
    """A loudness target instead of the preset's."""

    __repr__ = one_line


DEFAULTS = AssembleOptions()
