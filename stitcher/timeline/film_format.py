"""The film's format: frame rate, size and start timecode, given or agreed on by the clips."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from fractions import Fraction

from stitcher.errors import PlanError
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import format_decimal, format_rate, nominal_rate
from stitcher.timeline.name_lists import listed

_DROP_RATES = (Fraction(30000, 1001), Fraction(60000, 1001))


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
            f"{_rate(rate)} frames a second: {listed(names)}" for rate, names in by_rate.items()
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
    parts = re.fullmatch(r"(\d\d):(\d\d):(\d\d)([:;])(\d{2,3})", board.format.start)
    if parts is None:
        raise _refusal(board, f"{board.format.start!r} is not a timecode.", "start")
    hours, minutes, seconds, frames = (int(parts[part]) for part in (1, 2, 3, 5))
    nominal = nominal_rate(rate)
    if frames >= nominal:
        raise _refusal(
            board, f"a second has {nominal} frames at {_rate(rate)}, so none is numbered {frames}.", "start"
        )
    count = (hours * 3600 + minutes * 60 + seconds) * nominal + frames
    if parts[4] == ":":
        return count
    if rate not in _DROP_RATES:
        raise _refusal(
            board, f"drop-frame exists at 29.97 and 59.94, not at {_rate(rate)}: write ':'.", "start"
        )
    skipped = nominal // 15
    if minutes % 10 and seconds == 0 and frames < skipped:
        raise _refusal(board, f"{board.format.start} is one of the numbers that drop-frame skips.", "start")
    whole_minutes = hours * 60 + minutes
    return count - skipped * (whole_minutes - whole_minutes // 10)


def _rate(rate: Fraction) -> str:
    return format_decimal(rate, 3) if rate.denominator in (1, 1001) else format_rate(rate)


def _refusal(board: Storyboard, message: str, *key: str) -> PlanError:
    return PlanError([board.issue(("format", *key), message)])
