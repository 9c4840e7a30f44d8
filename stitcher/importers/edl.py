"""Edit decision lists, CMX 3600, as we and others write them. Pure.

A list does not say its rate, and its frames mean nothing without one: it is always given. Source time is read as it
stands, from the beginning of the reel; a transition counts from where it begins, and reaches into the clip before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from stitcher.errors import InputError
from stitcher.exporters.losses import unique
from stitcher.exporters.transition_names import WIPES
from stitcher.importers.cut import Cut, CutBlend, CutClip, CutMarker, CutMedia, CutTrack
from stitcher.importers.losses import Unread
from stitcher.importers.text import address_of, conform_of, file_name, fit_of, refused
from stitcher.importers.track_builder import TrackBuilder
from stitcher.storyboard.transition_kinds import DISSOLVE
from stitcher.timebase import DROP_RATES, FrameRange, nominal_rate, parse_rate

_EVENT = re.compile(
    r"^(?P<number>\d{1,6}|\*?M?\d{3,6})\s+(?P<reel>\S+)\s+(?P<channels>[A-Z0-9/]+)\s+"
    r"(?P<kind>C|D|K\s?B?O?|W\d{3})\s*(?P<frames>\d{1,4})?\s+"
    r"(?P<times>\d{1,2}[:;.]\d\d[:;.]\d\d[:;.]\d{2,3}(?:\s+\d{1,2}[:;.]\d\d[:;.]\d\d[:;.]\d{2,3}){3})\s*$"
)
_LIKE_EVENT = re.compile(r"^\d{3,6}\s+\S+\s+\S+")
_MOTION = re.compile(r"^M2\s+(?P<reel>\S+)\s+(?P<rate>-?\d+(?:\.\d+)?)\s+\S+")
_LOCATOR = re.compile(
    r"^\*\s*LOC:\s*(?P<time>\d\d[:;]\d\d[:;]\d\d[:;]\d{2,3})\s+(?P<colour>\w+)\s*(?P<text>.*)$"
)
_TIMECODE = re.compile(r"(\d{1,2})[:;.](\d\d)[:;.](\d\d)[:;.](\d{2,3})")
_COMMENT = re.compile(r"^\*\s*(?P<key>[A-Z][A-Z /]*[A-Z])\s*(?:IS)?:\s*(?P<text>.*)$")
_KINDS: Mapping[str, str] = {f"W{wipe.code:03}": name for name, wipe in WIPES.items() if not wipe.reverse}
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_BLACK = ("BL", "BLK", "BLACK")


@dataclass(slots=True)
class _Event:
    reel: str
    channels: str
    kind: str
    """`C`, `D`, or a wipe's code."""
    frames: int
    """Of its transition."""
    source: tuple[int, int]
    record: tuple[int, int]
    comments: dict[str, str] = field(default_factory=dict)
    speed: Fraction | None = None
    """In frames a second, as its motion line has it."""

    @property
    def half(self) -> int:
        """Frames of its transition before its middle; 0 at a cut."""
        return 0 if self.kind == "C" else max(self.frames // 2, min(1, self.frames))


def read_edl(texts: Sequence[bytes], name: str, rate: Fraction) -> Cut:
    """The cut in a list, or in several of its tracks, pictures first.

    Raises `InputError` for what is no edit decision list.
    """
    lists = [_List(data, name, rate) for data in texts]
    if not any(one.events for one in lists):
        raise refused(name, "holds no event of an edit decision list.")
    with_pictures = [one for one in lists if one.has_pictures] or lists
    first = min(event.record[0] for one in with_pictures for event in one.events)
    pictures: list[CutTrack] = []
    sounds: list[CutTrack] = []
    markers: list[CutMarker] = []
    unread: list[Unread] = []
    for one in lists:
        pictures += one.pictures(first)
        sounds += one.sounds(first)
        markers += one.markers(first)
        unread += one.unread
    return Cut(
        title=re.sub(r" V\d+$", "", lists[0].title),
        rate=rate,
        pictures=tuple(pictures),
        sounds=tuple(sounds),
        markers=tuple(sorted(markers, key=lambda marker: marker.frame)),
        start_frame=first,
        drop_frame=lists[0].drop,
        by_timecode=True,
        says_levels=False,
        unread=unique(unread),
    )


def clip_names(data: bytes) -> tuple[str, ...]:
    """The names of files that a list tells of, so that its rate may be looked up in them."""
    found = re.findall(
        r"(?m)^\*\s*(?:FROM|TO) CLIP NAME:\s*(.+?)\s*$|^\*\s*SOURCE FILE:\s*(.+?)\s*$", _decoded(data)
    )
    return tuple(dict.fromkeys(name for pair in found for name in pair if name))


def rate_said(data: bytes) -> Fraction | None:
    """The rate that a list of ours says in a comment."""
    said = re.search(r"(?m)^\* FRAME RATE: (\S+)$", _decoded(data))
    try:
        return parse_rate(said[1]) if said else None
    except InputError:
        return None


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _List:
    """One list, read line by line."""

    def __init__(self, data: bytes, name: str, rate: Fraction) -> None:
        self.name = name
        self.rate = rate
        self.nominal = nominal_rate(rate)
        self.title = ""
        self.drop = False
        self.events: list[_Event] = []
        self.locators: list[tuple[int, str]] = []
        self.unread: list[Unread] = []
        for number, line in enumerate(_decoded(data).split("\n"), start=1):
            self._line(line.strip(), number)

    @property
    def has_pictures(self) -> bool:
        return any(_is_picture(event) for event in self.events)

    def _line(self, line: str, number: int) -> None:
        if line.upper().startswith("TITLE:"):
            self.title = line[6:].strip()
        elif line.upper().startswith("FCM:"):
            self.drop = "NON" not in line.upper() and self._drops(number)
        elif match := _EVENT.match(line):
            # Where any time is marked as drop-frame, each says for itself.
            marked = ";" in match["times"]
            times = [
                self._frame(time, number, drop=";" in time[0] if marked else self.drop)
                for time in _TIMECODE.finditer(match["times"])
            ]
            kind = match["kind"].strip()
            self.events.append(
                _Event(
                    match["reel"],
                    match["channels"],
                    kind[:1] if kind.startswith("K") else kind,
                    int(match["frames"] or 0),
                    source=(times[0], times[1]),
                    record=(times[2], times[3]),
                )
            )
        elif _LIKE_EVENT.match(line) and line[:3].isdecimal():
            raise refused(self.name, f"line {number} is no event that can be read: {line[:80]!r}.")
        elif self.events and (motion := _MOTION.match(line)):
            self._motion(motion)
        elif locator := _LOCATOR.match(line):
            found = _TIMECODE.match(locator["time"])
            assert found is not None
            self.locators.append((self._frame(found, number, drop=self.drop), locator["text"].strip()))
        elif self.events and (comment := _COMMENT.match(line)):
            self.events[-1].comments.setdefault(comment["key"], comment["text"].strip())

    def _drops(self, number: int) -> bool:
        if self.rate not in DROP_RATES:
            raise refused(
                self.name,
                f"line {number} counts drop-frame, which exists at 29.97 and 59.94 only: give that with --rate.",
            )
        return True

    def _frame(self, time: re.Match[str], number: int, *, drop: bool) -> int:
        hours, minutes, seconds, frames = (int(part) for part in time.groups())
        if frames >= self.nominal or minutes > 59 or seconds > 59:
            raise refused(
                self.name,
                f"line {number} has the time {time[0]}, which there is not at {self.nominal} frames a second: give "
                "the list's rate with --rate.",
            )
        count = ((hours * 60 + minutes) * 60 + seconds) * self.nominal + frames
        if drop and self._drops(number):
            total = hours * 60 + minutes
            count -= self.nominal // 15 * (total - total // 10)
        return count

    def _motion(self, motion: re.Match[str]) -> None:
        for event in reversed(self.events[-2:]):
            if event.reel == motion["reel"]:
                event.speed = Fraction(motion["rate"])
                return

    def _speed(self, event: _Event) -> Fraction:
        name = _name(event)
        if written := event.comments.get("SPEED"):
            try:
                return parse_rate(written)
            except InputError:
                pass
        if event.speed is None:
            return Fraction(1)
        if event.speed < 0:
            self.unread.append(Unread("reverse", name))
        if not event.speed:
            self.unread.append(Unread("freeze", name))
            return Fraction(1)
        return abs(event.speed) / self.nominal

    def pictures(self, first: int) -> list[CutTrack]:
        """Its pictures, if it has any."""
        events = [event for event in self.events if _is_picture(event)]
        if not events:
            return []
        builder = TrackBuilder(self.title, self.rate)
        for index, event in enumerate(events):
            start, stop = (frame - first for frame in event.record)
            following = events[index + 1] if index + 1 < len(events) else None
            if following is not None and following.half:
                # The clip before reaches into a transition as far as its middle.
                stop = max(stop, min(following.record[0] + following.half, following.record[1]) - first)
            if event.half:
                cut = min(start + event.half, max(start, stop))
                builder.blend(cut, CutBlend(self._kind(event), cut - start, event.frames - (cut - start)))
                start = cut
            leads = following is not None and _leads_into(event, following)
            if following is not None and leads:
                event = replace(
                    event, comments={"FROM CLIP NAME": following.comments.get("FROM CLIP NAME", "")}
                )
            if leads and builder.clips and builder.end == start and _reel(builder.clips[-1]) == event.reel:
                last = builder.clips[-1]
                builder.clips[-1] = replace(last, record=FrameRange(last.record.start, stop))
            elif stop > start:
                skipped = Fraction(start + first - event.record[0]) / self.rate
                builder.place(self._clip(event, FrameRange(start, stop), skipped))
        return [builder.track()]

    def _clip(self, event: _Event, record: FrameRange, skipped: Fraction) -> CutClip:
        speed = self._speed(event)
        shot = event.comments.get("SHOT", "")
        if event.reel.upper() in _BLACK:
            return CutClip(shot, record, text=event.comments.get("TITLE") or None, shot=shot)
        name = _name(event)
        path = address_of(event.comments.get("SOURCE FILE", ""))
        media = CutMedia(name=file_name(path) or name, address=path, reel=event.reel)
        drawn = event.comments.get("DRAWN FROM", "")
        return CutClip(
            name=shot or event.comments.get("CUE") or name,
            record=record,
            media=media,
            start=event.source[0] / self.rate + skipped * speed,
            speed=speed,
            shot=shot,
            fit=fit_of(event.comments.get("FIT", "")),
            conform=conform_of(event.comments.get("CONFORM", "")),
            drawn_from=int(drawn) if _WHOLE.fullmatch(drawn) else None,
        )

    def _kind(self, event: _Event) -> str:
        if named := event.comments.get("TRANSITION"):
            return named.lower()
        known = DISSOLVE.name if event.kind in ("D", "K") else _KINDS.get(event.kind)
        if known is None:
            self.unread.append(Unread("transition", _name(event), event.kind))
        return known or DISSOLVE.name

    def sounds(self, first: int) -> list[CutTrack]:
        """Its sounds, if it has any."""
        clips = [
            self._clip(event, FrameRange(event.record[0] - first, event.record[1] - first), Fraction(0))
            for event in self.events
            if _is_sound(event) and event.record[1] > event.record[0] >= first
        ]
        return [CutTrack(self.title, tuple(clips))] if clips else []

    def markers(self, first: int) -> Iterable[CutMarker]:
        """Its locators."""
        for frame, text in self.locators:
            name, _, note = text.partition(" - ")
            if frame >= first:
                yield CutMarker(frame - first, name, note)


def _leads_into(event: _Event, following: _Event) -> bool:
    """Whether an event of no length is the first of the two lines of a transition."""
    return (
        event.kind == "C" and event.record[0] == event.record[1] == following.record[0] and following.half > 0
    )


def _reel(clip: CutClip) -> str:
    return _BLACK[0] if clip.media is None else clip.media.reel


def _is_picture(event: _Event) -> bool:
    return "V" in event.channels or event.channels == "B"


def _is_sound(event: _Event) -> bool:
    return "A" in event.channels or event.channels == "B"


def _name(event: _Event) -> str:
    comments = event.comments
    if event.kind != "C" and (named := comments.get("TO CLIP NAME")):
        return named
    return comments.get("FROM CLIP NAME") or comments.get("TO CLIP NAME") or event.reel
