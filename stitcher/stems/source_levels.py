"""Levels of a source, whole and as it is: peak, flatness, DC, and what its sides have in common. Kept by content."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stitcher.content_key import content_key
from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import find
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import write_whole
from stitcher.rendering.context import RenderContext
from stitcher.sound.part_graph import source_levels_args

_TURNED_DB = 10.0
"""How much stronger than the sum of left and right their difference is where they are each other's opposite."""
_SAME_DB = 60.0
_VALUES = re.compile(r"(DC offset|Peak level dB|Flat factor): (\S+)")
_SIDES = re.compile(r"RMS level dB: (\S+)")
_NOTHING_DB = -999.0
_RECIPE = 2


@dataclass(frozen=True, slots=True)
class SourceLevels:
    """What was counted in a source, as it is."""

    peak_dbfs: float
    flat_factor: float
    dc: float
    sum_dbfs: float | None
    """Of what left and right have in common; `None` for what has no two sides."""
    difference_dbfs: float | None

    @property
    def is_turned(self) -> bool:
        """Whether left and right are mostly each other's opposite."""
        return self._apart is not None and self._apart >= _TURNED_DB

    @property
    def is_dual_mono(self) -> bool:
        return self._apart is not None and self._apart <= -_SAME_DB

    @property
    def _apart(self) -> float | None:
        both = self.sum_dbfs, self.difference_dbfs
        if both[0] is None or both[1] is None or max(both[0], both[1]) <= _NOTHING_DB:
            return None
        return both[1] - both[0]


def source_levels(sound: Sound, context: RenderContext) -> SourceLevels:
    """The levels of a source, from the cache or counted now. Raises what `media.ffmpeg_process.run` raises."""
    key = content_key("source levels", _RECIPE, find().version, sound.sha256, sound.stream.index)

    def work(temp: Path) -> dict[str, Any]:
        report = run(source_levels_args(sound), cancel=context.stop)
        values = {name: float(value) for name, value in _VALUES.findall(report)}
        sides = [_finite(float(value)) for value in _SIDES.findall(report)]
        levels = {
            "peak_dbfs": _finite(values.get("Peak level dB", -math.inf)),
            "flat_factor": values.get("Flat factor", 0.0),
            "dc": values.get("DC offset", 0.0),
            "sum_dbfs": sides[0] if len(sides) == 2 else None,
            "difference_dbfs": sides[1] if len(sides) == 2 else None,
        }
        write_whole(temp, json.dumps(levels).encode(), durable=False)
        return levels

    return SourceLevels(**context.cache.make(key, ".levels", work, cancel=context.stop).facts)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else _NOTHING_DB
