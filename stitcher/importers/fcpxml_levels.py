"""Volume and pan in FCPXML: an amount in decibels, key frames in the clip's own time, fades of their own. Pure."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as ET

from stitcher.exporters.levels import SILENCE_DB, Level
from stitcher.importers.levels import with_fades
from stitcher.timebase import round_half_up


def levels_of(element: ET.Element, start: Fraction, frames: int, rate: Fraction) -> tuple[Level, ...]:
    """The volume of a clip whose own time is `start` where it begins."""
    volume = element.find("adjust-volume")
    if volume is None:
        return ()
    flat = _decibels(volume.get("amount", "0dB"))
    keys: dict[int, float] = {}
    comes = goes = 0
    for parameter in volume.findall("param"):
        for key in parameter.findall("keyframeAnimation/keyframe"):
            at = _seconds(key.get("time"))
            if at is not None:
                keys[round_half_up((at - start) * rate)] = _decibels(key.get("value", "0dB"))
        comes = comes or _length(parameter.find("fadeIn"), rate)
        goes = goes or _length(parameter.find("fadeOut"), rate)
    levels = [Level(frame, keys[frame]) for frame in sorted(keys)] or [Level(0, flat)]
    return with_fades(levels, frames, comes, goes)


def pan_of(element: ET.Element) -> float:
    """Where a sound sits, from -1 to 1."""
    panner = element.find("adjust-panner")
    try:
        amount = float(panner.get("amount", "0")) if panner is not None else 0.0
    except ValueError:
        return 0.0
    return max(-1.0, min(1.0, amount / 100))


def _length(fade: ET.Element | None, rate: Fraction) -> int:
    seconds = _seconds(fade.get("duration")) if fade is not None else None
    return max(0, round_half_up(seconds * rate)) if seconds is not None else 0


def _seconds(text: str | None) -> Fraction | None:
    try:
        return Fraction((text or "").strip().removesuffix("s")[:40])
    except (ValueError, ZeroDivisionError):
        return None


def _decibels(text: str) -> float:
    try:
        return max(SILENCE_DB, float(text.strip().removesuffix("dB")))
    except ValueError:
        return SILENCE_DB if "inf" in text.lower() else 0.0
