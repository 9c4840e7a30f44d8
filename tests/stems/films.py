"""Films of a few seconds with sound in several roles, made without probing or storyboard."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from stitcher.delivery.spec import SoundSpec
from stitcher.media.clip import Sound
from stitcher.rendering.segments import Plan
from stitcher.storyboard.choices import Role
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Cue, Timeline
from tests.factories import make_clip
from tests.rendering.films import CUT, delivery, film
from tests.sound.material import Samples, sound, tone

SECOND = 48_000


def noise(seconds: float, *, level: float = 0.2, seed: int = 1) -> Samples:
    """Stereo noise, as loud on both sides."""
    shape = (int(seconds * SECOND), 2)
    return np.random.default_rng(seed).uniform(-level, level, shape).astype(np.float32)


def placed(source: Sound, role: Role, start: float = 0.0, seconds: float = 1.0, **more: object) -> Cue:
    """A cue named after its role."""
    length = int(seconds * SECOND)
    return Cue(role, role, source, int(start * SECOND), length, **more)  # type: ignore[arg-type]  # passed through


def planned(
    cues: list[Cue],
    *,
    seconds: tuple[int, ...] = (2, 2),
    rate: Fraction = Fraction(24),
    loudness: str = "none",
    channels: int = 2,
    title: str = "Test",
) -> Plan:
    """The plan of a film of one shot for each of `seconds`, joined by cuts, with these cues."""
    clips = [
        make_clip(path=f"/footage/{n}.mp4", frames=round(length * rate), rate=rate)
        for n, length in enumerate(seconds)
    ]
    timeline: Timeline = replace(
        film(clips, [CUT] * (len(clips) - 1), rate=rate),
        cues=tuple(cues),
        title=title,
        start_frame=round(rate) * 3600,
    )
    settled = replace(
        delivery(rate=rate), sound=SoundSpec("aac", ("-b:a", "192k"), channels, SECOND, loudness)
    )
    return Plan(timeline, settled, (), FrameRange(0, timeline.frames))


def four_roles(folder: Path) -> list[Cue]:
    """Dialogue, music, effects and ambience over four seconds."""
    return [
        placed(sound(folder / "line.wav", tone(SECOND, channels=1, level=0.3)), "dialogue", 1.0),
        placed(sound(folder / "score.wav", noise(4, seed=2)), "music", 0.0, 4.0, gain_db=-6.0),
        placed(sound(folder / "door.wav", noise(0.5, seed=3)), "effects", 2.5, 0.5),
        placed(sound(folder / "sea.wav", noise(4, level=0.02, seed=4)), "ambience", 0.0, 4.0),
    ]
