"""OpenTimelineIO as single editors read it: where each looks for levels, links, channels, notes and the picture's size.

Nobody has published these; each class says whose work it follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from stitcher.exporters.handover import Handover, MediaFile, PictureItem, SoundItem, SoundTrack
from stitcher.exporters.losses import Loss, LossKind
from stitcher.exporters.otio import OtioExporter
from stitcher.exporters.xml_text import file_url
from stitcher.timebase import SAMPLE_RATE

_PLACED: frozenset[LossKind] = frozenset({"fit", "focus"})
_RESOLVE_ZOOMS = ("transformationZoomX", "transformationZoomY")
_CHANNEL_TYPES = {1: "Mono", 2: "Stereo", 6: "5.1", 8: "7.1"}
_PREMIERE_UNITY = 10 ** (-15 / 20)
"""0 dB."""
_PREMIERE_ALWAYS = -10_800_000.0
"""The frame at which Premiere puts what holds for the whole clip."""


class ResolveOtioExporter(OtioExporter):
    """OpenTimelineIO as DaVinci Resolve (18.5 and later) and Blender read it."""

    name = "otio-resolve"
    says_levels = True
    keeps = _PLACED

    def moves(self, item: PictureItem, handover: Handover) -> Sequence[otio.schema.Effect]:
        """The clip's transform, on top of its being fitted: places of its middle in shares of the picture's sides,
        upwards, with key frames from where it begins on the timeline.
        """
        if not item.placed:
            return ()
        first = item.source.start
        zoom = item.placed[0].scale / item.placed[0].fit_scale
        ways = {
            "transformationPan": [(one.frame - first, one.x / handover.width) for one in item.placed],
            "transformationTilt": [(one.frame - first, 0 - one.y / handover.height) for one in item.placed],
        }
        parameters = [_resolve_value(name, [(0, zoom)], 1.0) for name in _RESOLVE_ZOOMS]
        parameters += [_resolve_value(name, keys, 0.0) for name, keys in ways.items()]
        effect = {
            "Effect Name": "Transform",
            "Name": "Transform",
            "Enabled": True,
            "Type": 2,
            "Parameters": parameters,
        }
        return (otio.schema.Effect(effect_name="Resolve Effect", metadata={"Resolve_OTIO": effect}),)

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
    keeps = _PLACED

    def moves(self, item: PictureItem, handover: Handover) -> Sequence[otio.schema.Effect]:
        """The clip's own motion: its middle in shares of the picture's sides, its size in hundredths of its own."""
        if not item.placed or item.media is None:
            return ()
        rate, begins = float(handover.rate), item.media.start_at(handover.rate)
        sides = handover.width, handover.height
        places = [
            (
                float(begins + one.frame * item.speed),
                {"X": 0.5 + one.x / sides[0], "Y": 0.5 + one.y / sides[1]},
            )
            for one in item.placed
        ]
        scale = item.placed[0].scale * 100
        still: dict[str, Any] = {"Scale": scale, "Scale Width": scale, " ": True, "Rotation": 0.0}
        still |= {"Anchor Point": {"X": 0.5, "Y": 0.5}, "Anti-flicker Filter": 0.0}
        still |= {f"Crop {side}": 0.0 for side in ("Left", "Top", "Right", "Bottom")}
        values: dict[str, Sequence[tuple[float, Any]]] = {"Position": places}
        values |= {name: [(0.0, value)] for name, value in still.items()}
        motion = {
            "IsIntrinsic": True,
            "MatchName": "AE.ADBE Motion",
            "Parameters": [
                {"DisplayName": name, "ID": number, **_premiere_values(keys, rate)}
                for number, (name, keys) in enumerate(values.items(), start=1)
            ],
        }
        return (otio.schema.Effect(effect_name="Motion", metadata={"PremierePro_OTIO": motion}),)

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
            (
                float(begins + (item.source.start + level.frame) * item.speed),
                _premiere_level(level.factor),
            )
            for level in item.levels
        ]
        level = _premiere_values(keys, rate)
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


def _resolve_value(name: str, keys: Sequence[tuple[int, float]], usual: float) -> dict[str, Any]:
    """A number as Resolve has it, with key frames where there are several."""
    frames = {str(frame): {"Value": value, "Variant Type": "Double"} for frame, value in keys}
    return {
        "Parameter ID": name,
        "Parameter Value": keys[0][1],
        "Default Parameter Value": usual,
        "Variant Type": "Double",
        "Key Frames": frames if len(keys) > 1 else {},
    }


def _premiere_values(keys: Sequence[tuple[float, Any]], rate: float) -> dict[str, Any]:
    """A value as Premiere has it, with key frames where there are several."""
    if len(keys) == 1:
        always = otio.opentime.RationalTime(_PREMIERE_ALWAYS, rate)
        return {"StartValue": {"Position": always, "Value": keys[0][1]}}
    return {
        "Keyframes": [
            {"Position": otio.opentime.RationalTime(frame, rate), "Value": value} for frame, value in keys
        ]
    }


def _channels(item: SoundItem) -> int:
    """How many channels the stream that it plays has."""
    return item.media.channels[item.stream] if item.stream < len(item.media.channels) else item.channels


def _premiere_level(factor: float) -> float:
    """What samples are multiplied by, as Premiere's volume counts it: 1 is the most, +15 dB."""
    return round(min(1.0, factor * _PREMIERE_UNITY), 12)
