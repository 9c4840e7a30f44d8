"""Tracks of pictures in Final Cut Pro 7 XML. Pure.

`in` and `out` count frames of the clip's own rate from the beginning of the media, with the speed counted. A clip that
a transition touches has -1 for its `start` or `end`, and its `in` and `out` hold what is seen under the transition too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol
from xml.etree import ElementTree as ET

from stitcher.exporters.transition_names import WIPES
from stitcher.importers.cut import Cut, CutBlend, CutClip, CutMarker, CutMedia, CutTrack
from stitcher.importers.flatten import film_track
from stitcher.importers.losses import Unread
from stitcher.importers.placed import basic_motion
from stitcher.importers.text import transition_kind_of
from stitcher.importers.track_builder import TrackBuilder, inlined
from stitcher.storyboard.transition_kinds import DISSOLVE
from stitcher.timebase import FrameRange, round_half_up

_MAX_NESTED = 8
_WIPE_OF = {(wipe.code, wipe.reverse): name for name, wipe in WIPES.items()}
_NEUTRAL: Mapping[str, frozenset[str]] = {
    "scale": frozenset({"100"}),
    "rotation": frozenset({"0"}),
    "opacity": frozenset({"100"}),
}
"""Values of the filters that every clip has and that change nothing."""
_KNOWN_FILTERS = {"timeremap", "audiolevels", "audiopan", "basicmotion", "opacity", "crop", "distort"}


class Document(Protocol):
    """The document that tracks are in."""

    nested: Mapping[str, ET.Element]
    """Sequences by id."""
    unread: list[Unread]

    def sequence(self, element: ET.Element, depth: int) -> Cut:
        """The cut that a sequence is."""

    def file(self, element: ET.Element, name: str) -> CutMedia | None:
        """The media of a `file` element."""


def text_of(element: ET.Element, path: str) -> str:
    """The text of what is below, empty where there is none."""
    return (element.findtext(path) or "").strip()


def whole_of(element: ET.Element, path: str, default: int) -> int:
    """A number below, as a whole one."""
    number = number_of(element, path)
    return default if number is None else round_half_up(number)


def number_of(element: ET.Element, path: str) -> Fraction | None:
    """A number below; `None` where there is none."""
    try:
        return Fraction(text_of(element, path)[:40])
    except (ValueError, ZeroDivisionError):
        return None


def rate_of(element: ET.Element) -> Fraction | None:
    """What an element's `rate` says: 24 and NTSC is 24000/1001."""
    rate = element.find("rate")
    timebase = whole_of(rate, "timebase", 0) if rate is not None else 0
    if rate is None or not 0 < timebase <= 1000:
        return None
    ntsc = text_of(rate, "ntsc").upper() == "TRUE"
    return Fraction(timebase * 1000, 1001) if ntsc else Fraction(timebase)


def is_off(element: ET.Element) -> bool:
    """Whether a clip or track is switched off."""
    return text_of(element, "enabled").upper() == "FALSE"


@dataclass(frozen=True, slots=True)
class Over:
    """A transition on its track."""

    record: FrameRange
    cut: int
    element: ET.Element

    @classmethod
    def of(cls, element: ET.Element | None) -> Over | None:
        """A `transitionitem`; `None` for anything else."""
        if element is None or element.tag != "transitionitem":
            return None
        start = max(0, whole_of(element, "start", 0))
        end = max(start, whole_of(element, "end", 0))
        alignment = text_of(element, "alignment").lower()
        cut = start + (end - start) // 2
        if alignment.startswith("start"):
            cut = start
        elif alignment.startswith("end"):
            cut = end
        return cls(FrameRange(start, end), cut, element)


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip on its track."""

    element: ET.Element
    record: FrameRange
    """Cut to cut."""
    before: Over | None
    after: Over | None

    def begins(self, rate: Fraction) -> Fraction:
        """Seconds of the clip's own clock, speed counted, at `record.start`: `in` is where it is seen first."""
        at = Fraction(whole_of(self.element, "in", 0)) / (rate_of(self.element) or rate)
        if self.before is not None and whole_of(self.element, "start", -1) < 0:
            at += (self.record.start - self.before.record.start) / rate
        return at


def placed(track: ET.Element) -> Iterator[Placed]:
    """The clips of a track, in order."""
    children = [child for child in track if child.tag in ("clipitem", "generatoritem", "transitionitem")]
    for index, child in enumerate(children):
        if child.tag == "transitionitem":
            continue
        before = Over.of(children[index - 1] if index else None)
        after = Over.of(children[index + 1] if index + 1 < len(children) else None)
        start, end = whole_of(child, "start", -1), whole_of(child, "end", -1)
        if start < 0:
            start = before.cut if before is not None else 0
        if end < 0:
            length = whole_of(child, "out", 0) - whole_of(child, "in", 0)
            end = after.cut if after is not None else start + max(0, length)
        yield Placed(child, FrameRange(start, max(start, end)), before, after)


class TrackReader:
    """Reads the tracks of pictures of one sequence."""

    def __init__(self, document: Document, rate: Fraction, depth: int) -> None:
        self.document = document
        self.rate = rate
        self.depth = depth
        self.markers: list[CutMarker] = []
        """Those of clips."""

    def track(self, element: ET.Element) -> CutTrack:
        """A track, from its beginning."""
        builder = TrackBuilder(text_of(element, "name"), self.rate)
        last: Placed | None = None
        for one in placed(element):
            if one.before is not None:
                builder.blend(one.before.cut, self._blend(one.before))
            for clip, blend in self._clips(one) if one.record else ():
                if blend is not None:
                    builder.blend(clip.record.start, blend)
                builder.place(clip)
            last = one
        if last is not None and last.after is not None:
            builder.blend(last.after.cut, self._blend(last.after))
        return builder.track()

    def _blend(self, over: Over) -> CutBlend:
        return CutBlend(self._kind(over.element), over.cut - over.record.start, over.record.stop - over.cut)

    def _kind(self, element: ET.Element) -> str:
        name = text_of(element, "effect/name") or text_of(element, "name")
        known = transition_kind_of(name)
        if known == "wiperight":
            code = whole_of(element, "effect/wipecode", 1)
            reverse = text_of(element, "effect/reverse").upper() == "TRUE"
            known = _WIPE_OF.get((code, reverse))
        elif known == "fadeblack":
            colour = element.find("effect/parameter/value")
            white = colour is not None and whole_of(colour, "red", 0) > 127
            known = "fadewhite" if white else known
        if known is None and name:
            self.document.unread.append(Unread("transition", name))
        return known or DISSOLVE.name

    def _clips(self, one: Placed) -> Iterator[tuple[CutClip, CutBlend | None]]:
        """A clip, or those that are nested in it, each with the transition by which it comes in."""
        clip = self.clip(one)
        nested = one.element.find("sequence")
        if nested is None or not clip.enabled:
            yield clip, None
            return
        if nested.find("media") is None:
            nested = self.document.nested.get(nested.get("id", ""), nested)
        inner = None
        if self.depth < _MAX_NESTED and nested.find("media") is not None and rate_of(nested) is not None:
            inner = inlined(self.document.sequence(nested, self.depth + 1), clip, self.rate)
        if inner is None:
            self.document.unread.append(Unread("nested", clip.name))
            yield CutClip("", one.record), None
            return
        film, lost = film_track(inner, self.rate)
        self.document.unread += lost
        for index, part in enumerate(film.clips):
            yield part, film.blend_at(index - 1)

    def clip(self, one: Placed) -> CutClip:
        """The clip that an element is."""
        element = one.element
        name = text_of(element, "name")
        media = self._media(element, name)
        speed = self._speed(element, name)
        text = self._generated(element, name) if element.tag == "generatoritem" else None
        begins = one.begins(self.rate)
        for marker in element.findall("marker"):
            at = Fraction(whole_of(marker, "in", -1)) / (rate_of(element) or self.rate)
            frame = one.record.start + round_half_up((at - begins) * self.rate)
            if at >= 0 and frame >= 0:
                self.markers.append(CutMarker(frame, text_of(marker, "name"), text_of(marker, "comment")))
        placed = None
        for effect in element.findall("filter/effect"):
            moves = text_of(effect, "effectid").lower() == "basic" and not is_off(effect)
            read = basic_motion(effect, begins, rate_of(element) or self.rate) if moves else None
            placed = placed or read
            if read is None and self._matters(effect):
                self.document.unread.append(Unread("effect", name, text_of(effect, "name")))
        return CutClip(
            name=name,
            record=one.record,
            media=media,
            start=begins * speed,
            speed=speed,
            enabled=not is_off(element),
            text=text,
            placed=placed,
        )

    def _media(self, element: ET.Element, name: str) -> CutMedia | None:
        file = element.find("file")
        angles = element.find("multiclip")
        if file is None and angles is not None:
            self.document.unread.append(Unread("multicam", name))
            seen = [
                angle
                for angle in angles.findall("angle")
                if text_of(angle, "activevideoangle").upper() == "TRUE"
            ]
            number = whole_of(angles, "activevideoangle", 1)
            all_angles = angles.findall("angle")
            chosen = seen[:1] or all_angles[max(0, number - 1) :][:1] or all_angles[:1]
            file = chosen[0].find(".//file") if chosen else None
        return None if file is None else self.document.file(file, name)

    def _speed(self, element: ET.Element, name: str) -> Fraction:
        for effect in element.findall("filter/effect"):
            if text_of(effect, "effectid").lower() != "timeremap" or is_off(effect):
                continue
            values = {text_of(one, "parameterid").lower(): one for one in effect.findall("parameter")}
            percent = number_of(values["speed"], "value") if "speed" in values else None
            varies = "variablespeed" in values and text_of(values["variablespeed"], "value") in ("1", "TRUE")
            if varies:
                self.document.unread.append(Unread("speed-ramp", name))
            if "reverse" in values and text_of(values["reverse"], "value").upper() == "TRUE":
                self.document.unread.append(Unread("reverse", name))
            if percent is not None and percent < 0:
                self.document.unread.append(Unread("reverse", name))
            if percent is not None and not percent:
                self.document.unread.append(Unread("freeze", name))
            return abs(percent) / 100 if percent else Fraction(1)
        return Fraction(1)

    def _generated(self, element: ET.Element, name: str) -> str | None:
        kind = text_of(element, "effect/effectid") or text_of(element, "effect/name") or name
        for parameter in element.findall("effect/parameter"):
            if text_of(parameter, "parameterid").lower() in ("str", "text"):
                return text_of(parameter, "value") or None
        if kind.lower() not in ("slug", "black", "black video"):
            self.document.unread.append(Unread("generator", name, kind))
        return None

    def _matters(self, effect: ET.Element) -> bool:
        """Whether a filter changes the picture and is none that is read elsewhere."""
        kind = text_of(effect, "effectid").lower()
        if is_off(effect) or text_of(effect, "mediatype") == "audio" or kind == "timeremap":
            return False
        if kind not in _KNOWN_FILTERS:
            return True
        for parameter in effect.findall("parameter"):
            neutral = _NEUTRAL.get(text_of(parameter, "parameterid").lower())
            if parameter.find("keyframe") is not None:
                return True
            if neutral is not None and text_of(parameter, "value") not in neutral:
                return True
        return False
