"""The storyboard model: validated values, the promise between what a person writes and everything made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, model_validator

from stitcher.errors import Issue
from stitcher.one_line import shortened
from stitcher.storyboard.accept import Acceptance
from stitcher.storyboard.anchor import Anchor, AnchorField, Position
from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.bought_sound import GeneratedSound, MadeFrom, Voice, Voices
from stitcher.storyboard.captions import CaptionOutputs, Captions, CaptionStyle, LanguageField
from stitcher.storyboard.choices import ChapterSource, Conform, Fit, Role
from stitcher.storyboard.cue import Ambience, AmbienceField, Cue, Duck, GainKey
from stitcher.storyboard.framing import FocusField, FocusKey, ShotFraming
from stitcher.storyboard.generation import (
    Budget,
    Edit,
    EditKeyframe,
    Reference,
    Seed,
    Start,
    StartImage,
    Upscale,
    UpscaleField,
)
from stitcher.storyboard.levels import Levels
from stitcher.storyboard.loudness import Loudness, LoudnessField, SoundLayoutField
from stitcher.storyboard.overlay import FilmOverlay, Logo, LogoField, PictureOverlay
from stitcher.storyboard.picture import (
    ColourFade,
    Effect,
    FadeField,
    OwnSound,
    OwnSoundField,
    ShotMarker,
    StillMove,
    Transition,
    TransitionField,
)
from stitcher.storyboard.roles import Roles, base_role
from stitcher.storyboard.shot import Moderation, Shot, TakeSeconds
from stitcher.storyboard.source_map import Location, SourceMap
from stitcher.storyboard.values import Name, OutputPath, Rate, ShotId, Size, Text, Truth, Whole
from stitcher.storyboard.words import LowerThird, Outline, Shadow, TitleCard

__all__ = [
    "Acceptance",
    "Ambience",
    "Anchor",
    "Budget",
    "CaptionStyle",
    "Captions",
    "ColourFade",
    "Cue",
    "Defaults",
    "Delivery",
    "Duck",
    "Edit",
    "EditKeyframe",
    "Effect",
    "FilmOverlay",
    "FocusKey",
    "Format",
    "GainKey",
    "GeneratedSound",
    "Logo",
    "Loudness",
    "LowerThird",
    "MadeFrom",
    "Marker",
    "Outline",
    "OwnSound",
    "PictureOverlay",
    "Position",
    "Reference",
    "Shadow",
    "Shot",
    "ShotFraming",
    "ShotMarker",
    "Start",
    "StartImage",
    "StillMove",
    "Storyboard",
    "TitleCard",
    "Transition",
    "Upscale",
    "Voice",
]


class Format(StoryboardModel):
    """Size, rate and start of the film. What is not given is taken from the clips, which must then agree."""

    ratio: Size | None = None
    """Pixels a take is generated at, such as "1280:720"; also the film's size when `size` is not given."""
    size: Size | None = None
    """Pixels of the film, such as 1920x1080."""
    fps: Rate | None = None
    """Frames a second of the film: 24, 25, 23.976, 30000/1001, …"""
    start: Annotated[str, Field(pattern=r"^\d{2}:[0-5]\d:[0-5]\d[:;]\d{2,3}$", examples=["01:00:00:00"])] = (
        "01:00:00:00"
    )
    """Timecode of the first frame; `;` before the frames makes it drop-frame (29.97 and 59.94 only)."""


class Defaults(StoryboardModel):
    """What holds for every shot that does not say otherwise."""

    model: Name = "gen4_turbo"
    """Which model makes takes."""
    duration: TakeSeconds = 5
    """Seconds to ask the model for."""
    seed: Seed | None = None
    """The same seed, prompt and start give a similar take."""
    takes: Annotated[Whole, Field(ge=1, le=20)] = 1
    """How many takes to make of a shot."""
    moderation: Moderation = "auto"
    """How strictly public figures are refused by the generator."""
    transition: TransitionField = Transition(kind="match")
    """How shots come in."""
    fit: Fit = "crop"
    """How a picture of another shape fills the film."""
    focus: FocusField | None = None
    """What of a picture stays in view where it is cropped; its middle when not given."""
    conform: Conform = "nearest"
    """How another rate becomes the film's."""
    sound: OwnSoundField = OwnSound()
    """What becomes of the clips' own sound."""
    logo: LogoField | None = None
    """A picture in a corner of the whole film."""


class Marker(StoryboardModel):
    """A named frame of the film."""

    name: Name
    """What the marker is called."""
    at: AnchorField
    """Where it is: a time, or a shot with an offset."""
    note: Text = ""
    """More words, for editors that show them."""


EDITORS = ("avid", "blender", "finalcut", "kdenlive", "melt", "otio", "premiere", "resolve", "shotcut")
"""Editors a film can be meant for."""


class Delivery(StoryboardModel):
    """One thing to be made of the film: a file by a preset, or a folder for an editor."""

    preset: Name | None = None
    """A delivery preset (`stitcher presets` lists them)."""
    file: OutputPath | None = None
    """Where the film is written, inside the storyboard's folder."""
    editor: Name | None = None
    """An editor to hand over to, by `stitcher export`: avid, blender, finalcut, kdenlive, melt, otio, premiere,
    resolve or shotcut."""
    folder: OutputPath | None = None
    """Where the hand-over is written, inside the storyboard's folder."""
    loudness: LoudnessField | None = None
    """How loud this film is, instead of the storyboard's `loudness`."""
    channels: SoundLayoutField | None = None
    """Which loudspeakers its sound is for, instead of as the preset says: `mono`, `stereo`, or `5.1`."""
    languages: (
        Annotated[tuple[LanguageField, ...], Field(min_length=1), Shorthand(lambda one: (one,))] | None
    ) = None
    """Which of the film's languages it has: the first is heard, others are further sound tracks; captions too."""
    stem_tracks: Truth = False
    """Whether each stem is a further sound track of its own, in MOV, MXF and Matroska."""
    captions: CaptionOutputs | None = None
    """How all captions go out with this film, instead of as each says: `track`, `burnt-in`, both, or `sidecar`."""
    stems: OutputPath | None = None
    """A folder for the stems of the film's sound, inside the storyboard's folder."""

    fit: Fit | None = None
    """How the film fills a picture of another shape, instead of as the preset says: `crop`, `pad` or `blur`."""
    focus: FocusField | None = None
    """What of every shot's picture stays in view where it is cropped, instead of as the shots say."""
    shots: Mapping[ShotId, ShotFraming] = Field(default_factory=dict)
    """How single shots are framed in this film, by their names."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Delivery:
        issues = []
        if (self.preset is None) == (self.editor is None):
            issues.append(
                ("", "a delivery has either a 'preset' with a 'file', or an 'editor' with a 'folder'")
            )
        elif self.preset is not None and (self.file is None or self.folder is not None):
            issues.append(("folder" if self.folder else "", "a preset writes one film: give it a 'file'"))
        elif self.editor is not None and (self.folder is None or self.file is not None):
            issues.append(("file" if self.file else "", "an editor gets a hand-over: give it a 'folder'"))
        if self.editor is not None:
            issues += [
                (key, f"an editor gets the sounds as they are: give {key!r} to a 'preset'")
                for key in ("loudness", "channels", "languages", "stem_tracks", "stems")
                if getattr(self, key) not in (None, False)
            ]
            issues += [
                (key, f"an editor gets the film in its own shape: give {key!r} to a 'preset'")
                for key in ("fit", "focus", "shots")
                if getattr(self, key)
            ]
        if self.editor is not None and self.captions is not None:
            issues.append(("captions", "an editor gets captions as files: give 'captions' to a 'preset'"))
        raise_issues(issues)
        return self


class Storyboard(StoryboardModel):
    """A whole storyboard."""

    stitcher: Literal[1]
    """Version of this format: 1."""
    title: Text = ""
    """Name of the film."""
    format: Format = Format()
    """Size, rate and start of the film."""
    defaults: Defaults = Defaults()
    """What holds for every shot that says nothing else."""
    budget: Budget | None = None
    """What may be spent on generated takes."""
    shots: Annotated[tuple[Shot, ...], Field(min_length=1)]
    """The film, in order."""
    fade_in: FadeField | None = None
    """How long the film takes to come out of black, or of a `colour`, with all that is heard."""
    fade_out: FadeField | None = None
    """How long the film takes to go into black, or into a `colour`, with all that is heard."""
    overlays: tuple[FilmOverlay, ...] = ()
    """Pictures and clips over the film, the last on top."""
    sound: tuple[Cue, ...] = ()
    """Sounds, placed."""
    ambience: AmbienceField | None = None
    """What is heard under shots without sound of their own: `fill`, for room tone."""
    voices: Voices = Field(default_factory=dict)
    """How characters speak, by name: `keeper: Bernard`."""
    roles: Roles = Field(default_factory=dict)
    """Names of your own for roles, such as `narrator: dialogue`."""
    levels: Levels = Field(default_factory=dict)
    """How loud the sounds of each role are before they are mixed: `-16 LUFS`, `-9 under dialogue`, or `auto`."""
    markers: tuple[Marker, ...] = ()
    """Named frames."""
    captions: tuple[Captions, ...] = ()
    """Words on screen."""
    language: LanguageField | None = None
    """Language of the film's sound track, and of captions and sounds' words that do not say theirs: `en`, `pt-BR`."""
    chapters: ChapterSource | None = None
    """What the film's chapters are: its `shots` or its `markers`; none when not given."""
    upscale: UpscaleField | None = None
    """How the film's pictures are made larger."""
    loudness: LoudnessField | None = None
    """How loud the film is; what each preset says when not given."""
    accept: tuple[Acceptance, ...] = ()
    """What the report on the mix finds, and is meant to be so."""
    deliver: tuple[Delivery, ...] = ()
    """What is made of the film."""

    _path: Path | None = PrivateAttr(default=None)
    _source_map: SourceMap | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path | None:
        """The file it was loaded from, `None` when made in Python."""
        return self._path

    @property
    def name(self) -> str:
        """The title, else the file's name, else `film`."""
        return self.title.strip() or (self._path.stem if self._path else "film")

    @property
    def buys_sounds(self) -> bool:
        """Whether it asks for sounds that have to be bought."""
        own = [self.defaults.sound, *(shot.sound for shot in self.shots if shot.sound is not None)]
        return any(cue.generate is not None for cue in self.sound) or any(sound.voice for sound in own)

    def shot(self, shot_id: str) -> Shot:
        """The shot of that name; raises `KeyError`."""
        for shot in self.shots:
            if shot.id == shot_id:
                return shot
        raise KeyError(shot_id)

    def base_role(self, name: str) -> Role:
        """The role that a name is, or stands for; raises `KeyError` for one nobody knows."""
        role = base_role(name, self.roles)
        if role is None:
            raise KeyError(name)
        return role

    def is_heard(self, cue: Cue) -> bool:
        """Whether a sound is in the film: not muted, and not left out because others are heard alone."""
        return not cue.mute and (cue.solo or not any(other.solo and not other.mute for other in self.sound))

    def spoken_language(self, cue: Cue) -> str | None:
        """What a sound's words are spoken in: as what is bought says, else its voice, the sound or the film."""
        asked = cue.generate
        voice = self.voices.get(asked.voice or "") if asked is not None else None
        languages = (asked and asked.language, voice and voice.language, cue.language, self.language)
        return next((language for language in languages if language), None)

    @property
    def film_overlays(self) -> tuple[tuple[Location, FilmOverlay], ...]:
        """Everything that lies over the film, with its key, the logo below the rest."""
        logo = self.defaults.logo
        laid: list[tuple[Location, FilmOverlay]] = [] if logo is None else [(("defaults", "logo"), logo)]
        return (*laid, *((("overlays", number), one) for number, one in enumerate(self.overlays)))

    def transition_into(self, index: int) -> Transition:
        """How shot `index` (1 or more) comes in, defaults applied."""
        return self.shots[index].transition or self.defaults.transition

    def __repr__(self) -> str:
        shots = f"{len(self.shots)} shot{'s' * (len(self.shots) != 1)}"
        return f"<Storyboard {shortened(self.name)}: {shots}, {len(self.sound)} placed sounds>"

    def issue(self, location: Location, message: str) -> Issue:
        """`message` with the line it is about, when the storyboard came from a file."""
        issue = Issue.at(location, message)
        if self._source_map is None:
            return replace(issue, path=self._path)
        return self._source_map.placed(issue, self._path)
