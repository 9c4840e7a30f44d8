"""The fixed choices of a storyboard that the timeline, sound and rendering go by: roles (stems), fits, conforms."""

from __future__ import annotations

from typing import Literal

Role = Literal["dialogue", "music", "effects", "ambience"]
"""Which stem a sound belongs to."""

Fit = Literal["crop", "pad", "blur"]
"""How a picture of another shape fills the film."""

Conform = Literal["nearest", "blend"]
"""How a source of another rate becomes the film's: the nearest picture, or a blend of neighbours."""
