"""The plot of a mix: shots and seams, a wave for each stem with its ducks, and loudness, all on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stitcher.media.files import atomic_write, disk_errors
from stitcher.pictures.png_output import png_target
from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.typeface import load_font
from stitcher.pictures.wave import Wave, draw_wave
from stitcher.sound.report import MixReport, StemReport
from stitcher.sound.stems import Stem
from stitcher.stems.levels import LOUDNESS_STEP, MOMENTARY, SHORT_TERM, WINDOW, Curves, Measured
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.timebase import SAMPLE_RATE, format_timecode, frames_to_samples
from stitcher.timeline.fades import beside_fades
from stitcher.timeline.model import Timeline

_GROUND, _PANEL, _SHOT, _SHOT_2 = (17, 19, 23), (27, 30, 36), (44, 49, 58), (36, 40, 48)
_RULE, _GRID, _SEAM, _BLEND = (62, 68, 79), (40, 44, 52), (96, 104, 118), (46, 58, 72)
_TEXT, _SOFT, _DIM = (236, 238, 242), (170, 176, 186), (116, 123, 135)
_DUCK, _TARGET, _MOMENTARY, _SHORT_TERM, _FINDING = (
    (250, 205, 90), (236, 110, 110), (116, 140, 170), (236, 238, 242), (240, 120, 80),
)  # fmt: skip
_MARGIN, _LABEL, _HEAD, _STRIP, _LANE, _GAP, _LOUDNESS, _FOOT = 28, 190, 84, 34, 110, 10, 240, 44
_NARROWEST, _WIDEST = 1920, 3840
_PIXELS_A_SECOND = 6
_LUFS_TOP, _LUFS_FOOT = 0.0, -48.0
_DUCK_FOOT_DB = -24.0
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800)
_LABEL_PIXELS = 110


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """What is drawn of one stem."""

    stem: Stem
    curves: Curves


@dataclass(frozen=True, slots=True)
class _Axis:
    """From samples to pixels."""

    samples: int
    left: int
    width: int

    @property
    def right(self) -> int:
        return self.left + self.width

    def x(self, sample: float) -> int:
        return self.left + round(min(max(sample, 0), self.samples) * (self.width - 1) / self.samples)


def plot_mix(out: Path, timeline: Timeline, lanes: Sequence[Lane], mix: Measured, report: MixReport) -> Path:
    """Draw the plot of a mix as a PNG; returns where it is.

    `mix` is what the loudness is drawn of. Raises `OutputError` and `DiskFull`.
    """
    from PIL import Image, ImageDraw

    target = png_target(out, timeline.files)
    seconds = timeline.samples / SAMPLE_RATE
    width = round(min(max(_NARROWEST, seconds * _PIXELS_A_SECOND), _WIDEST))
    height = _HEAD + _STRIP + len(lanes) * (_LANE + _GAP) + _GAP + _LOUDNESS + _FOOT
    image = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(image)
    axis = _Axis(timeline.samples, _MARGIN + _LABEL, width - 2 * _MARGIN - _LABEL)
    _head(draw, timeline, report)
    top = _HEAD + _STRIP + _GAP
    scale = max((_wave_of(lane).peak for lane in lanes), default=0)
    boxes = [
        (top + number * (_LANE + _GAP), top + number * (_LANE + _GAP) + _LANE) for number in range(len(lanes))
    ]
    foot = top + len(lanes) * (_LANE + _GAP)
    boxes.append((foot, foot + _LOUDNESS))
    for box in boxes:
        draw.rectangle((axis.left, box[0], axis.right, box[1]), fill=_PANEL)
    _seams(draw, axis, timeline, boxes)
    for lane, stem, box in zip(lanes, report.stems, boxes, strict=False):
        _label(draw, stem, box)
        _wave(draw, axis, lane, box, scale)
        _ducks(draw, axis, timeline, lane, box=box)
    _loudness(draw, axis, mix, report, boxes[-1])
    _shots(draw, axis, timeline)
    _times(draw, axis, timeline, boxes[-1][1])
    _findings(draw, axis, report, boxes[-1][0])
    with atomic_write(target) as temp, disk_errors(target):
        image.save(temp, "PNG", compress_level=4)
    return target


def _head(draw: Any, timeline: Timeline, report: MixReport) -> None:
    levels = report.after or report.before
    details = [format_timecode(timeline.frames, timeline.rate)]
    if levels.integrated_lufs is not None:
        details.append(f"{levels.integrated_lufs:.1f} LUFS")
    if report.target_lufs is not None and report.after is not None:
        details.append(f"target {report.target} {report.target_lufs:g}, gain {report.gain_db:+.1f} dB")
    if levels.true_peak_dbtp is not None:
        details.append(f"true peak {levels.true_peak_dbtp:.1f} dBTP")
    if levels.range_lu is not None:
        details.append(f"LRA {levels.range_lu:.1f} LU")
    if levels.short_term_max_lufs is not None:
        details.append(f"short-term at most {levels.short_term_max_lufs:.1f}")
    large = load_font(None, 27)
    draw.text((_MARGIN, 16), ellipsized(timeline.title, large, 1200), fill=_TEXT, font=large)
    draw.text((_MARGIN, 52), "   ·   ".join(details), fill=_SOFT, font=load_font(None, 16))


def _shots(draw: Any, axis: _Axis, timeline: Timeline) -> None:
    fonts = [load_font(None, size) for size in (15, 13, 11)]
    # Two shots share a blend; its middle parts them here.
    parts = [
        axis.x(frames_to_samples(item.record_start + transition.frames // 2, timeline.rate))
        for item, transition in zip(timeline.items[1:], timeline.transitions, strict=True)
    ]
    for number, (item, start, stop) in enumerate(
        zip(timeline.items, [axis.left, *parts], [*parts, axis.right], strict=True)
    ):
        draw.rectangle((start, _HEAD, stop, _HEAD + _STRIP), fill=(_SHOT, _SHOT_2)[number % 2])
        draw.line((start, _HEAD, start, _HEAD + _STRIP), fill=_SEAM)
        room = stop - start - 8
        small = next((one for one in fonts if one.getlength(item.shot) <= room), fonts[-1])
        name = ellipsized(item.shot, small, room)
        if name:
            draw.text((start + 5, _HEAD + _STRIP // 2), name, fill=_TEXT, font=small, anchor="lm")
    draw.text((_MARGIN, _HEAD + _STRIP // 2), "shots", fill=_DIM, font=fonts[0], anchor="lm")


def _seams(draw: Any, axis: _Axis, timeline: Timeline, boxes: Sequence[tuple[int, int]]) -> None:
    for item, transition in zip(timeline.items[1:], timeline.transitions, strict=True):
        start = axis.x(frames_to_samples(item.record_start, timeline.rate))
        stop = axis.x(frames_to_samples(item.record_start + transition.frames, timeline.rate))
        for top, foot in boxes:
            if stop > start:
                draw.rectangle((start, top, stop, foot), fill=_BLEND)
            draw.line((start, top, start, foot), fill=_RULE)


def _label(draw: Any, stem: StemReport, box: tuple[int, int]) -> None:
    large, small = load_font(None, 20), load_font(None, 14)
    draw.text(
        (_MARGIN, box[0] + 22),
        ellipsized(stem.name, large, _LABEL - 16),
        fill=ROLE_TABLE[stem.role].colour,
        font=large,
    )
    levels = stem.levels
    loudness = "silent" if levels.integrated_lufs is None else f"{levels.integrated_lufs:.1f} LUFS"
    peak = "" if levels.true_peak_dbtp is None else f"peak {levels.true_peak_dbtp:.1f} dBTP"
    for line, text in enumerate((loudness, peak)):
        draw.text((_MARGIN, box[0] + 50 + 20 * line), text, fill=_SOFT, font=small)


def _wave(draw: Any, axis: _Axis, lane: Lane, box: tuple[int, int], scale: float) -> None:
    draw_wave(
        draw,
        _wave_of(lane),
        (axis.left, box[0], axis.right, box[1]),
        samples=(0, axis.samples),
        colour=ROLE_TABLE[lane.stem.role].colour,
        scale=scale,
    )


def _wave_of(lane: Lane) -> Wave:
    return Wave(lane.curves.low, lane.curves.high, WINDOW)


def _ducks(draw: Any, axis: _Axis, timeline: Timeline, lane: Lane, *, box: tuple[int, int]) -> None:
    """The gain keys of a stem's cues, without the film's fades: a line that runs along the lane's top where nothing is
    lowered."""

    def y(db: float) -> float:
        return box[0] + 4 + (box[1] - box[0] - 8) * min(1.0, max(0.0, db / _DUCK_FOOT_DB))

    deepest = 0.0
    for cue in lane.stem.mix.cues:
        keys = beside_fades(cue.gain_keys, timeline.fades, timeline.rate)
        if not keys:
            continue
        samples, gains = zip(*((key.sample, key.gain_db) for key in keys), strict=True)
        inside = {sample for sample in samples if cue.start_sample < sample < cue.stop_sample}
        at = [cue.start_sample, *sorted(inside), cue.stop_sample]
        line = np.interp(at, samples, gains)
        draw.line([(axis.x(x), y(db)) for x, db in zip(at, line, strict=True)], fill=_DUCK, width=2)
        deepest = min(deepest, float(line.min()))
    if deepest < 0:
        small = load_font(None, 13)
        draw.text((_MARGIN, box[0] + 90), f"ducked by up to {-deepest:.0f} dB", fill=_DUCK, font=small)


def _loudness(draw: Any, axis: _Axis, mix: Measured, report: MixReport, box: tuple[int, int]) -> None:
    small = load_font(None, 13)

    def y(lufs: float) -> float:
        share = (_LUFS_TOP - min(_LUFS_TOP, max(_LUFS_FOOT, lufs))) / (_LUFS_TOP - _LUFS_FOOT)
        return box[0] + (box[1] - box[0]) * share

    for lufs in range(-6, int(_LUFS_FOOT), -6):
        draw.line((axis.left, y(lufs), axis.right, y(lufs)), fill=_GRID)
        draw.text((axis.left - 8, y(lufs)), str(lufs), fill=_DIM, font=small, anchor="rm")
    for curve, span, colour, width in (
        (mix.curves.momentary, MOMENTARY, _MOMENTARY, 1),
        (mix.curves.short_term, SHORT_TERM, _SHORT_TERM, 2),
    ):
        # From where on as much has been heard as it is measured over.
        first = span // LOUDNESS_STEP - 1
        line = [
            (axis.x((at + 1) * LOUDNESS_STEP), y(float(value)))
            for at, value in enumerate(curve[first:], first)
        ]
        if len(line) > 1:
            draw.line(line, fill=colour, width=width)
    draw.text((_MARGIN, box[0] + 8), "loudness", fill=_TEXT, font=load_font(None, 20))
    legend = [("short-term (3 s)", _SHORT_TERM), ("momentary (0.4 s)", _MOMENTARY)]
    if report.target_lufs is not None:
        legend.append((f"target {report.target_lufs:g} LUFS", _TARGET))
        for x in range(axis.left, axis.right, 14):
            draw.line(
                (x, y(report.target_lufs), min(axis.right, x + 8), y(report.target_lufs)),
                fill=_TARGET,
                width=2,
            )
    for line_number, (text, colour) in enumerate(legend):
        top = box[0] + 44 + 20 * line_number
        draw.line((_MARGIN, top + 8, _MARGIN + 14, top + 8), fill=colour, width=3)
        draw.text((_MARGIN + 20, top), text, fill=_SOFT, font=small)


def _times(draw: Any, axis: _Axis, timeline: Timeline, foot: int) -> None:
    seconds = axis.samples / SAMPLE_RATE
    most = axis.width / _LABEL_PIXELS
    step = next((step for step in _STEPS_S if seconds / step <= most), _STEPS_S[-1])
    small = load_font(None, 13)
    at = 0
    while at <= seconds:
        x = axis.x(at * SAMPLE_RATE)
        draw.line((x, foot, x, foot + 6), fill=_SOFT)
        minutes, rest = divmod(at, 60)
        hours, minutes = divmod(minutes, 60)
        text = f"{hours}:{minutes:02}:{rest:02}" if seconds >= 3600 else f"{minutes}:{rest:02}"
        draw.text((x, foot + 10), text, fill=_SOFT, font=small, anchor="mt" if at else "lt")
        at += step


def _findings(draw: Any, axis: _Axis, report: MixReport, top: int) -> None:
    small = load_font(None, 13)
    kinds: dict[int, list[str]] = {}
    for finding in report.findings:
        if finding.accepted is None:
            kinds.setdefault(axis.x(finding.start_sample), []).append(finding.kind)
    free = axis.left - 100
    for x, names in kinds.items():
        draw.polygon(((x - 5, top), (x + 5, top), (x, top + 9)), fill=_FINDING)
        text = ", ".join(dict.fromkeys(names))
        room = round(small.getlength(text)) + 20
        right = x + room < axis.right
        if (x if right else x - room) > free:
            place = (x + 8, "la") if right else (x - 8, "ra")
            draw.text((place[0], top + 1), text, fill=_FINDING, font=small, anchor=place[1])
            free = x + room if right else x
