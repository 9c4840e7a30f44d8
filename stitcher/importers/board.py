"""A cut as the plain values of a storyboard. Pure; files are found and looked into before.

Shots are seen as long as the cut shows them, parts under transitions included, and a transition lasts as long as both
shots are seen.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.exporters.losses import unique
from stitcher.exporters.picture_keys import IN_PICTURES, PictureKeys
from stitcher.importers.cues import CueWriter
from stitcher.importers.cut import Cut, CutClip, CutMedia, CutTrack
from stitcher.importers.film_view import FilmView
from stitcher.importers.flatten import is_over
from stitcher.importers.losses import Unread
from stitcher.importers.own_sound import OwnSounds, own_sound_data
from stitcher.importers.roles import role_of
from stitcher.importers.values import clean, source_time
from stitcher.media.clip import shapes_alike
from stitcher.storyboard.choices import Fit
from stitcher.storyboard.transition_kinds import CUT, DISSOLVE
from stitcher.storyboard.values import MAX_SIDE
from stitcher.timebase import format_rate, format_timecode, round_half_up

_USUAL_SIZE = (1920, 1080)


@dataclass(frozen=True, slots=True)
class BoardData:
    """A storyboard's keys and values, and what of the cut is not in them."""

    data: Mapping[str, Any]
    unread: tuple[Unread, ...]


def board_data(cut: Cut, found: Mapping[CutMedia, Path], base: Path) -> BoardData:
    """The storyboard of a cut. `found` are its files, by what the cut says of them; `base` is the board's folder."""
    view = FilmView.of(cut)
    writer = BoardWriter(view, found, base, list(view.unread))
    return BoardData(writer.board(), unique(writer.unread))


@dataclass(frozen=True, slots=True)
class BoardWriter:
    """Makes the values of shots, sounds and markers of one cut."""

    view: FilmView
    found: Mapping[CutMedia, Path]
    base: Path
    unread: list[Unread]

    @property
    def cut(self) -> Cut:
        """The cut."""
        return self.view.cut

    @property
    def film(self) -> CutTrack:
        """Its shots."""
        return self.view.track

    @property
    def ids(self) -> tuple[str, ...]:
        """Of its shots."""
        return self.view.ids

    @property
    def sounds(self) -> OwnSounds:
        """What is heard."""
        return self.view.sounds

    @property
    def rate(self) -> Fraction:
        """Of the film."""
        return self.cut.rate

    def board(self) -> dict[str, Any]:
        """The whole storyboard."""
        size = self.size()
        form: dict[str, Any] = {} if size is None else {"size": f"{size[0]}x{size[1]}"}
        form["fps"] = int(self.rate) if self.rate.denominator == 1 else format_rate(self.rate)
        form["start"] = format_timecode(self.cut.start_frame, self.rate, drop=self.cut.drop_frame)
        data: dict[str, Any] = {"stitcher": 1}
        if self.cut.title:
            data["title"] = " ".join(self.cut.title.split())
        data["format"] = form
        data["defaults"] = {"transition": CUT.name}
        if not self.sounds.by_clip:
            data["defaults"]["sound"] = "mute"
        data["shots"] = [self.shot(index) for index in range(len(self.film.clips))]
        for key, values in (("sound", self.cues.written(self.sounds.others)), ("markers", self.markers())):
            if values:
                data[key] = values
        return data

    @property
    def cues(self) -> CueWriter:
        """What writes sounds."""
        return CueWriter(self.rate, self.path, self.anchor, self.unread)

    def size(self) -> tuple[int, int] | None:
        """The picture's size; `None` where it is the clips' own."""
        if self.cut.size is not None and _can_be(self.cut.size):
            return self.cut.size
        if any(clip.media is not None for clip in self.film.clips):
            return None
        self.unread.append(Unread("picture-size", detail=f"{_USUAL_SIZE[0]}x{_USUAL_SIZE[1]} was taken"))
        return _USUAL_SIZE

    def shot(self, index: int, *, keys: PictureKeys = ()) -> dict[str, Any]:
        """The values of one shot; `keys` say how it is seen where the cut says nothing of that."""
        clip = self.film.clips[index]
        data: dict[str, Any] = {"id": self.ids[index]}
        seen = self.film.seen(index)
        if not clip.enabled:
            data["enabled"] = False
        if clip.media is None:
            data["title"] = {"text": clip.text or "", "duration": f"{len(seen)}f"}
        else:
            data["clip"] = self.path(clip.media, clip.name)
            data |= self.trim(index)
            if clip.speed != 1:
                data["speed"] = speed_text(clip.speed)
            data |= self._shown(clip, clip.media)
            sound = self._own_sound(index, clip)
            if sound is not None:
                data["sound"] = sound
        data |= self._looks(index, (clip.keys if clip.keys is not None else keys) or self._focus(index))
        if (transition := self.transition(index)) != CUT.name:
            data["transition"] = transition
        return data

    def _shown(self, clip: CutClip, media: CutMedia) -> dict[str, Any]:
        """How its pictures fill the film's, in size and in time."""
        data: dict[str, Any] = {}
        fit = self._fit(clip, media)
        if fit not in (None, "crop"):
            data["fit"] = fit
        if clip.conform not in (None, "nearest"):
            data["conform"] = clip.conform
        # What was drawn for a hand-over has the film's shape and rate.
        shape = self.cut.size
        if fit is None and media.size and shape and not shapes_alike(media.size, shape):
            sizes = " in ".join(f"{wide}x{high}" for wide, high in (media.size, shape))
            self.unread.append(Unread("fit", clip.name, sizes))
        if clip.conform is None and (clip.speed != 1 or media.rate not in (None, self.rate)):
            self.unread.append(Unread("conform", clip.name))
        return data

    def _fit(self, clip: CutClip, media: CutMedia) -> Fit | None:
        """How its picture fills the film's, as far as the cut says so; what is placed otherwise is noted."""
        if clip.fit is not None or clip.placed is None or not media.size or not self.cut.size:
            return clip.fit
        fit = clip.placed.fit(media.size, self.cut.size)
        moved = shapes_alike(media.size, self.cut.size) and clip.placed.focus(media.size, self.cut.size)
        if fit is None or moved:
            self.unread.append(Unread("effect", clip.name))
        return fit

    def _focus(self, index: int) -> PictureKeys:
        """What of its picture stays in view, where the cut says so by where it lies."""
        clip, size = self.film.clips[index], self.cut.size
        media = clip.media
        if clip.placed is None or media is None or not media.size or not size:
            return ()
        if clip.placed.fit(media.size, size) != "crop" or shapes_alike(media.size, size):
            return ()
        lead = clip.record.start - self.film.seen(index).start
        return clip.placed.begun_later(-lead).focus(media.size, size)

    def _looks(self, index: int, keys: PictureKeys) -> dict[str, Any]:
        """What else is said of how it is seen, as far as it is not in pictures that were drawn."""
        clip = self.film.clips[index]
        left_out = {*IN_PICTURES} if clip.drawn else set[str]()
        # Fades and dissolves exclude each other, and an effect is a program, which no cut may bring along.
        for key, blend in (
            ("fade_in", self.film.blend_at(index - 1)),
            ("fade_out", self.film.blend_at(index)),
        ):
            left_out |= {key} if blend is not None else set()
        if not clip.drawn and "effects" in dict(keys):
            self.unread.append(Unread("effect", clip.name))
            left_out.add("effects")
        written = {key: json.loads(value) for key, value in keys if key not in left_out}
        if "overlays" in written:
            self.unread[:] = [
                one for one in self.unread if one.kind != "overlay" or not is_over(one.where, clip.name)
            ]
        return written

    def trim(self, index: int) -> dict[str, Any]:
        """Where a shot begins and ends in its file: `in`, `out` and `hold`, as far as they are needed."""
        clip = self.film.clips[index]
        assert clip.media is not None
        seen = self.film.seen(index)
        first, last = (clip.media_time(frame, self.rate) for frame in (seen.start, seen.stop))
        own = clip.media.rate if clip.media.rate == self.rate and clip.speed == 1 else None
        length = clip.media.seconds
        frame = clip.speed / self.rate
        if own is None:
            # Between two frames of the film either end could be rounded away from the other.
            first = round_half_up(first / frame) * frame
            last = first + len(seen) * frame
        data: dict[str, Any] = {}
        if first > 0:
            data["in"] = source_time(first, own)
        if length is not None and last > length - frame / 2:
            over = round((last - length) / frame)
            if over > 0:
                data["hold"] = f"{over}f"
                self.unread.append(Unread("past-media", clip.name, f"{over} frames"))
        else:
            data["out"] = source_time(last, own)
        return data

    def transition(self, index: int) -> Any:
        """How a shot comes in."""
        blend = self.film.blend_at(index - 1)
        if blend is None or not blend.frames:
            return CUT.name
        kind = DISSOLVE.name if blend.kind == "fade" else blend.kind
        return {"kind": kind, "duration": f"{blend.frames}f"}

    def path(self, media: CutMedia, name: str) -> str:
        """The path of a file as a storyboard has it."""
        path = self.found.get(media)
        if path is None:
            self.unread.append(Unread("media", name, media.address or media.name))
            return clean(media.address or media.name)
        return relative_path(path, self.base)

    def _own_sound(self, index: int, clip: CutClip) -> Any:
        sound = self.sounds.by_clip.get(index)
        if sound is not None:
            return own_sound_data(self.film, index, sound, role_of(sound.role), self.unread) or None
        heard = (
            self.sounds.by_clip
            and clip.enabled
            and clip.media is not None
            and clip.media.has_sound is not False
        )
        return "mute" if heard else None

    def markers(self) -> list[dict[str, Any]]:
        """The values of markers; those that only say where a shot begins are the storyboard's anyway."""
        begins = {(self.film.seen(index).start, shot) for index, shot in enumerate(self.ids)}
        found = []
        for marker in self.cut.markers:
            name = clean(marker.name) or "Marker"
            if (marker.frame, name) in begins or marker.frame >= max(self.film_end, 1):
                continue
            data = {"name": name, "at": self.anchor(marker.frame)}
            if note := marker.note.strip():
                data["note"] = note
            found.append(data)
        return found

    @property
    def film_end(self) -> int:
        """How long the film is."""
        return self.film.clips[-1].record.stop if self.film.clips else 0

    def anchor(self, frame: int) -> str:
        """A frame of the film, by the shot that is seen there."""
        index = bisect_right(range(len(self.ids)), frame, key=lambda one: self.film.seen(one).start) - 1
        if index < 0:
            return f"{frame}f"
        offset = frame - self.film.seen(index).start
        return f"{self.ids[index]}+{offset}f" if offset else self.ids[index]


def _can_be(size: tuple[int, int]) -> bool:
    return all(2 <= side <= MAX_SIDE and not side % 2 for side in size)


def relative_path(path: Path, base: Path) -> str:
    """A path as a storyboard in `base` has it."""
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def speed_text(speed: Fraction) -> int | str:
    """A speed as a storyboard has it."""
    return int(speed) if speed.denominator == 1 else str(speed.limit_denominator(1_000_000))
