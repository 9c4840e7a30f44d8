"""FCPXML 1.8 to 1.13, as Final Cut Pro, Resolve and others write it. Pure.

Times are rational seconds. Items of the spine count from the film's start timecode; what hangs on an item counts in
that item's own time. Transitions lie over the place where two items meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from xml.etree import ElementTree as ET

from stitcher.exporters.levels import Level
from stitcher.exporters.losses import unique
from stitcher.importers.cut import Cut, CutBlend, CutClip, CutMarker, CutMedia, CutTrack
from stitcher.importers.fcpxml_levels import levels_of, pan_of
from stitcher.importers.flatten import film_track
from stitcher.importers.losses import Unread
from stitcher.importers.placed import adjustment
from stitcher.importers.text import address_of, file_name, parse_xml, refused, transition_kind_of
from stitcher.importers.track_builder import TrackBuilder, inlined
from stitcher.storyboard.transition_kinds import DISSOLVE
from stitcher.timebase import FrameRange, round_half_up

_VERSIONS = tuple(f"1.{minor}" for minor in range(8, 14))
_TIME = re.compile(r"\s*(-?\d{1,18})(?:/(\d{1,12}))?s\s*")
_STORY = {
    "asset-clip",
    "clip",
    "video",
    "audio",
    "ref-clip",
    "sync-clip",
    "mc-clip",
    "gap",
    "title",
}
_NESTED = {"ref-clip", "sync-clip", "mc-clip"}
_MAX_NESTED = 8
_EFFECTS = (
    "filter-video",
    "adjust-crop",
    "adjust-transform",
    "adjust-corners",
    "adjust-blend",
    "adjust-stabilization",
)


def read_fcpxml(data: bytes, name: str) -> Cut:
    """The first project of a document. Raises `InputError` for what is none."""
    root = parse_xml(data, name)
    sequences = [one for one in root.iter("sequence") if one.find("spine") is not None]
    compound = {id(one) for media in root.iter("media") for one in media.iter("sequence")}
    projects = [one for one in sequences if id(one) not in compound] or sequences
    if root.tag != "fcpxml" or not projects:
        raise refused(name, "holds no project of FCPXML.")
    document = _Document(root, name)
    if root.get("version") not in _VERSIONS:
        document.unread.append(Unread("version", detail=f"FCPXML {root.get('version')}"))
    title = next((one.get("name", "") for one in root.iter("project") if projects[0] in list(one)), "")
    cut = document.sequence(projects[0], 0, title)
    if len(projects) > 1:
        document.unread.append(Unread("sequences", detail=f"{len(projects) - 1} further"))
    return replace(cut, unread=unique(document.unread))


def seconds_of(text: str | None) -> Fraction | None:
    """A time as the format has it; `None` for none."""
    match = _TIME.fullmatch(text or "")
    if match is None or match[2] in ("0", "00"):
        return None
    return Fraction(int(match[1]), int(match[2] or 1))


def _time(element: ET.Element, name: str, default: Fraction = Fraction(0)) -> Fraction:
    value = seconds_of(element.get(name))
    return default if value is None else value


class _Document:
    def __init__(self, root: ET.Element, name: str) -> None:
        self.name = name
        self.unread: list[Unread] = []
        self.resources = {one.get("id", ""): one for one in root.findall("resources/*")}
        self.media: dict[str, CutMedia] = {}

    def rate(self, form: str | None) -> Fraction | None:
        """What a `format` plays at."""
        element = self.resources.get(form or "")
        duration = seconds_of(element.get("frameDuration")) if element is not None else None
        return 1 / duration if duration and duration > 0 else None

    def sequence(self, element: ET.Element, depth: int, title: str = "") -> Cut:
        """The cut that a sequence is; `depth` counts the sequences around it."""
        rate = self.rate(element.get("format"))
        if rate is None:
            raise refused(
                self.name, f"has a project whose format does not say its rate ({title or 'no name'})."
            )
        form = self.resources[element.get("format", "")]
        start = _time(element, "tcStart")
        spine = element.find("spine")
        assert spine is not None
        reader = _Spine(self, rate, depth)
        film = reader.track(spine, start)
        sizes = [form.get(side, "") for side in ("width", "height")]
        return Cut(
            title=title,
            rate=rate,
            pictures=(film, *reader.above()),
            sounds=reader.below(),
            markers=tuple(sorted(reader.markers, key=lambda marker: marker.frame)),
            start_frame=max(0, round_half_up(start * rate)),
            kinds=frozenset({DISSOLVE.name}),
            drop_frame=element.get("tcFormat") == "DF" and rate.denominator > 1,
            size=(int(sizes[0]), int(sizes[1])) if all(size.isdecimal() for size in sizes) else None,
        )

    def asset(self, key: str | None, name: str) -> tuple[CutMedia | None, Fraction]:
        """The media of an asset, and the time that its first picture has."""
        element = self.resources.get(key or "")
        if element is None or element.tag != "asset":
            return None, Fraction(0)
        identity = element.get("id", "")
        if identity not in self.media:
            source = element.get("src") or next(
                (one.get("src", "") for one in element.findall("media-rep")), ""
            )
            rate = self.rate(element.get("format"))
            length = seconds_of(element.get("duration"))
            address = address_of(source)
            self.media[identity] = CutMedia(
                name=file_name(address) or element.get("name") or name,
                address=address,
                rate=rate,
                frames=round_half_up(length * rate) if rate is not None and length else None,
                has_picture=element.get("hasVideo") == "1" or element.get("hasAudio") != "1",
                has_sound=element.get("hasAudio") == "1",
            )
        return self.media[identity], _time(element, "start")


@dataclass(frozen=True, slots=True)
class _Placed:
    """An item of a spine, or what hangs on one."""

    element: ET.Element
    record: FrameRange
    start: Fraction
    """The item's own time at its beginning."""


class _Spine:
    """Reads one spine, and all that hangs on it."""

    def __init__(self, document: _Document, rate: Fraction, depth: int) -> None:
        self.document = document
        self.rate = rate
        self.depth = depth
        self.markers: list[CutMarker] = []
        self.lanes: dict[int, list[CutClip]] = {}
        """What lies above, by lane."""
        self.heard: list[CutClip] = []

    def _frame(self, seconds: Fraction) -> int:
        return round_half_up(seconds * self.rate)

    def above(self) -> tuple[CutTrack, ...]:
        """Tracks of pictures over the film's."""
        tracks = []
        for lane in sorted(self.lanes):
            builder = TrackBuilder(f"Lane {lane}", self.rate)
            for clip in sorted(self.lanes[lane], key=lambda clip: clip.record.start):
                builder.place(clip)
            tracks.append(builder.track())
        return tuple(tracks)

    def below(self) -> tuple[CutTrack, ...]:
        """All sounds, on a track for each role."""
        roles = dict.fromkeys(clip.role for clip in self.heard)
        return tuple(
            CutTrack(role, tuple(clip for clip in self.heard if clip.role == role)) for role in roles
        )

    def track(self, spine: ET.Element, begins: Fraction, record_start: int = 0) -> CutTrack:
        """The items of a spine whose time `begins` at a record frame."""
        builder = TrackBuilder("Film", self.rate)
        at = begins
        over: ET.Element | None = None
        for child in map(_chosen, spine):
            if child.tag == "transition":
                over = child
            if child.tag not in _STORY:
                continue
            at = _time(child, "offset", at)
            placed = self._placed(child, at - begins, record_start)
            if over is not None:
                self._blend(builder, over, placed.record.start, begins - record_start / self.rate)
                over = None
            self._item(placed, builder)
            at += _time(child, "duration")
        if over is not None:
            self._blend(builder, over, builder.end, begins - record_start / self.rate)
        return builder.track()

    def _placed(self, element: ET.Element, at: Fraction, record_start: int) -> _Placed:
        first = max(0, record_start + self._frame(at))
        stop = max(first, record_start + self._frame(at + _time(element, "duration")))
        _, asset_start = self.document.asset(element.get("ref"), "")
        return _Placed(element, FrameRange(first, stop), _time(element, "start", asset_start))

    def _blend(self, builder: TrackBuilder, element: ET.Element, cut: int, begins: Fraction) -> None:
        """A transition over a record frame; record 0 is `begins` on its clock."""
        length = self._frame(_time(element, "duration"))
        offset = seconds_of(element.get("offset"))
        before = length // 2 if offset is None else cut - self._frame(offset - begins)
        name = element.get("name", "")
        kind = transition_kind_of(name)
        if kind is None and name:
            self.document.unread.append(Unread("transition", name))
        before = max(0, min(length, before))
        builder.blend(cut, CutBlend(kind or DISSOLVE.name, before, length - before))

    def _item(self, one: _Placed, builder: TrackBuilder) -> None:
        """An item of a spine, and all that hangs on it."""
        if one.record:
            for clip, blend in self._clips(one):
                if blend is not None:
                    builder.blend(clip.record.start, blend)
                builder.place(clip)
            self._own_sound(one)
        self._hanging(one)

    def _clips(self, one: _Placed) -> Iterator[tuple[CutClip, CutBlend | None]]:
        """The clip that an item is, or those nested in it, each with the transition by which it comes in."""
        element = one.element
        clip = self.clip(one)
        if element.tag not in _NESTED or not clip.enabled:
            yield clip, None
            return
        inner = self._inner(element)
        parts = inlined(inner, replace(clip, start=one.start), self.rate) if inner is not None else None
        if parts is None:
            self.document.unread.append(Unread("nested", clip.name))
            yield CutClip("", one.record), None
            return
        film, lost = film_track(parts, self.rate)
        self.document.unread += lost
        for index, part in enumerate(film.clips):
            yield part, film.blend_at(index - 1)

    def _inner(self, element: ET.Element) -> Cut | None:
        """What is nested in a compound, synchronised or multicam clip."""
        if self.depth >= _MAX_NESTED:
            return None
        name = element.get("name", "")
        if element.tag == "sync-clip":
            inner = _Spine(self.document, self.rate, self.depth + 1)
            spine = element.find("spine")
            film = inner.track(spine if spine is not None else _as_spine(element), Fraction(0))
            return Cut(name, self.rate, (film, *inner.above()))
        media = self.document.resources.get(element.get("ref") or "")
        if media is None:
            return None
        if element.tag == "ref-clip":
            sequence = media.find("sequence")
            return None if sequence is None else self.document.sequence(sequence, self.depth + 1, name)
        self.document.unread.append(Unread("multicam", name))
        angles = media.findall("multicam/mc-angle")
        wanted = next(
            (
                one.get("angleID")
                for one in element.findall("mc-source")
                if one.get("srcEnable") in ("video", "all", None)
            ),
            None,
        )
        angle = next((one for one in angles if one.get("angleID") == wanted), angles[0] if angles else None)
        if angle is None:
            return None
        multicam = media.find("multicam")
        start = _time(multicam, "tcStart") if multicam is not None else Fraction(0)
        return Cut(name, self.rate, (_Spine(self.document, self.rate, self.depth + 1).track(angle, start),))

    def clip(self, one: _Placed) -> CutClip:
        """The clip that an item is."""
        element = one.element
        name = element.get("name", "")
        enabled = element.get("enabled") != "0"
        text = None
        if element.tag == "title":
            text = "\n".join("".join(part.itertext()) for part in element.findall("text")).strip() or name
        inside = element.find("video") if element.tag == "clip" else None
        if element.tag == "clip" and inside is None:
            inside = element.find("audio")
        source = element if inside is None else inside
        media, first = self.document.asset(source.get("ref"), name)
        if element.tag == "video" and media is None and text is None:
            self.document.unread.append(Unread("generator", name))
        placed = adjustment(element, one.start, self.rate)
        for effect in element:
            if placed is not None and effect.tag == "adjust-transform":
                continue
            if effect.tag in _EFFECTS and effect.get("enabled") != "0" and element.tag != "title":
                self.document.unread.append(Unread("effect", name, effect.get("name") or effect.tag))
        local = one.start
        if inside is not None:
            local = local - _time(inside, "offset") + _time(inside, "start", first)
        start, speed = self._retimed(element, local, name)
        return CutClip(
            name=name,
            record=one.record,
            media=media,
            start=start - first,
            speed=speed,
            enabled=enabled,
            text=text,
            placed=placed,
        )

    def _retimed(self, element: ET.Element, at: Fraction, name: str) -> tuple[Fraction, Fraction]:
        """Media time at a clip's own time, and its speed there."""
        points = [
            (time, value)
            for one in element.findall("timeMap/timept")
            if (time := seconds_of(one.get("time"))) is not None
            and (value := seconds_of(one.get("value"))) is not None
        ]
        if len(points) < 2 or points[-1][0] <= points[0][0]:
            return at, Fraction(1)
        (first, begins), (last, ends) = points[0], points[-1]
        speed = (ends - begins) / (last - first)
        if any((value - begins) != (time - first) * speed for time, value in points):
            self.document.unread.append(Unread("speed-ramp", name))
        if speed < 0:
            self.document.unread.append(Unread("reverse", name))
            return ends, -speed
        if not speed:
            self.document.unread.append(Unread("freeze", name))
            return begins, Fraction(1)
        return begins + (at - first) * speed, speed

    def _own_sound(self, one: _Placed) -> None:
        """The sound that a clip of the spine has with its picture."""
        element = one.element
        if element.tag not in ("asset-clip", "clip") or element.get("srcEnable") == "video":
            return
        clip = self.clip(one)
        if clip.media is None or not clip.media.has_sound:
            return
        if element.tag == "clip" and element.find("audio") is None and element.find("video/audio") is None:
            return
        role = element.get("audioRole") or "dialogue"
        self.heard.append(replace(clip, levels=self._levels(one), pan=pan_of(element), role=role))

    def _levels(self, one: _Placed) -> tuple[Level, ...]:
        return levels_of(one.element, one.start, len(one.record), self.rate)

    def _hanging(self, one: _Placed) -> None:
        """Markers, and clips on lanes of their own."""
        for child in one.element:
            if child.tag in ("marker", "chapter-marker"):
                at = self._frame(_time(child, "start", one.start) - one.start)
                if 0 <= at <= len(one.record):
                    self.markers.append(
                        CutMarker(one.record.start + at, child.get("value", ""), child.get("note", ""))
                    )
            elif child.tag == "spine" and child.get("lane"):
                begins = _time(child, "offset", one.start) - one.start
                story = self.track(child, Fraction(0), one.record.start + self._frame(begins))
                self.lanes.setdefault(_lane(child), []).extend(
                    clip for clip in story.clips if not clip.is_black
                )
            elif child.tag in _STORY and child.get("lane"):
                begins = _time(child, "offset", one.start) - one.start
                self._hung(self._placed(_chosen(child), begins, one.record.start), _lane(child))

    def _hung(self, one: _Placed, lane: int) -> None:
        element = one.element
        sound_only = element.tag == "audio" or element.get("srcEnable") == "audio"
        clip = self.clip(one)
        if sound_only or (clip.media is not None and not clip.media.has_picture):
            role = element.get("audioRole") or element.get("role") or ""
            heard = replace(clip, levels=self._levels(one), pan=pan_of(element), role=role)
            if one.record:
                self.heard.append(heard)
        elif element.tag != "gap" and one.record:
            self.lanes.setdefault(lane, []).extend(part for part, _ in self._clips(one))
            self._own_sound(one)
        self._hanging(one)


def _chosen(element: ET.Element) -> ET.Element:
    """Of an audition the clip that is seen; anything else as it is."""
    if element.tag != "audition":
        return element
    return next((child for child in element if child.tag in _STORY), element)


def _lane(element: ET.Element) -> int:
    text = element.get("lane", "1")
    return int(text) if re.fullmatch(r"-?\d{1,4}", text) else 1


def _as_spine(element: ET.Element) -> ET.Element:
    spine = ET.Element("spine")
    spine.extend(child for child in element if child.tag in _STORY and not child.get("lane"))
    return spine
