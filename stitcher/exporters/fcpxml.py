"""FCPXML 1.10, for Final Cut Pro and Resolve. Pure.

Times are rational and on the frame grid. Items of the spine follow each other without a hole, their offsets count from
the film's start timecode on, and a transition lies over the cut between two. Everything else hangs on the item of the
spine under which it begins, on a lane of its own, and counts in that item's time: text above, sound below. Key frames
of a volume stand in the clip's own source time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.etree import ElementTree as ET

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Blend, Handover, HandoverMarker, MediaFile, PictureItem, SoundItem
from stitcher.exporters.losses import Loss, LossKind, unique
from stitcher.exporters.transition_names import replaced, untold_texts
from stitcher.exporters.xml_text import add, document, file_url
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.timebase import format_decimal

_CROSS_DISSOLVE = "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"
_HIGHEST_DB = 12.0
_KEEPS: frozenset[LossKind] = frozenset({"fit", "focus"})
_CONFORMED = {
    Fraction(24000, 1001): "23.98",
    Fraction(24): "24",
    Fraction(25): "25",
    Fraction(30000, 1001): "29.97",
    Fraction(30): "30",
    Fraction(48000, 1001): "47.95",
    Fraction(48): "48",
    Fraction(50): "50",
    Fraction(60000, 1001): "59.94",
    Fraction(60): "60",
}
"""Rates of sources by the names that the format has for them."""


class FcpxmlExporter:
    """FCPXML 1.10."""

    name = "fcpxml"

    def export(self, handover: Handover) -> Export:
        """One `timeline.fcpxml` with a project in an event."""
        root = ET.Element("fcpxml", version="1.10")
        _Writer(handover).write(root)
        lost = (*replaced(handover), *untold_texts(handover), *_losses(handover))
        return Export((ExportFile("timeline.fcpxml", document(root, "fcpxml")),), unique(lost), _KEEPS)


def _losses(handover: Handover) -> Iterator[Loss]:
    for track in handover.sound:
        for item in track.items:
            if any(level.gain_db > _HIGHEST_DB for level in item.levels):
                yield Loss("gain-range", item.name)
            if item.pan:
                yield Loss("pan", item.name)
    for file in sorted(_retimed_files(handover)):
        yield Loss("source-timecode", file)


def _retimed_files(handover: Handover) -> frozenset[str]:
    """Media with a timecode that are played at another speed somewhere.

    Whether times of a retimed clip begin with the timecode of its media is not told: theirs begin with 0.
    """
    items: list[PictureItem | SoundItem] = [item for track in handover.video for item in track.items]
    items += [item for track in handover.sound for item in track.items]
    return frozenset(
        item.media.file
        for item in items
        if item.media is not None and item.media.start_frame and item.speed != 1
    )


class _Writer:
    def __init__(self, handover: Handover) -> None:
        self.handover = handover
        self.formats: dict[tuple[Fraction, tuple[int, int]], str] = {}
        self.assets: dict[str, str] = {}
        self.hanging: dict[int, list[tuple[int, PictureItem | SoundItem]]] = defaultdict(list)
        """By index in the spine: what begins under that item, with its lane."""
        self.retimed = _retimed_files(handover)
        self.markers: dict[int, list[HandoverMarker]] = defaultdict(list)
        """By index in the spine: those within that item."""

    def write(self, root: ET.Element) -> None:
        """Resources, and the project."""
        handover = self.handover
        resources = add(root, "resources")
        own = self._format(resources, handover.rate, (handover.width, handover.height))
        for media in handover.media:
            self._asset(resources, media)
        effect = {"id": "effect1", "name": "Cross Dissolve", "uid": _CROSS_DISSOLVE}
        add(resources, "effect", attributes=effect)
        title = handover.title or "film"
        event = add(add(root, "library"), "event", attributes={"name": title})
        sequence = add(
            add(event, "project", attributes={"name": title}),
            "sequence",
            attributes={
                "format": own,
                "duration": self._time(handover.frames),
                "tcStart": self._time(handover.start_frame),
                "tcFormat": "DF" if handover.drop_frame else "NDF",
                "audioLayout": "stereo",
                "audioRate": "48k",
            },
        )
        self._spine(add(sequence, "spine"))

    def _time(self, frames: int) -> str:
        """Frames of the film in seconds, exactly."""
        return _seconds(frames / self.handover.rate)

    def _at(self, item: PictureItem | SoundItem, frame: int) -> int:
        """Frame of the source clock that is seen or heard at a frame of the film, with the timecode of its media."""
        return item.source_at(frame) + self._start(item.media)

    def _start(self, media: MediaFile | None) -> int:
        """Where the source clock begins, in frames of the film."""
        if media is None or media.file in self.retimed:
            return 0
        return media.start_at(self.handover.rate)

    def _format(self, resources: ET.Element, rate: Fraction, size: tuple[int, int]) -> str:
        key = (rate, size)
        if key not in self.formats:
            self.formats[key] = f"format{len(self.formats) + 1}"
            element = add(resources, "format", attributes={"id": self.formats[key]})
            element.set("frameDuration", _seconds(1 / rate))
            element.set("width", str(size[0]))
            element.set("height", str(size[1]))
            element.set("colorSpace", "1-1-1 (Rec. 709)")
        return self.formats[key]

    def _asset(self, resources: ET.Element, media: MediaFile) -> None:
        self.assets[media.file] = f"asset{len(self.assets) + 1}"
        attributes: dict[str, str | int] = {
            "id": self.assets[media.file],
            "name": media.file,
            "start": self._time(self._start(media)),
            "duration": _seconds(media.frames / media.rate),
        }
        if media.size is not None:
            form = self._format(resources, media.rate, media.size)
            attributes |= {"hasVideo": 1, "format": form, "videoSources": 1}
        if media.channels:
            sources, channels = len(media.channels), media.channels[0]
            attributes |= {"hasAudio": 1, "audioSources": sources, "audioChannels": channels}
            attributes["audioRate"] = media.sample_rate
        asset = add(resources, "asset", attributes=attributes)
        source = {"kind": "original-media", "src": file_url(media.address)}
        add(asset, "media-rep", attributes=source)

    def _spine(self, spine: ET.Element) -> None:
        track = self.handover.video[0]
        self._hang([item.record.start for item in track.items])
        for index, item in enumerate(track.items):
            element = self._item(spine, item)
            # The order of what an item holds is fixed: what hangs on it, then its markers.
            for lane, hung in self.hanging[index]:
                if isinstance(hung, SoundItem):
                    self._sound(element, item, hung, lane)
                else:
                    self._item(element, hung, lane, self._time(self._at(item, hung.record.start)))
            for marker in self.markers[index]:
                at = self._time(self._at(item, marker.frame))
                named = {"start": at, "duration": self._time(1), "value": marker.name or "Marker"}
                add(element, "marker", attributes=named | ({"note": marker.note} if marker.note else {}))
            if (blend := track.blend_at(index)) is not None:
                self._transition(spine, blend)

    def _hang(self, begins: Sequence[int]) -> None:
        """Find the item of the spine, by where each begins, on which everything else hangs."""
        for lane, over in enumerate(self.handover.video[1:], start=1):
            for item in over.items:
                if item.media is not None:
                    self.hanging[bisect_right(begins, item.record.start) - 1].append((lane, item))
        for lane, sounds in enumerate(self.handover.sound, start=1):
            for sound in sounds.items:
                self.hanging[bisect_right(begins, sound.record.start) - 1].append((-lane, sound))
        for marker in self.handover.markers:
            self.markers[bisect_right(begins, marker.frame) - 1].append(marker)

    def _item(self, parent: ET.Element, item: PictureItem, lane: int = 0, offset: str = "") -> ET.Element:
        attributes: dict[str, str | int] = {"lane": lane} if lane else {}
        attributes |= {
            "name": item.name,
            "offset": offset or self._time(self.handover.start_frame + item.record.start),
            "start": self._time(self._at(item, item.record.start)),
            "duration": self._time(len(item.record)),
        }
        if not item.enabled:
            attributes["enabled"] = 0
        if item.media is None:
            return add(parent, "gap", attributes=attributes)
        attributes |= {"ref": self.assets[item.media.file], "srcEnable": "video"}
        element = add(parent, "asset-clip", attributes=attributes)
        self._retimed(element, item.media, item.speed, len(item.available))
        self._placed(element, item)
        return element

    def _placed(self, element: ET.Element, item: PictureItem) -> None:
        """How its picture fills the film's; one that is padded does so by itself.

        Places are those of its middle, in hundredths of the film's height, upwards.
        """
        if item.fit != "crop" or not item.placed:
            return
        add(element, "adjust-conform", attributes={"type": "fill"})
        percent = 100 / self.handover.height
        places = [f"{one.x * percent:.4f} {0 - one.y * percent:.4f}" for one in item.placed]
        transform = add(element, "adjust-transform", attributes={"position": places[0]})
        if len(places) > 1:
            animation = add(add(transform, "param", attributes={"name": "position"}), "keyframeAnimation")
            for one, place in zip(item.placed, places, strict=True):
                key = {"time": self._time(one.frame + self._start(item.media)), "value": place}
                add(animation, "keyframe", attributes={**key, "curve": "linear"})

    def _retimed(self, element: ET.Element, media: MediaFile, speed: Fraction, available: int) -> None:
        if media.rate != self.handover.rate and media.rate in _CONFORMED:
            conformed = {"scaleEnabled": "0", "srcFrameRate": _CONFORMED[media.rate]}
            add(element, "conform-rate", attributes=conformed)
        if speed != 1:
            curve = add(element, "timeMap")
            for frame in (0, available):
                value = _seconds(frame * speed / self.handover.rate)
                point = {"time": self._time(frame), "value": value, "interp": "linear"}
                add(curve, "timept", attributes=point)

    def _transition(self, spine: ET.Element, blend: Blend) -> None:
        record = blend.record
        place = {
            "name": "Cross Dissolve",
            "offset": self._time(self.handover.start_frame + record.start),
            "duration": self._time(len(record)),
        }
        element = add(spine, "transition", attributes=place)
        add(element, "filter-video", attributes={"ref": "effect1", "name": "Cross Dissolve"})

    def _sound(self, element: ET.Element, parent: PictureItem, item: SoundItem, lane: int) -> None:
        role = ROLE_TABLE[self.handover.sound[-lane - 1].role].final_cut
        attributes: dict[str, str | int] = {
            "lane": lane,
            "name": item.name,
            "ref": self.assets[item.media.file],
            "offset": self._time(self._at(parent, item.record.start)),
            "start": self._time(self._at(item, item.record.start)),
            "duration": self._time(len(item.record)),
            "audioRole": role,
            "srcEnable": "audio",
        }
        clip = add(element, "asset-clip", attributes=attributes)
        self._retimed(clip, item.media, item.speed, len(item.available))
        levels = item.levels
        if len(levels) == 1 and not levels[0].gain_db:
            return
        volume = add(clip, "adjust-volume", attributes={"amount": _decibels(levels[0].gain_db)})
        if len(levels) > 1:
            animation = add(add(volume, "param", attributes={"name": "amount"}), "keyframeAnimation")
            for level in levels:
                at = self._time(self._at(item, item.record.start + level.frame))
                key = {"time": at, "value": _decibels(level.gain_db)}
                add(animation, "keyframe", attributes=key)


def _seconds(value: Fraction) -> str:
    return f"{value.numerator}s" if value.denominator == 1 else f"{value.numerator}/{value.denominator}s"


def _decibels(gain_db: float) -> str:
    return f"{format_decimal(Fraction(min(gain_db, _HIGHEST_DB)), 4)}dB"
