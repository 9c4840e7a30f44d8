"""Gain, fades and key frames in OpenTimelineIO: our own metadata, Resolve's words and Premiere's. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from stitcher.exporters.levels import Level
from stitcher.importers.levels import decibels, with_fades
from stitcher.importers.otio_values import as_list, as_map, as_number, as_text, as_whole, seconds_of
from stitcher.timebase import round_half_up

_PREMIERE_UNITY = 10 ** (-15 / 20)
"""Premiere's volume at 0 dB; 1 is the most it goes, +15 dB."""


def sound_levels(item: Mapping[str, Any], frames: int, speed: Fraction, rate: Fraction) -> tuple[Level, ...]:
    """How loud a sound of so many frames is, in whose words ever it is said."""
    own = as_map(as_map(item.get("metadata")).get("stitcher"))
    return own_levels(own) or resolve_levels(item, frames) or premiere_levels(item, speed, rate)


def effects_of(item: Mapping[str, Any], editor: str) -> Iterator[dict[str, Any]]:
    """What an editor says of the effects of a clip."""
    for effect in as_list(item.get("effects")):
        if data := as_map(as_map(as_map(effect).get("metadata")).get(editor)):
            yield data


def own_levels(own: Mapping[str, Any]) -> tuple[Level, ...]:
    """What our own metadata say."""
    pairs = [pair for pair in as_list(own.get("levels")) if isinstance(pair, list) and len(pair) == 2]
    return tuple(Level(int(as_number(frame)), float(as_number(gain))) for frame, gain in pairs)


def resolve_levels(item: Mapping[str, Any], frames: int) -> tuple[Level, ...]:
    """What Resolve's volume and fades say of a clip."""
    for data in effects_of(item, "Resolve_OTIO"):
        if data.get("Type") != 62 or data.get("Enabled") is False:
            continue
        named = {
            as_text(as_map(one).get("Parameter ID")): as_map(one) for one in as_list(data.get("Parameters"))
        }
        volume = named.get("volume", {})
        keys = sorted(
            (int(frame), float(as_map(key).get("Value", 0)))
            for frame, key in as_map(volume.get("Key Frames")).items()
            if frame.lstrip("-").isdecimal()
        )
        flat = volume.get("Parameter Value", 0.0)
        levels = [Level(frame, gain) for frame, gain in keys] or [
            Level(0, float(flat) if isinstance(flat, (int, float)) else 0.0)
        ]
        comes, goes = (
            as_whole(named.get(name, {}).get("Parameter Value")) for name in ("faderIn", "faderOut")
        )
        return with_fades(levels, frames, comes, goes)
    return ()


def premiere_levels(item: Mapping[str, Any], speed: Fraction, rate: Fraction) -> tuple[Level, ...]:
    """What Premiere's volume says of a clip; its key frames stand on the clock of the media."""
    begins = seconds_of(as_map(item.get("source_range")).get("start_time")) or Fraction(0)
    for data in effects_of(item, "PremierePro_OTIO"):
        if not as_text(data.get("MatchName")).startswith("Internal Volume"):
            continue
        for one in map(as_map, as_list(data.get("Parameters"))):
            if one.get("DisplayName") != "Level":
                continue
            keys = {
                round_half_up((at - begins) / speed * rate): _premiere_gain(key)
                for key in map(as_map, as_list(one.get("Keyframes")))
                if (at := seconds_of(key.get("Position"))) is not None
            }
            if keys:
                return tuple(Level(frame, keys[frame]) for frame in sorted(keys))
            return (Level(0, _premiere_gain(as_map(one.get("StartValue")))),)
    return ()


def _premiere_gain(key: Mapping[str, Any]) -> float:
    return decibels(float(as_number(key.get("Value", _PREMIERE_UNITY))) / _PREMIERE_UNITY)
