"""A cut as an editor left it: tracks of clips that meet cut to cut, whatever format it was written in. Pure values.

Clocks are two. *Record* frames count the film's pictures from 0, at the cut's rate. *Media* time is in seconds of the
file's own clock, from its first picture on, so that no rate has to be known to be exact:

    media time at record frame f  =  start + (f - record.start) / rate * speed
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from stitcher.exporters.levels import Level
from stitcher.exporters.picture_keys import PictureKeys
from stitcher.importers.losses import Unread
from stitcher.importers.placed import CutPlacement
from stitcher.storyboard.choices import Conform, Fit
from stitcher.timebase import FrameRange, format_timecode


@dataclass(frozen=True, slots=True)
class CutMedia:
    """A file that a cut plays, as the cut names it."""

    name: str
    """Its file's name, or what the cut calls it."""
    address: str = ""
    """Its path, absolute or from the cut's own folder, with `/`; empty where the cut names no file."""
    rate: Fraction | None = None
    """Pictures a second; `None` where the cut does not say, and for sound alone."""
    frames: int | None = None
    """How many pictures it has, at `rate`."""
    has_picture: bool = True
    has_sound: bool | None = None
    """`None` where the cut does not say."""
    reel: str = ""
    sha256: str = ""
    original: str = ""
    """What it was called before it was handed over."""
    size: tuple[int, int] | None = None
    """As shown, in pixels; `None` for sound alone, and where it is not known."""
    first: Fraction = Fraction(0)
    """Seconds that its own timecode has at its first picture."""

    @property
    def seconds(self) -> Fraction | None:
        """How long it is; `None` where the cut does not say."""
        return self.frames / self.rate if self.frames and self.rate else None


@dataclass(frozen=True, slots=True)
class CutClip:
    """A run of pictures or of sound on a track."""

    name: str
    record: FrameRange
    """Record clock, cut to cut."""
    media: CutMedia | None = None
    """`None` for what no file stands behind: text, black."""
    start: Fraction = Fraction(0)
    """Media time at `record.start`, in seconds; negative where the file has not begun."""
    speed: Fraction = Fraction(1)
    enabled: bool = True
    text: str | None = None
    """What a title says."""
    shot: str = ""
    """The shot that our own metadata names."""
    fit: Fit | None = None
    """How a picture of another shape fills the film's; `None` where the cut does not say."""
    conform: Conform | None = None
    """Which pictures are seen of a file of another rate; `None` where the cut does not say."""
    drawn_from: int | None = None
    """Of a file that stitcher drew of a shot's clip: the frame of the clip that it begins with, at the cut's rate, its
    speed counted. `None` for other files, and where the cut does not say."""
    keys: PictureKeys | None = None
    """What a storyboard says of how the shot is seen; `None` where the cut does not say."""
    placed: CutPlacement | None = None
    """Where its picture lies in the film's; `None` where the cut does not say, or says it by `keys`."""
    drawn: bool = False
    """Whether the cut says that stitcher drew its file, with all in it that is `IN_PICTURES`."""
    levels: tuple[Level, ...] = ()
    """Of sound: gain and key frames, from `record.start`; none for a sound as it is in its file."""
    pan: float = 0.0
    stream: int | None = None
    """Of sound: which of the file's sound streams, from 0; `None` where the cut does not say."""
    role: str = ""
    """Of sound: dialogue, music, effects, ambience, or what the cut calls it; empty where it says nothing."""

    @property
    def is_black(self) -> bool:
        """Whether nothing is seen of it."""
        return not self.enabled or (self.media is None and not self.text)

    def media_time(self, frame: int, rate: Fraction) -> Fraction:
        """Media time at a record frame, in seconds."""
        return self.start + (frame - self.record.start) / rate * self.speed

    def within(self, record: FrameRange, rate: Fraction) -> CutClip:
        """What of it lies there, or what would if its file goes on; record clock."""
        moved = record.start - self.record.start
        levels = self.levels
        if moved and len(levels) > 1:
            later = (Level(level.frame - moved, level.gain_db) for level in levels if level.frame > moved)
            levels = (Level(0, level_at(levels, moved)), *later)
        placed = self.placed if self.placed is None else self.placed.begun_later(moved)
        start = self.media_time(record.start, rate)
        return replace(self, record=record, start=start, levels=levels, placed=placed)


def level_at(levels: tuple[Level, ...], frame: int) -> float:
    """Decibels at a frame: straight from one key frame to the next, constant before the first and after the last."""
    before = [level for level in levels if level.frame <= frame][-1:]
    after = [level for level in levels if level.frame > frame][:1]
    if not before or not after:
        return (before or after)[0].gain_db if before or after else 0.0
    share = (frame - before[0].frame) / (after[0].frame - before[0].frame)
    return before[0].gain_db + (after[0].gain_db - before[0].gain_db) * share


@dataclass(frozen=True, slots=True)
class CutBlend:
    """A transition over the place where two clips meet."""

    kind: str
    """The storyboard's word for it."""
    in_frames: int
    """Frames of it before that place."""
    out_frames: int
    """Frames of it after."""

    @property
    def frames(self) -> int:
        """Its length."""
        return self.in_frames + self.out_frames


@dataclass(frozen=True, slots=True)
class CutTrack:
    """Clips in order. Those of a track of pictures never overlap; sounds that cross do."""

    name: str
    clips: tuple[CutClip, ...]
    blends: tuple[CutBlend | None, ...] = ()
    """`blends[i]` lies between `clips[i]` and `clips[i + 1]`."""

    def blend_at(self, index: int) -> CutBlend | None:
        """The transition by which clip `index` goes; `None` before the first clip and after the last."""
        return self.blends[index] if 0 <= index < len(self.blends) else None

    def seen(self, index: int) -> FrameRange:
        """Where clip `index` is seen, record clock, parts under transitions included."""
        comes_in, goes_out = self.blend_at(index - 1), self.blend_at(index)
        record = self.clips[index].record
        return FrameRange(
            record.start - (comes_in.in_frames if comes_in is not None else 0),
            record.stop + (goes_out.out_frames if goes_out is not None else 0),
        )


@dataclass(frozen=True, slots=True)
class CutMarker:
    """A named frame."""

    frame: int
    """Record clock."""
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A whole cut."""

    title: str
    rate: Fraction
    pictures: tuple[CutTrack, ...]
    """From below: those of later tracks are seen over those of earlier ones."""
    sounds: tuple[CutTrack, ...] = ()
    markers: tuple[CutMarker, ...] = ()
    start_frame: int = 0
    """Timecode of the first frame, as a frame count."""
    drop_frame: bool = False
    size: tuple[int, int] | None = None
    """The picture's, in pixels; `None` where the cut does not say."""
    by_timecode: bool = False
    """Whether media time in it is that of the files' own timecode, as edit lists have it."""
    says_levels: bool = True
    """Whether its format says how loud sounds are."""
    kinds: frozenset[str] | None = None
    """The kinds of transition that its format tells apart; a dissolve stands for all others. `None` for all."""
    laid_out: bool = False
    """Whether it is a storyboard's film, which names what its shots are made of, and nothing drawn of them."""
    keys: PictureKeys | None = None
    """What a storyboard says of how the film as a whole is seen; `None` where the cut does not say."""
    unread: tuple[Unread, ...] = field(default=())
    """What its reader could not read."""

    @property
    def frames(self) -> int:
        """How long it is."""
        tracks = (*self.pictures, *self.sounds)
        return max((clip.record.stop for track in tracks for clip in track.clips), default=0)

    @property
    def media(self) -> tuple[CutMedia, ...]:
        """Every file once, in the order in which it is met."""
        tracks = (*self.pictures, *self.sounds)
        return tuple(
            dict.fromkeys(clip.media for track in tracks for clip in track.clips if clip.media is not None)
        )

    def timecode(self, frame: int) -> str:
        """Timecode of a frame of the film."""
        return format_timecode(self.start_frame + frame, self.rate, drop=self.drop_frame)
