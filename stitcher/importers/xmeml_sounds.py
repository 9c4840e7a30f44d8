"""Tracks of sound in Final Cut Pro 7 XML: each channel on a track of its own, levels as factors. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

from stitcher.exporters.levels import Level
from stitcher.importers.cut import CutClip, CutTrack
from stitcher.importers.levels import decibels, with_fades
from stitcher.importers.losses import Unread
from stitcher.importers.xmeml_tracks import (
    Document,
    Placed,
    TrackReader,
    is_off,
    number_of,
    placed,
    rate_of,
    text_of,
    whole_of,
)
from stitcher.timebase import FrameRange, round_half_up


class SoundTrackReader:
    """Reads the tracks of sound of one sequence."""

    def __init__(self, document: Document, rate: Fraction, depth: int) -> None:
        self.document = document
        self.rate = rate
        self.clips = TrackReader(document, rate, depth)

    def track(self, element: ET.Element) -> CutTrack:
        """A track; sounds that cross lie over each other, each with its fade."""
        name = text_of(element, "name")
        off = is_off(element)
        sounds = [self._sound(one, name, off) for one in placed(element) if one.record]
        return CutTrack(name, tuple(sounds))

    def _sound(self, one: Placed, track: str, off: bool) -> CutClip:
        clip = self.clips.clip(one)
        if one.element.find("sequence") is not None:
            self.document.unread.append(Unread("nested", clip.name))
        begins = one.before.record.start if one.before is not None else one.record.start
        ends = one.after.record.stop if one.after is not None else one.record.stop
        heard = FrameRange(begins, max(begins, ends))
        first = round_half_up(one.begins(self.rate) * self.rate) - (one.record.start - begins)
        levels = _levels(one.element, first, self.rate) or (
            (Level(0, 0.0),) if one.before or one.after else ()
        )
        if one.before is not None or one.after is not None:
            comes, goes = (len(over.record) if over is not None else 0 for over in (one.before, one.after))
            levels = with_fades(levels, len(heard), comes, goes)
        channel = whole_of(one.element, "sourcetrack/trackindex", 1)
        return replace(
            clip,
            record=heard,
            start=clip.media_time(heard.start, self.rate),
            enabled=clip.enabled and not off,
            levels=levels,
            pan=_pan(one.element),
            stream=channel - 1,
            role=track,
        )


def _levels(element: ET.Element, first: int, rate: Fraction) -> tuple[Level, ...]:
    """The Audio Levels filter; its key frames count as `in` does, and `first` is where the sound begins so."""
    for effect in element.findall("filter/effect"):
        if text_of(effect, "effectid").lower() != "audiolevels" or is_off(effect):
            continue
        for parameter in effect.findall("parameter"):
            if text_of(parameter, "parameterid").lower() != "level":
                continue
            own = rate_of(element) or rate
            keys = {
                round_half_up(whole_of(key, "when", 0) / own * rate) - first: decibels(
                    float(number_of(key, "value") or 0)
                )
                for key in parameter.findall("keyframe")
            }
            if len(keys) > 1:
                return tuple(Level(frame, keys[frame]) for frame in sorted(keys))
            value = number_of(parameter, "value")
            return (Level(0, decibels(float(1 if value is None else value))),)
    return ()


def _pan(element: ET.Element) -> float:
    for effect in element.findall("filter/effect"):
        if text_of(effect, "effectid").lower() == "audiopan" and not is_off(effect):
            value = number_of(effect, "parameter/value")
            return max(-1.0, min(1.0, float(value or 0)))
    return 0.0


def joined_channels(tracks: Sequence[CutTrack]) -> tuple[CutTrack, ...]:
    """Tracks without the further channels of sounds that are on one before."""
    met: set[object] = set()
    kept: list[CutTrack] = []
    for track in tracks:
        clips = []
        for clip in track.clips:
            key = (clip.media, clip.record, clip.start, clip.speed, clip.name)
            if key not in met:
                met.add(key)
                clips.append(replace(clip, stream=None))
        if clips:
            kept.append(CutTrack(track.name, tuple(clips)))
    return tuple(kept)
