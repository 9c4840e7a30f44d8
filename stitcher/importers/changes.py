"""What is different between two cuts: shots, transitions, sounds, markers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from stitcher.exporters.edl import plain
from stitcher.exporters.picture_keys import PictureKeys, told, written
from stitcher.importers.automation import changed_keys
from stitcher.importers.cues import looped
from stitcher.importers.cut import CutBlend, CutClip, CutMarker
from stitcher.importers.film_view import FilmView
from stitcher.importers.levels import fades_of
from stitcher.importers.losses import Unread
from stitcher.importers.match import (
    drawn_sides,
    matched,
    moved,
    same_media,
    sound_matches,
    stays_off,
    with_own_sounds,
)
from stitcher.importers.placed import CutPlacement
from stitcher.storyboard.transition_kinds import CUT, DISSOLVE, transition_kind
from stitcher.timebase import format_decimal, format_rate, round_half_up

ChangeKind = Literal[
    "moved",
    "trimmed",
    "replaced",
    "new",
    "gone",
    "speed",
    "switched",
    "transition",
    "look",
    "gain",
    "sound-moved",
    "sound-trimmed",
    "sound-new",
    "sound-gone",
    "marker",
    "format",
]


_AUTO = written({"auto": True})
"""Of a focus that is found where a film is made, and not where it is laid out."""


@dataclass(frozen=True, slots=True)
class CutChange:
    """One difference."""

    kind: ChangeKind
    what: str
    """The shot, the sound or the marker."""
    words: str
    """What became of it."""
    frame: int
    """Where, in the later cut; of what is gone, where it was."""

    def __str__(self) -> str:
        return f"{self.what}: {self.words}" if self.what else self.words


def differences(before: FilmView, after: FilmView) -> tuple[CutChange, ...]:
    """Everything that is different in `after`, in its order."""
    before, after = with_own_sounds(before, after)
    found = [*_format(before, after), *_Shots(before, after).changes(), *_sounds(before, after)]
    found += _markers(before, after)
    return tuple(sorted(found, key=lambda change: change.frame))


def _format(before: FilmView, after: FilmView) -> Iterator[CutChange]:
    one, other = before.cut, after.cut
    if one.rate != other.rate:
        yield CutChange(
            "format", "", f"the rate is {format_rate(other.rate)} and was {format_rate(one.rate)}", 0
        )
    if one.size and other.size and one.size != other.size:
        sizes = [f"{size[0]}x{size[1]}" for size in (other.size, one.size)]
        yield CutChange("format", "", f"the picture is {sizes[0]} and was {sizes[1]}", 0)
    if one.rate == other.rate and one.timecode(0) != other.timecode(0):
        yield CutChange("format", "", f"it starts at {other.timecode(0)} and did at {one.timecode(0)}", 0)
    yield from _looks("film", one.keys, other.keys)


def frames_text(frames: int) -> str:
    """A number of frames in words."""
    return "1 frame" if frames == 1 else f"{frames} frames"


class _Shots:
    def __init__(self, before: FilmView, after: FilmView) -> None:
        self.before = before
        self.after = after
        self.places = matched(before, after)

    def changes(self) -> Iterator[CutChange]:
        """What became of shots and of their transitions."""
        elsewhere = moved(self.places)
        for index, place in enumerate(self.places):
            at = self.after.track.seen(index).start
            clip, name = self.after.track.clips[index], self.after.ids[index]
            if place is None:
                if clip.record:
                    yield CutChange("new", name, f"is new, {frames_text(len(clip.record))} long", at)
                continue
            name = self.before.ids[place]
            if index in elsewhere:
                yield CutChange("moved", name, f"moved from place {place + 1} to place {index + 1}", at)
            yield from self._of_one(index, place, name, at)
        for place in sorted(set(range(len(self.before.track.clips))) - {*self.places}):
            clip = self.before.track.clips[place]
            if clip.record:
                yield CutChange(
                    "gone", self.before.ids[place], "is gone", self.before.track.seen(place).start
                )
        yield from self._transitions()

    def _of_one(self, index: int, place: int, name: str, at: int) -> Iterator[CutChange]:
        was, now = self.before.track.clips[place], self.after.track.clips[index]
        hidden = stays_off(was, now)
        drawn = any(drawn_sides(self.before, place, self.after, index)) or hidden
        if was.enabled != now.enabled and not hidden:
            yield CutChange("switched", name, f"is switched {'on' if now.enabled else 'off'}", at)
        if now.media is not None and not drawn and not same_media(was, now):
            old = was.media.name if was.media is not None else "a title"
            yield CutChange("replaced", name, f"shows {now.media.name} instead of {old}", at)
        elif not hidden and was.media is None and now.media is None and (was.text or "") != (now.text or ""):
            yield CutChange("replaced", name, f"says {now.text!r} instead of {was.text!r}", at)
        if not drawn and was.media is not None and was.speed != now.speed:
            words = f"runs at {_factor(now.speed)} and did at {_factor(was.speed)}"
            yield CutChange("speed", name, words, at)
        free = not says_pictures(self.before, self.after, place, index)
        yield from _looks(name, was.keys, now.keys, at)
        if words := self._trim(index, place, free=free):
            yield CutChange("trimmed", name, words, at)
        one, other = (view.sounds.by_clip.get(at) for view, at in ((self.before, place), (self.after, index)))
        if was.media is not None and was.enabled and now.enabled:
            yield from self._own_sound(name, one, other, at)

    def _trim(self, index: int, place: int, *, free: bool) -> str:
        """How head and tail of a shot moved, in words; of one that shows nothing of a file, how its length did."""
        head, tail = trims(self.before, self.after, place, index)
        if free:
            longer = tail - head
            return (
                "" if not longer else f"is {frames_text(abs(longer))} {'longer' if longer > 0 else 'shorter'}"
            )
        if head and head == tail:
            return f"slipped by {frames_text(abs(head))}, to {'later' if head > 0 else 'earlier'} pictures"
        parts = []
        if head:
            parts.append(f"{frames_text(abs(head))} {'off' if head > 0 else 'added to'} its beginning")
        if tail:
            parts.append(f"{frames_text(abs(tail))} {'added to' if tail > 0 else 'off'} its end")
        return f"trimmed: {', '.join(parts)}" if parts else ""

    def _own_sound(
        self, name: str, one: CutClip | None, other: CutClip | None, at: int
    ) -> Iterator[CutChange]:
        if (one is None) != (other is None):
            words = "its own sound is heard" if one is None else "its own sound is not heard any more"
            yield CutChange("sound-new" if one is None else "sound-gone", name, words, at)
        elif one is not None and other is not None and says_levels(self.before, self.after):
            yield from _levels(name, one, other, at)

    def _transitions(self) -> Iterator[CutChange]:
        for index, place in enumerate(self.places):
            if not index or place is None or not self.after.track.clips[index].record:
                continue
            one, other = self.before.track.blend_at(place - 1), self.after.track.blend_at(index - 1)
            if not same_blend(one, other, self.after):
                words = f"comes in by {blend_text(other)} and did by {blend_text(one)}"
                yield CutChange(
                    "transition", self.before.ids[place], words, self.after.track.seen(index).start
                )


def _looks(
    name: str, before: PictureKeys | None, after: PictureKeys | None, at: int = 0
) -> Iterator[CutChange]:
    """What a storyboard says otherwise of how a shot, or the film, is seen."""
    if before is None or after is None:
        return
    was, now = dict(before), dict(after)
    for key in dict.fromkeys((*was, *now)):
        old, new = (f"{key}: {told(values[key])}" if key in values else "" for values in (was, now))
        if old and new and old != new:
            yield CutChange("look", name, f"has {new} and had {old}", at)
        elif old != new:
            yield CutChange("look", name, f"has {new}" if new else f"has {old} no more", at)


def trims(before: FilmView, after: FilmView, place: int, index: int) -> tuple[int, int]:
    """By how many frames a shot begins and ends later in its file than before; of a file's pictures, seen ones.

    Of a shot of which one cut does not say which pictures of its file are seen, only the length is compared.
    """
    rate = after.cut.rate
    was, now = before.track.clips[place], after.track.clips[index]
    old, new = before.track.seen(place), after.track.seen(index)
    if not says_pictures(before, after, place, index):
        return 0, len(new) - round_half_up(len(old) / before.cut.rate * rate)
    sides = drawn_sides(before, place, after, index)
    if any(sides):
        begins, ends = (
            tuple(_own_seconds(view, clip, frame, drawn=drawn) for frame in (seen.start, seen.stop))
            for view, clip, seen, drawn in ((before, was, old, sides[0]), (after, now, new, sides[1]))
        )
        return round_half_up((ends[0] - begins[0]) * rate), round_half_up((ends[1] - begins[1]) * rate)
    frame = now.speed / rate
    head = now.media_time(new.start, rate) - was.media_time(old.start, before.cut.rate)
    tail = now.media_time(new.stop, rate) - was.media_time(old.stop, before.cut.rate)
    return round_half_up(head / frame), round_half_up(tail / frame)


def says_pictures(before: FilmView, after: FilmView, place: int, index: int) -> bool:
    """Whether both cuts say which pictures of a shot's own file are seen."""
    was, now = before.track.clips[place], after.track.clips[index]
    if was.media is None or now.media is None:
        return False
    sides = zip((was, now), drawn_sides(before, place, after, index), strict=True)
    return all(not drawn or clip.drawn_from is not None for clip, drawn in sides)


def _own_seconds(view: FilmView, clip: CutClip, frame: int, *, drawn: bool) -> Fraction:
    """Where in its shot's own clip a record frame is, in seconds as they are seen: at its speed."""
    time = clip.media_time(frame, view.cut.rate)
    return time + Fraction(clip.drawn_from or 0) / view.cut.rate if drawn else time / clip.speed


def not_compared(before: FilmView, after: FilmView) -> Iterator[Unread]:
    """Shots that may be slipped without a word: drawn with handles, in a cut that does not say of which pictures. And
    those whose picture an editor has moved.
    """
    for index, place in enumerate(matched(before, after)):
        if place is not None and not _lies_as_it_did(before, place, after, index):
            yield Unread("effect", before.ids[place])
        if place is None or says_pictures(before, after, place, index):
            continue
        views = ((before, place), (after, index))
        for (view, at), drawn in zip(views, drawn_sides(before, place, after, index), strict=True):
            clip, seen = view.track.clips[at], view.track.seen(at)
            whole = clip.media.frames if clip.media is not None else None
            if drawn and clip.drawn_from is None and whole != len(seen):
                yield Unread("drawn-source", before.ids[place])


def _lies_as_it_did(before: FilmView, place: int, after: FilmView, index: int) -> bool:
    """Whether a shot's picture lies where it did in the film's, as far as the later cut says where."""
    was, now = before.track.clips[place], after.track.clips[index]
    film = after.cut.size or before.cut.size
    if now.placed is None or film is None or dict(was.keys or ()).get("focus") == _AUTO:
        return True
    if was.placed is None or was.speed != now.speed:
        return now.placed.same_as(CutPlacement(((0, 0.0, 0.0),), _fitting(now, film)), film)
    head = now.media_time(now.record.start, after.cut.rate) - was.media_time(
        was.record.start, before.cut.rate
    )
    moved = round_half_up(head * after.cut.rate / now.speed)
    return now.placed.same_as(was.placed.begun_later(moved), film)


def _fitting(clip: CutClip, film: tuple[int, int]) -> float | None:
    """The scale at which a clip's picture, of the film's shape, fills it; `None` where its size is not known."""
    size = clip.media.size if clip.media is not None else None
    return None if size is None else film[0] / size[0]


def same_blend(one: CutBlend | None, other: CutBlend | None, after: FilmView) -> bool:
    """Whether a transition is what it was, as far as the format of `after` can tell."""
    if blend_text(one) == blend_text(other):
        return True
    kinds = after.cut.kinds
    if one is None or other is None or kinds is None:
        return False
    stands_for = transition_kind(other.kind) == DISSOLVE and transition_kind(one.kind).name not in kinds
    return stands_for and one.frames == other.frames


def blend_text(blend: CutBlend | None) -> str:
    """A transition as a storyboard calls it."""
    return CUT.name if blend is None else f"{transition_kind(blend.kind).name} {blend.frames}f"


def _factor(speed: Fraction) -> str:
    return f"{format_decimal(speed, 3)} times its speed"


def says_levels(before: FilmView, after: FilmView) -> bool:
    """Whether both say how loud sounds are."""
    return before.cut.says_levels and after.cut.says_levels


def _levels(name: str, one: CutClip, other: CutClip, at: int) -> Iterator[CutChange]:
    old, new = fades_of(one.levels, len(one.record)), fades_of(other.levels, len(other.record))
    if abs(old.gain_db - new.gain_db) > 0.1:
        yield CutChange("gain", name, f"is at {new.gain_db:+.1f} dB and was at {old.gain_db:+.1f} dB", at)
    louder = new.gain_db - old.gain_db if abs(new.gain_db - old.gain_db) > 0.1 else 0.0
    if changed_keys(one, other, louder):
        yield CutChange("gain", name, "gets louder and softer at other places than it did", at)
    for way, was, now in (("in", old.fade_in, new.fade_in), ("out", old.fade_out, new.fade_out)):
        if abs(was - now) > 1 and len(one.record) == len(other.record):
            yield CutChange("gain", name, f"fades {way} over {frames_text(now)} and did over {was}", at)


def _sounds(before: FilmView, after: FilmView) -> Iterator[CutChange]:
    olds, news = (
        [sound for sound, _ in looped(view.sounds.others, view.cut.rate)] for view in (before, after)
    )
    matches = sound_matches(olds, news)
    for sound, place in zip(news, matches, strict=True):
        at = sound.record.start
        if place is None:
            yield CutChange(
                "sound-new", sound.name, f"is a new sound, {frames_text(len(sound.record))} long", at
            )
            continue
        was = olds[place]
        begins = round_half_up(was.record.start / before.cut.rate * after.cut.rate)
        if begins != at:
            words = f"begins {frames_text(abs(at - begins))} {'later' if at > begins else 'earlier'}"
            yield CutChange("sound-moved", sound.name, words, at)
        length = round_half_up(len(was.record) / before.cut.rate * after.cut.rate)
        first = round_half_up((sound.start - was.start) * after.cut.rate)
        with_film = was.record.stop >= before.end and sound.record.stop >= after.end
        if (length != len(sound.record) and not with_film) or first:
            words = f"plays {frames_text(len(sound.record))} from {_seconds(sound.start)} on, and did {length} from "
            yield CutChange("sound-trimmed", sound.name, f"{words}{_seconds(was.start)} on", at)
        if was.enabled != sound.enabled:
            yield CutChange("switched", sound.name, f"is switched {'on' if sound.enabled else 'off'}", at)
        if says_levels(before, after):
            yield from _levels(sound.name, was, sound, at)
    for place in sorted(set(range(len(olds))) - {*matches}):
        was = olds[place]
        yield CutChange("sound-gone", was.name, "is gone", was.record.start)


def _seconds(seconds: Fraction) -> str:
    return f"{format_decimal(seconds, 3)} s"


def marks_of(view: FilmView) -> tuple[CutMarker, ...]:
    """The markers of a cut that say more than where a shot begins."""
    # Those of shots stay where they were when their shots are moved in an editor.
    shots = {*view.ids}
    return tuple(marker for marker in view.cut.markers if marker.name not in shots)


def _markers(before: FilmView, after: FilmView) -> Iterator[CutChange]:
    # Some formats hold ASCII only.
    left: dict[str, list[CutMarker]] = {}
    for marker in marks_of(before):
        left.setdefault(plain(marker.name), []).append(marker)
    for marker in marks_of(after):
        same = left.get(plain(marker.name))
        if not same:
            yield CutChange("marker", marker.name, "is a new marker", marker.frame)
            continue
        was = min(same, key=lambda one: abs(one.frame - marker.frame))
        same.remove(was)
        if was.frame != marker.frame:
            way = "later" if marker.frame > was.frame else "earlier"
            words = f"is {frames_text(abs(marker.frame - was.frame))} {way}"
            yield CutChange("marker", marker.name, words, marker.frame)
        elif plain(was.note) != plain(marker.note) and marker.note:
            yield CutChange("marker", marker.name, f"says {marker.note!r}", marker.frame)
    for gone in (marker for markers in left.values() for marker in markers):
        yield CutChange("marker", gone.name, "is gone", gone.frame)
