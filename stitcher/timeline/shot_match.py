"""Loudness of shots' own sounds matched to each other. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from stitcher.storyboard.model import Storyboard
from stitcher.timeline.ducking import Activity
from stitcher.timeline.model import Cue
from stitcher.timeline.name_lists import listed
from stitcher.timeline.role_levels import loudness_of

_MOST_DB = 6.0
"""How far a shot's sound is raised or lowered to be like the others'."""


def matched(
    board: Storyboard, own: Sequence[Cue], activity: Activity
) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Shots' own sounds, those that match raised or lowered to the middle one's loudness, and what to say of it."""
    wanted = {shot.id for shot in board.shots if (shot.sound or board.defaults.sound).match}
    if not wanted:
        return tuple(own), ()
    # One sound that goes on over several shots has one gain, or it would step where they meet.
    runs = [tuple(run) for _, run in groupby(own, key=_run_numbers(own).__getitem__)]
    loudness = {
        run: level
        for run in runs
        if any(cue.shot in wanted for cue in run)
        and (level := loudness_of([replace(cue, gain_db=0.0) for cue in run], activity)) is not None
    }
    if len(loudness) < 2:
        return tuple(own), ()
    middle = median(loudness.values())
    gains = {
        cue: round(max(-_MOST_DB, min(_MOST_DB, middle - level)), 1)
        for run, level in loudness.items()
        for cue in run
    }
    told = [f"{cue.name} {gain:+.1f} dB" for cue, gain in gains.items() if gain]
    notes = [f"Shots' own sounds were matched to {middle:.1f} LUFS: {', '.join(told)}."] if told else []
    far = [run[0].name for run, level in loudness.items() if abs(middle - level) > _MOST_DB]
    if far:
        notes.append(
            f"{listed(far)}: further from the others than {_MOST_DB:g} dB, by which a sound is matched at most."
        )
    return tuple(replace(cue, gain_db=cue.gain_db + gains.get(cue, 0.0)) for cue in own), tuple(notes)


def _run_numbers(own: Sequence[Cue]) -> Mapping[Cue, int]:
    numbers: dict[Cue, int] = {}
    for index, cue in enumerate(own):
        earlier = own[index - 1] if index else None
        goes_on = (
            earlier is not None
            and earlier.stop_sample == cue.start_sample
            and earlier.sound == cue.sound
            and not earlier.fade_out_samples
            and not cue.fade_in_samples
        )
        numbers[cue] = index if earlier is None or not goes_on else numbers[earlier]
    return numbers
