"""OpenTimelineIO as single editors read it: where each looks for levels, links, channels, notes and the picture's size.

Nobody has published these; each class says whose work it follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from stitcher.exporters.handover import Handover, MediaFile, PictureItem, SoundItem, SoundTrack
from stitcher.exporters.losses import Loss
from stitcher.exporters.otio import OtioExporter
from stitcher.exporters.xml_text import file_url
from stitcher.timebase import SAMPLE_RATE

_CHANNEL_TYPES = {1: "Mono", 2: "Stereo", 6: "5.1", 8: "7.1"}
_PREMIERE_UNITY = 10 ** (-15 / 20)
"""0 dB."""
_PREMIERE_ALWAYS = -10_800_000.0
"""The frame at which Premiere puts what holds for the whole clip."""


class ResolveOtioExporter(OtioExporter):
    """OpenTimelineIO as DaVinci Resolve (18.5 and later) and Blender read it."""

    name = "otio-resolve"
    says_levels = True

    def effects(self, item: SoundItem, handover: Handover) -> Sequence[otio.schema.Effect]:
        """The clip's volume, in decibels, with key frames from where it begins on the timeline."""
        if len(item.levels) == 1 and not item.levels[0].gain_db:
            return ()
        keys = {str(level.frame): {"Value": level.gain_db, "Variant Type": "Double"} for level in item.levels}
        volume = {
            "Parameter ID": "volume",
            "Parameter Value": item.levels[0].gain_db,
            "Default Parameter Value": 0.0,
            "Variant Type": "Double",
            "minValue": -100.0,
            "maxValue": 30.0,
            "Key Frames": keys if len(item.levels) > 1 else {},
        }
        effect = {
            "Effect Name": "Fairlight Clip Volume and Fades",
            "Name": "Volume",
            "Enabled": True,
            "Type": 62,
            "Parameters": [volume],
        }
        return (otio.schema.Effect(effect_name="Resolve Effect", metadata={"Resolve_OTIO": effect}),)

    def clip_data(self, item: PictureItem | SoundItem, link: int | None) -> dict[str, Any]:
        """What links a shot's picture and its own sound, and which channels of the file are heard."""
        data: dict[str, Any] = {} if link is None else {"Link Group ID": link}
        if isinstance(item, SoundItem):
            data["Channels"] = [
                {"Source Channel ID": channel, "Source Track ID": item.stream}
                for channel in range(_channels(item))
            ]
        return {"Resolve_OTIO": data} if data else {}

    def track_data(self, track: SoundTrack) -> dict[str, Any]:
        """How many channels the track has."""
        kind = _CHANNEL_TYPES.get(max(map(_channels, track.items)), "Adaptive")
        return {"Resolve_OTIO": {"Audio Type": kind, "Locked": False, "SoloOn": False}}

    def finish(self, timeline: otio.schema.Timeline, handover: Handover) -> None:
        """Notes of markers are read from here only."""
        timeline.metadata["Resolve_OTIO"] = {"Resolve OTIO Meta Version": "1.0"}
        for marker in timeline.tracks.markers:
            marker.metadata["Resolve_OTIO"] = {"Note": marker.comment}


class PremiereOtioExporter(OtioExporter):
    """OpenTimelineIO as Premiere Pro (25.6 and later) writes it itself.

    As auto-editor (its `exports/otio`) and audio_otio_composer take it from Premiere's own files.
    """

    name = "otio-premiere"
    says_levels = True
    says_size = True

    def url(self, media: MediaFile) -> str:
        """A `file:` URL: of paths it finds nothing."""
        return file_url(media.address)

    def taken(self, item: PictureItem | SoundItem) -> Fraction:
        """How much of the media is played: what is seen of it is that, divided by the time warp."""
        return len(item.record) * item.speed

    def finish(self, timeline: otio.schema.Timeline, handover: Handover) -> None:
        """The sequence's settings."""
        timeline.metadata["PremierePro_OTIO"] = {"MetadataVersion": "1.0"}
        timeline.tracks.metadata["PremierePro_OTIO"] = {
            "AudioFrameRate": float(SAMPLE_RATE),
            "PixelAspectRatio": {"denominator": 1.0, "numerator": 1.0},
            "VideoFrameRate": float(handover.rate),
            "VideoResolution": {"height": handover.height, "width": handover.width},
        }

    def clip_data(self, item: PictureItem | SoundItem, link: int | None) -> dict[str, Any]:
        """What links a shot's picture and its own sound, and which channels of the file are heard."""
        data: dict[str, Any] = {"SourceClipIndex": 0, "OriginalChannelGroupIndex": 0}
        if link is not None:
            data["LinkID"] = str(link)
        if isinstance(item, SoundItem):
            channels = _channels(item)
            data["OriginalChannelGroupIndex"] = item.stream
            data["AudioChannels"] = {
                "ChannelType": _CHANNEL_TYPES.get(channels, "Adaptive"),
                "SecondaryAssignments": [{"SecondaryChannelIndex": channel} for channel in range(channels)],
            }
        return {"PremierePro_OTIO": data}

    def track_data(self, track: SoundTrack) -> dict[str, Any]:
        """How many channels the track has."""
        channels = max(map(_channels, track.items))
        kind = _CHANNEL_TYPES.get(channels, "Adaptive")
        return {"PremierePro_OTIO": {"AudioChannels": {"ChannelType": kind, "NumberOfChannels": channels}}}

    def effects(self, item: SoundItem, handover: Handover) -> Sequence[otio.schema.Effect]:
        """The clip's own volume, with key frames on the clock of its media."""
        if len(item.levels) == 1 and not item.levels[0].gain_db:
            return ()
        rate, begins = float(handover.rate), item.media.start_at(handover.rate)
        keys = [
            {
                "Position": otio.opentime.RationalTime(
                    float(begins + (item.source.start + level.frame) * item.speed), rate
                ),
                "Value": _premiere_level(level.factor),
            }
            for level in item.levels
        ]
        if len(keys) == 1:
            keys[0]["Position"] = otio.opentime.RationalTime(_PREMIERE_ALWAYS, rate)
            level: dict[str, Any] = {"StartValue": keys[0]}
        else:
            level = {"Keyframes": keys}
        volume = {
            "IsIntrinsic": True,
            "MatchName": "Internal Volume Mono" if _channels(item) == 1 else "Internal Volume Stereo",
            "Parameters": [
                {"DisplayName": "Mute", "ID": 0, "Keyframes": []},
                {"DisplayName": "Level", "ID": 1, **level},
            ],
        }
        return (otio.schema.Effect(effect_name="Volume", metadata={"PremierePro_OTIO": volume}),)

    def losses(self, handover: Handover) -> Iterator[Loss]:
        """What it does not find, and gains that its volume does not reach."""
        yield from super().losses(handover)
        for track in handover.sound:
            for item in track.items:
                if any(level.factor * _PREMIERE_UNITY > 1 for level in item.levels):
                    yield Loss("gain-range", item.name)


class KdenliveOtioExporter(OtioExporter):
    """OpenTimelineIO as Kdenlive (25.04 and later) reads it: clips, guides by their comment, plain paths.

    As its source, `otioimport.cpp`, has it. It reads no levels, speeds or effects, and no picture's size.
    """

    name = "otio-kdenlive"
    says_speed = False

    def finish(self, timeline: otio.schema.Timeline, handover: Handover) -> None:
        """Guides have one text: the marker's name, and its note."""
        for marker in timeline.tracks.markers:
            note = marker.comment
            marker.comment = ": ".join(filter(None, (marker.name, note)))
            marker.metadata["stitcher"] = {"note": note, "comment": marker.comment}


def _channels(item: SoundItem) -> int:
    """How many channels the stream that it plays has."""
    return item.media.channels[item.stream] if item.stream < len(item.media.channels) else item.channels


def _premiere_level(factor: float) -> float:
    """What samples are multiplied by, as Premiere's volume counts it: 1 is the most, +15 dB."""
    return round(min(1.0, factor * _PREMIERE_UNITY), 12)
