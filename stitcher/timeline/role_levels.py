"""Levels of roles: one gain for all sounds of a role, so that it is as loud as asked where it is heard. Pure.

Loudness is BS.1770's, by windows of 400 ms and both gates, of what was measured in the files, put where they play: each
with its own gain, all that sound together added up as powers. Fades, ducking and pan do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stitcher.media.sound_activity import LEVEL_SAMPLES, gated_loudness
from stitcher.storyboard.levels import RoleLevel
from stitcher.timeline.ducking import Activity, activity_of, is_under, round_samples, source_speed
from stitcher.timeline.model import Cue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_DB = 30.0
"""How far a role is raised or lowered: more is noise that is made loud."""
_WINDOW = 4
"""Levels in a window of 400 ms."""


def levelled(
    cues: Sequence[Cue], levels: Mapping[str, RoleLevel], activity: Activity
) -> tuple[list[Cue], tuple[str, ...]]:
    """The cues with the gain of their role added to their own, and what a report must say of it.

    A name of the storyboard's own counts before the role it stands for.
    """
    if not levels:
        return list(cues), ()
    roles = _RoleLevels(cues, levels, activity)
    raised = [
        replace(cue, gain_db=cue.gain_db + roles.gain(name))
        if (name := level_name(cue, levels)) is not None
        else cue
        for cue in cues
    ]
    return raised, tuple(roles.notes)


def level_name(cue: Cue, levels: Mapping[str, RoleLevel]) -> str | None:
    """Which of the levels a cue has; `None` for none."""
    return next((name for name in (cue.stem, cue.role) if name in levels), None)


@dataclass(slots=True)
class _RoleLevels:
    cues: Sequence[Cue]
    levels: Mapping[str, RoleLevel]
    activity: Activity
    notes: list[str] = field(default_factory=list)
    _gains: dict[str, float] = field(default_factory=dict)
    _loudness: dict[str, float | None] = field(default_factory=dict)
    """Of what the storyboard says alone, before any of these gains."""

    def gain(self, name: str) -> float:
        """Decibels that the sounds with this level get."""
        if name not in self._gains:
            self._gains[name] = self._settled(name, self.levels[name])
        return self._gains[name]

    def _settled(self, name: str, level: RoleLevel) -> float:
        now = self._measured(name)
        aim: float | None = level.loudness
        if level.under is not None:
            other = self._reached(level.under)
            aim = None if other is None else other + level.loudness
        if now is None or aim is None:
            silent = name if now is None else level.under
            self.notes.append(f"The level of {name} was left as it is: nothing is heard of {silent}.")
            return 0.0
        gain = round(max(-_MOST_DB, min(_MOST_DB, aim - now)), 2)
        beside = "" if level.under is None else f", {-level.loudness:g} LU under {level.under}"
        self.notes.append(f"Level of {name}: {gain:+.1f} dB, to {now + gain:.1f} LUFS{beside}.")
        if abs(aim - now) > _MOST_DB:
            self.notes.append(
                f"{name} is {abs(aim - now):.1f} dB from its level, and {_MOST_DB:g} dB is the most."
            )
        return gain

    def _reached(self, name: str) -> float | None:
        """How loud a role is with its own level settled."""
        loudness = self._measured(name)
        return loudness if loudness is None or name not in self.levels else loudness + self.gain(name)

    def _measured(self, name: str) -> float | None:
        if name not in self._loudness:
            if name in self.levels:
                chosen = [cue for cue in self.cues if level_name(cue, self.levels) == name]
            else:
                chosen = [cue for cue in self.cues if is_under(cue, (name,))]
            self._loudness[name] = loudness_of(chosen, self.activity)
        return self._loudness[name]


def loudness_of(cues: Sequence[Cue], activity: Activity) -> float | None:
    """How loud these cues are together where they are heard, in LUFS; `None` where nothing is."""
    import numpy as np

    if not cues:
        return None
    slots = -(-max(cue.stop_sample for cue in cues) // LEVEL_SAMPLES)
    power = np.zeros(slots)
    for cue in cues:
        _add_power(power, cue, activity)
    windows = np.convolve(power, np.full(_WINDOW, 1 / _WINDOW), "valid") if slots >= _WINDOW else power
    return gated_loudness(10 * np.log10(np.maximum(windows, 1e-12)))


def _add_power(power: NDArray[np.float64], cue: Cue, activity: Activity) -> None:
    """Add what a cue has of each 100 ms of the film, taken from the middle of it."""
    import numpy as np

    measured = activity_of(cue, activity)
    levels = np.array(measured.levels)
    at = np.arange(LEVEL_SAMPLES // 2, cue.length_samples + LEVEL_SAMPLES // 2, LEVEL_SAMPLES)
    period = round_samples(cue, measured)
    inside = at - cue.reflected_head_samples
    source = cue.in_offset_samples + (inside % period if period else inside) * float(source_speed(cue))
    slot = (source // LEVEL_SAMPLES).astype(np.int64)
    there = (slot >= 0) & (slot < len(levels)) & (at < cue.length_samples)
    np.add.at(
        power,
        (cue.start_sample + at[there]) // LEVEL_SAMPLES,
        10 ** ((levels[slot[there]] + cue.gain_db) / 10),
    )
