"""What lies in a hand-over beside timelines and their media. Plain values; who makes them is above this room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PartFile:
    """One file of a part."""

    name: str
    """Relative to the hand-over, with `/`; ASCII."""
    content: Path | bytes
    """Where it was made, or what is in it."""
    sha256: str = ""
    """Where it is known already."""
    track: str = ""
    """What its track is called in timelines that lay finished files beside the film: `Stem: music`. Empty for what is
    not as long as the film."""


@dataclass(frozen=True, slots=True)
class Part:
    """Files that are told of in one line."""

    place: str
    """`stems/`, `reference.mp4`: how the page calls it."""
    about: str
    """What it is, for people."""
    files: tuple[PartFile, ...]
