"""What is seen, beside clips: text, stills, effects, and how pictures become one another. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from stitcher.media.clip import Clip
from stitcher.media.font_file import FontFile
from stitcher.storyboard.choices import Align, Ease, Pan, PlaceName
from stitcher.storyboard.transition_kinds import TransitionKind
from stitcher.timebase import FrameRange
from stitcher.timeline.look import AS_IT_IS, Look


@dataclass(frozen=True, slots=True)
class TextOutline:
    """A line around letters."""

    width: float
    """As a share of the text's cap height."""
    colour: str


@dataclass(frozen=True, slots=True)
class TextShadow:
    """A shadow behind letters. Lengths are shares of the text's cap height."""

    x: float
    """To the right."""
    y: float
    """Downwards."""
    blur: float
    colour: str
    opacity: float


Point = tuple[float, float]
"""Shares of a picture's width and height."""


@dataclass(frozen=True, slots=True)
class Title:
    """Text drawn by stitcher: a card of its own, or a lower third over a shot."""

    text: str
    frames: int
    """How long it is on screen, fades included, at the film's rate."""
    kind: Literal["card", "lower_third"] = "card"
    start: int = 0
    """For a lower third: frames after the start of its shot."""
    fade_in_frames: int = 0
    fade_out_frames: int = 0
    font: FontFile | None = None
    """`None` for the bundled one."""
    fallbacks: tuple[FontFile | None, ...] = ()
    """Fonts for letters that the former lack; `None` for the bundled one."""
    size: float = 0.09
    """Cap height of the text as a share of the picture's height."""
    colour: str = "#ffffff"
    background: str | None = "#000000"
    """Of a card; a lower third has a translucent band of this colour, or none."""
    position: PlaceName | Point | None = None
    """`None` for the middle of a card, and for the foot of what a lower third lies over."""
    align: Align | None = None
    """`None` for what goes with the position."""
    line_height: float | None = None
    """Times the font's size; `None` for what goes well with its capitals."""
    tracking: float | None = None
    """Of the font's size; `None` for a little on cards, and nothing on lower thirds."""
    outline: TextOutline | None = None
    shadow: TextShadow | None = None

    @property
    def span(self) -> FrameRange:
        """The frames that carry it, on the clock that it begins by."""
        return FrameRange(self.start, self.start + self.frames)


@dataclass(frozen=True, slots=True)
class StillPicture:
    """A picture that is seen for a while, maybe with a view that moves over it."""

    path: Path
    sha256: str
    size: tuple[int, int]
    """Width and height in pixels, upright, as it is seen."""
    frames: int
    """How long it is seen, at the film's rate."""
    zoom: float = 1.0
    """How many times larger things are in its last frame than in its first."""
    pan: Pan | None = None
    ease: Ease = "linear"
    focus: tuple[float, float] = (0.5, 0.5)
    """What stays in the middle of the view where no pan says otherwise: across and down, as shares of the picture."""
    look: Look = AS_IT_IS
    """How it was cropped, turned and enlarged: what `size` and `focus` are of, and what the view moves over."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def moves(self) -> bool:
        """Whether its frames differ."""
        return self.frames > 1 and (self.zoom != 1 or self.pan is not None)


@dataclass(frozen=True, slots=True)
class PictureOverlay:
    """A picture or a clip with transparency, over a shot or over the film."""

    source: Clip | StillPicture
    frames: int
    """How long it is on screen, fades included, at the film's rate."""
    start: int = 0
    """Frames after the start of its shot; of one over the film, record clock."""
    position: PlaceName | Point = "centre"
    height: float | None = None
    """As a share of the picture's; with neither this nor `width`, as large as it is in the film's pixels."""
    width: float | None = None
    """As a share of the picture's."""
    margin: float | None = None
    """Of the edges it stands at, as a share of width and height; `None` for the usual one."""
    opacity: float = 1.0
    premultiplied: bool = False
    """Whether its file holds colours multiplied by their alpha."""
    loop: bool = False
    """Whether a clip begins again at its end; its last picture is held if not."""
    fade_in_frames: int = 0
    fade_out_frames: int = 0

    @property
    def span(self) -> FrameRange:
        """The frames that carry it, on the clock that it begins by."""
        return FrameRange(self.start, self.start + self.frames)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.source.name

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its picture, in pixels."""
        return self.source.video.shown_size if isinstance(self.source, Clip) else self.source.size


@dataclass(frozen=True, slots=True)
class Effect:
    """A MoviePy effect on a shot, by name (`MirrorX`) or import path (`mypkg.fx:Grain`)."""

    name: str
    arguments: tuple[tuple[str, object], ...] = ()
    """Keyword arguments, sorted by name; JSON values only, so that they can be part of a cache key."""


@dataclass(frozen=True, slots=True)
class Transition:
    """How one item becomes the next."""

    kind: TransitionKind
    frames: int = 0
    """Frames in which both items are seen."""
    dropped_frames: int = 0
    """Frames taken off the end of the earlier item because the later one repeats them."""
    unsure: str = ""
    """Why it could not be told whether the later item repeats any, at a match cut; empty where it could."""

    def __str__(self) -> str:
        """In a few letters: `cut`, `match -1f`, `match: unsure`, `dissolve 12f`, `wipeleft 24f`."""
        if self.unsure:
            return f"{self.kind.name}: unsure"
        if self.frames:
            return f"{self.kind.name} {self.frames}f"
        return f"{self.kind.name} -{self.dropped_frames}f" if self.dropped_frames else self.kind.name


@dataclass(frozen=True, slots=True)
class PictureFade:
    """The picture of a film coming out of a colour, or going into one.

    Linear in code values. The first frame of a fade in and the last of a fade out are the colour alone; in all of its
    frames some of it is seen.
    """

    record: FrameRange
    """The frames that carry it, record clock."""
    direction: Literal["in", "out"]
    colour: str = "#000000"
    shot: str = ""
    """The shot that fades; empty where the film does."""

    def seen(self, frame: int) -> Fraction:
        """How much of the picture is seen in a frame of the film, 0 to 1; 1 outside of it."""
        if frame not in self.record:
            return Fraction(1)
        after = frame - self.record.start if self.direction == "in" else self.record.stop - 1 - frame
        return Fraction(after, len(self.record))

    def __str__(self) -> str:
        """In a few words: `fade in of 12 frames`, `fade out of 1 frame to #ffffff`."""
        frames = len(self.record)
        length = "1 frame" if frames == 1 else f"{frames} frames"
        way = "from" if self.direction == "in" else "to"
        colour = "" if self.colour == "#000000" else f" {way} {self.colour}"
        return f"fade {self.direction} of {length}{colour}"
