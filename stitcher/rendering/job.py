"""An encoded segment as a self-contained order: everything a worker needs, and the name its result is cached by.

A job is a value: it can be sent to another process or machine, and two equal jobs make the same pictures.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction

from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import Clip
from stitcher.media.threads import SHARED
from stitcher.storyboard.transition_kinds import CUT, TransitionKind
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Conform, Fit

KEY_SCHEMA = 13
"""Raised when the same job would make other pictures than before."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A clip with transparency laid over a feed."""

    clip: Clip
    start: int
    """Source-clock frame of the feed on which the overlay's first picture lies; may be before the feed's."""


@dataclass(frozen=True, slots=True)
class EncodeInput:
    """One stretch of one clip that goes into a segment."""

    clip: Clip
    source_range: FrameRange
    """Film-rate frames of the clip, after `speed`."""
    overlap: int = 0
    """Frames blended with the end of the feed before."""
    transition: TransitionKind = CUT
    """What draws them."""
    speed: Fraction = Fraction(1)
    fit: Fit = "crop"
    conform: Conform = "nearest"
    matrix: str | None = None
    """Matrix to assume where the clip does not say; `None` for BT.709."""
    overlays: tuple[Overlay, ...] = ()
    shot: str = ""
    """For messages; no picture depends on it."""


@dataclass(frozen=True, slots=True)
class EncodeJob:
    """One encoded segment."""

    inputs: tuple[EncodeInput, ...]
    picture: PictureSpec
    frames: int
    """Pictures that must come out."""
    film_size: tuple[int, int]
    """The film's own frame; differs from the picture's when a preset has another size or shape."""
    first_frame: int | None = None
    """Of the film, for messages; no picture depends on it."""
    threads: int = SHARED
    """Of the encoder. Pictures depend on it, so it is decided by the plan and never by the machine."""

    def key(self, tool: str) -> str:
        """SHA-256 of everything that decides the pictures; `tool` names the versions of the programs used.

        Contents stand for files: neither paths nor times are part of it.
        """
        canonical = json.dumps(
            {
                "schema": KEY_SCHEMA,
                "tool": tool,
                "frames": self.frames,
                "threads": self.threads,
                "film_size": list(self.film_size),
                "picture": _picture(self.picture),
                "inputs": [_feed(feed) for feed in self.inputs],
            },
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=True,
        )
        return hashlib.sha256(canonical.encode()).hexdigest()


def _picture(spec: PictureSpec) -> list[object]:
    colour = spec.colour
    return [
        spec.encoder,
        list(spec.options),
        spec.pixel_format,
        spec.width,
        spec.height,
        str(spec.rate),
        [colour.range, colour.primaries, colour.transfer, colour.matrix],
        spec.codec_tag,
        spec.fit,
        # Only where it says something, so that films of before find their pieces in the cache.
        *([spec.matrix] if spec.matrix is not None else []),
    ]


def _feed(feed: EncodeInput) -> list[object]:
    return [
        feed.clip.sha256,
        [feed.source_range.start, feed.source_range.stop],
        feed.overlap,
        feed.transition.xfade or feed.transition.name,
        str(feed.speed),
        feed.fit,
        feed.conform,
        feed.matrix,
        [[overlay.clip.sha256, overlay.start] for overlay in feed.overlays],
    ]
