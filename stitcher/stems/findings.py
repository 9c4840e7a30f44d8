"""Findings: what sounds wrong in a mix. Told, never refused; a storyboard accepts what is meant.

Sources are measured whole and once (clipping, DC); everything else is read off the mix's curves and the cues.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stitcher.media.clip import Sound
from stitcher.rendering.context import RenderContext
from stitcher.sound.report import Finding
from stitcher.sound.stems import Stem
from stitcher.stems.cut_music import cut_music
from stitcher.stems.levels import WINDOW, Curves, Measured
from stitcher.stems.quick_findings import past_end, seconds_of, settled_findings
from stitcher.stems.source_levels import SourceLevels, source_levels
from stitcher.storyboard.choices import FindingKind
from stitcher.timebase import SAMPLE_RATE, frames_to_samples
from stitcher.timeline.model import Cue, Timeline

_FULL_SCALE_DBFS = -0.05
_FLAT_FACTOR = 3.0
"""How flat `astats` finds a wave at its peaks; one that only just reaches full scale has 0."""
_DC = 0.005
_SILENT = 10 ** (-60 / 20)
_DEAD_AIR = 2 * SAMPLE_RATE
_AUDIBLE_DB = -50.0
_JUMP_DB = 12.0
_JUMP_SAMPLES = 2 * SAMPLE_RATE // 5
"""What is compared before and after a seam."""
_PHASE_DB = -9.0
"""How much quieter than a side the mono fold-down may be: unlike sides lose 3 dB."""
_PHASE_SAMPLES = SAMPLE_RATE
_MONO_LOSS_LU = 4.5
"""How much a whole film may lose in mono: unlike sides lose 3."""
_EDGE = SAMPLE_RATE // 500
"""A click so near to where a sound begins or ends is made by that."""


SEEN_IN_STEMS = ("clipped", "dc")
"""Kinds of findings that are no part of `mix_findings`."""


def mix_findings(timeline: Timeline, mix: Measured) -> tuple[Finding, ...]:
    """What sounds wrong in a mix as a whole: all but what is looked for in each source. Nothing is measured for it."""
    cues = timeline.cues
    return settled_findings(
        timeline,
        [
            *_clicks(cues, mix.curves.clicks.tolist()),
            *_dead_air(timeline, mix.curves),
            *_level_jumps(timeline, cues, mix.curves),
            *_phase(timeline, mix, ()),
            *past_end(timeline, cues),
            *cut_music(timeline),
        ],
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """A stem, and where its wave jumps."""

    stem: Stem
    clicks: Sequence[int]


def findings_of(
    timeline: Timeline, stems: Sequence[Heard], mix: Measured, context: RenderContext, *, some: bool = False
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """What sounds wrong in the mix of these stems, in the order of the film, and which sources are dual mono.

    With `some` they are not all of the film's: where they are silent, others may be heard.
    Raises what `media.ffmpeg_process.run` raises.
    """
    cues = [cue for heard in stems for cue in heard.stem.mix.cues]
    sources = {sound: source_levels(sound, context) for sound in dict.fromkeys(cue.sound for cue in cues)}
    found = [
        *_source_findings(cues, sources),
        *(finding for heard in stems for finding in _clicks(heard.stem.mix.cues, heard.clicks)),
        *(() if some else _dead_air(timeline, mix.curves)),
        *_level_jumps(timeline, cues, mix.curves),
        *_phase(timeline, mix, [cue for cue in cues if sources[cue.sound].is_turned]),
        *past_end(timeline, cues),
        *cut_music(timeline),
    ]
    dual_mono = tuple(dict.fromkeys(sound.name for sound, levels in sources.items() if levels.is_dual_mono))
    return settled_findings(timeline, found), dual_mono


def _source_findings(cues: Sequence[Cue], sources: Mapping[Sound, SourceLevels]) -> Iterator[Finding]:
    """Once for each source, at its first cue."""
    for sound, cue in {cue.sound: cue for cue in sorted(cues, key=lambda cue: -cue.start_sample)}.items():
        source = sources[sound]
        if source.peak_dbfs >= _FULL_SCALE_DBFS and source.flat_factor >= _FLAT_FACTOR:
            yield _of_cue(
                "clipped", cue, f"its wave is cut off at {round(source.peak_dbfs, 1) + 0.0} dBFS for good."
            )
        if abs(source.dc) >= _DC:
            yield _of_cue(
                "dc",
                cue,
                f"it has a DC offset of {source.dc:+.3f}, which clicks where it is cut and takes headroom.",
            )


def _of_cue(kind: FindingKind, cue: Cue, text: str) -> Finding:
    return Finding(kind, f"{cue.sound.name}: {text}", cue.start_sample, cue.stop_sample, cue.sound.name)


def _clicks(cues: Sequence[Cue], clicks: Sequence[int]) -> Iterator[Finding]:
    """The clicks of each sound, in one finding a place; many of one sound are told together."""
    by_cue: dict[Cue, list[int]] = {}
    for at in clicks:
        cue = _sounding(cues, at)
        if cue is not None:
            by_cue.setdefault(cue, []).append(at)
    for cue, places in by_cue.items():
        edges = [at for at in places if _is_edge(cue, at)]
        inside = [at for at in places if at not in edges]
        for at in edges:
            what = "begins" if abs(at - cue.start_sample) <= _EDGE else "ends"
            mend = "fade_in" if what == "begins" else "fade_out"
            text = (
                f"A click where {cue.sound.name} {what} in mid-wave: give it a '{mend}' of some milliseconds."
            )
            yield Finding("click", text, at, at, cue.sound.name)
        if inside:
            first, rest = inside[0], len(inside) - 1
            more = f", and {rest} more until {seconds_of(inside[-1])}" if rest else ""
            text = f"A click in {cue.sound.name} at {seconds_of(first)}{more}: its wave jumps there."
            yield Finding("click", text, first, inside[-1], cue.sound.name)


def _is_edge(cue: Cue, at: int) -> bool:
    return min(abs(at - cue.start_sample), abs(at - cue.stop_sample)) <= _EDGE


def _sounding(cues: Sequence[Cue], at: int) -> Cue | None:
    """Whose click it is: that of a sound that begins or ends there, else of the last one begun that is heard."""
    heard = [cue for cue in cues if cue.start_sample - _EDGE <= at <= cue.stop_sample + _EDGE]
    return max(heard, key=lambda cue: (_is_edge(cue, at), cue.start_sample), default=None)


def _dead_air(timeline: Timeline, mix: Curves) -> Iterator[Finding]:
    silent = np.maximum(mix.high, -mix.low) < _SILENT
    for start, stop in _stretches(silent, _DEAD_AIR):
        stop = min(stop, timeline.samples)
        yield Finding(
            "dead-air",
            f"Nothing is heard for {seconds_of(stop - start)} from {seconds_of(start)} on "
            f"({_shot_at(timeline, start)!r}).",
            start,
            stop,
            _shot_at(timeline, start),
        )


def _phase(timeline: Timeline, measured: Measured, turned: Sequence[Cue]) -> Iterator[Finding]:
    """Where left and right cancel out; the whole film, where that is so of it but of no place for long."""
    mix, levels = measured.curves, measured.levels
    places = list(_phase_places(timeline, mix, turned))
    yield from places
    if not places and (levels.mono_loss_lu or 0.0) > _MONO_LOSS_LU:
        yield Finding(
            "phase",
            f"In mono the film is {levels.mono_loss_lu:.1f} LU lower (correlation {levels.correlation or 0.0:+.2f}): "
            f"left and right cancel out.{_because(turned)}",
            0,
            timeline.samples,
            timeline.title,
        )


def _because(turned: Sequence[Cue]) -> str:
    names = dict.fromkeys(cue.sound.name for cue in turned)
    one = len(names) == 1
    return (
        f" {', '.join(names)} {'has its' if one else 'have their'} sides in antiphase: turn one side over."
        if names
        else ""
    )


def _phase_places(timeline: Timeline, mix: Curves, turned: Sequence[Cue]) -> Iterator[Finding]:
    with np.errstate(divide="ignore", invalid="ignore"):
        loud = 10 * np.log10(mix.power)
        lost = 10 * np.log10(mix.fold / mix.power)
    bad = (loud > _AUDIBLE_DB) & (lost < _PHASE_DB)
    for start, stop in _stretches(bad, _PHASE_SAMPLES):
        part = slice(start // WINDOW, stop // WINDOW)
        with np.errstate(divide="ignore"):
            loss = 10 * np.log10(mix.fold[part].mean() / mix.power[part].mean())
        much = f"loses {-loss:.0f} dB" if loss > -60 else "is silent"
        yield Finding(
            "phase",
            f"In mono the sound {much} from {seconds_of(start)} to {seconds_of(stop)} ({_shot_at(timeline, start)!r}): "
            "left and right cancel out."
            f"{_because([cue for cue in turned if cue.start_sample < stop and cue.stop_sample > start])}",
            start,
            min(stop, timeline.samples),
            _shot_at(timeline, start),
        )


def _level_jumps(timeline: Timeline, cues: Sequence[Cue], mix: Curves) -> Iterator[Finding]:
    """At cuts, where two places meet; what is spoken there, and what is placed to begin there, is meant to be heard."""
    reach = _JUMP_SAMPLES // WINDOW
    for item, transition in zip(timeline.items[1:], timeline.transitions, strict=True):
        if transition.frames:
            continue
        at = frames_to_samples(item.record_start, timeline.rate)
        if any(_begins_or_ends(cue, at) for cue in cues):
            continue
        middle = at // WINDOW
        before, after = (
            _decibels(mix.power[max(0, middle - reach) : middle]),
            _decibels(mix.power[middle : middle + reach]),
        )
        if min(before, after) > _AUDIBLE_DB and abs(after - before) > _JUMP_DB:
            step = "up" if after > before else "down"
            yield Finding(
                "level-jump",
                f"The sound jumps {step} by {abs(after - before):.0f} dB at {seconds_of(at)}, as {item.shot!r} begins.",
                at,
                at,
                item.shot,
            )


def _begins_or_ends(cue: Cue, at: int) -> bool:
    near = min(abs(cue.start_sample - at), abs(cue.stop_sample - at)) <= _JUMP_SAMPLES
    return cue.shot is None and near


def _stretches(flags: NDArray[np.bool_], least: int) -> Iterator[tuple[int, int]]:
    """Where flags of windows stay set for at least so many samples, in samples."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if (last - first) * WINDOW >= least:
            yield int(first) * WINDOW, int(last) * WINDOW


def _decibels(power: NDArray[np.float32]) -> float:
    mean = float(power.mean()) if len(power) else 0.0
    return 10 * math.log10(mean) if mean > 0 else -math.inf


def _shot_at(timeline: Timeline, sample: int) -> str:
    starts = [frames_to_samples(item.record_start, timeline.rate) for item in timeline.items]
    index = max(0, int(np.searchsorted(starts, sample, side="right")) - 1)
    return timeline.items[index].shot
