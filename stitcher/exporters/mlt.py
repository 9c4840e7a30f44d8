"""MLT XML, which `melt` plays. Pure.

Every run is a producer of its own, so that key frames, which count in the producer's frames, and its length are said
beside it. Levels are in decibels (`level`; key frames on `gain` give silence). Tracks are summed at 0 dB (`mix` with
`sum`), and a `luma` of n frames begins with the earlier shot alone, as our dissolve does.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from xml.etree import ElementTree as ET

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Blend, Handover, PictureItem, SoundItem, SoundTrack, VideoTrack
from stitcher.exporters.losses import Loss, unique
from stitcher.exporters.transition_names import replaced, untold_texts
from stitcher.exporters.xml_text import add, document
from stitcher.timebase import FrameRange, format_decimal

_Attributes = dict[str, str | int]

_MATRICES = {"smpte170m": 601, "bt470bg": 601, "smpte240m": 240}
"""What MLT calls colour matrices that are not BT.709."""

_MONO_DB = 3.0103
"""MLT plays mono on both sides of stereo that much too low."""


class MltExporter:
    """MLT XML for melt."""

    name = "mlt"

    def export(self, handover: Handover) -> Export:
        """One `timeline.mlt`."""
        root = ET.Element("mlt", LC_NUMERIC="C", producer="film", title=handover.title or "film")
        _Writer(handover, root).write()
        lost = (*replaced(handover), *untold_texts(handover), *_losses(handover))
        return Export((ExportFile("timeline.mlt", document(root)),), unique(lost))


def _losses(handover: Handover) -> Iterator[Loss]:
    if handover.markers:
        yield Loss("markers")
    for track in handover.sound:
        for item in track.items:
            if item.pan:
                yield Loss("pan", item.name)


def _set(parent: ET.Element, **properties: str | int) -> None:
    for name, value in properties.items():
        add(parent, "property", value, {"name": name})


class _Writer:
    def __init__(self, handover: Handover, root: ET.Element) -> None:
        self.handover = handover
        self.root = root
        self.producers = 0

    def write(self) -> None:
        """The profile, all producers and tracks, and the film that plays them together."""
        self._profile()
        tracks = [
            self._video_track(track, f"V{number}") for number, track in enumerate(self.handover.video, 1)
        ]
        tracks += [
            self._sound_track(track, f"A{number}") for number, track in enumerate(self.handover.sound, 1)
        ]
        last = self.handover.frames - 1
        film = add(self.root, "tractor", attributes={"id": "film", "in": 0, "out": last})
        for name in tracks:
            hidden = "audio" if name.startswith("V") else "video"
            add(film, "track", attributes={"producer": name, "hide": hidden})
        for number, name in enumerate(tracks[1:], start=1):
            transition = add(film, "transition")
            _set(transition, a_track=0, b_track=number, always_active=1)
            if name.startswith("V"):
                _set(transition, mlt_service="composite", geometry="0/0:100%x100%", progressive=1)
            else:
                _set(transition, mlt_service="mix", sum=1)

    def _profile(self) -> None:
        handover = self.handover
        wide, high, part = handover.width, handover.height, gcd(handover.width, handover.height)
        shape = {
            "width": wide,
            "height": high,
            "progressive": 1,
            "sample_aspect_num": 1,
            "sample_aspect_den": 1,
            "display_aspect_num": wide // part,
            "display_aspect_den": high // part,
            "frame_rate_num": handover.rate.numerator,
            "frame_rate_den": handover.rate.denominator,
            "colorspace": 709,
        }
        add(self.root, "profile", attributes={"description": "film", **shape})

    def _video_track(self, track: VideoTrack, name: str) -> str:
        """A playlist of runs and of transitions, each of which is a film of its own of two runs."""
        entries: list[tuple[str, FrameRange, FrameRange]] = []
        for index, item in enumerate(track.items):
            comes_in, goes_out = track.blend_at(index - 1), track.blend_at(index)
            if comes_in is not None:
                shared = self._blend(track.items[index - 1], item, comes_in)
                entries.append((shared, comes_in.record, FrameRange(0, len(comes_in.record))))
            alone = FrameRange(
                item.record.start if comes_in is None else comes_in.record.stop,
                item.record.stop if goes_out is None else goes_out.record.start,
            )
            # Black over the film would hide it; in the film itself it stands for text that was not drawn.
            if alone and (item.media is not None or name == "V1"):
                entries.append((self._picture(item), alone, _source(item, alone)))
        self._playlist(name, entries)
        return name

    def _sound_track(self, track: SoundTrack, name: str) -> str:
        entries = [(self._sound(item), item.record, item.source) for item in track.items]
        self._playlist(name, entries)
        return name

    def _playlist(self, name: str, entries: list[tuple[str, FrameRange, FrameRange]]) -> None:
        playlist = ET.Element("playlist", id=name)
        at = 0
        for producer, record, source in entries:
            if record.start > at:
                add(playlist, "blank", attributes={"length": record.start - at})
            run: _Attributes = {"producer": producer, "in": source.start, "out": source.stop - 1}
            add(playlist, "entry", attributes=run)
            at = record.stop
        self.root.append(playlist)

    def _blend(self, earlier: PictureItem, later: PictureItem, blend: Blend) -> str:
        runs: list[_Attributes] = []
        for item in (earlier, later):
            source = _source(item, blend.record)
            runs.append({"producer": self._picture(item), "in": source.start, "out": source.stop - 1})
        self.producers += 1
        name = f"blend{self.producers}"
        last = len(blend.record) - 1
        tractor = add(self.root, "tractor", attributes={"id": name, "in": 0, "out": last})
        for run in runs:
            add(tractor, "track", attributes=run)
        transition = add(tractor, "transition", attributes={"in": 0, "out": last})
        _set(transition, mlt_service="luma", a_track=0, b_track=1)
        return name

    def _picture(self, item: PictureItem) -> str:
        """A producer of a file's pictures, or black where text was not drawn."""
        name, producer = self._producer(item)
        if item.media is None:
            _set(producer, mlt_service="color", resource="black")
        else:
            _set(producer, audio_index=-1)
            if item.media.assumed_matrix is not None:
                # Else small pictures are taken for BT.601.
                _set(producer, force_colorspace=_MATRICES.get(item.media.assumed_matrix, 709))
        return name

    def _sound(self, item: SoundItem) -> str:
        name, producer = self._producer(item)
        before = 0 if item.media.size is None else 1
        _set(producer, video_index=-1, audio_index=before + item.stream)
        if item.speed != 1:
            _set(producer, warp_pitch=1)
        level = _level(item)
        if level:
            _set(add(producer, "filter"), mlt_service="volume", level=level)
        return name

    def _producer(self, item: PictureItem | SoundItem) -> tuple[str, ET.Element]:
        self.producers += 1
        name = f"run{self.producers}"
        # What is asked for past the end is cut off silently, unless the producer is said to be so long.
        length = max(len(item.available), item.source.stop + len(item.record))
        producer = add(self.root, "producer", attributes={"id": name, "in": 0, "out": length - 1})
        _set(producer, length=length, eof="pause", **{"stitcher:name": item.name})
        if item.media is not None:
            warp = f"{format_decimal(item.speed, 9)}:" if item.speed != 1 else ""
            service = "timewarp" if warp else "avformat-novalidate"
            _set(producer, mlt_service=service, resource=f"{warp}{item.media.address}")
        return name, producer


def _level(item: SoundItem) -> str:
    """The level of a sound as the volume filter reads it; empty where nothing changes.

    Within a frame the filter goes from the level of the frame before to its own, so each key stands a frame early.
    """
    raised = _MONO_DB if item.channels == 1 else 0.0
    levels = item.levels
    if len(levels) == 1:
        return f"{levels[0].gain_db + raised:.4f}" if levels[0].gain_db or raised else ""
    keys = ((item.source.start + level.frame - 1, level.gain_db + raised) for level in levels)
    return ";".join(f"{frame}={gain_db:.4f}" for frame, gain_db in keys if frame >= 0)


def _source(item: PictureItem, record: FrameRange) -> FrameRange:
    return FrameRange(item.source_at(record.start), item.source_at(record.stop))
