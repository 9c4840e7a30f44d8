"""How a move sets off and arrives. Pure."""

from __future__ import annotations

from stitcher.storyboard.choices import Ease


def eased(ease: Ease, share: float) -> float:
    """How far a move has come after a share of its time, both 0 to 1."""
    match ease:
        case "in":
            return share * share
        case "out":
            return share * (2 - share)
        case "in-out":
            return share * share * (3 - 2 * share)
        case "linear":
            return share
