"""Shots whose pictures come in another order than their clip's: frozen ones, and shots that play backwards.

A shot has a clock of its own then, in frames of the film, which is its source clock for everything else. Its clip's is
found by stretches:

    shot    0        10        34        58
            |--------|=========|---------|      frozen for 24 frames
    clip    0        10 (9 all the time) 34
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stitcher.timebase import FrameRange


@dataclass(frozen=True, slots=True)
class FrozenFrame:
    """A frame that is seen for longer."""

    frame: int
    """By the shot's clock as if nothing were frozen."""
    frames: int
    """For how many frames more."""


@dataclass(frozen=True, slots=True)
class PictureRun:
    """Frames of a shot that follow each other in the clip, forwards or backwards, or are one of it."""

    frames: FrameRange
    """Shot's clock."""
    first: int
    """The clip's frame that is seen in the first of them."""
    step: Literal[1, 0, -1]

    @property
    def source(self) -> FrameRange:
        """The clip's frames that are seen."""
        last = self.first + self.step * (len(self.frames) - 1)
        return FrameRange(min(self.first, last), max(self.first, last) + 1)


@dataclass(frozen=True, slots=True)
class Retiming:
    """Which frame of a clip a shot shows at each of its own."""

    backwards_from: int | None = None
    """The clip's frame that the shot's clock begins with, where it plays backwards."""
    frozen: tuple[FrozenFrame, ...] = ()
    """In order."""

    @property
    def changes(self) -> bool:
        """Whether the shot's clock is another one than the clip's."""
        return self != IN_ORDER

    @property
    def longer_by(self) -> int:
        """How many frames the shot is longer than what it shows."""
        return sum(frozen.frames for frozen in self.frozen)

    def pauses(self) -> Iterator[FrameRange]:
        """Where a frame is frozen, shot's clock."""
        before = 0
        for frozen in self.frozen:
            start = frozen.frame + 1 + before
            yield FrameRange(start, start + frozen.frames)
            before += frozen.frames

    def stretches(self, frames: FrameRange) -> Iterator[PictureRun]:
        """The clip's frames that are seen in some of the shot's."""
        start, before = frames.start, 0
        for pause in self.pauses():
            yield from self._running(_between(start, min(pause.start, frames.stop)), before)
            held = pause.intersection(frames)
            if held:
                yield PictureRun(held, self._clip_frame(pause.start - 1 - before), 0)
            start, before = max(start, pause.stop), before + len(pause)
        yield from self._running(_between(start, frames.stop), before)

    def source_frame(self, frame: int) -> int:
        """The clip's frame that is seen at one of the shot's."""
        (stretch,) = self.stretches(FrameRange(frame, frame + 1))
        return stretch.first

    def source(self, frames: FrameRange) -> FrameRange:
        """The clip's frames between the first and the last that are seen in some of the shot's."""
        seen = [stretch.source for stretch in self.stretches(frames)]
        return FrameRange(min(one.start for one in seen), max(one.stop for one in seen)) if seen else frames

    def _running(self, frames: FrameRange, before: int) -> Iterator[PictureRun]:
        if frames:
            yield PictureRun(
                frames, self._clip_frame(frames.start - before), 1 if self.backwards_from is None else -1
            )

    def _clip_frame(self, frame: int) -> int:
        return frame if self.backwards_from is None else self.backwards_from - frame

    def __str__(self) -> str:
        """In a few words: `backwards, frozen for 24 frames`."""
        words = ["backwards"] * (self.backwards_from is not None)
        return ", ".join([*words, *[f"frozen for {self.longer_by} frames"] * bool(self.frozen)])


def _between(start: int, stop: int) -> FrameRange:
    return FrameRange(start, max(start, stop))


IN_ORDER = Retiming()
