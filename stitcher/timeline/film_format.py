"""The film's format: frame rate, size and start timecode, given or agreed on by the clips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from fractions import Fraction

from stitcher.errors import PlanError
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import parse_timecode, spoken_rate
from stitcher.timeline.name_lists import listed


def film_rate(board: Storyboard, clips: Sequence[tuple[str, Clip]]) -> Fraction:
    """Frames a second of the film: `format.fps`, else what all clips have.

    Raises `PlanError` naming clips and rates where they differ, vary, or where there is no clip to ask.
    """
    if board.format.fps is not None:
        return board.format.fps
    if not clips:
        raise _refusal(board, "there is no clip to take the frame rate from: write 'fps' under 'format'.")
    varying = [clip for _, clip in clips if clip.video.rate is None]
    if varying:
        names = listed([clip.name for clip in varying])
        verb = "has" if len(varying) == 1 else "have"
        raise _refusal(
            board,
            f"{names} {verb} no constant frame rate: say the film's, with 'fps' under 'format' or --fps.",
        )
    by_rate: dict[Fraction, list[str]] = {}
    for _, clip in clips:
        by_rate.setdefault(
            clip.video.average_rate if clip.video.rate is None else clip.video.rate, []
        ).append(clip.name)
    if len(by_rate) > 1:
        rates = "; ".join(
            f"{spoken_rate(rate)} frames a second: {listed(names)}" for rate, names in by_rate.items()
        )
        raise _refusal(
            board,
            f"the clips have different frame rates ({rates}): say the film's, with 'fps' under 'format' or --fps.",
        )
    return next(iter(by_rate))


def film_size(
    board: Storyboard, clips: Sequence[tuple[str, Clip]], enlarged: Collection[str] = ()
) -> tuple[int, int]:
    """Width and height of the film: given, else what most clips have as shown, the earlier one if even.

    Takes are asked for at `format.ratio`, and it is the film's size too, until all of them are `enlarged`.
    """
    size = board.format.size or board.format.ratio
    if board.format.size is None and clips and all(shot in enlarged for shot, _ in clips):
        size = None
    if size is not None:
        return size
    if not clips:
        raise _refusal(
            board, "there is no clip to take the picture's size from: write 'size' under 'format'."
        )
    return Counter(clip.video.shown_size for _, clip in clips).most_common(1)[0][0]


def start_frame(board: Storyboard, rate: Fraction) -> int:
    """The frame count that `format.start` stands for at `rate`."""
    try:
        return parse_timecode(board.format.start, rate)
    except ValueError as exc:
        raise _refusal(board, str(exc), "start") from exc


def _refusal(board: Storyboard, message: str, *key: str) -> PlanError:
    return PlanError([board.issue(("format", *key), message)])
