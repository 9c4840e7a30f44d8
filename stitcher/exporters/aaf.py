"""AAF, which Avid Media Composer and Pro Tools read; with the extra `aaf` (pyaaf2) alone, and experimental.

A composition has a slot for its timecode, one for each track, and one for its markers. Sounds are mono, as Avid's are:
what is stereo lies on two tracks, one for each side. Transitions lie over the end of the earlier clip and the beginning
of the later one, so that a track is shorter than its clips. The same hand-over gives the same bytes: times are fixed
and identifiers are made of what they identify.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from itertools import accumulate
from typing import Any

import aaf2

from stitcher.exporters.aaf_media import MediaMobs
from stitcher.exporters.aaf_parts import Parts, fixed_uuid, mob_id, rational
from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import (
    Handover,
    HandoverMarker,
    PictureItem,
    SoundItem,
    SoundTrack,
    VideoTrack,
)
from stitcher.exporters.losses import Loss, unique
from stitcher.exporters.transition_names import replaced, switched_off, untold_texts
from stitcher.timebase import round_half_up
from stitcher.version import __version__

_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - AAF knows no zones
_LOUDEST = 3.98107
"""12 dB, above which Media Composer does not go."""
_FIRST_EVENT = 1000
_COLOURS = {True: ("Green", (13107, 52428, 13107)), False: ("Red", (41471, 12134, 6564))}
"""Of a shot's marker, and of others: Avid's name, and red, green and blue of 65535."""


class AafExporter:
    """AAF with linked media."""

    name = "aaf"

    def export(self, handover: Handover) -> Export:
        """One `timeline.aaf`."""
        losses = unique(
            (*replaced(handover), *untold_texts(handover), *switched_off(handover), *_losses(handover))
        )
        content = _Writer(handover.without_hidden).content()
        return Export((ExportFile("timeline.aaf", content),), losses)


def _losses(handover: Handover) -> Iterator[Loss]:
    for track in handover.sound:
        for item in track.items:
            if any(level.factor > _LOUDEST for level in item.levels):
                yield Loss("gain-range", item.name)
            if item.speed != 1:
                yield Loss("speed", item.name)
            if item.pan and item.channels > 1:
                yield Loss("pan", item.name)


class _Writer:
    def __init__(self, handover: Handover) -> None:
        self.handover = handover
        self.file = aaf2.open()
        self.parts = Parts.of(self.file)
        self.media = MediaMobs(self.parts, handover.rate)
        self.slots = 0

    def content(self) -> bytes:
        """The bytes of the file."""
        handover = self.handover
        known = sha256(repr(handover).encode()).hexdigest()
        film = self.file.create.CompositionMob(_text(handover.title) or "film")
        film.mob_id = mob_id(f"film:{known}")
        film.usage = "Usage_TopLevel"
        self.file.content.mobs.append(film)
        self._timecode(film)
        pictures = [
            self._pictures(film, track, number) for number, track in enumerate(handover.video, start=1)
        ]
        sides = ((track, side) for track in handover.sound for side in range(track.channels))
        for number, (track, side) in enumerate(sides, start=1):
            self._sounds(film, track, side, number)
        self._markers(film, pictures[0])
        return self._saved(known)

    def _saved(self, known: str) -> bytes:
        header = self.file.header
        for mob in self.file.content.mobs:
            mob["CreationTime"].value = mob["LastModified"].value = _EPOCH
        header["LastModified"].value = _EPOCH
        [identification] = header["IdentificationList"].value
        identification["CompanyName"].value = identification["ProductName"].value = "stitcher"
        identification["ProductVersionString"].value = __version__
        identification["ProductID"].value = fixed_uuid("product")
        identification["GenerationAUID"].value = fixed_uuid(known)
        identification["Date"].value = _EPOCH
        identification["Platform"].value = "any"
        self.file.save()
        self.file.manager.remove_temp()
        self.file.cfb.close()
        content: bytes = self.file.f.getvalue()
        self.file.f.close()
        return content

    def _slot(self, film: Any, name: str, track: int) -> Any:
        self.slots += 1
        return self.parts.slot(film, self.slots, self.handover.rate, name=name, track=track)

    def _timecode(self, film: Any) -> None:
        handover = self.handover
        timecode = self.file.create.Timecode(
            handover.timebase, drop=handover.drop_frame, length=handover.frames
        )
        timecode.start = handover.start_frame
        self._slot(film, "TC1", 1).segment = timecode

    def _pictures(self, film: Any, track: VideoTrack, number: int) -> int:
        """A track of pictures; gives its slot."""
        components: list[Any] = []
        at = 0
        for index, item in enumerate(track.items):
            comes_in, seen = track.blend_at(index - 1), track.seen(index)
            if comes_in is not None:
                components.append(self.parts.dissolve(len(comes_in.record), comes_in.in_frames))
            elif seen.start > at:
                components.append(self.parts.filler("picture", seen.start - at))
            components.append(self._picture(item, seen.start, len(seen)))
            at = seen.stop
        if at < self.handover.frames:
            components.append(self.parts.filler("picture", self.handover.frames - at))
        slot = self._slot(film, f"V{number}", number)
        slot.segment = self._sequence("picture", components, self.handover.frames)
        return self.slots

    def _picture(self, item: PictureItem, start: int, length: int) -> Any:
        if item.media is None:
            return self.parts.filler("picture", length)
        source = self.media.source(item.media)
        first = round_half_up(item.source_at(start) * item.speed)
        if item.speed == 1:
            made = self.parts.clip("picture", first, length, source)
        else:
            taken = max(1, round_half_up(length * item.speed))
            played = self.parts.clip("picture", first, taken, source)
            made = self.parts.group("speed", length, self.parts.constant("speed", 1 / item.speed), [played])
        self.parts.tagged(made["ComponentAttributeList"], {"_COMMENT": _text(item.name)})
        return made

    def _sounds(self, film: Any, track: SoundTrack, side: int, number: int) -> None:
        components: list[Any] = []
        at = 0
        for item in track.items:
            if side >= item.channels:
                continue
            if item.record.start > at:
                components.append(self.parts.filler("sound", item.record.start - at))
            components.append(self._sound(item, side))
            at = item.record.stop
        if at < self.handover.frames:
            components.append(self.parts.filler("sound", self.handover.frames - at))
        sequence = self._sequence("sound", components, self.handover.frames)
        name = track.name if track.channels == 1 else f"{track.name} {'LR'[side]}"
        slot = self._slot(film, name, number)
        if track.channels == 1:
            slot.segment = sequence
        else:
            place = self.parts.constant("pan", Fraction(side))
            slot.segment = self.parts.group("pan", self.handover.frames, place, [sequence])

    def _sound(self, item: SoundItem, side: int) -> Any:
        first = [0, *accumulate(item.media.channels)][item.stream]
        length = len(item.record)
        start = round_half_up(item.source.start * item.speed)
        made = self.parts.clip("sound", start, length, self.media.source(item.media, first + side))
        levels = item.levels
        if len(levels) > 1:
            points = ((Fraction(level.frame, length), Fraction(level.factor)) for level in levels)
            made = self.parts.group("gain", length, self.parts.varying("gain", points), [made])
        elif levels[0].gain_db:
            gain = self.parts.constant("gain", Fraction(levels[0].factor))
            made = self.parts.group("gain", length, gain, [made])
        if item.pan and item.channels == 1:
            place = Fraction(1 + item.pan).limit_denominator(1000) / 2
            made = self.parts.group("pan", length, self.parts.constant("pan", place), [made])
        self.parts.tagged(made["ComponentAttributeList"], {"_COMMENT": _text(item.name)})
        return made

    def _sequence(self, kind: str, components: list[Any], length: int) -> Any:
        sequence = self.file.create.Sequence(media_kind=kind)
        sequence.components.extend(components)
        sequence.length = length
        return sequence

    def _markers(self, film: Any, pictures: int) -> None:
        """Markers of the first track of pictures, as Media Composer lays them."""
        if not self.handover.markers:
            return
        events = self.file.create.EventMobSlot()
        events["SlotID"].value = _FIRST_EVENT
        events["EditRate"].value = rational(self.handover.rate)
        events["PhysicalTrackNumber"].value = 1
        sequence = self.file.create.Sequence(media_kind="DescriptiveMetadata")
        ordered = sorted(self.handover.markers, key=lambda marker: marker.frame)
        sequence.components.extend([self._marker(marker, pictures) for marker in ordered])
        events.segment = sequence
        film.slots.append(events)

    def _marker(self, marker: HandoverMarker, pictures: int) -> Any:
        name, (red, green, blue) = _COLOURS[marker.is_shot]
        text = _text(": ".join(filter(None, (marker.name, marker.note))))
        made = self.file.create.DescriptiveMarker()
        made["Position"].value = marker.frame
        made["Length"].value = 1
        made["Comment"].value = text
        made["CommentMarkerUser"].value = "stitcher"
        made["DescribedSlots"].value = {pictures}
        made["CommentMarkerColor"].value = {"red": red, "green": green, "blue": blue}
        texts = {"_ATN_CRM_COLOR": name, "_ATN_CRM_COM": text, "_ATN_CRM_USER": "stitcher"}
        self.parts.tagged(made["CommentMarkerAttributeList"], texts)
        return made


def _text(text: str) -> str:
    """A text on one line; a NUL would end it."""
    return " ".join(text.replace("\0", " ").split())
