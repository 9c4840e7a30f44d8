"""A crop whose window goes with a focus that moves, between pixels, as ffmpeg filters. Pure.

ffmpeg's `crop` goes in whole pixels (and by two where chroma is halved), so that a slow move would tremble. So a part
of the picture a little wider than the window is cut out, made many times as wide, cut by whole pixels of that, and
brought to size: the window goes by eighths of a pixel of the film.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import Any

from stitcher.media.filters import SCALE_FLAGS, scaled
from stitcher.storyboard.choices import Ease
from stitcher.timeline.focus import Focus
from stitcher.timeline.placement import Size

_STEPS = 8
"""Into how many steps a pixel of the film is divided."""
_WIDEST = 16384
"""No picture in between is made wider, so that of the largest films a pixel has fewer steps."""
_MARGIN = 4
"""Pixels of the source on either side of the window, of which its edges are made."""
_SPREAD_FLAGS = SCALE_FLAGS.replace("lanczos", "bicubic")
"""Of what is made wider, where a longer kernel gains nothing and takes twice as long."""
_EASES: dict[Ease, str] = {
    "linear": "{0}",
    "in": "pow({0},2)",
    "out": "({0})*(2-({0}))",
    "in-out": "pow({0},2)*(3-2*({0}))",
}
"""As `timeline.ease` has them, as ffmpeg's expressions of a share of the time."""


def is_followed(source: Size, target: Size, focus: Focus) -> bool:
    """Whether the window moves over the picture: the focus does so in the direction in which it is cropped."""
    axis = _cropped_axis(source, target)
    return any(key.point[axis] != focus.keys[0].point[axis] for key in focus.keys)


def followed(stream: Any, source: Size, target: Size, focus: Focus) -> Any:
    """A stream of pictures of the size `source` at the size `target`, cropped where its focus is.

    The focus goes by frames of the stream, counted from 0.
    """
    axis = _cropped_axis(source, target)
    has, gets = source[axis], target[axis]
    scale = max(target[0] / source[0], target[1] / source[1])
    window = min(float(has), gets / scale)
    cut = min(has, 2 * ceil((window + 2 * _MARGIN + 2) / 2))
    spread = 2 * round(cut * scale * min(_STEPS, max(1, _WIDEST // gets)) / 2)
    fine = min(spread, round(window * spread / cut))
    first = f"clip(({_way(focus, axis)})*{has}-{window / 2:.6f},0,{has - window:.6f})"
    coarse = f"2*floor(clip({first}-{_MARGIN},0,{has - cut})/2)"
    rest = f"clip(({first}-{coarse})*{spread}/{cut},0,{spread - fine})"
    stream = _cropped(stream, axis, cut, coarse)
    stream = stream.filter(
        "scale", flags=_SPREAD_FLAGS, **{"wh"[axis]: spread, "wh"[1 - axis]: source[1 - axis]}
    )
    return scaled(_cropped(stream, axis, fine, rest), w=target[0], h=target[1])


def _cropped_axis(source: Size, target: Size) -> int:
    """0 where a picture that fills another one is cropped on its left and right, else 1."""
    return 0 if source[0] * target[1] > source[1] * target[0] else 1


def _cropped(stream: Any, axis: int, length: int, begin: str) -> Any:
    options: dict[str, object] = {"wh"[axis]: length, "xy"[axis]: begin, "xy"[1 - axis]: 0}
    return stream.filter("crop", exact=1, **options)


def _way(focus: Focus, axis: int) -> str:
    """Where the focus is on one axis in frame `n`, as a sum: nested conditions would soon be too deep for ffmpeg."""
    terms = [f"{focus.keys[0].point[axis]:.6f}"]
    for before, after in pairwise(focus.keys):
        step = after.point[axis] - before.point[axis]
        if step:
            share = f"clip((n-({before.frame}))/{after.frame - before.frame},0,1)"
            terms.append(f"({step:.6f})*{_EASES[after.ease].format(share)}")
    return "+".join(terms)
