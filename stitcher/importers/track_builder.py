"""Tracks put together clip by clip, as readers meet them: holes become black, overlaps are taken off. Pure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from stitcher.importers.cut import Cut, CutBlend, CutClip, CutTrack
from stitcher.timebase import FrameRange


class TrackBuilder:
    """A track of pictures under construction, from its beginning on."""

    def __init__(self, name: str, rate: Fraction) -> None:
        self.name = name
        self.rate = rate
        self.clips: list[CutClip] = []
        self.blends: list[CutBlend | None] = []
        self._waiting: tuple[int, CutBlend] | None = None

    @property
    def end(self) -> int:
        """Where the last clip ends, record clock."""
        return self.clips[-1].record.stop if self.clips else 0

    def blend(self, cut: int, blend: CutBlend) -> None:
        """A transition over the record frame `cut`, between what is there and what comes."""
        if blend.frames > 0:
            self._waiting = (cut, blend)

    def place(self, clip: CutClip) -> None:
        """The next clip. What lies under the one before is taken off its beginning."""
        at = self.end
        if clip.record.start < at:
            if clip.record.stop <= at:
                return
            clip = clip.within(FrameRange(at, clip.record.stop), self.rate)
        fades_in = not self.clips and self._waiting is not None and self._waiting[0] == clip.record.start
        if clip.record.start > at or fades_in:
            self._add(CutClip("", FrameRange(at, clip.record.start)))
        self._add(clip)

    def _add(self, clip: CutClip) -> None:
        if self.clips:
            here = self._waiting is not None and self._waiting[0] == clip.record.start
            self.blends.append(self._waiting[1] if here and self._waiting is not None else None)
            if here:
                self._waiting = None
        self.clips.append(clip)

    def track(self) -> CutTrack:
        """All of it; one that ends in a transition ends in black."""
        if self.clips and self._waiting is not None and self._waiting[0] == self.end:
            self._add(CutClip("", FrameRange(self.end, self.end)))
        return CutTrack(self.name, tuple(self.clips), tuple(self.blends))


def inlined(inner: Cut, clip: CutClip, rate: Fraction) -> tuple[CutTrack, ...] | None:
    """The tracks of a nested cut where `clip`, which stands for it, lies; `None` where it cannot be taken apart.

    Its media time is the nested cut's own. One at another rate or speed would fall between frames.
    """
    first = clip.start * rate
    if inner.rate != rate or clip.speed != 1 or first.denominator != 1 or not inner.pictures:
        return None
    window = FrameRange(int(first), int(first) + len(clip.record))
    offset = clip.record.start - window.start
    return tuple(_moved(track, window, offset, rate) for track in inner.pictures)


def _moved(track: CutTrack, window: FrameRange, offset: int, rate: Fraction) -> CutTrack:
    clips: list[CutClip] = []
    blends: list[CutBlend | None] = []
    for index, clip in enumerate(track.clips):
        record = clip.record.intersection(window)
        if not record:
            continue
        if clips:
            blend = track.blend_at(index - 1)
            whole = blend is not None and clips[-1].record.stop == record.start + offset
            blends.append(blend if whole else None)
        clips.append(replace(clip.within(record, rate), record=record.shifted(offset)))
    return CutTrack(track.name, tuple(clips), tuple(blends))
