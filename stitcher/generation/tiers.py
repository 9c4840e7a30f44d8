"""Usage tiers of an account: which one a plan of takes needs. Read from `presets/accounts`, dated."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from stitcher.generation.prices import CREDITS_PER_DOLLAR
from stitcher.preset_files import find_presets, read_preset

SECTION = "accounts"


class Tier(BaseModel):
    """What an account may do once it has bought enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    bought_dollars: int = Field(ge=0)
    """Credits ever bought, in dollars, to get here."""
    videos_at_once: int = Field(ge=1)
    videos_per_day: int = Field(ge=1)
    """In a rolling day."""
    images_per_day: int = Field(ge=1)
    dollars_per_month: int = Field(ge=1)

    def holds(self, *, videos: int, images: int, spend_credits: int) -> bool:
        """Whether so much can be made within one day."""
        return (
            videos <= self.videos_per_day
            and images <= self.images_per_day
            and spend_credits <= self.dollars_per_month * CREDITS_PER_DOLLAR
        )


class Tiers(BaseModel):
    """The tiers of one provider, lowest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    tiers: Literal[1]
    """Version of this format."""
    name: str
    checked: datetime.date
    source: str
    tier: tuple[Tier, ...] = Field(min_length=1)

    def needed(self, *, videos: int, images: int, spend_credits: int) -> Tier | None:
        """The lowest tier in which so much can be made within one day, or `None` when not even the highest can."""
        fitting = (
            tier
            for tier in self.tier
            if tier.holds(videos=videos, images=images, spend_credits=spend_credits)
        )
        return next(fitting, None)


def load_tiers(
    name: str = "runway", *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> Tiers | None:
    """A provider's tiers, `None` when no file tells them. Raises `PresetError` for a bad file."""
    file = find_presets(SECTION, project=project, environ=environ).get(name)
    return None if file is None else read_preset(file.path, Tiers)
