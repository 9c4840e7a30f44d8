"""What a review page says, as values that become its JSON. Frames count from 0 on the film's own clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture of the page."""

    file: str
    """Relative to the page."""
    frame: int


@dataclass(frozen=True, slots=True)
class TakeEntry:
    """A take of a shot."""

    provider: str
    number: int
    model: str
    seed: int | None
    prompt: str
    credits: int
    frames: int | None
    in_film: bool
    circled: bool
    film: str | None = None
    """A small film of it; `None` where the shot has no other to be held against, or it cannot be read."""
    film_frames: int = 0
    """Of that film, which plays at the rate of the page's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A number measured at a seam."""

    name: str
    value: str
    """With its unit."""
    usual: str = ""
    """What it is held against."""


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """Something that is above its threshold."""

    kind: str
    shot: str
    frame: int
    text: str
    threshold: str
    accepted: str
    """Why it is meant, as the storyboard says; empty for what nobody accepted."""


@dataclass(frozen=True, slots=True)
class ShotEntry:
    """A shot in the film."""

    shot: str
    start: int
    stop: int
    source: str
    """The file it shows, or what else it is."""
    facts: tuple[str, ...]
    prompt: str
    picture: ShownPicture
    takes: tuple[TakeEntry, ...]
    findings: tuple[FindingEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SeamEntry:
    """The join of two shots."""

    before: str
    shot: str
    """The shot that begins at it."""
    frame: int
    """The first frame of that shot; of a blend, the first that is the shot's alone."""
    join: str
    last: ShownPicture
    first: ShownPicture
    difference: str
    unmended: str | None
    """A picture of the clips' own frames above those of the film; `None` where two clips are not cut together."""
    readings: tuple[Reading, ...]
    findings: tuple[FindingEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SoundEntry:
    """A sound on the axis."""

    name: str
    role: str
    start: float
    """In frames of the film."""
    stop: float


@dataclass(frozen=True, slots=True)
class MarkEntry:
    """A marker that the storyboard has already."""

    name: str
    frame: int
    note: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """The film's mix along time."""

    low: tuple[int, ...]
    """Lowest sample of as many windows as there are, thousandths of full scale."""
    high: tuple[int, ...]
    loudness: tuple[float | None, ...]
    """Short-term LUFS (momentary, for films below three seconds), evenly along the film; `None` for silence."""
    integrated: float | None


@dataclass(frozen=True, slots=True)
class PageContents:
    """All that a page says."""

    key: str
    """Tells pages of one storyboard from those of others, where decisions are kept."""
    storyboard: str
    title: str
    rate: tuple[int, int]
    frames: int
    start_frame: int
    drop_frame: bool
    size: tuple[int, int]
    film: str
    shots: tuple[ShotEntry, ...]
    seams: tuple[SeamEntry, ...]
    sounds: tuple[SoundEntry, ...]
    marks: tuple[MarkEntry, ...]
    hearing: Hearing | None
    notes: tuple[str, ...]
    served: bool = False
    """Whether a server takes the decisions as they are made."""
