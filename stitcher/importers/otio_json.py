"""OpenTimelineIO's files (`.otio`, and what lies in an `.otioz`), read as the JSON that they are. Pure.

Rates in them are decimals; they are read as what they mean, and positions are added up exactly. Where gain, fades and
levels have no schema, our own metadata and what Resolve reads are understood.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from stitcher.exporters.losses import unique
from stitcher.importers.cut import Cut, CutBlend, CutClip, CutMarker, CutMedia, CutTrack
from stitcher.importers.flatten import film_track
from stitcher.importers.losses import Unread
from stitcher.importers.otio_levels import sound_levels
from stitcher.importers.otio_metadata import foreign_keys, picture_keys
from stitcher.importers.otio_values import (
    as_list,
    as_map,
    as_number,
    as_text,
    as_whole,
    lengths_in,
    media_of,
    schema_of,
    seconds_of,
)
from stitcher.importers.text import (
    address_of,
    conform_of,
    exact_rate,
    file_name,
    fit_of,
    refused,
    transition_kind_of,
)
from stitcher.importers.track_builder import TrackBuilder, inlined
from stitcher.storyboard.transition_kinds import DISSOLVE
from stitcher.timebase import FrameRange, parse_rate, round_half_up

_MAX_NESTED = 8


def read_otio(data: bytes, name: str) -> Cut:
    """The cut in a file. Raises `InputError` for what is no timeline of OpenTimelineIO."""
    try:
        root = json.loads(data.decode("utf-8-sig"), parse_constant=lambda _: 0)
    except (ValueError, RecursionError) as exc:
        raise refused(name, f"is not JSON that can be read: {str(exc)[:200]}.") from exc
    timeline, further = _timeline(root)
    if timeline is None:
        raise refused(name, "holds no timeline of OpenTimelineIO.")
    reader = _Reader(timeline, name)
    reader.unread += foreign_keys(timeline)
    if further:
        reader.unread.append(Unread("sequences", detail=str(further)))
    return reader.cut()


def _timeline(root: Any) -> tuple[dict[str, Any] | None, int]:
    """The first timeline, and how many more there are."""
    if schema_of(root) == "Timeline":
        return root, 0
    if schema_of(root) == "SerializableCollection":
        found = [child for child in as_list(root.get("children")) if schema_of(child) == "Timeline"]
        return (found[0], len(found) - 1) if found else (None, 0)
    if schema_of(root) in ("Stack", "Track"):
        return {"OTIO_SCHEMA": "Timeline.1", "name": root.get("name"), "tracks": root}, 0
    return None, 0


class _Reader:
    def __init__(self, timeline: Mapping[str, Any], name: str) -> None:
        self.timeline = timeline
        self.name = name
        self.ours = as_map(as_map(timeline.get("metadata")).get("stitcher"))
        self.unread: list[Unread] = []
        self.rate = self._rate()
        self.premiere = "PremierePro_OTIO" in as_map(timeline.get("metadata"))
        """Whether lengths are those of what is played, before a time warp."""

    def _rate(self) -> Fraction:
        """The film's: ours, else the start timecode's, else that of the first length that is told."""
        if written := as_text(self.ours.get("rate")):
            return parse_rate(written)
        times = [self.timeline.get("global_start_time"), *lengths_in(self.timeline.get("tracks"))]
        for time in times:
            if (rate := as_number(as_map(time).get("rate"))) > 0:
                return exact_rate(rate)
        raise refused(self.name, "does not say at which rate it plays, and has nothing in it that does.")

    def cut(self) -> Cut:
        """All of it."""
        stack = as_map(self.timeline.get("tracks"))
        tracks = as_list(stack.get("children")) if schema_of(stack) == "Stack" else [stack]
        pictures: list[CutTrack] = []
        sounds: list[CutTrack] = []
        markers = list(self._markers(stack, Fraction(0), 0))
        for track in tracks:
            if schema_of(track) not in ("Track", "Sequence"):
                self.unread.append(Unread("nested", as_text(as_map(track).get("name")) or "a track"))
                continue
            enabled = track.get("enabled") is not False
            if as_text(track.get("kind")) == "Audio":
                sounds.append(self._sound_track(track, enabled))
            elif enabled:
                pictures.append(self._picture_track(track, 0))
            markers += self._markers(track, Fraction(0), 0)
            markers += self._markers_within(track)
        start = seconds_of(self.timeline.get("global_start_time")) or Fraction(0)
        theirs = as_map(as_map(as_map(stack.get("metadata")).get("PremierePro_OTIO")).get("VideoResolution"))
        width, height = (as_whole(self.ours.get(side) or theirs.get(side)) for side in ("width", "height"))
        return Cut(
            title=as_text(self.timeline.get("name")),
            rate=self.rate,
            pictures=tuple(pictures),
            sounds=tuple(sounds),
            markers=tuple(sorted(markers, key=lambda marker: marker.frame)),
            start_frame=max(0, round_half_up(start * self.rate)),
            drop_frame=self.ours.get("drop_frame") is True,
            size=(width, height) if width and height else None,
            unread=unique(self.unread),
        )

    def _frame(self, seconds: Fraction) -> int:
        return round_half_up(seconds * self.rate)

    def _placed(self, track: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Fraction, Fraction]]:
        """What stands on a track, with where it begins and ends, in seconds of the film."""
        at = Fraction(0)
        for child in as_list(track.get("children")):
            length = Fraction(0) if schema_of(child) == "Transition" else self._length(child)
            yield as_map(child), at, at + length
            at += length

    def _length(self, item: Any) -> Fraction:
        item = as_map(item)
        own = seconds_of(as_map(item.get("source_range")).get("duration"))
        if own is not None:
            return max(Fraction(0), own / self._warp(item) if self.premiere else own)
        if schema_of(item) == "Clip":
            media = seconds_of(as_map(media_of(item).get("available_range")).get("duration"))
            return max(Fraction(0), media or Fraction(0))
        lengths = [
            self._length(child) for child in as_list(item.get("children")) if schema_of(child) != "Transition"
        ]
        return max(lengths, default=Fraction(0)) if schema_of(item) == "Stack" else sum(lengths, Fraction(0))

    def _picture_track(self, track: Mapping[str, Any], depth: int) -> CutTrack:
        builder = TrackBuilder(as_text(track.get("name")), self.rate)
        for child, begins, ends in self._placed(track):
            record = FrameRange(self._frame(begins), self._frame(ends))
            kind = schema_of(child)
            if kind == "Transition":
                builder.blend(record.start, self._blend(child))
            elif kind == "Clip" and record:
                builder.place(self._clip(child, record))
            elif kind in ("Stack", "Track") and record:
                for clip, blend in self._nested(child, record, depth + 1):
                    if blend is not None:
                        builder.blend(clip.record.start, blend)
                    builder.place(clip)
            elif record:
                builder.place(CutClip("", record))
        return builder.track()

    def _nested(
        self, item: Mapping[str, Any], record: FrameRange, depth: int
    ) -> Iterator[tuple[CutClip, CutBlend | None]]:
        """The clips of a nested timeline, each with the transition by which it comes in."""
        name = as_text(item.get("name")) or "a nested timeline"
        start = seconds_of(as_map(item.get("source_range")).get("start_time")) or Fraction(0)
        stand_in = CutClip(name, record, start=start, enabled=item.get("enabled") is not False)
        inner = None
        if depth <= _MAX_NESTED and stand_in.enabled and not as_list(item.get("effects")):
            inside = [item] if schema_of(item) == "Track" else as_list(item.get("children"))
            tracks = tuple(
                self._picture_track(one, depth)
                for one in inside
                if schema_of(one) == "Track" and one.get("kind") != "Audio"
            )
            inner = inlined(Cut(name, self.rate, tracks), stand_in, self.rate)
        if inner is None:
            if stand_in.enabled:
                self.unread.append(Unread("nested", name))
            yield CutClip("", record), None
            return
        film, lost = film_track(inner, self.rate)
        self.unread += lost
        for index, clip in enumerate(film.clips):
            yield clip, film.blend_at(index - 1)

    def _blend(self, item: Mapping[str, Any]) -> CutBlend:
        own = as_text(as_map(as_map(item.get("metadata")).get("stitcher")).get("kind"))
        name = as_text(item.get("name"))
        kind = own or transition_kind_of(name) or transition_kind_of(as_text(item.get("transition_type")))
        if (
            not own
            and name
            and transition_kind_of(name) is None
            and transition_kind_of(name.split(" ")[0]) is None
        ):
            self.unread.append(Unread("transition", name))
        before, after = (
            self._frame(seconds_of(item.get(key)) or Fraction(0)) for key in ("in_offset", "out_offset")
        )
        return CutBlend(kind or DISSOLVE.name, max(0, before), max(0, after))

    def _clip(self, item: Mapping[str, Any], record: FrameRange) -> CutClip:
        reference = media_of(item)
        media = self._media(reference, as_text(item.get("name")))
        own = as_map(as_map(item.get("metadata")).get("stitcher"))
        name = as_text(own.get("shot")) or as_text(own.get("cue")) or as_text(item.get("name"))
        begins = seconds_of(as_map(item.get("source_range")).get("start_time"))
        available = seconds_of(as_map(reference.get("available_range")).get("start_time")) or Fraction(0)
        speed = self._speed(item, name)
        if isinstance(own.get("speed"), str):
            speed = parse_rate(own["speed"])
        text = None
        if schema_of(reference) == "GeneratorReference":
            text = as_text(as_map(reference.get("parameters")).get("text"))
            if not text and as_text(reference.get("generator_kind")).lower() not in ("black", "slug", "gap"):
                self.unread.append(Unread("generator", name, as_text(reference.get("generator_kind"))))
        elif schema_of(reference) == "ImageSequenceReference":
            self.unread.append(Unread("stills", name))
        return CutClip(
            name=name,
            record=record,
            media=media,
            start=(begins if begins is not None else available) - available,
            speed=speed,
            enabled=item.get("enabled") is not False,
            text=text or None,
            shot=as_text(own.get("shot")),
            fit=fit_of(as_text(own.get("fit"))),
            conform=conform_of(as_text(own.get("conform"))),
            keys=picture_keys(own),
            drawn=own.get("drawn") is True,
            drawn_from=int(own["drawn_from"]) if isinstance(own.get("drawn_from"), int) else None,
        )

    def _warp(self, item: Mapping[str, Any]) -> Fraction:
        scalars = [
            abs(as_number(effect.get("time_scalar")))
            for effect in as_list(item.get("effects"))
            if schema_of(effect) == "LinearTimeWarp"
        ]
        return math.prod((scalar for scalar in scalars if scalar), start=Fraction(1))

    def _speed(self, item: Mapping[str, Any], name: str) -> Fraction:
        speed = Fraction(1)
        for effect in as_list(item.get("effects")):
            kind = schema_of(effect)
            if kind == "LinearTimeWarp":
                scalar = as_number(effect.get("time_scalar"))
                if scalar < 0:
                    self.unread.append(Unread("reverse", name))
                elif not scalar:
                    self.unread.append(Unread("freeze", name))
                speed *= abs(scalar) or 1
            elif kind == "FreezeFrame":
                self.unread.append(Unread("freeze", name))
            elif kind == "TimeEffect":
                self.unread.append(Unread("speed-ramp", name))
            elif not {"Resolve_OTIO", "PremierePro_OTIO"} & as_map(effect.get("metadata")).keys():
                self.unread.append(Unread("effect", name, as_text(effect.get("effect_name"))))
        return speed

    def _media(self, reference: Mapping[str, Any], name: str) -> CutMedia | None:
        if schema_of(reference) not in ("ExternalReference", "MissingReference"):
            return None
        own = as_map(as_map(reference.get("metadata")).get("stitcher"))
        available = as_map(reference.get("available_range"))
        length = seconds_of(available.get("duration"))
        rate = as_number(as_map(available.get("duration")).get("rate"))
        address = address_of(as_text(reference.get("target_url")))
        return CutMedia(
            name=file_name(address) or as_text(reference.get("name")) or name,
            address=address,
            rate=exact_rate(rate) if rate > 0 else None,
            frames=round_half_up(length * exact_rate(rate)) if length and rate > 0 else None,
            reel=as_text(own.get("reel")),
            sha256=as_text(own.get("sha256")),
            original=as_text(own.get("name")),
        )

    def _sound_track(self, track: Mapping[str, Any], enabled: bool) -> CutTrack:
        name = as_text(track.get("name"))
        clips: list[CutClip] = []
        for child, begins, ends in self._placed(track):
            record = FrameRange(self._frame(begins), self._frame(ends))
            if schema_of(child) in ("Stack", "Track") and record:
                self.unread.append(Unread("nested", as_text(child.get("name")) or name))
            if schema_of(child) == "Clip" and record:
                clips.append(self._sound(child, record, name, enabled))
        return CutTrack(name, tuple(clips))

    def _sound(self, item: Mapping[str, Any], record: FrameRange, track: str, enabled: bool) -> CutClip:
        clip = self._clip(item, record)
        own = as_map(as_map(item.get("metadata")).get("stitcher"))
        pan, stream = own.get("pan"), own.get("stream")
        return CutClip(
            name=clip.name,
            record=record,
            media=clip.media,
            start=clip.start,
            speed=clip.speed,
            enabled=clip.enabled and enabled,
            levels=sound_levels(item, len(record), clip.speed, self.rate),
            pan=float(pan) if isinstance(pan, (int, float)) else 0.0,
            stream=stream if isinstance(stream, int) else None,
            role=track,
        )

    def _markers(self, item: Mapping[str, Any], begins: Fraction, record_start: int) -> Iterator[CutMarker]:
        """The markers of an item whose own time `begins` at a record frame."""
        for marker in as_list(item.get("markers")):
            at = seconds_of(as_map(as_map(marker).get("marked_range")).get("start_time"))
            if at is None:
                continue
            frame = record_start + self._frame(at - begins)
            data = as_map(marker.get("metadata"))
            said = marker.get("comment") or as_map(data.get("Resolve_OTIO")).get("Note")
            # Where a dialect's comment is not the note alone, ours is beside it, unless somebody wrote another.
            own = as_map(data.get("stitcher"))
            note = as_text(own.get("note")) if own and said == own.get("comment") else as_text(said)
            if frame >= 0:
                yield CutMarker(frame, as_text(marker.get("name")), note)

    def _markers_within(self, track: Mapping[str, Any]) -> Iterator[CutMarker]:
        for child, at, _ in self._placed(track):
            begins = seconds_of(as_map(child.get("source_range")).get("start_time")) or Fraction(0)
            yield from self._markers(child, begins, self._frame(at))
