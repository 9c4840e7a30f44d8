"""The fixed choices of a storyboard that the rooms below go by: roles, fades, fits, conforms, layouts, captions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["dialogue", "music", "effects", "ambience"]
"""Which stem a sound belongs to."""

ROLES: tuple[Role, ...] = get_args(Role)

FadeCurve = Literal["linear", "equal-power", "s-curve", "logarithmic", "exponential"]
FADE_CURVES: tuple[FadeCurve, ...] = get_args(FadeCurve)
"""How a sound comes and goes: in a straight line, as a quarter and as half of a sine, quickly at first, or late."""

DuckMode = Literal["keys", "sidechain"]
"""How a sound steps back: by key frames planned from where others are heard, or compressed by their level."""

Fit = Literal["crop", "pad", "blur"]
"""How a picture of another shape fills the film."""

Pan = Literal["left", "right", "up", "down"]
"""Where a view goes over a still."""

Flip = Literal["horizontal", "vertical", "both"]
"""How a picture is mirrored: left and right, top and bottom, or both, which is half a turn."""

PlaceName = Literal[
    "top-left", "top", "top-right", "left", "centre", "right", "bottom-left", "bottom", "bottom-right"
]
PLACES: tuple[PlaceName, ...] = get_args(PlaceName)
"""Where something lies in the picture, clear of its edges."""

Align = Literal["left", "centre", "right"]
"""Where lines of text begin, have their middle, or end, one below the other."""

Ease = Literal["linear", "in", "out", "in-out"]
"""How a move begins and ends: at one pace, softly at its beginning, at its end, or at both."""

CueFit = Literal["loop", "trim", "stretch"]
"""How a sound becomes as long as its place in the film."""

Conform = Literal["nearest", "blend"]
"""How a source of another rate becomes the film's: the nearest picture, or a blend of neighbours."""

SoundLayout = Literal["mono", "stereo", "5.1"]
"""Which loudspeakers a film's sound is mixed for."""

CHANNELS: Mapping[SoundLayout, int] = {"mono": 1, "stereo": 2, "5.1": 6}

CaptionOutput = Literal["sidecar", "track", "burnt-in"]
"""Where captions go: files beside the film (always), a track in it, the picture."""

ChapterSource = Literal["shots", "markers"]
"""What the chapters of a film are."""

FindingKind = Literal["clipped", "dc", "click", "dead-air", "level-jump", "phase", "past-end", "cut-music"]
"""What may sound wrong in a film."""

SeamFindingKind = Literal[
    "doubled", "missing", "colour", "matrix", "range", "drift", "motion", "frozen-head", "frozen-tail", "hold",
    "cadence", "sharpness", "softening", "grain", "flicker", "black", "bars", "patch",
]  # fmt: skip
"""What may be seen of a seam, or be wrong with the pictures of a clip."""
