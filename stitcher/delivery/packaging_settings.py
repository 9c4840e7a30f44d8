"""Settings of deliverables packaged from a film: HLS streams, image sequences, GIFs and stills. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from stitcher.delivery.preset import Rung

Image = Literal["png16", "exr", "png", "jpg"]


def _source_alone() -> tuple[Rung, ...]:
    from stitcher.delivery.preset import Rung

    return (Rung(size="source", kbps=4500),)


@dataclass(frozen=True, slots=True)
class HlsSettings:
    """How a film is streamed."""

    ladder: tuple[Rung, ...] = field(default_factory=_source_alone)
    """Lowest first."""
    segment_seconds: Fraction = Fraction(6)
    key_seconds: Fraction = Fraction(2)
    """From key frame to key frame."""


@dataclass(frozen=True, slots=True)
class FramesSettings:
    """How a film becomes a sequence of pictures."""

    image: Image = "png16"


@dataclass(frozen=True, slots=True)
class GifSettings:
    """How a film becomes a GIF."""

    width: int = 480
    """Pixels, at most."""
    fps: int = 12
    """Frames a second, at most."""
    max_seconds: Fraction = Fraction(6)


@dataclass(frozen=True, slots=True)
class StillSettings:
    """Which frame of a film becomes a still, and how."""

    image: Image = "jpg"
    at: str = "auto"
    """A time (`3s`, `12f`), or `auto` for the first frame that is not black."""
    quality: int = 2
    """On FFmpeg's scale for JPEG: 2 is best, 31 worst."""


PackagingSettings = HlsSettings | FramesSettings | GifSettings | StillSettings

SETTINGS: dict[str, type[PackagingSettings]] = {
    "hls": HlsSettings,
    "frames": FramesSettings,
    "gif": GifSettings,
    "still": StillSettings,
}
"""By container; the others have none."""
