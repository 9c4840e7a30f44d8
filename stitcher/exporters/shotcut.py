"""Shotcut's project: MLT XML with a bin, a background under all tracks, and levels as Shotcut's own filter. Pure.

A film without the property `shotcut` opens as a source clip. A dissolve is a film of its own of two runs of the clips
on both sides of it, and Shotcut finds those by their producers: each clip has one, in all of its runs.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Handover, PictureItem, SoundItem, SoundTrack, VideoTrack
from stitcher.exporters.losses import unique
from stitcher.exporters.mlt_parts import (
    KEEPS,
    Properties,
    add_media,
    add_picture,
    add_placement,
    add_profile,
    add_properties,
    add_sound,
    alone,
    level_of,
    losses,
    media_frames,
    named_tracks,
    on_source,
)
from stitcher.exporters.transition_names import switched_off
from stitcher.exporters.xml_text import add, document
from stitcher.timebase import FrameRange

_COLOURS = ("#ff0000", "#008000")
"""Of markers, and of those that are where a shot begins."""


class ShotcutExporter:
    """A project of Shotcut, version 22 and later."""

    name = "shotcut"

    def export(self, handover: Handover) -> Export:
        """One `shotcut.mlt`."""
        root = ET.Element("mlt", LC_NUMERIC="C", producer="main_bin", title=handover.title or "film")
        _Writer(handover.without_hidden, root).write()
        lost = unique((*losses(handover), *switched_off(handover)))
        return Export((ExportFile("shotcut.mlt", document(root)),), lost, KEEPS)


class _Writer:
    def __init__(self, handover: Handover, root: ET.Element) -> None:
        self.handover = handover
        self.root = root
        self.clips = 0

    def write(self) -> None:
        """Bin, background, tracks, and the film."""
        add_profile(self.root, self.handover)
        self._bin()
        self._background()
        tracks = named_tracks(self.handover, self._video_track, self._sound_track)
        last = self.handover.frames - 1
        film = add(self.root, "tractor", attributes={"id": "film", "in": 0, "out": last})
        add_properties(film, {"shotcut": 1, "shotcut:projectAudioChannels": 2, "shotcut:projectFolder": 0})
        self._markers(film)
        add(film, "track", attributes={"producer": "background"})
        for name in tracks:
            add(film, "track", attributes={"producer": name, **_hidden(name)})
        for number, name in enumerate(tracks, start=1):
            mixed: Properties = {"a_track": 0, "b_track": number, "mlt_service": "mix", "always_active": 1}
            add_properties(add(film, "transition"), {**mixed, "sum": 1})
            if name.startswith("V"):
                laid: Properties = {"a_track": 0 if number == 1 else 1, "b_track": number, "version": "0.1"}
                laid |= {"mlt_service": "frei0r.cairoblend", "threads": 0, "disable": int(number == 1)}
                add_properties(add(film, "transition"), laid)

    def _bin(self) -> None:
        playlist = ET.Element("playlist", id="main_bin")
        add_properties(playlist, {"xml_retain": 1})
        for number, media in enumerate(self.handover.media, 1):
            producer = add_media(self.root, f"media{number}", media, self.handover.rate)
            add_properties(producer, {"shotcut:caption": media.name})
            last = media_frames(media, self.handover.rate) - 1
            add(playlist, "entry", attributes={"producer": f"media{number}", "in": 0, "out": last})
        self.root.append(playlist)

    def _background(self) -> None:
        last = self.handover.frames - 1
        black = add(self.root, "producer", attributes={"id": "black", "in": 0, "out": last})
        colour: Properties = {"length": last + 1, "eof": "pause", "resource": 0, "aspect_ratio": 1}
        add_properties(
            black, {**colour, "mlt_service": "color", "mlt_image_format": "rgba", "set.test_audio": 0}
        )
        playlist = add(self.root, "playlist", attributes={"id": "background"})
        add(playlist, "entry", attributes={"producer": "black", "in": 0, "out": last})

    def _markers(self, film: ET.Element) -> None:
        if not self.handover.markers:
            return
        markers = add(film, "properties", attributes={"name": "shotcut:markers"})
        for number, marker in enumerate(self.handover.markers):
            text = ": ".join(filter(None, (marker.name, marker.note)))
            one = add(markers, "properties", attributes={"name": number})
            place: Properties = {"text": text, "start": marker.frame, "end": marker.frame}
            add_properties(one, {**place, "color": _COLOURS[marker.is_shot]})

    def _video_track(self, track: VideoTrack, name: str) -> str:
        playlist = self._playlist(name, track.name)
        clips = [self._picture(track, index) for index in range(len(track.items))]
        at = 0
        for index, item in enumerate(track.items):
            record = alone(track, index)
            # A gap shows what is below; in the film itself that is the background's black.
            if record and item.media is not None:
                _run(playlist, at, record.start, _span(clips[index], item, record))
                at = record.stop
            blend = track.blend_at(index)
            if blend is not None:
                neighbours = zip(clips[index : index + 2], track.items[index : index + 2], strict=True)
                sides = [_span(clip, side, blend.record) for clip, side in neighbours]
                dissolve = self._dissolve(sides, len(blend.record))
                _run(playlist, at, blend.record.start, dissolve)
                at = blend.record.stop
        self.root.append(playlist)
        return name

    def _sound_track(self, track: SoundTrack, name: str) -> str:
        playlist = self._playlist(name, track.name)
        at = 0
        for item in track.items:
            _run(playlist, at, item.record.start, self._sound(item))
            at = item.record.stop
        self.root.append(playlist)
        return name

    def _playlist(self, name: str, title: str) -> ET.Element:
        playlist = ET.Element("playlist", id=name)
        kind = "shotcut:video" if name.startswith("V") else "shotcut:audio"
        add_properties(playlist, {kind: 1, "shotcut:name": title})
        return playlist

    def _picture(self, track: VideoTrack, index: int) -> str:
        self.clips += 1
        item, name = track.items[index], f"clip{self.clips}"
        producer = add_picture(self.root, name, item, track.seen(index))
        add_properties(producer, {"shotcut:caption": item.name})
        size = (self.handover.width, self.handover.height)
        span = on_source(item, track.seen(index))
        add_placement(producer, item, size, named={"shotcut:filter": "affineSizePosition"}, span=span)
        return name

    def _sound(self, item: SoundItem) -> Properties:
        self.clips += 1
        name = f"clip{self.clips}"
        producer = add_sound(self.root, name, item)
        add_properties(producer, {"shotcut:caption": item.name})
        span: Properties = {"in": item.source.start, "out": item.source.stop - 1}
        level = level_of(item, 0)
        if level:
            gain = add(producer, "filter", attributes=span)
            add_properties(gain, {"mlt_service": "volume", "shotcut:filter": "audioGain", "level": level})
        return {"producer": name, **span}

    def _dissolve(self, sides: list[Properties], frames: int) -> Properties:
        self.clips += 1
        name = f"dissolve{self.clips}"
        whole: Properties = {"in": 0, "out": frames - 1}
        tractor = add(self.root, "tractor", attributes={"id": name, **whole})
        add_properties(tractor, {"shotcut:transition": "lumaMix"})
        for side in sides:
            add(tractor, "track", attributes=side)
        both: Properties = {"a_track": 0, "b_track": 1}
        picture: Properties = {"mlt_service": "luma", "factory": "loader"}
        sound: Properties = {"mlt_service": "mix", "start": -1}
        for joined in (picture, sound):
            add_properties(add(tractor, "transition", attributes=whole), both | joined)
        return {"producer": name, **whole}


def _hidden(name: str) -> Properties:
    return {} if name.startswith("V") else {"hide": "video"}


def _span(producer: str, item: PictureItem, record: FrameRange) -> Properties:
    source = on_source(item, record)
    return {"producer": producer, "in": source.start, "out": source.stop - 1}


def _run(playlist: ET.Element, at: int, start: int, run: Properties) -> None:
    if start > at:
        add(playlist, "blank", attributes={"length": start - at})
    add(playlist, "entry", attributes=run)
