"""The plot of a film's seams: shots and findings, motion and light along time, and what steps at each seam."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stitcher.media.files import atomic_write, disk_errors
from stitcher.pictures.png_output import png_target
from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.typeface import load_font
from stitcher.seam_report.report import FilmSeams
from stitcher.seams.kinds import KINDS
from stitcher.timeline.model import Timeline

_GROUND, _PANEL, _RULE, _SEAM = (17, 19, 23), (27, 30, 36), (62, 68, 79), (70, 78, 92)
_TEXT, _SOFT, _CURVE, _FOUND = (236, 238, 242), (150, 157, 168), (116, 160, 210), (240, 120, 80)
_CHANNELS = ((230, 96, 96), (110, 200, 120), (110, 150, 240))
_WIDTH, _MARGIN, _LABEL, _HEAD, _STRIP, _LANE, _GAP = 1920, 28, 190, 60, 34, 120, 12
_BAR = 7


@dataclass(frozen=True, slots=True)
class _Lane:
    """One measure along the film: a curve by frames, or bars at seams."""

    name: str
    unit: str
    curves: tuple[tuple[tuple[float, float], ...], ...] = ()
    bars: tuple[tuple[int, tuple[float, ...]], ...] = ()
    threshold: float | None = None
    """Of its bars."""

    @property
    def values(self) -> list[float]:
        """All that is drawn in it."""
        curves = [value for curve in self.curves for _, value in curve]
        bars = [value for _, values in self.bars for value in values]
        limits = [] if self.threshold is None else [1.5 * self.threshold]
        return [*curves, *bars, *limits, *(-one for one in limits if min(bars, default=0) < 0)]


def plot_seams(out: Path, timeline: Timeline, found: FilmSeams) -> Path:
    """Draw the measures of a film as a PNG; returns where it is. Raises `OutputError` and `DiskFull`."""
    from PIL import Image, ImageDraw

    target = png_target(out, timeline.files)
    lanes = tuple(_lanes(timeline, found))
    top = _HEAD + _STRIP + _GAP
    height = top + len(lanes) * (_LANE + _GAP) + _GAP + 22 * min(len(found.findings), 12)
    image = Image.new("RGB", (_WIDTH, height), _GROUND)
    draw = ImageDraw.Draw(image)
    heading = f"{timeline.title or 'Clips'}: {len(found.seams)} seams, {len(found.findings)} findings"
    draw.text(
        (_MARGIN, 16), ellipsized(heading, load_font(None, 26), 1500), fill=_TEXT, font=load_font(None, 26)
    )
    for number, lane in enumerate(lanes):
        _draw_lane(draw, timeline, lane, top + number * (_LANE + _GAP))
    _shots(draw, timeline, found, height)
    foot = top + len(lanes) * (_LANE + _GAP)
    for number, one in enumerate(found.findings[:12]):
        line = ellipsized(f"frame {one.frame}: {one}", load_font(None, 15), _WIDTH - 2 * _MARGIN)
        draw.text((_MARGIN, foot + 22 * number), line, fill=_FOUND, font=load_font(None, 15))
    with atomic_write(target) as temp, disk_errors(target):
        image.save(temp, "PNG", compress_level=4)
    return target


def _lanes(timeline: Timeline, found: FilmSeams) -> Iterator[_Lane]:
    places = {item.shot: item.record_range for item in timeline.items}

    def along(shot: str, values: Sequence[float]) -> tuple[tuple[float, float], ...]:
        span = places[shot]
        frames = np.linspace(span.start, span.stop - 1, len(values))
        return tuple(zip(map(float, frames), values, strict=True))

    yield _Lane("motion", "levels", tuple(along(one.shot, one.measure.moved) for one in found.clips))
    yield _Lane("light", "levels", tuple(along(one.shot, one.measure.light) for one in found.clips))
    steps = tuple((one.frame, one.measure.rgb) for one in found.seams if one.measure.goes_on)
    yield _Lane("colour step", "levels", bars=steps, threshold=KINDS["colour"].threshold)
    hops = [hop for chain in found.chains for hop in chain[1:]]
    drift = tuple((places[hop.shot].start, hop.rgb) for hop in hops)
    yield _Lane("drift", "levels", bars=drift, threshold=KINDS["drift"].threshold)
    colours = tuple((one.frame, (one.measure.delta_e,)) for one in found.seams if one.measure.goes_on)
    yield _Lane("colour step", "ΔE2000", bars=colours, threshold=1.0)
    motion = tuple((one.frame, (one.pace.step,)) for one in found.seams if one.measure.goes_on)
    yield _Lane("motion step", "px/frame", bars=motion)
    soft = tuple((places[hop.shot].start, (100 * (hop.sharpness - 1),)) for hop in hops)
    yield _Lane("sharpness", "% of the first", bars=soft, threshold=KINDS["softening"].threshold)


def _x(timeline: Timeline, frame: float) -> int:
    left = _MARGIN + _LABEL
    return left + round(frame * (_WIDTH - _MARGIN - left - 1) / max(1, timeline.frames - 1))


def _draw_lane(draw: Any, timeline: Timeline, lane: _Lane, top: int) -> None:
    left, right = _MARGIN + _LABEL, _WIDTH - _MARGIN
    draw.rectangle((left, top, right, top + _LANE), fill=_PANEL)
    values = lane.values
    high, low = max(values, default=1.0), min([0.0, *values])
    scale = (_LANE - 10) / max(high - low, 1e-6)

    def y(value: float) -> int:
        return top + _LANE - 5 - round((value - low) * scale)

    draw.text((_MARGIN, top + 8), lane.name, fill=_TEXT, font=load_font(None, 17))
    draw.text((_MARGIN, top + 34), lane.unit, fill=_SOFT, font=load_font(None, 14))
    draw.text((_MARGIN, top + 58), f"{low:.1f} to {high:.1f}", fill=_SOFT, font=load_font(None, 14))
    draw.line((left, y(0), right, y(0)), fill=_RULE)
    for limit in () if lane.threshold is None else (lane.threshold, -lane.threshold):
        if low <= limit <= high:
            draw.line((left, y(limit), right, y(limit)), fill=_FOUND)
    for item in timeline.items[1:]:
        x = _x(timeline, item.record_start)
        draw.line((x, top, x, top + _LANE), fill=_SEAM)
    for curve in lane.curves:
        draw.line([(_x(timeline, frame), y(value)) for frame, value in curve], fill=_CURVE, width=2)
    for frame, steps in lane.bars:
        for number, value in enumerate(steps):
            x = _x(timeline, frame) + _BAR * number - _BAR * len(steps) // 2
            colour = _CHANNELS[number] if len(steps) > 1 else _CURVE
            draw.rectangle((x, *sorted((y(0), y(value)))[:1], x + _BAR - 2, max(y(0), y(value))), fill=colour)


def _shots(draw: Any, timeline: Timeline, found: FilmSeams, height: int) -> None:
    font = load_font(None, 14)
    for number, item in enumerate(timeline.items):
        x, end = (_x(timeline, frame) for frame in (item.record_start, item.record_range.stop - 1))
        fill = ((44, 49, 58), (36, 40, 48))[number % 2]
        draw.rectangle((x, _HEAD, end, _HEAD + _STRIP), fill=fill)
        draw.text((x + 6, _HEAD + 8), ellipsized(item.shot, font, end - x - 10), fill=_TEXT, font=font)
    for one in found.findings:
        x = _x(timeline, one.frame)
        draw.polygon(((x - 6, _HEAD - 10), (x + 6, _HEAD - 10), (x, _HEAD)), fill=_FOUND)
