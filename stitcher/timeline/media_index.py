"""An index of probed media and measured seams, so that laying out needs no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from stitcher.captions.track import CaptionFile
from stitcher.media.clip import Clip, Sound
from stitcher.media.font_file import FontFile
from stitcher.media.sound_activity import SoundActivity


@dataclass(frozen=True, slots=True)
class Unsure:
    """A seam at which it cannot be told whether a picture is shown twice."""

    reason: str
    """Why not, in a few words and numbers."""


@dataclass(frozen=True, slots=True)
class StillFile:
    """What is known of a picture file."""

    size: tuple[int, int]
    """Width and height, upright."""
    sha256: str
    is_transparent: bool = False
    """Whether it has an alpha channel, or a colour that is one."""


@dataclass(frozen=True, slots=True)
class LutFile:
    """What is known of a look-up table of colours."""

    dimensions: Literal[1, 3]
    sha256: str


@dataclass(frozen=True, slots=True)
class SubstituteFont:
    """A font for letters that another lacks."""

    font: FontFile | None
    """`None` for the bundled one."""
    letters: tuple[str, ...]
    """Each once, with the marks that lie on it."""


@dataclass(frozen=True, slots=True)
class MediaIndex:
    """Facts by path, as the storyboard names them, and by seam."""

    clips: Mapping[Path, Clip] = field(default_factory=dict)
    stills: Mapping[Path, StillFile] = field(default_factory=dict)
    overlays: Mapping[Path, Clip | StillFile] = field(default_factory=dict)
    """What lies over shots and over the film."""
    sounds: Mapping[Path, Sound] = field(default_factory=dict)
    takes: Mapping[str, Clip] = field(default_factory=dict)
    """By shot: the circled take of shots that are generated."""
    matrices: Mapping[str, str] = field(default_factory=dict)
    """By shot: the colour matrix found for its take, for takes that do not say it; FFmpeg's name."""
    enlarged: Mapping[str, Clip] = field(default_factory=dict)
    """By shot: the larger picture that is shown instead of its take's or clip's own, frame for frame."""
    chained: frozenset[tuple[str, str]] = frozenset()
    """(earlier shot, later shot) of neighbours of which the later was made from the earlier one's last frame."""
    doubled: Mapping[tuple[str, str], int | Unsure] = field(default_factory=dict)
    """By (earlier shot, later shot): how many pictures the later one begins with that the earlier one ends with."""
    onsets: Mapping[tuple[Path, int | None], tuple[Fraction, ...]] = field(default_factory=dict)
    """By sound file and number of its stream: when strong onsets begin, in seconds; of those that are asked for."""
    beats: Mapping[tuple[Path, int | None], tuple[Fraction, ...]] = field(default_factory=dict)
    """By sound file and number of its stream: when its beats are, in seconds; of those that are aligned."""
    activity: Mapping[Sound, SoundActivity] = field(default_factory=dict)
    """By sound, as cues play it: where it is heard, and how loud."""
    fonts: Mapping[Path | str, FontFile] = field(default_factory=dict)
    """By path or name, as the storyboard has it."""
    unknown_fonts: Mapping[str, str] = field(default_factory=dict)
    """By name that no font of this machine has: what is to be said of it."""
    substitutes: Mapping[tuple[Path | str | None, str], tuple[SubstituteFont, ...]] = field(
        default_factory=dict
    )
    """By font and text of words on the picture: in which fonts letters are set that it lacks."""
    luts: Mapping[Path, LutFile] = field(default_factory=dict)
    captions: Mapping[Path, CaptionFile] = field(default_factory=dict)
    voices: Mapping[str, Sound] = field(default_factory=dict)
    """By shot: the voice in its own sound, which is heard instead of all of it."""
    backwards: Mapping[Sound, Sound] = field(default_factory=dict)
    """By own sound of a clip: the same from its end to its beginning; of those that are heard so."""
    stand_ins: frozenset[Path] = frozenset()
    """Files of sounds that only stand in for bought ones."""
    unvoiced: tuple[str, ...] = ()
    """Shots whose voice is wanted and not there yet."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Two pictures that meet at a match cut and have to be compared."""

    earlier_shot: str
    earlier: Clip
    last_picture: int
    """Display order."""
    later_shot: str
    later: Clip
    first_picture: int
    """Display order."""
