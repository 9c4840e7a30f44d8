"""What is measured at seams and in clips, each in its unit and with the threshold above which it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stitcher.storyboard.choices import SeamFindingKind


@dataclass(frozen=True, slots=True)
class Kind:
    """How one thing is measured and told."""

    unit: str
    threshold: float
    """What is told is larger, and larger than the clips' own neighbourhood explains."""
    digits: int = 1


KINDS: Mapping[SeamFindingKind, Kind] = {
    "doubled": Kind("frames", 0, 0),
    "missing": Kind("frames", 0, 0),
    "colour": Kind("levels", 1.0),
    "matrix": Kind("levels", 1.0),
    "range": Kind("levels", 2.0),
    "drift": Kind("levels", 2.0),
    "motion": Kind("px/frame", 1.0),
    "frozen-head": Kind("s", 0.12, 2),
    "frozen-tail": Kind("s", 0.12, 2),
    "hold": Kind("s", 0.16, 2),
    "cadence": Kind("frames in 24", 1, 0),
    "sharpness": Kind("%", 20.0, 0),
    "softening": Kind("%", 25.0, 0),
    "grain": Kind("levels", 0.8),
    "flicker": Kind("levels", 0.6),
    "black": Kind("frames", 0, 0),
    "bars": Kind("%", 2.0),
    "patch": Kind("%", 0.25),
}
"""By their names, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class SeamFinding:
    """Something at a seam, or in a clip, that is above its threshold."""

    kind: SeamFindingKind
    shot: str
    """The shot it is told of: of a seam the one after it."""
    earlier: str
    """The shot before the seam; empty for what is in the clip of one shot."""
    value: float
    """In the unit of its kind."""
    text: str
    """What is wrong, in a few words and numbers."""
    frame: int = 0
    """Where it begins: record clock."""
    accepted: str = ""
    """Why it is meant, as the storyboard says; empty for what nobody accepted."""

    @property
    def unit(self) -> str:
        """What `value` is counted in."""
        return KINDS[self.kind].unit

    @property
    def threshold(self) -> float:
        """What `value` is above."""
        return KINDS[self.kind].threshold

    @property
    def where(self) -> str:
        """In a few words: `from harbour to door`, `in door`."""
        return f"from {self.earlier!r} to {self.shot!r}" if self.earlier else f"in {self.shot!r}"

    def __str__(self) -> str:
        return f"{self.kind} {self.where}: {self.text}"
