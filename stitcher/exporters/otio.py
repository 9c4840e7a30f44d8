"""OpenTimelineIO: stock schemas only, what they have no place for under `metadata.stitcher`, or as an editor reads it.

Positions are whole frames at the film's rate, on tracks of clips and gaps. Gain, fades, the picture's size and
drop-frame have no schema; a dialect knows where one editor looks for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import (
    Blend,
    Handover,
    HandoverMarker,
    MediaFile,
    PictureItem,
    SoundItem,
    SoundTrack,
    VideoTrack,
)
from stitcher.exporters.losses import Loss, LossKind, unique
from stitcher.exporters.transition_names import replaced, untold_texts
from stitcher.timebase import format_rate
from stitcher.timeline.picture import Title


class OtioExporter:
    """OpenTimelineIO's own file, plain: for any program that reads it."""

    name = "otio"
    file = "timeline.otio"
    bundle = False
    says_levels = False
    """Whether gain, fades and ducking are where the editor looks for them."""
    says_size = False
    """Whether the picture's size is where the editor looks for it."""
    keeps: frozenset[LossKind] = frozenset()
    """What of all that a hand-over loses is where the editor looks for it."""
    says_speed = True
    """Whether the editor plays clips at another speed than their own."""

    def export(self, handover: Handover) -> Export:
        """One timeline."""
        rate = float(handover.rate)
        timeline = otio.schema.Timeline(
            name=handover.title or "film",
            global_start_time=otio.opentime.RationalTime(handover.start_frame, rate),
            metadata={"stitcher": _film_data(handover)},
        )
        writer = _Writer(handover, self)
        for track in handover.video:
            timeline.tracks.append(writer.video_track(track))
        for sounds in handover.sound:
            timeline.tracks.append(writer.sound_track(sounds))
        timeline.tracks.markers.extend(writer.marker(marker) for marker in handover.markers)
        self.finish(timeline, handover)
        text = timeline.to_json_string(indent=2)
        lost = (*replaced(handover), *untold_texts(handover), *self.losses(handover))
        return Export((ExportFile(self.file, text.encode(), bundle=self.bundle),), unique(lost), self.keeps)

    def url(self, media: MediaFile) -> str:
        """What a clip calls its media."""
        return media.address

    def finish(self, timeline: otio.schema.Timeline, handover: Handover) -> None:
        """What an editor wants to find on the timeline as a whole."""

    def effects(self, item: SoundItem, handover: Handover) -> Sequence[otio.schema.Effect]:
        """Gain, fades and ducking as an editor reads them."""
        return ()

    def moves(self, item: PictureItem, handover: Handover) -> Sequence[otio.schema.Effect]:
        """Where a picture of another shape lies in the film's, as an editor reads it."""
        return ()

    def clip_data(self, item: PictureItem | SoundItem, link: int | None) -> dict[str, Any]:
        """More metadata of a clip, for an editor; `link` numbers a shot whose picture and sound go together."""
        return {}

    def track_data(self, track: SoundTrack) -> dict[str, Any]:
        """More metadata of a track of sound, for an editor."""
        return {}

    def taken(self, item: PictureItem | SoundItem) -> Fraction:
        """How long a clip says it is, in film frames: as long as it is shown, whatever its speed."""
        return Fraction(len(item.record))

    def losses(self, handover: Handover) -> Iterator[Loss]:
        """What the editor does not find."""
        if not self.says_size:
            yield Loss("picture-size", detail=f"{handover.width}x{handover.height}")
        if handover.rate in (Fraction(30000, 1001), Fraction(60000, 1001)):
            yield Loss("drop-frame", detail="drop-frame" if handover.drop_frame else "non-drop")
        for pictures in handover.video:
            for picture in pictures.items:
                if not self.says_speed and picture.speed != 1:
                    yield Loss("speed", picture.name)
        for track in handover.sound:
            for item in track.items:
                yield from self._sound_losses(item)

    def _sound_losses(self, item: SoundItem) -> Iterator[Loss]:
        if not self.says_levels and len(item.levels) > 1:
            yield Loss("fade", item.name)
        if not self.says_levels and any(level.gain_db for level in item.levels):
            yield Loss("gain", item.name)
        if item.pan:
            yield Loss("pan", item.name)
        if item.speed != 1:
            yield Loss("pitch" if self.says_speed else "speed", item.name)


class OtiozExporter(OtioExporter):
    """OpenTimelineIO's archive: the timeline with all media in one file."""

    name = "otioz"
    file = "timeline.otioz"
    bundle = True

    def url(self, media: MediaFile) -> str:
        """Media lie in the archive's own folder, under names that no URL has to escape."""
        return f"media/{media.file}"


class _Writer:
    def __init__(self, handover: Handover, dialect: OtioExporter) -> None:
        self.handover = handover
        self.dialect = dialect
        spoken = {item.shot for track in handover.sound for item in track.items if item.shot}
        shots = (item.name for item in handover.video[0].items if item.name in spoken)
        self.links = {shot: number for number, shot in enumerate(shots, start=1)}
        """A number for each shot whose own sound is heard."""

    def video_track(self, track: VideoTrack) -> otio.schema.Track:
        """Clips, gaps and the transitions between them."""
        element = otio.schema.Track(name=track.name, kind=otio.schema.TrackKind.Video)
        children: list[Any] = []
        at = 0
        for index, item in enumerate(track.items):
            if item.record.start > at:
                children.append(self._gap(item.record.start - at))
            children.append(self._picture(item))
            at = item.record.stop
            if (blend := track.blend_at(index)) is not None:
                children.append(self._transition(blend))
        element.extend(children)
        return element

    def sound_track(self, track: SoundTrack) -> otio.schema.Track:
        """Clips and gaps."""
        element = otio.schema.Track(
            name=track.name, kind=otio.schema.TrackKind.Audio, metadata=self.dialect.track_data(track)
        )
        children: list[Any] = []
        at = 0
        for item in track.items:
            if item.record.start > at:
                children.append(self._gap(item.record.start - at))
            children.append(self._sound(item))
            at = item.record.stop
        element.extend(children)
        return element

    def marker(self, marker: HandoverMarker) -> otio.schema.Marker:
        """A marker of the film, of no length."""
        return otio.schema.Marker(
            name=marker.name,
            marked_range=self._range(marker.frame, 0),
            color=otio.schema.MarkerColor.GREEN if marker.is_shot else otio.schema.MarkerColor.RED,
            comment=marker.note,
        )

    def _time(self, value: int | Fraction, rate: Fraction | None = None) -> otio.opentime.RationalTime:
        return otio.opentime.RationalTime(float(value), float(self.handover.rate if rate is None else rate))

    def _range(
        self, start: int | Fraction, length: int | Fraction, rate: Fraction | None = None
    ) -> otio.opentime.TimeRange:
        return otio.opentime.TimeRange(self._time(start, rate), self._time(length, rate))

    def _gap(self, frames: int) -> otio.schema.Gap:
        return otio.schema.Gap(source_range=self._range(0, frames))

    def _transition(self, blend: Blend) -> otio.schema.Transition:
        return otio.schema.Transition(
            name=blend.kind,
            transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
            in_offset=self._time(blend.in_frames),
            out_offset=self._time(blend.out_frames),
            metadata={"stitcher": {"kind": blend.kind}},
        )

    def _picture(self, item: PictureItem) -> otio.schema.Clip:
        data: dict[str, Any] = {"shot": item.name}
        if item.take is not None:
            data["take"] = {
                "number": item.take.number,
                "provider": item.take.provider,
                "model": item.take.model,
            }
        if item.media is not None and not item.media.drawn:
            data |= {"fit": item.fit, "conform": item.conform}
        elif item.media is not None:
            data["drawn"] = True
        if item.keys is not None:
            data["keys"] = {key: json.loads(value) for key, value in item.keys}
        if item.drawn_from is not None:
            data["drawn_from"] = item.drawn_from
        if item.media is not None:
            reference = self._reference(item.media)
        elif item.title is not None:
            reference = _generator(item.title)
        clip = self._clip(item, reference, data)
        clip.effects.extend(self.dialect.moves(item, self.handover))
        return clip

    def _sound(self, item: SoundItem) -> otio.schema.Clip:
        data = {
            "cue": item.name,
            "stream": item.stream,
            "pan": item.pan,
            "start_sample": item.start_sample,
            "source_sample": item.source_sample,
            "length_samples": item.length_samples,
            "levels": [[level.frame, level.gain_db] for level in item.levels],
        }
        clip = self._clip(item, self._reference(item.media), data)
        clip.effects.extend(self.dialect.effects(item, self.handover))
        return clip

    def _clip(
        self, item: PictureItem | SoundItem, reference: otio.core.MediaReference, data: dict[str, Any]
    ) -> otio.schema.Clip:
        link = self.links.get((item.shot or "") if isinstance(item, SoundItem) else item.name)
        if item.speed != 1:
            data["speed"] = format_rate(item.speed)
        begins = item.source.start * item.speed
        if item.media is not None:
            begins += item.media.start_at(self.handover.rate)
        clip = otio.schema.Clip(
            name=item.name,
            media_reference=reference,
            source_range=self._range(begins, self.dialect.taken(item)),
            metadata={"stitcher": data, **self.dialect.clip_data(item, link)},
        )
        clip.enabled = isinstance(item, SoundItem) or item.enabled
        # One of exactly 1 makes Premiere drop what else a clip has.
        if item.speed != 1:
            clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(item.speed)))
        return clip

    def _reference(self, media: MediaFile) -> otio.schema.ExternalReference:
        reference = otio.schema.ExternalReference(
            target_url=self.dialect.url(media),
            available_range=self._range(media.start_frame, media.frames, media.rate),
            metadata={"stitcher": {"name": media.name, "sha256": media.sha256, "reel": media.reel}},
        )
        reference.name = media.file
        return reference


def _generator(title: Title) -> otio.schema.GeneratorReference:
    return otio.schema.GeneratorReference(
        name=title.text, generator_kind="Title", parameters={"text": title.text, "colour": title.colour}
    )


def _film_data(handover: Handover) -> dict[str, Any]:
    return {
        "rate": format_rate(handover.rate),
        "drop_frame": handover.drop_frame,
        "start_timecode": handover.timecode(0),
        "width": handover.width,
        "height": handover.height,
    }
