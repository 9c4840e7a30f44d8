"""What a film is muxed from: runs of packets, copied or encoded, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.media.clip import Clip
from stitcher.timebase import FrameRange


@dataclass(frozen=True, slots=True)
class PacketRun:
    """Packets that go into the film together: a copied run, or a whole encoded segment."""

    clip: Clip
    packets: FrameRange
    """Decode order, in the clip."""

    @property
    def frames(self) -> int:
        """Pictures the run shows."""
        return len(self.packets)

    def pictures(self) -> tuple[int, ...]:
        """For each packet, in decode order, which picture of the run it becomes, counted from 0."""
        display = self.clip.video.display[self.packets.start : self.packets.stop]
        first = min(display)
        return tuple(picture - first for picture in display)


@dataclass(frozen=True, slots=True)
class Muxed:
    """What went into the film."""

    frames: int
    hashes: tuple[str, ...]
    """For each run, SHA-256 of its packets' bytes, in order."""
