"""OpenTimelineIO's files (`.otio`, and what lies in an `.otioz`), read as the JSON that they are. Pure.

Rates in them are decimals; they are read as what they mean, and positions are added up exactly. Where gain, fades and
levels have no schema, our own metadata and what Resolve reads are understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from stitcher.exporters.levels import Level
from stitcher.importers.cut import Cut, CutBlend, CutClip, CutMarker, CutMedia, CutTrack
from stitcher.importers.flatten import film_track
from stitcher.importers.levels import with_fades
from stitcher.importers.losses import Unread, once
from stitcher.importers.text import address_of, exact_rate, file_name, refused, transition_kind_of
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
    if further:
        reader.unread.append(Unread("sequences", detail=str(further)))
    return reader.cut()


def _schema(value: Any) -> str:
    """The name of an object's schema, without its version."""
    return str(value.get("OTIO_SCHEMA", "")).partition(".")[0] if isinstance(value, dict) else ""


def _timeline(root: Any) -> tuple[dict[str, Any] | None, int]:
    """The first timeline, and how many more there are."""
    if _schema(root) == "Timeline":
        return root, 0
    if _schema(root) == "SerializableCollection":
        found = [child for child in _list(root.get("children")) if _schema(child) == "Timeline"]
        return (found[0], len(found) - 1) if found else (None, 0)
    if _schema(root) in ("Stack", "Track"):
        return {"OTIO_SCHEMA": "Timeline.1", "name": root.get("name"), "tracks": root}, 0
    return None, 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 10**12:
        return Fraction(0)
    return Fraction(value).limit_denominator(1_000_000)


def _seconds(time: Any) -> Fraction | None:
    """A RationalTime in seconds."""
    rate = _number(_map(time).get("rate"))
    return _number(time.get("value")) / exact_rate(rate) if rate > 0 else None


class _Reader:
    def __init__(self, timeline: Mapping[str, Any], name: str) -> None:
        self.timeline = timeline
        self.name = name
        self.ours = _map(_map(timeline.get("metadata")).get("stitcher"))
        self.unread: list[Unread] = []
        self.rate = self._rate()

    def _rate(self) -> Fraction:
        """The film's: ours, else the start timecode's, else that of the first length that is told."""
        if written := _text(self.ours.get("rate")):
            return parse_rate(written)
        times = [self.timeline.get("global_start_time"), *_lengths(self.timeline.get("tracks"))]
        for time in times:
            if (rate := _number(_map(time).get("rate"))) > 0:
                return exact_rate(rate)
        raise refused(self.name, "does not say at which rate it plays, and has nothing in it that does.")

    def cut(self) -> Cut:
        """All of it."""
        stack = _map(self.timeline.get("tracks"))
        tracks = _list(stack.get("children")) if _schema(stack) == "Stack" else [stack]
        pictures: list[CutTrack] = []
        sounds: list[CutTrack] = []
        markers = list(self._markers(stack, Fraction(0), 0))
        for track in tracks:
            if _schema(track) not in ("Track", "Sequence"):
                self.unread.append(Unread("nested", _text(_map(track).get("name")) or "a track"))
                continue
            enabled = track.get("enabled") is not False
            if _text(track.get("kind")) == "Audio":
                sounds.append(self._sound_track(track, enabled))
            elif enabled:
                pictures.append(self._picture_track(track, 0))
            markers += self._markers(track, Fraction(0), 0)
            markers += self._markers_within(track)
        start = _seconds(self.timeline.get("global_start_time")) or Fraction(0)
        width, height = self.ours.get("width"), self.ours.get("height")
        return Cut(
            title=_text(self.timeline.get("name")),
            rate=self.rate,
            pictures=tuple(pictures),
            sounds=tuple(sounds),
            markers=tuple(sorted(markers, key=lambda marker: marker.frame)),
            start_frame=max(0, round_half_up(start * self.rate)),
            drop_frame=self.ours.get("drop_frame") is True,
            size=(width, height) if isinstance(width, int) and isinstance(height, int) else None,
            unread=once(self.unread),
        )

    def _frame(self, seconds: Fraction) -> int:
        return round_half_up(seconds * self.rate)

    def _placed(self, track: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Fraction, Fraction]]:
        """What stands on a track, with where it begins and ends, in seconds of the film."""
        at = Fraction(0)
        for child in _list(track.get("children")):
            length = Fraction(0) if _schema(child) == "Transition" else self._length(child)
            yield _map(child), at, at + length
            at += length

    def _length(self, item: Any) -> Fraction:
        item = _map(item)
        own = _seconds(_map(item.get("source_range")).get("duration"))
        if own is not None:
            return max(Fraction(0), own)
        if _schema(item) == "Clip":
            media = _seconds(_map(_media_of(item).get("available_range")).get("duration"))
            return max(Fraction(0), media or Fraction(0))
        lengths = [
            self._length(child) for child in _list(item.get("children")) if _schema(child) != "Transition"
        ]
        return max(lengths, default=Fraction(0)) if _schema(item) == "Stack" else sum(lengths, Fraction(0))

    def _picture_track(self, track: Mapping[str, Any], depth: int) -> CutTrack:
        builder = TrackBuilder(_text(track.get("name")), self.rate)
        for child, begins, ends in self._placed(track):
            record = FrameRange(self._frame(begins), self._frame(ends))
            kind = _schema(child)
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
        name = _text(item.get("name")) or "a nested timeline"
        start = _seconds(_map(item.get("source_range")).get("start_time")) or Fraction(0)
        stand_in = CutClip(name, record, start=start, enabled=item.get("enabled") is not False)
        inner = None
        if depth <= _MAX_NESTED and stand_in.enabled and not _list(item.get("effects")):
            inside = [item] if _schema(item) == "Track" else _list(item.get("children"))
            tracks = tuple(
                self._picture_track(one, depth)
                for one in inside
                if _schema(one) == "Track" and one.get("kind") != "Audio"
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
        own = _text(_map(_map(item.get("metadata")).get("stitcher")).get("kind"))
        name = _text(item.get("name"))
        kind = own or transition_kind_of(name) or transition_kind_of(_text(item.get("transition_type")))
        if (
            not own
            and name
            and transition_kind_of(name) is None
            and transition_kind_of(name.split(" ")[0]) is None
        ):
            self.unread.append(Unread("transition", name))
        before, after = (
            self._frame(_seconds(item.get(key)) or Fraction(0)) for key in ("in_offset", "out_offset")
        )
        return CutBlend(kind or DISSOLVE.name, max(0, before), max(0, after))

    def _clip(self, item: Mapping[str, Any], record: FrameRange) -> CutClip:
        reference = _media_of(item)
        media = self._media(reference, _text(item.get("name")))
        own = _map(_map(item.get("metadata")).get("stitcher"))
        name = _text(own.get("shot")) or _text(own.get("cue")) or _text(item.get("name"))
        begins = _seconds(_map(item.get("source_range")).get("start_time"))
        available = _seconds(_map(reference.get("available_range")).get("start_time")) or Fraction(0)
        speed = self._speed(item, name)
        if isinstance(own.get("speed"), str):
            speed = parse_rate(own["speed"])
        text = None
        if _schema(reference) == "GeneratorReference":
            text = _text(_map(reference.get("parameters")).get("text"))
            if not text and _text(reference.get("generator_kind")).lower() not in ("black", "slug", "gap"):
                self.unread.append(Unread("generator", name, _text(reference.get("generator_kind"))))
        elif _schema(reference) == "ImageSequenceReference":
            self.unread.append(Unread("stills", name))
        return CutClip(
            name=name,
            record=record,
            media=media,
            start=(begins if begins is not None else available) - available,
            speed=speed,
            enabled=item.get("enabled") is not False,
            text=text or None,
            shot=_text(own.get("shot")),
        )

    def _speed(self, item: Mapping[str, Any], name: str) -> Fraction:
        speed = Fraction(1)
        for effect in _list(item.get("effects")):
            kind = _schema(effect)
            if kind == "LinearTimeWarp":
                scalar = _number(effect.get("time_scalar"))
                if scalar < 0:
                    self.unread.append(Unread("reverse", name))
                elif not scalar:
                    self.unread.append(Unread("freeze", name))
                speed *= abs(scalar) or 1
            elif kind == "FreezeFrame":
                self.unread.append(Unread("freeze", name))
            elif kind == "TimeEffect":
                self.unread.append(Unread("speed-ramp", name))
            elif "Resolve_OTIO" not in _map(effect.get("metadata")):
                self.unread.append(Unread("effect", name, _text(effect.get("effect_name"))))
        return speed

    def _media(self, reference: Mapping[str, Any], name: str) -> CutMedia | None:
        if _schema(reference) not in ("ExternalReference", "MissingReference"):
            return None
        own = _map(_map(reference.get("metadata")).get("stitcher"))
        available = _map(reference.get("available_range"))
        length = _seconds(available.get("duration"))
        rate = _number(_map(available.get("duration")).get("rate"))
        address = address_of(_text(reference.get("target_url")))
        return CutMedia(
            name=file_name(address) or _text(reference.get("name")) or name,
            address=address,
            rate=exact_rate(rate) if rate > 0 else None,
            frames=round_half_up(length * exact_rate(rate)) if length and rate > 0 else None,
            reel=_text(own.get("reel")),
            sha256=_text(own.get("sha256")),
            original=_text(own.get("name")),
        )

    def _sound_track(self, track: Mapping[str, Any], enabled: bool) -> CutTrack:
        name = _text(track.get("name"))
        clips: list[CutClip] = []
        for child, begins, ends in self._placed(track):
            record = FrameRange(self._frame(begins), self._frame(ends))
            if _schema(child) in ("Stack", "Track") and record:
                self.unread.append(Unread("nested", _text(child.get("name")) or name))
            if _schema(child) == "Clip" and record:
                clips.append(self._sound(child, record, name, enabled))
        return CutTrack(name, tuple(clips))

    def _sound(self, item: Mapping[str, Any], record: FrameRange, track: str, enabled: bool) -> CutClip:
        clip = self._clip(item, record)
        own = _map(_map(item.get("metadata")).get("stitcher"))
        pan, stream = own.get("pan"), own.get("stream")
        return CutClip(
            name=clip.name,
            record=record,
            media=clip.media,
            start=clip.start,
            speed=clip.speed,
            enabled=clip.enabled and enabled,
            levels=_own_levels(own) or _resolve_levels(item, len(record)),
            pan=float(pan) if isinstance(pan, (int, float)) else 0.0,
            stream=stream if isinstance(stream, int) else None,
            role=track,
        )

    def _markers(self, item: Mapping[str, Any], begins: Fraction, record_start: int) -> Iterator[CutMarker]:
        """The markers of an item whose own time `begins` at a record frame."""
        for marker in _list(item.get("markers")):
            at = _seconds(_map(_map(marker).get("marked_range")).get("start_time"))
            if at is None:
                continue
            frame = record_start + self._frame(at - begins)
            note = _text(marker.get("comment")) or _text(
                _map(_map(marker.get("metadata")).get("Resolve_OTIO")).get("Note")
            )
            if frame >= 0:
                yield CutMarker(frame, _text(marker.get("name")), note)

    def _markers_within(self, track: Mapping[str, Any]) -> Iterator[CutMarker]:
        for child, at, _ in self._placed(track):
            begins = _seconds(_map(child.get("source_range")).get("start_time")) or Fraction(0)
            yield from self._markers(child, begins, self._frame(at))


def _media_of(clip: Mapping[str, Any]) -> dict[str, Any]:
    """The reference that is shown: of several the active one."""
    many = _map(clip.get("media_references"))
    if many:
        key = _text(clip.get("active_media_reference_key")) or "DEFAULT_MEDIA"
        return _map(many.get(key))
    return _map(clip.get("media_reference"))


def _lengths(item: Any) -> Iterator[Any]:
    """Every length that is written somewhere, from the front."""
    waiting = [item]
    while waiting:
        one = _map(waiting.pop())
        yield _map(one.get("source_range")).get("duration")
        if _schema(one) == "Clip":
            yield _map(_media_of(one).get("available_range")).get("duration")
        waiting += reversed(_list(one.get("children")))


def _own_levels(own: Mapping[str, Any]) -> tuple[Level, ...]:
    pairs = [pair for pair in _list(own.get("levels")) if isinstance(pair, list) and len(pair) == 2]
    return tuple(Level(int(_number(frame)), float(_number(gain))) for frame, gain in pairs)


def _resolve_levels(item: Mapping[str, Any], frames: int) -> tuple[Level, ...]:
    """What Resolve's volume and fades say of a clip."""
    for effect in _list(item.get("effects")):
        data = _map(_map(_map(effect).get("metadata")).get("Resolve_OTIO"))
        if data.get("Type") != 62 or data.get("Enabled") is False:
            continue
        named = {_text(_map(one).get("Parameter ID")): _map(one) for one in _list(data.get("Parameters"))}
        volume = named.get("volume", {})
        keys = sorted(
            (int(frame), float(_map(key).get("Value", 0)))
            for frame, key in _map(volume.get("Key Frames")).items()
            if frame.lstrip("-").isdecimal()
        )
        flat = volume.get("Parameter Value", 0.0)
        levels = [Level(frame, gain) for frame, gain in keys] or [
            Level(0, float(flat) if isinstance(flat, (int, float)) else 0.0)
        ]
        comes, goes = (_whole(named.get(name, {}).get("Parameter Value")) for name in ("faderIn", "faderOut"))
        return with_fades(levels, frames, comes, goes)
    return ()


def _whole(value: Any) -> int:
    return max(0, int(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0
