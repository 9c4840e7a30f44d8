"""Segments of a plan: runs of output frames that are each made in one way, copied or encoded.

Pure values. A plan is printed from these, and executed from these, without asking the timeline again.
"""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.delivery.spec import DeliverySpec
from stitcher.one_line import shortened
from stitcher.rendering.conversions import Conversion, conversions
from stitcher.storyboard.transition_kinds import CUT, TransitionKind
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Copied:
    """Output frames that are a source's own packets, bit for bit."""

    item: int
    """Index of the item in the timeline."""
    shot: str
    record_range: FrameRange
    source_range: FrameRange
    """Pictures of the source, in display order."""
    packet_range: FrameRange
    """The same pictures as packets, in decode order; begins with an IDR, or with HEVC's CRA and pictures shown before
    that, which are left out."""


@dataclass(frozen=True, slots=True)
class SegmentInput:
    """One item's part in an encoded segment."""

    item: int
    shot: str
    source_range: FrameRange
    """Film-rate frames, source clock."""
    overlap: int = 0
    """Frames blended with the end of the part before."""
    transition: TransitionKind = CUT
    """What draws them."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Output frames that are decoded, put together and encoded, in closed groups beginning with an IDR."""

    inputs: tuple[SegmentInput, ...]
    record_range: FrameRange
    reason: str
    """Why these frames cannot be copied, for people."""


Segment = Copied | Encoded


@dataclass(frozen=True, slots=True)
class Plan:
    """How a film will be made: every frame that is needed of it in exactly one segment, and how its sound is mixed."""

    timeline: Timeline
    delivery: DeliverySpec
    segments: tuple[Segment, ...]
    shown: FrameRange
    """What the deliverable shows of the film: all of it, or a part."""
    whole: Plan | None = None
    """Where a part of a film was asked for: the plan of all of it."""

    @property
    def record_range(self) -> FrameRange:
        """What is made of the film; more than is shown where that begins or ends inside a blend."""
        return FrameRange(self.segments[0].record_range.start, self.segments[-1].record_range.stop)

    @property
    def frames(self) -> int:
        """How many frames are made."""
        return len(self.record_range)

    @property
    def copied_frames(self) -> int:
        """Frames that are copied as packets."""
        return sum(len(s.record_range) for s in self.segments if isinstance(s, Copied))

    @property
    def encoded_frames(self) -> int:
        """Frames that are encoded."""
        return self.frames - self.copied_frames

    @property
    def encoded(self) -> tuple[Encoded, ...]:
        """The encoded segments, in film order."""
        return tuple(s for s in self.segments if isinstance(s, Encoded))

    @property
    def items(self) -> tuple[int, ...]:
        """Indices of the timeline's items that are needed, in order."""
        needed: set[int] = set()
        for segment in self.segments:
            needed |= {segment.item} if isinstance(segment, Copied) else {s.item for s in segment.inputs}
        return tuple(sorted(needed))

    @property
    def conversions(self) -> tuple[Conversion, ...]:
        """What the sources are turned into without anybody having asked for it, one a kind; empty if nothing."""
        return conversions(self.timeline, self.delivery)

    def __repr__(self) -> str:
        return (
            f"<Plan {shortened(self.timeline.title)}, {self.delivery.preset}: {self.frames} frames, "
            f"{self.copied_frames} copied, {self.encoded_frames} encoded>"
        )

    def __str__(self) -> str:
        """A line for the film and one for each segment: from and to in film frames, copied or encoded, and why."""
        film = f"{self.timeline.title}: {self.frames} frames, {self.copied_frames} copied"
        lines = [f"{film}, {self.encoded_frames} encoded with {self.delivery.picture.encoder}"]
        for segment in self.segments:
            record = segment.record_range
            what = f"copied   {segment.shot}" if isinstance(segment, Copied) else f"encoded  {segment.reason}"
            lines.append(f"{record.start:>8} {record.stop:>8}  {what}")
        return "\n".join(lines)
