"""An encode job: everything a worker needs to make one segment, and the key its result is cached by.

A job is a value: it can be sent to another process or machine, and two equal jobs make the same pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stitcher.content_key import Exclusions, all_but, content_key
from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import Clip
from stitcher.media.threads import SHARED
from stitcher.storyboard.choices import Conform, Fit, Flip
from stitcher.storyboard.transition_kinds import CUT, TransitionKind
from stitcher.timebase import FrameRange
from stitcher.timeline.focus import CENTRE, Focus
from stitcher.timeline.look import AS_IT_IS, Look, Lut
from stitcher.timeline.picture import PictureFade, StillPicture
from stitcher.timeline.retiming import IN_ORDER, Retiming

KEY_SCHEMA = 15
"""Raised when the same job would make other pictures than before."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A clip with transparency laid over an input."""

    clip: Clip
    start: int
    """Where it begins: a source-clock frame of the input it is laid over, which may be before that, or a frame of the
    segment."""
    frames: int | None = None
    """For how many frames it is seen; its last picture is held where it has fewer. `None` for as many as it has."""
    loop: bool = False
    """Whether it begins again at its end instead."""
    corner: tuple[int, int] | None = None
    """Where its upper left corner is in the picture; `None` for its middle in the middle."""
    fade_in: int = 0
    fade_out: int = 0
    """Frames in which its alpha rises, and falls."""

    @property
    def span(self) -> FrameRange:
        """The frames that carry it, on the clock that it begins by."""
        frames = self.clip.video.frames if self.frames is None else self.frames
        return FrameRange(self.start, self.start + frames)


@dataclass(frozen=True, slots=True)
class DrawnStill:
    """A still that is drawn while it is encoded."""

    still: StillPicture
    size: tuple[int, int]
    """Of the pictures, width and height."""
    fit: Fit
    pixel_format: str
    """Planar YUV of 8 bits."""


@dataclass(frozen=True, slots=True)
class EncodeInput:
    """One stretch of one clip that goes into a segment."""

    clip: Clip
    """Of what is drawn meanwhile: what it would be as a file."""
    source_range: FrameRange
    """Film-rate frames of the clip, after `speed`."""
    overlap: int = 0
    """Frames blended with the end of the input before."""
    transition: TransitionKind = CUT
    """What draws them."""
    speed: Fraction = Fraction(1)
    fit: Fit = "crop"
    conform: Conform = "nearest"
    matrix: str | None = None
    """Matrix to assume where the clip does not say; `None` for BT.709."""
    retiming: Retiming = IN_ORDER
    """Which of the clip's frames it shows; `source_range` counts by its clock."""
    look: Look = AS_IT_IS
    flip: Flip | None = None
    focus: Focus = CENTRE
    """Of the picture as it is seen, by the clock of `source_range`."""
    film_fit: Fit | None = None
    """How the film's frame fills the picture; `None` for as the picture's own `fit` says."""
    overlays: tuple[Overlay, ...] = ()
    fades: tuple[PictureFade, ...] = ()
    """Their ranges counted from its first frame; they may begin before it and end behind it."""
    shot: str = ""
    """For messages; no picture depends on it."""
    drawn: DrawnStill | None = None

    @property
    def drawn_frames(self) -> FrameRange:
        """The frames that are drawn: those of the range up to the one that is held; none of a file."""
        if self.drawn is None:
            return FrameRange(0, 0)
        frames = self.clip.video.frames
        return FrameRange(min(self.source_range.start, frames - 1), min(self.source_range.stop, frames))


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
    overlays: tuple[Overlay, ...] = ()
    """What is laid over the finished pictures, from below, and fades with them."""
    fades: tuple[PictureFade, ...] = ()
    """Of the pictures with those, by the segment's clock."""
    captions: tuple[Overlay, ...] = ()
    """What is laid over all that."""
    threads: int = SHARED
    """Of the encoder. Pictures depend on it, so it is decided by the plan and never by the machine."""

    @property
    def fed_size(self) -> tuple[int, int]:
        """Of the pictures that are drawn meanwhile: each is the upper left part of one as large as the largest."""
        sizes = [part.drawn.size for part in self.inputs if part.drawn is not None]
        return max(width for width, _ in sizes), max(height for _, height in sizes)

    def key(self, tool: str) -> str:
        """SHA-256 of everything that decides the pictures; `tool` names the versions of the programs used."""
        return content_key(KEY_SCHEMA, tool, self, excluded=NOT_IN_KEY)


NOT_IN_KEY: Exclusions = {
    Clip: all_but(Clip, "sha256"),
    EncodeInput: frozenset({"shot"}),
    StillPicture: frozenset({"path"}),
    PictureFade: frozenset({"shot"}),
    # A table counts by its content.
    Lut: frozenset({"path"}),
    EncodeJob: frozenset({"first_frame"}),
    # What is copied, where films are cut, and what is put in place of `options` is decided before there is a job.
    PictureSpec: frozenset({"copy_sources", "seam_options", "steady_rate", "why_no_copies", "one_encoder"}),
}
