"""The timeline: the film on frames. Frozen values, no I/O; every range says whose clock it is on.

    source clock   film-rate frames of one conformed source, counted from its first picture
    record clock   frames of the film, counted from 0

Items overlap where a transition is: `A` runs to record 52, `B` starts at 40, and a 12-frame dissolve plays
there, so the film's length is the sum of the source ranges less the sum of the overlaps.

    record   0        40      52           90
    A        |---------|=======|
    B                  |=======|-----------|
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from stitcher.captions.track import CaptionTrack
from stitcher.media.clip import Clip, Sound
from stitcher.media.pixel_format import pixel_format
from stitcher.one_line import shortened
from stitcher.storyboard.accept import Acceptance, SeamAcceptance
from stitcher.storyboard.choices import Conform, FadeCurve, Fit, Flip, Role
from stitcher.storyboard.loudness import Loudness
from stitcher.timebase import FrameRange, frames_to_samples, spoken_rate
from stitcher.timeline.focus import CENTRE, Focus
from stitcher.timeline.look import AS_IT_IS, Look
from stitcher.timeline.picture import Effect, PictureFade, PictureOverlay, StillPicture, Title, Transition
from stitcher.timeline.retiming import IN_ORDER, Retiming
from stitcher.timeline.shot_sources import Maker, ShotSource, ShownTake


@dataclass(frozen=True, slots=True)
class Item:
    """One shot's place in the film."""

    shot: str
    source: Clip | StillPicture | Title
    available_range: FrameRange
    """Everything the source has, source clock."""
    source_range: FrameRange
    """What is in the film, source clock, parts under transitions included."""
    record_start: int
    """Record clock."""
    speed: Fraction = Fraction(1)
    """2 plays twice as fast; already counted in the source clock."""
    fit: Fit = "crop"
    conform: Conform = "nearest"
    effects: tuple[Effect, ...] = ()
    overlays: tuple[Title | PictureOverlay, ...] = ()
    """From below."""
    matrix: str | None = None
    """Colour matrix to assume for an untagged source; `None` for BT.709."""
    original: Clip | None = None
    """What `source` is an enlarged picture of, frame for frame; `None` where it is shown as it came."""
    take: ShownTake | None = None
    """The take that its clip is; `None` where no ledger tells of one."""
    enlarged_by: tuple[Maker, ...] = ()
    """Who made the enlarged picture, as far as a ledger tells."""
    flip: Flip | None = None
    """How its picture is mirrored, under text that lies over it."""
    focus: Focus = CENTRE
    """What of its picture, as it is seen, stays in view where it is cropped."""
    film_fit: Fit | None = None
    """How the film's frame fills a deliverable's picture of another shape in this shot; `None` as the preset says."""
    retiming: Retiming = IN_ORDER
    """Which frames of `source` it shows; its ranges count by its own clock, which is mostly the source's."""
    look: Look = AS_IT_IS
    """What else is done to its picture, before it is mirrored."""
    hidden: Item | None = None
    """The shot that is switched off, where this black stands in its place."""

    @property
    def enabled(self) -> bool:
        """Whether the shot is seen; black stands in the place of one that is switched off."""
        return self.hidden is None

    @property
    def unhidden(self) -> Item:
        """The shot itself in the same frames, also where it is switched off."""
        if self.hidden is None:
            return self
        first = self.hidden.source_range.start + self.source_range.start
        seen = FrameRange(first, first + len(self.source_range))
        return replace(self.hidden, source_range=seen, record_start=self.record_start)

    @property
    def clip(self) -> Clip | None:
        """The clip the shot is, as it came: what is heard of it, and measured; `None` for a title and a still."""
        return self.original or (self.source if isinstance(self.source, Clip) else None)

    def is_transparent(self, rate: Fraction) -> bool:
        """Whether something may be seen through its pictures in a film of that rate.

        Effects, text, blurred bars, looks and blends for another rate are done on opaque ones.
        """
        source = self.source
        if not isinstance(source, Clip) or not pixel_format(source.video.pixel_format).alpha:
            return False
        if self.effects or self.overlays or self.look.changes or "blur" in (self.fit, self.film_fit):
            return False
        return self.conform != "blend" or (source.video.rate == rate and self.speed == 1)

    @property
    def record_range(self) -> FrameRange:
        """Where it lies in the film, record clock, parts under transitions included."""
        return FrameRange(self.record_start, self.record_start + len(self.source_range))


@dataclass(frozen=True, slots=True)
class GainKey:
    """A key frame of a sound's gain."""

    sample: int
    """Record clock, at 48 kHz."""
    gain_db: float


SIDECHAIN_RATIO = 20.0
"""Above its threshold a sidechain lets through a twentieth of each decibel."""


@dataclass(frozen=True, slots=True)
class Sidechain:
    """Compression of a sound by the level of others."""

    keys: tuple[Cue, ...]
    """The others, as they are in the film."""
    threshold_db: float
    """In dBFS, of each channel of the bus."""
    attack_samples: int
    release_samples: int
    ratio: float = SIDECHAIN_RATIO


@dataclass(frozen=True, slots=True)
class Cue:
    """One placed sound. All positions are samples at 48 kHz."""

    name: str
    role: Role
    sound: Sound
    start_sample: int
    """Record clock; may be negative only in values under construction, never in a timeline."""
    length_samples: int
    in_offset_samples: int = 0
    """Samples skipped at the head of the source, source clock."""
    loop: bool = False
    gain_db: float = 0.0
    fade_in_samples: int = 0
    fade_out_samples: int = 0
    tempo: Fraction = Fraction(1)
    """Plays this much faster at the same pitch; for a shot's own sound under `speed`."""
    shot: str | None = None
    """The shot whose own sound this is, if it is one."""
    role_name: str = ""
    """What the storyboard calls its role, where it has a name of its own for it."""
    gain_keys: tuple[GainKey, ...] = ()
    """Added to `gain_db`: straight lines in decibels from one to the next, constant before the first and after the
    last. In order, no two at one sample."""
    pan: float = 0.0
    """From -1 (left) to 1 (right)."""
    fade_in_curve: FadeCurve | None = None
    """`None` for the usual one: equal power for a shot's own sound, linear for others."""
    fade_out_curve: FadeCurve | None = None
    loop_end_samples: int | None = None
    """Where in the source a loop comes round, source clock; `None` for the source's own end."""
    loop_crossfade_samples: int = 0
    """For how long the end of each round of a loop crosses with the beginning of the next; a round is shorter by it."""
    stretch: Fraction = Fraction(1)
    """Lasts this many times as long at the same pitch; for sounds that are made to fit, near 1."""
    reflected_head_samples: int = 0
    """How much of its beginning its source does not have: the sound that follows is played backwards there."""
    reflected_tail_samples: int = 0
    """How much of its end its source does not have, likewise."""
    sidechain: Sidechain | None = None
    """What it is compressed by."""

    @property
    def usual_fade(self) -> FadeCurve:
        """The curve by which it comes and goes where none is given."""
        return "linear" if self.shot is None else "equal-power"

    @property
    def stem(self) -> str:
        """The name of its role, as the storyboard has it."""
        return self.role_name or self.role

    @property
    def stop_sample(self) -> int:
        """First sample after it, record clock."""
        return self.start_sample + self.length_samples


@dataclass(frozen=True, slots=True)
class Marker:
    """A named frame of the film."""

    frame: int
    """Record clock."""
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FurtherSound:
    """What is heard on a further sound track of a film, instead of what is heard of it."""

    name: str
    """What it is called where the container has names."""
    cues: tuple[Cue, ...]
    language: str = ""
    """Language tag; empty where it has none of its own."""
    is_stem: bool = False
    """Whether it is a part of what is heard, at the level it has there."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A whole film: what is seen and heard, frame by frame and sample by sample."""

    title: str
    rate: Fraction
    width: int
    height: int
    items: tuple[Item, ...]
    transitions: tuple[Transition, ...]
    """`transitions[i]` joins `items[i]` and `items[i + 1]`; one fewer than items."""
    cues: tuple[Cue, ...] = ()
    fades: tuple[PictureFade, ...] = ()
    """In film order; no frame has two."""
    overlays: tuple[PictureOverlay, ...] = ()
    """What lies over the film, from below."""
    markers: tuple[Marker, ...] = ()
    captions: tuple[CaptionTrack, ...] = ()
    chapters: tuple[Marker, ...] = ()
    """Those of its frames that begin a chapter; none where it has no chapters."""
    start_frame: int = field(default=0)
    """Timecode of the first frame, as a frame count (86400 is 01:00:00:00 at 24)."""
    notes: tuple[str, ...] = ()
    """What a report must say of it."""
    loudness: Loudness | None = None
    """How loud it shall be, where a deliverable does not say otherwise; `None` leaves it to the preset."""
    accept: tuple[Acceptance, ...] = ()
    """What sounds wrong and is meant."""
    seam_accept: tuple[tuple[str, SeamAcceptance], ...] = ()
    """What is seen at shots and at the joins before them, by the shots' names, and is meant."""
    project: Path | None = field(default=None, compare=False)
    """The folder of the storyboard it is laid out from, where presets are looked for as well."""
    drop_frame: bool = False
    """Whether its timecode is drop-frame, at 29.97 or 59.94 frames a second."""
    language: str = ""
    """Language tag of what is said in it; empty where the storyboard has none."""
    versions: tuple[Timeline, ...] = ()
    """The same film in each of its other languages."""
    sound_tracks: tuple[FurtherSound, ...] = ()

    def __repr__(self) -> str:
        shots = f"{len(self.items)} shot{'s' * (len(self.items) != 1)}"
        return (
            f"<Timeline {shortened(self.title)}: {shots}, {self.frames} frames, {self.width}x{self.height} at "
            f"{spoken_rate(self.rate)}>"
        )

    @property
    def burnt_in(self) -> tuple[CaptionTrack, ...]:
        """The captions that are part of its pictures."""
        return tuple(track for track in self.captions if "burnt-in" in track.outputs)

    @property
    def frames(self) -> int:
        """Length of the film."""
        return self.items[-1].record_range.stop if self.items else 0

    @property
    def unhidden(self) -> Timeline:
        """The film with the shots that are switched off, as if they were not."""
        if all(item.enabled for item in self.items):
            return self
        return replace(self, items=tuple(item.unhidden for item in self.items))

    @property
    def sources(self) -> tuple[ShotSource, ...]:
        """What its shots are made of, in film order; titles are left out."""
        return tuple(
            ShotSource(
                item.shot,
                item.clip,
                item.take,
                item.source if item.original is not None and isinstance(item.source, Clip) else None,
                item.enlarged_by,
            )
            for item in self.items
            if item.clip is not None
        )

    @property
    def files(self) -> tuple[Path, ...]:
        """The clips, stills, overlays, sounds, captions and tables of colours it is made of."""
        clips = (item.source.path for item in self.items if isinstance(item.source, Clip | StillPicture))
        laid = [*self.overlays, *(one for item in self.items for one in item.overlays)]
        overlays = (one.source.path for one in laid if isinstance(one, PictureOverlay))
        captions = (path for track in self.captions for path in track.files)
        luts = (item.look.grade.lut.path for item in self.items if item.look.grade.lut is not None)
        versions = (path for version in self.versions for path in version.files)
        tracks = (cue.sound.path for track in self.sound_tracks for cue in track.cues)
        return (
            *clips,
            *overlays,
            *(cue.sound.path for cue in self.cues),
            *captions,
            *luts,
            *tracks,
            *versions,
        )

    def solo_range(self, index: int) -> FrameRange:
        """Where an item is seen alone, record clock."""
        record = self.items[index].record_range
        start = record.start + (self.transitions[index - 1].frames if index else 0)
        last = index == len(self.items) - 1
        return FrameRange(start, max(start, record.stop - (0 if last else self.transitions[index].frames)))

    @property
    def samples(self) -> int:
        """Length of the film's sound at 48 kHz."""
        return frames_to_samples(self.frames, self.rate)
