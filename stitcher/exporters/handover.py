"""The hand-over: a film as editors see one, on tracks, cut to cut, every number settled. Pure values.

Editors let clips meet at a cut and lay a transition over it, drawn from the clips' handles; a timeline of ours lets
items overlap. Here both are told:

    ours       A |---------|=======|
               B           |=======|-----------|
    an editor  A |-------------|                    `record`: cut to cut
               B               |---------------|
    blend                  |-in-|out|               in_frames before the cut, out_frames after it

Clocks are the timeline's: *record* frames of the film, *source* frames at the film's rate with the speed counted.
`on_media` turns the latter into pictures of the file itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from stitcher.exporters.levels import Level
from stitcher.exporters.losses import Loss
from stitcher.exporters.picture_keys import PictureKeys
from stitcher.exporters.placements import PlacedPicture
from stitcher.storyboard.choices import Conform, Fit, Role
from stitcher.timebase import FrameRange, format_timecode, nominal_rate, round_half_up
from stitcher.timeline.model import Cue
from stitcher.timeline.picture import Title
from stitcher.timeline.shot_sources import ShownTake


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that an editor opens."""

    path: Path
    """Where it lies now, absolute."""
    file: str
    """What it is called in the hand-over: ASCII, safe in every path and URL, no other has it."""
    address: str
    """What a timeline calls it: an absolute path, or one relative to the hand-over's folder, with `/`."""
    reel: str
    """Eight capital letters and digits at most; no other has it."""
    sha256: str
    rate: Fraction
    """Pictures a second; the film's rate for a file of sound alone."""
    frames: int
    """How long it is, at `rate`."""
    size: tuple[int, int] | None
    """As shown, in pixels; `None` for a file of sound alone."""
    channels: tuple[int, ...] = ()
    """Channels of each of its sound streams."""
    sample_rate: int = 48_000
    assumed_matrix: str | None = None
    """FFmpeg's name of the colour matrix of pictures whose file does not say it; `None` where it does."""
    drawn: bool = False
    """Whether stitcher made it for the hand-over."""
    original: str = ""
    """What it was called before the hand-over, where that is not what `path` is called."""
    start_frame: int = 0
    """Timecode of its first picture, as a frame count at `rate`."""
    drop_frame: bool = False
    """Whether that is drop-frame."""
    source: Path = Path()
    """What the film is made of: `path` itself, unless it was made again for the editor."""
    beside: str = ""
    """The same pictures in another size, relative to the hand-over; empty where there are none."""

    @property
    def name(self) -> str:
        """What it was called before the hand-over."""
        return self.file if self.drawn else self.original or self.path.name

    def timecode(self, frame: int) -> str:
        """Its own timecode at one of its pictures."""
        return format_timecode(self.start_frame + frame, self.rate, drop=self.drop_frame)

    def start_at(self, film_rate: Fraction) -> int:
        """Timecode of its first picture as the film counts frames."""
        return round_half_up(self.start_frame * film_rate / self.rate)


@dataclass(frozen=True, slots=True)
class PictureItem:
    """A run of pictures on a track."""

    name: str
    """The shot's id."""
    media: MediaFile | None
    """`None` for text that was not drawn: `title` says what it is."""
    record: FrameRange
    """Record clock, cut to cut."""
    source: FrameRange
    """The same pictures, source clock."""
    available: FrameRange
    """All that the media has, source clock."""
    speed: Fraction = Fraction(1)
    title: Title | None = None
    take: ShownTake | None = None
    """The take it is; `None` where no ledger tells of one."""
    fit: Fit = "crop"
    """How a picture of another shape fills the film's; of one that was drawn, it is in the media."""
    conform: Conform = "nearest"
    """Which of its pictures are seen, where they come at another rate than the film's; as of `fit`."""
    drawn_from: int | None = None
    """Of media that stitcher drew of a clip: the frame of the clip's own source clock that they begin with."""
    placed: tuple[PlacedPicture, ...] = ()
    """Where its pictures lie in the film's: one for all of it, or key frames; none where both are of one shape."""
    keys: PictureKeys | None = None
    """What the storyboard says of how it is seen; `None` where nothing is known of that."""
    enabled: bool = True
    """Whether it is seen. Of one that is switched off all is told as if it were seen, and black stands in its place."""

    @property
    def black(self) -> PictureItem:
        """Black in its place."""
        return PictureItem(self.name, None, self.record, self.source, self.available)

    def source_at(self, frame: int) -> int:
        """The frame of the source clock that is seen at a frame of the film."""
        return self.source.start + frame - self.record.start

    def on_media(self, frame: int, film_rate: Fraction) -> Fraction:
        """A frame of the source clock on the media's own: pictures from 0 on, fractions where rates differ."""
        rate = film_rate if self.media is None else self.media.rate
        return frame * self.speed * rate / film_rate


@dataclass(frozen=True, slots=True)
class Blend:
    """A transition over a cut."""

    kind: str
    """The storyboard's word, or that of ffmpeg's xfade."""
    cut: int
    """Record clock: where the items meet."""
    in_frames: int
    """Frames of it before the cut."""
    out_frames: int
    """Frames of it after the cut."""

    @property
    def record(self) -> FrameRange:
        """Where both items are seen, record clock."""
        return FrameRange(self.cut - self.in_frames, self.cut + self.out_frames)


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """Pictures that follow one another; those of higher tracks are seen over those below."""

    name: str
    items: tuple[PictureItem, ...]
    blends: tuple[Blend | None, ...] = ()
    """`blends[i]` lies over the cut between `items[i]` and `items[i + 1]`, `None` where it is a plain cut."""

    def blend_at(self, index: int) -> Blend | None:
        """The transition by which item `index` goes; `None` before the first item and after the last."""
        return self.blends[index] if 0 <= index < len(self.blends) else None

    def seen(self, index: int) -> FrameRange:
        """Where item `index` is seen, record clock, parts under transitions included."""
        comes_in, goes_out = self.blend_at(index - 1), self.blend_at(index)
        record = self.items[index].record
        return FrameRange(
            record.start if comes_in is None else comes_in.record.start,
            record.stop if goes_out is None else goes_out.record.stop,
        )


@dataclass(frozen=True, slots=True)
class SoundItem:
    """A run of sound on a track, on the film's frames."""

    name: str
    media: MediaFile
    stream: int
    """Which of the file's sound streams, from 0."""
    channels: int
    record: FrameRange
    """Record clock."""
    source: FrameRange
    """The same, source clock of the media: frames at the film's rate, from where its picture begins."""
    available: FrameRange
    levels: tuple[Level, ...]
    """Gain, fades and ducking together; one level for a sound that keeps it."""
    cue: Cue
    """What it plays, or, of a sound that loops, one round of: to the sample, its gain, fades and ducking apart."""
    speed: Fraction = Fraction(1)
    pan: float = 0.0
    shot: str | None = None
    """The shot whose own sound it is."""
    start_sample: int = 0
    """Record clock, at 48 kHz: where it really begins."""
    source_sample: int = 0
    """Samples of the stream, at 48 kHz, that are skipped."""
    length_samples: int = 0
    begins: Fraction = Fraction(0)
    """Seconds of the media at `start_sample`, to the sample; below 0 where its sound begins after its picture."""

    def source_at(self, frame: int) -> int:
        """The frame of the source clock that is heard at a frame of the film."""
        return self.source.start + frame - self.record.start

    def on_media(self, frame: int, film_rate: Fraction) -> Fraction:
        """A frame of the source clock on the media's own."""
        return frame * self.speed * self.media.rate / film_rate


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """Sounds of one role, none of which overlap."""

    name: str
    role: Role
    items: tuple[SoundItem, ...]

    @property
    def channels(self) -> int:
        """The most that any of its sounds has."""
        return max(item.channels for item in self.items)


@dataclass(frozen=True, slots=True)
class HandoverMarker:
    """A named frame."""

    frame: int
    """Record clock."""
    name: str
    note: str = ""
    is_shot: bool = False
    """Whether it is where a shot begins, and bears its name."""


@dataclass(frozen=True, slots=True)
class ShotDetails:
    """How a shot was made, for lists."""

    prompt: str = ""
    seed: int | None = None
    credits: int | None = None
    """What its take cost."""
    start_picture: str = ""
    """What it started from: a file's name, or `previous`."""


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A file made of the whole film, from its first frame to its last."""

    name: str
    """What it is, for people: `Stem: music`."""
    address: str
    """What a timeline calls it, as of media."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A whole film, ready to be written in any format."""

    title: str
    rate: Fraction
    width: int
    height: int
    start_frame: int
    """Timecode of the first frame, as a frame count."""
    drop_frame: bool
    frames: int
    media: tuple[MediaFile, ...]
    """Each once, in the order in which the film shows or plays it."""
    video: tuple[VideoTrack, ...]
    """The film first, then what lies over it."""
    sound: tuple[SoundTrack, ...]
    markers: tuple[HandoverMarker, ...]
    losses: tuple[Loss, ...] = ()
    """What no format says as the film has it."""
    details: Mapping[str, ShotDetails] = field(default_factory=dict)
    """By shot, as far as anything is known."""
    finished: tuple[FinishedFile, ...] = ()
    """Stems, and the film itself."""

    @property
    def timebase(self) -> int:
        """The whole number its timecode counts to: 24 for 23.976."""
        return nominal_rate(self.rate)

    @property
    def without_hidden(self) -> Handover:
        """The film with black for shots that are switched off, for formats that show every clip they have."""
        return replace(
            self,
            video=tuple(
                replace(track, items=tuple(item if item.enabled else item.black for item in track.items))
                for track in self.video
            ),
        )

    def timecode(self, frame: int) -> str:
        """Timecode of a frame of the film."""
        return format_timecode(self.start_frame + frame, self.rate, drop=self.drop_frame)
