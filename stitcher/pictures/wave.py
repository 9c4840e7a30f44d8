"""Sound drawn along time: a wave, and on a contact sheet a strip of it with the sounds that lie under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.typeface import load_font
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.timebase import FrameRange, frames_to_samples
from stitcher.timeline.model import Cue, Timeline

_PANEL, _RULE, _WAVE = (27, 30, 36), (62, 68, 79), (176, 184, 196)
_TEXT, _ON_BAR, _DIM = (236, 238, 242), (17, 19, 23), (116, 123, 135)
_WAVE_HEIGHT, _BAR, _BAR_GAP, _FOOT = 84, 18, 4, 14
_LANES = 6
_TEXT_ROOM = 24
"""Pixels of a bar below which no name is written into it."""

Box = tuple[int, int, int, int]
"""Left, top, right and foot in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """The lowest and the highest sample of each of the windows that a sound is cut into."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    window: int
    """Samples of each."""

    @property
    def peak(self) -> float:
        """The highest sample either way; 1 is full scale."""
        return max(float(self.high.max(initial=0)), -float(self.low.min(initial=0)))


def draw_wave(
    draw: Any, wave: Wave, box: Box, *, samples: tuple[int, int], colour: tuple[int, int, int], scale: float
) -> None:
    """The samples from one to another of a wave in a box, by their square root, so that quiet sound is seen as well.

    `scale` is the sample that reaches nearly to the box's edges.
    """
    left, top, right, foot = box
    middle, reach = (top + foot) / 2, (foot - top) / 2 - 6
    draw.line((left, middle, right, middle), fill=_RULE)
    if scale <= 0 or not len(wave.low):
        return
    width, (start, stop) = right - left, samples
    at = (start + np.arange(width + 1) * ((stop - start) / width)) / wave.window
    edges = np.clip(at.astype(np.int64), 0, len(wave.low) - 1)
    # Between equal edges reduceat gives the value there, which is what a short film wants.
    low, high = np.minimum.reduceat(wave.low, edges)[:-1], np.maximum.reduceat(wave.high, edges)[:-1]
    up, down = (np.sqrt(np.clip(side / scale, 0, 1)) * reach for side in (high, -low))
    for column, (above, below) in enumerate(zip(up, down, strict=True)):
        if above > 0.5 or below > 0.5:
            draw.line((left + column, middle - above, left + column, middle + below), fill=colour)


def strip_height(timeline: Timeline, shown: FrameRange) -> int:
    """How many pixels `draw_strip` takes for the frames shown, with its distance to what follows."""
    lanes, _ = _lanes(_heard(timeline, shown))
    return _WAVE_HEIGHT + len(lanes) * (_BAR + _BAR_GAP) + _BAR_GAP + _FOOT


def draw_strip(draw: Any, timeline: Timeline, wave: Wave, *, shown: FrameRange, box: Box, label: int) -> None:
    """The mix of the frames shown, with a bar for each sound where it lies; `label` pixels at its left are words."""
    left, top, right, _ = box
    panel = (left, top, right, top + strip_height(timeline, shown) - _FOOT)
    draw.rounded_rectangle(panel, radius=8, fill=_PANEL)
    span = tuple(frames_to_samples(frame, timeline.rate) for frame in (shown.start, shown.stop))
    lane_left, lane_right = left + label, right - 10
    cues = _heard(timeline, shown)
    _words(draw, cues, (left + 14, top + 10))
    for item in timeline.items:
        if shown.start < item.record_start < shown.stop:
            share = (item.record_start - shown.start) / len(shown)
            x = lane_left + round(share * (lane_right - lane_left))
            draw.line((x, top + 4, x, top + _WAVE_HEIGHT - 4), fill=_RULE)
    draw_wave(
        draw,
        wave,
        (lane_left, top, lane_right, top + _WAVE_HEIGHT),
        samples=(span[0], span[1]),
        colour=_WAVE,
        scale=wave.peak,
    )
    lanes, left_out = _lanes(cues)
    for number, lane in enumerate(lanes):
        y = top + _WAVE_HEIGHT + number * (_BAR + _BAR_GAP)
        _bars(draw, lane, (lane_left, y, lane_right, y + _BAR), span=(span[0], span[1]))
    if left_out:
        small = load_font(None, 13)
        y = top + _WAVE_HEIGHT + (len(lanes) - 1) * (_BAR + _BAR_GAP)
        draw.text((left + 14, y + _BAR // 2), f"and {left_out} more", fill=_DIM, font=small, anchor="lm")


def _heard(timeline: Timeline, shown: FrameRange) -> list[Cue]:
    start, stop = (frames_to_samples(frame, timeline.rate) for frame in (shown.start, shown.stop))
    return [cue for cue in timeline.cues if cue.start_sample < stop and cue.stop_sample > start]


def _lanes(cues: Sequence[Cue]) -> tuple[list[list[Cue]], int]:
    """The cues in rows in which none lies over another, a role's together, and how many found no place."""
    rows: list[list[Cue]] = []
    left_out = 0
    order = list(ROLE_TABLE)
    for cue in sorted(cues, key=lambda one: (order.index(one.role), one.stem, one.start_sample)):
        fitting = (
            row for row in rows if row[-1].stem == cue.stem and row[-1].stop_sample <= cue.start_sample
        )
        row = next(fitting, None)
        if row is not None:
            row.append(cue)
        elif len(rows) < _LANES:
            rows.append([cue])
        else:
            left_out += 1
    return rows, left_out


def _bars(draw: Any, lane: Sequence[Cue], box: Box, *, span: tuple[int, int]) -> None:
    """A bar for each cue of a lane, its name in it or, where that is too short for it, in the room behind."""
    left, top, right, foot = box
    font = load_font(None, 12)

    def x(sample: int) -> int:
        share = (min(max(sample, span[0]), span[1]) - span[0]) / (span[1] - span[0])
        return left + round(share * (right - left))

    for cue, following in zip_longest(lane, lane[1:]):
        start, stop = x(cue.start_sample), x(cue.stop_sample)
        colour = ROLE_TABLE[cue.role].colour
        draw.rectangle((start, top, max(start + 1, stop - 2), foot), fill=colour)
        inside, behind = (
            stop - start - 10,
            (right if following is None else x(following.start_sample)) - stop - 8,
        )
        place, room, fill = (start + 4, inside, _ON_BAR)
        if font.getlength(cue.name) > inside and behind > inside:
            place, room, fill = (stop + 3, behind, colour)
        words = f"{cue.name} · {cue.stem}"
        # The name alone, before it is cut for the role's sake.
        words = words if font.getlength(words) <= room else cue.name
        if room >= _TEXT_ROOM:
            draw.text(
                (place, (top + foot) // 2), ellipsized(words, font, room), fill=fill, font=font, anchor="lm"
            )


def _words(draw: Any, cues: Sequence[Cue], corner: tuple[int, int]) -> None:
    draw.text(corner, "sound", fill=_TEXT, font=load_font(None, 19))
    roles = [role for role in ROLE_TABLE if any(cue.role == role for cue in cues)]
    for number, role in enumerate(roles):
        place = corner[0] + 84 * (number % 2), corner[1] + 30 + 19 * (number // 2)
        draw.text(place, role, fill=ROLE_TABLE[role].colour, font=load_font(None, 13))
