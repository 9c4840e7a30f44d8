"""Curves that a cue is multiplied by, as values and drawn sample by sample: its gain between key frames, and its fades.

ffmpeg's own ways to change a gain over time step once a block (`volume` with `eval=frame`, `asendcmd`), which clicks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stitcher.storyboard.choices import FadeCurve
from stitcher.timeline.model import GainKey

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Curve = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GainLine:
    """A straight line in decibels."""

    start: int
    """In samples of the passage, as `stop`."""
    stop: int
    from_db: float
    """Where the line begins, which may be long before the passage."""
    db_a_sample: float = 0.0
    past_samples: int = 0
    """How far behind its beginning `start` is."""


@dataclass(frozen=True, slots=True)
class Fade:
    """A cue coming or going."""

    curve: FadeCurve
    samples: int
    at: int
    """Where it begins, in samples of the passage; mostly before it, or in it."""


def gain_lines(keys: Sequence[GainKey], begin: int, end: int) -> Iterator[GainLine]:
    """What a gain is from `begin` to `end`, record clock; what is level is said without where it began."""
    if not keys:
        return
    line: GainLine | None = None
    index = bisect_right(keys, begin, key=lambda key: key.sample)
    at = begin
    while at < end:
        before, after = keys[index - 1] if index else None, keys[index] if index < len(keys) else None
        until = end if after is None else min(end, after.sample)
        level = before if before is not None else keys[0]
        slope = 0.0
        if before is not None and after is not None:
            slope = (after.gain_db - before.gain_db) / (after.sample - before.sample)
        past = at - level.sample if slope else 0
        if line is not None and not slope and not line.db_a_sample and line.from_db == level.gain_db:
            line = replace(line, stop=until - begin)
        else:
            if line is not None:
                yield line
            line = GainLine(at - begin, until - begin, level.gain_db, slope, past)
        at, index = until, index + 1
    if line is not None and line != GainLine(0, end - begin, 0.0):
        yield line


def draw_gain(lines: Sequence[GainLine]) -> Curve:
    """Factors of a passage, of which the lines are all."""
    import numpy as np

    drawn = np.empty(lines[-1].stop, np.float32)
    for line in lines:
        if line.db_a_sample:
            past = line.past_samples + np.arange(line.stop - line.start)
            drawn[line.start : line.stop] = 10 ** ((line.from_db + line.db_a_sample * past) / 20)
        else:
            drawn[line.start : line.stop] = 10 ** (line.from_db / 20)
    return drawn


def draw_fade(fade: Fade, start: int, stop: int, *, out: bool) -> Curve:
    """Factors of a fade from `start` to `stop`, in samples of its passage; behind its end
    1, or 0 where it goes `out`."""
    import numpy as np

    along = np.arange(start - fade.at, stop - fade.at) / fade.samples
    level = np.clip(1 - along if out else along, 0, 1)
    return _shaped(fade.curve, level).astype(np.float32)


def _shaped(curve: FadeCurve, level: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curves of a mixing desk, as ffmpeg's `afade` has them, from 0 to 1."""
    import numpy as np

    match curve:
        case "linear":
            return level
        case "equal-power":
            return np.asarray(np.sin(level * (np.pi / 2)))
        case "s-curve":
            return np.asarray((1 - np.cos(level * np.pi)) / 2)
        case "logarithmic":
            with np.errstate(divide="ignore"):
                return np.clip(1 + 0.2 * np.log10(level), 0, 1)
        case "exponential":
            # From -100 dB.
            return np.asarray(np.where(level > 0, np.exp(np.log(1e-5) * (1 - level)), 0))
