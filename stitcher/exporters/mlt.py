"""MLT XML as `melt` plays it. Pure.

Every run is a producer of its own, so that key frames, which count in the producer's frames, and its length are said
beside it. Tracks are summed at 0 dB (`mix` with `sum`), and a `luma` of n frames begins with the earlier shot alone, as
our dissolve does.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Blend, Handover, PictureItem, SoundItem, SoundTrack, VideoTrack
from stitcher.exporters.losses import Loss, unique
from stitcher.exporters.mlt_parts import (
    KEEPS,
    Properties,
    add_picture,
    add_placement,
    add_profile,
    add_properties,
    add_sound,
    alone,
    level_of,
    losses,
    named_tracks,
    on_source,
)
from stitcher.exporters.transition_names import switched_off
from stitcher.exporters.xml_text import add, document
from stitcher.timebase import FrameRange


class MltExporter:
    """MLT XML for melt."""

    name = "mlt"

    def export(self, handover: Handover) -> Export:
        """One `timeline.mlt`."""
        root = ET.Element("mlt", LC_NUMERIC="C", producer="film", title=handover.title or "film")
        _Writer(handover.without_hidden, root).write()
        lost = [*losses(handover), *switched_off(handover), *([Loss("markers")] if handover.markers else [])]
        return Export((ExportFile("timeline.mlt", document(root)),), unique(lost), KEEPS)


class _Writer:
    def __init__(self, handover: Handover, root: ET.Element) -> None:
        self.handover = handover
        self.root = root
        self.producers = 0

    def write(self) -> None:
        """The profile, all producers and tracks, and the film that plays them together."""
        add_profile(self.root, self.handover)
        tracks = named_tracks(self.handover, self._video_track, self._sound_track)
        last = self.handover.frames - 1
        film = add(self.root, "tractor", attributes={"id": "film", "in": 0, "out": last})
        for name in tracks:
            hidden = "audio" if name.startswith("V") else "video"
            add(film, "track", attributes={"producer": name, "hide": hidden})
        for number, name in enumerate(tracks[1:], start=1):
            joined: Properties = {"a_track": 0, "b_track": number, "always_active": 1}
            if name.startswith("V"):
                # `composite` asks for pictures without transparency, and gets them.
                joined |= {"mlt_service": "affine", "fill": 1, "distort": 0}
            else:
                joined |= {"mlt_service": "mix", "sum": 1}
            add_properties(add(film, "transition"), joined)

    def _video_track(self, track: VideoTrack, name: str) -> str:
        """A playlist of runs and of transitions, each of which is a film of its own of two runs."""
        entries: list[tuple[str, FrameRange, FrameRange]] = []
        for index, item in enumerate(track.items):
            comes_in = track.blend_at(index - 1)
            if comes_in is not None:
                shared = self._blend(track.items[index - 1], item, comes_in)
                entries.append((shared, comes_in.record, FrameRange(0, len(comes_in.record))))
            record = alone(track, index)
            # Black over the film would hide it; in the film itself it stands for text that was not drawn.
            if record and (item.media is not None or name == "V1"):
                entries.append((self._picture(item, record), record, on_source(item, record)))
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
            run: Properties = {"producer": producer, "in": source.start, "out": source.stop - 1}
            add(playlist, "entry", attributes=run)
            at = record.stop
        self.root.append(playlist)

    def _blend(self, earlier: PictureItem, later: PictureItem, blend: Blend) -> str:
        runs: list[Properties] = []
        for item in (earlier, later):
            source = on_source(item, blend.record)
            producer = self._picture(item, blend.record)
            runs.append({"producer": producer, "in": source.start, "out": source.stop - 1})
        self.producers += 1
        name = f"blend{self.producers}"
        last = len(blend.record) - 1
        tractor = add(self.root, "tractor", attributes={"id": name, "in": 0, "out": last})
        for run in runs:
            add(tractor, "track", attributes=run)
        transition = add(tractor, "transition", attributes={"in": 0, "out": last})
        add_properties(transition, {"mlt_service": "luma", "a_track": 0, "b_track": 1})
        return name

    def _picture(self, item: PictureItem, seen: FrameRange) -> str:
        self.producers += 1
        name = f"run{self.producers}"
        producer = add_picture(self.root, name, item, seen)
        add_placement(producer, item, (self.handover.width, self.handover.height))
        return name

    def _sound(self, item: SoundItem) -> str:
        self.producers += 1
        name = f"run{self.producers}"
        producer = add_sound(self.root, name, item)
        level = level_of(item, item.source.start)
        if level:
            add_properties(add(producer, "filter"), {"mlt_service": "volume", "level": level})
        return name
