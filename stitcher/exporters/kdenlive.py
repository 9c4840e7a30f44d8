"""Kdenlive's project: MLT XML with a bin that every clip refers to, tracks of two playlists, and guides. Pure.

Of what lies in no bin Kdenlive removes every clip. A track is a film of its own of two playlists, and clips that
dissolve lie on both, one over the other; the first playlist's clip comes in by a `reverse` transition. The document is
of version 1.04, which Kdenlive reads since 21.08, and which newer ones make into their own. Identifiers are made of
what the film is, so that the same film is the same document.
"""

from __future__ import annotations

import json
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Handover, MediaFile, PictureItem, SoundItem, SoundTrack, VideoTrack
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
    level_of,
    losses,
    media_frames,
    on_source,
)
from stitcher.exporters.xml_text import add, clean, document
from stitcher.timebase import FrameRange

_VERSION = "1.04"
_OWN = 237
"""What Kdenlive marks those transitions with that it draws tracks together by."""
_BLACK_ID = 2
"""The bin's number of the colour clip that stands for text that was not drawn; media follow."""
_GUIDE_COLOURS = (6, 3)
"""Numbers of the colours of guides, and of those that are where a shot begins."""
_FOREVER = 2_147_483_647


class KdenliveExporter:
    """A project of Kdenlive, version 22 and later."""

    name = "kdenlive"

    def export(self, handover: Handover) -> Export:
        """One `timeline.kdenlive`."""
        root = ET.Element("mlt", LC_NUMERIC="C", producer="main_bin", title=handover.title or "film")
        _Writer(handover, root).write()
        return Export((ExportFile("timeline.kdenlive", document(root)),), unique(losses(handover)), KEEPS)


class _Writer:
    def __init__(self, handover: Handover, root: ET.Element) -> None:
        self.handover = handover
        self.root = root
        made_of = "/".join([handover.title, *(media.sha256 for media in handover.media)])
        self.uuid = uuid5(NAMESPACE_URL, f"stitcher/{made_of}")
        self.ids = {media.file: _BLACK_ID + 1 + number for number, media in enumerate(handover.media)}
        self.clips = 0
        self.playlists = 0

    def write(self) -> None:
        """Bin, tracks from the lowest to the highest, and the film."""
        add_profile(self.root, self.handover)
        self._bin()
        last = self.handover.frames - 1
        black = add(self.root, "producer", attributes={"id": "black_track", "in": 0, "out": last})
        colour: Properties = {"length": _FOREVER, "eof": "continue", "resource": "black", "aspect_ratio": 1}
        colour |= {"mlt_service": "color", "mlt_image_format": "rgba", "set.test_audio": 0}
        add_properties(black, {**colour, "kdenlive:playlistid": "black_track"})
        sounds = [self._sound_track(track) for track in reversed(self.handover.sound)]
        pictures = [self._video_track(track) for track in self.handover.video]
        film = add(self.root, "tractor", attributes={"id": "film", "in": 0, "out": last, "global_feed": 1})
        add(film, "track", attributes={"producer": "black_track"})
        for name in (*sounds, *pictures):
            add(film, "track", attributes={"producer": name})
        for number in range(1, len(sounds) + 1):
            self._joined(film, number, {"mlt_service": "mix", "kdenlive_id": "mix", "sum": 1})
        for number in range(len(sounds) + 1, len(sounds) + len(pictures) + 1):
            laid: Properties = {"mlt_service": "qtblend", "kdenlive_id": "qtblend", "compositing": 0}
            self._joined(film, number, laid)

    def _joined(self, film: ET.Element, track: int, how: Properties) -> None:
        transition = add(film, "transition")
        between: Properties = {"a_track": 0, "b_track": track, "always_active": 1, "internal_added": _OWN}
        add_properties(transition, {**between, **how})

    def _bin(self) -> None:
        playlist = ET.Element("playlist", id="main_bin")
        add_properties(playlist, self._document())
        lengths = {"bin_black": self.handover.frames}
        black = add(
            self.root, "producer", attributes={"id": "bin_black", "in": 0, "out": self.handover.frames - 1}
        )
        colour: Properties = {"length": self.handover.frames, "eof": "pause", "resource": "black"}
        add_properties(black, {**colour, "mlt_service": "color", **self._named(_BLACK_ID, "black", 4)})
        for media in self.handover.media:
            name = f"bin{self.ids[media.file]}"
            producer = add_media(self.root, name, media, self.handover.rate)
            add_properties(producer, self._named(self.ids[media.file], media.name, _clip_type(media)))
            lengths[name] = media_frames(media, self.handover.rate)
        for name, frames in lengths.items():
            add(playlist, "entry", attributes={"producer": name, "in": 0, "out": frames - 1})
        self.root.append(playlist)

    def _named(self, number: int, name: str, kind: int) -> Properties:
        return {
            "kdenlive:id": number,
            "kdenlive:clipname": name,
            "kdenlive:folderid": -1,
            "kdenlive:clip_type": kind,
            "kdenlive:control_uuid": self._uuid(f"clip {number}"),
        }

    def _uuid(self, of: str) -> str:
        return f"{{{uuid5(self.uuid, of)}}}"

    def _document(self) -> Properties:
        guides = [
            {
                "comment": clean(": ".join(filter(None, (marker.name, marker.note)))),
                "pos": marker.frame,
                "type": _GUIDE_COLOURS[marker.is_shot],
            }
            for marker in self.handover.markers
        ]
        settings: Properties = {
            "version": _VERSION,
            "kdenliveversion": "22.12.3",
            # Names the folder of what Kdenlive keeps of a project.
            "documentid": self.uuid.int % 10**13,
            "uuid": self._uuid("document"),
            "profile": "film",
            "audioChannels": 2,
            "enableproxy": 0,
            "generateproxy": 0,
            "groups": json.dumps(self._groups()),
            "guides": json.dumps(guides, ensure_ascii=False),
        }
        return {
            **{f"kdenlive:docproperties.{name}": value for name, value in settings.items()},
            "xml_retain": 1,
        }

    def _groups(self) -> list[dict[str, object]]:
        """A shot's picture and its own sound, which are moved together: clips by track and first frame."""
        film, above = self.handover.video[0], len(self.handover.sound)
        shots = {item.name: [(above, film.seen(index).start)] for index, item in enumerate(film.items)}
        for number, track in enumerate(self.handover.sound, start=1):
            for sound in track.items:
                if sound.shot in shots:
                    shots[sound.shot].append((above - number, sound.record.start))
        return [
            {
                "type": "AVSplit",
                "children": [
                    {"type": "Leaf", "leaf": "clip", "data": f"{track}:{frame}"} for track, frame in clips
                ],
            }
            for clips in shots.values()
            if len(clips) > 1
        ]

    def _video_track(self, track: VideoTrack) -> str:
        names = [self._picture(track, index) for index in range(len(track.items))]
        lists = [self._playlist(), self._playlist()]
        ends, places = [0, 0], list[int]()
        for index, item in enumerate(track.items):
            # After a plain cut a clip lies on the first playlist, as Kdenlive lays them.
            place = 1 - places[-1] if places and track.blend_at(index - 1) is not None else 0
            places.append(place)
            if item.media is None and track is not self.handover.video[0]:
                continue
            seen = track.seen(index)
            entry = self._entry(lists[place], ends[place], seen, names[index], item)
            if track is not self.handover.video[0]:
                self._keep_transparent(entry)
            size = (self.handover.width, self.handover.height)
            add_placement(entry, item, size, named={"kdenlive_id": "pan_zoom"})
            ends[place] = seen.stop
        tractor = self._track(track.name, lists, "audio")
        for index, place in enumerate(places[1:], start=1):
            blend = track.blend_at(index - 1)
            if blend is None:
                continue
            span: Properties = {"in": blend.record.start, "out": blend.record.stop - 1}
            mix: Properties = {"a_track": 0, "b_track": 1, "factory": "loader", "mlt_service": "luma"}
            mix |= {"kdenlive_id": "luma", "kdenlive:mixcut": blend.out_frames, "reverse": 1 - place}
            add_properties(add(tractor, "transition", attributes=span), mix)
        return tractor.attrib["id"]

    def _keep_transparent(self, entry: ET.Element) -> None:
        """Kdenlive's Transform, all but opaque: without it, tracks are laid over each other without transparency."""
        rect = f"0=0 0 {self.handover.width} {self.handover.height} 0.9999"
        transform: Properties = {"mlt_service": "qtblend", "kdenlive_id": "qtblend", "rect": rect}
        add_properties(add(entry, "filter"), {**transform, "rotation": "0=0", "compositing": 0, "distort": 0})

    def _sound_track(self, track: SoundTrack) -> str:
        names = [self._sound(item) for item in track.items]
        lists = [self._playlist(), self._playlist()]
        for one in lists:
            add_properties(one, {"kdenlive:audio_track": 1})
        at = 0
        for name, item in zip(names, track.items, strict=True):
            entry = self._entry(lists[0], at, item.record, name, item)
            at = item.record.stop
            level = level_of(item, item.source.start)
            if level:
                volume: Properties = {"mlt_service": "volume", "kdenlive_id": "volume", "level": level}
                add_properties(add(entry, "filter"), volume)
        tractor = self._track(track.name, lists, "video")
        add_properties(tractor, {"kdenlive:audio_track": 1})
        return tractor.attrib["id"]

    def _track(self, name: str, lists: list[ET.Element], hidden: str) -> ET.Element:
        self.root.extend(lists)
        number = self.playlists // 2
        whole: Properties = {"in": 0, "out": self.handover.frames - 1}
        tractor = add(self.root, "tractor", attributes={"id": f"track{number}", **whole})
        add_properties(tractor, {"kdenlive:track_name": name, "kdenlive:timeline_active": 1})
        for one in lists:
            add(tractor, "track", attributes={"producer": one.attrib["id"], "hide": hidden})
        return tractor

    def _playlist(self) -> ET.Element:
        self.playlists += 1
        return ET.Element("playlist", id=f"playlist{self.playlists}")

    def _entry(
        self, playlist: ET.Element, at: int, record: FrameRange, producer: str, item: PictureItem | SoundItem
    ) -> ET.Element:
        if record.start > at:
            add(playlist, "blank", attributes={"length": record.start - at})
        source = on_source(item, record)
        run: Properties = {"producer": producer, "in": source.start, "out": source.stop - 1}
        entry = add(playlist, "entry", attributes=run)
        add_properties(entry, {"kdenlive:id": self._id(item)})
        return entry

    def _id(self, item: PictureItem | SoundItem) -> int:
        return _BLACK_ID if item.media is None else self.ids[item.media.file]

    def _picture(self, track: VideoTrack, index: int) -> str:
        self.clips += 1
        item, name = track.items[index], f"clip{self.clips}"
        producer = add_picture(self.root, name, item, track.seen(index))
        add_properties(producer, {"set.test_audio": 1, "kdenlive:id": self._id(item)})
        if not item.enabled:
            # Neither heard nor seen is what Kdenlive calls a disabled clip.
            add_properties(producer, {"set.test_image": 1})
        return name

    def _sound(self, item: SoundItem) -> str:
        self.clips += 1
        name = f"clip{self.clips}"
        producer = add_sound(self.root, name, item)
        add_properties(producer, {"set.test_image": 1, "kdenlive:id": self._id(item)})
        return name


def _clip_type(media: MediaFile) -> int:
    """Kdenlive's number of a kind of clip: sound, picture, or both."""
    if media.size is None:
        return 1
    return 3 if media.channels else 2
