"""The focus of a shot: the point of its picture that stays in the middle of what is seen of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from stitcher.storyboard.choices import Ease, Flip
from stitcher.storyboard.framing import FocusKeys
from stitcher.timebase import FrameRange
from stitcher.timeline.ease import eased

Point = tuple[float, float]
"""Across and down, as shares of a picture's sides."""

CENTRE_POINT: Point = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class FocusPoint:
    """Where the focus is in one frame."""

    frame: int
    """Source clock."""
    x: float
    """Share of the picture's width, from the left."""
    y: float
    """Share of its height, from the top."""
    ease: Ease = "linear"
    """How it comes here from the key before."""

    @property
    def point(self) -> Point:
        """Where it is."""
        return self.x, self.y


@dataclass(frozen=True, slots=True)
class Focus:
    """A point, or one that moves: constant before its first key and after its last."""

    keys: tuple[FocusPoint, ...] = (FocusPoint(0, *CENTRE_POINT),)
    """In order, no two in one frame."""
    auto: bool = False
    """Whether it is still to be looked for; until then it is in the middle."""

    def __str__(self) -> str:
        """In a few letters: `auto`, `0.3 0.5`, `0.3 0.5 to 0.7 0.5`."""
        if self.auto:
            return "auto"
        ends = dict.fromkeys(f"{key.x:g} {key.y:g}" for key in (self.keys[0], self.keys[-1]))
        return " to ".join(ends)

    @property
    def moves(self) -> bool:
        """Whether it is not always at one point."""
        return any(key.point != self.keys[0].point for key in self.keys)

    def at(self, frame: int) -> Point:
        """Where it is in a frame, source clock."""
        for before, after in pairwise(self.keys):
            if before.frame <= frame < after.frame:
                way = eased(after.ease, (frame - before.frame) / (after.frame - before.frame))
                return before.x + (after.x - before.x) * way, before.y + (after.y - before.y) * way
        return self.keys[0].point if frame < self.keys[0].frame else self.keys[-1].point

    def within(self, frames: FrameRange) -> Focus:
        """The same with no more keys than some frames need, so that what is made of them depends on no others."""
        first = max((number for number, key in enumerate(self.keys) if key.frame <= frames.start), default=0)
        last = next(
            (n for n, key in enumerate(self.keys) if key.frame >= frames.stop - 1), len(self.keys) - 1
        )
        keys = self.keys[first : max(first, last) + 1]
        if all(key.point == keys[0].point for key in keys):
            keys = (FocusPoint(0, *keys[0].point),)
        return replace(self, keys=keys)

    def shifted(self, frames: int) -> Focus:
        """The same so many frames later."""
        if not self.moves:
            return self
        return replace(self, keys=tuple(replace(key, frame=key.frame + frames) for key in self.keys))

    def mirrored(self, flip: Flip | None) -> Focus:
        """The same in a picture whose left and right, top and bottom, or both are exchanged."""
        across, down = flip in ("horizontal", "both"), flip in ("vertical", "both")
        keys = (
            replace(key, x=1 - key.x if across else key.x, y=1 - key.y if down else key.y)
            for key in self.keys
        )
        return replace(self, keys=tuple(keys))


CENTRE = Focus()
"""The middle of the picture."""
AUTO = Focus(auto=True)
"""Still to be looked for."""


def focus_of(keys: FocusKeys | None, rate: Fraction, start: int) -> Focus:
    """The focus that a storyboard asks for, of a shot that begins at the frame `start` of its source clock."""
    if keys is None:
        return CENTRE
    if keys[0].auto:
        return AUTO
    if len(keys) == 1:
        return Focus((FocusPoint(0, keys[0].x, keys[0].y),))
    return Focus(tuple(FocusPoint(start + key.at.to_frames(rate), key.x, key.y, key.ease) for key in keys))
