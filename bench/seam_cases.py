"""The seams `bench.seams` judges: drawn at random, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.seam_scenes import Case

ALTERED = (
    "no",
    "no",
    "soft",
    "light",
    "soft+light",
    "softer+light",
    "dark+noise",
    "contrast",
    "rendered",
    "noise",
)
TEXTURES = ("natural", "natural", "smooth", "noise", "faces", "painted")
MOVING = ("pan", "dolly", "dolly", "turn", "parallax", "local", "head", "water")
ENCODERS = ("x264-16", "x264-18", "x264-18", "x264-20", "x264-23", "x264-26", "vp9-30", "mpeg4-4")
TURNS = {"pan": ("tilt", "dolly"), "dolly": ("pan", "turn"), "turn": ("pan",), "parallax": ("pan",)}


def cases(count: int, seed: int = 1) -> Iterator[Case]:
    """About `count` cases of each group, in turn, so that any first part of them is a fair one."""
    for n in range(count):
        chance = np.random.default_rng([seed, n])

        def pick(*from_: str, chance: np.random.Generator = chance) -> str:
            return str(chance.choice(from_))

        def drawn(
            slowest: float, fastest: float, chance: np.random.Generator = chance, **more: object
        ) -> Case:
            motion = str(more.pop("motion", "")) or pick(*MOVING)
            turn = pick(*TURNS[motion]) if motion in TURNS and chance.random() < 0.35 else ""
            told: dict[str, Any] = {
                "texture": pick(*TEXTURES),
                "turn": turn,
                "speed": round(float(np.exp(chance.uniform(np.log(slowest), np.log(fastest)))), 3),
                "encoder": pick(*ENCODERS),
                "grain": float(chance.choice([0, 0, 0, 1, 2.5])),
                "seed": int(chance.integers(0, 5)),
                **more,
            }
            return Case(motion=motion, **told)

        # True doubles.
        yield drawn(0.6, 12, name="doubled", kind="doubled", repeats=1, altered=pick(*ALTERED))
        yield drawn(
            0.6,
            6,
            name="doubled, pace changes",
            kind="doubled",
            repeats=1,
            altered=pick(*ALTERED),
            profile=pick("speeding", "eased", "jitter"),
        )
        yield drawn(
            0.3,
            0.8,
            name="doubled, slow",
            kind="doubled",
            repeats=1,
            altered=pick(*ALTERED),
            motion=pick("dolly", "pan", "turn"),
            encoder=pick("x264-16", "x264-18", "x264-20"),
        )
        yield drawn(
            0.06,
            0.3,
            name="doubled, very slow",
            kind="doubled",
            repeats=1,
            altered=pick(*ALTERED),
            motion="dolly",
        )
        yield drawn(
            0.6,
            8,
            name="repeats several",
            kind="repeats",
            repeats=int(chance.choice([2, 3, 5, 5, 8, 13, 16])),
            altered=pick(*ALTERED),
        )
        # Nothing may be dropped.
        yield drawn(
            0.6, 12, name="goes on", kind="going on", repeats=0, turn="", profile=pick("steady", "speeding")
        )
        yield drawn(0.04, 0.6, name="goes on, slow", kind="going on", repeats=0, turn="")
        yield drawn(0.2, 6, name="stops and starts", kind="going on", repeats=0, profile="stops", turn="")
        yield drawn(0.2, 6, name="jitters on", kind="going on", repeats=0, profile="jitter", turn="")
        yield drawn(0.2, 6, name="sways on", kind="going on", repeats=0, motion="sway")
        yield drawn(0.6, 6, name="on twos", kind="on twos", repeats=0, turn="")
        yield drawn(0.6, 6, name="held by the rate", kind="twenty in thirty", repeats=0, turn="")
        yield drawn(
            0.2,
            6,
            name="still",
            kind="going on",
            repeats=0,
            profile=pick("still", "still end", "still start"),
            turn="",
        )
        yield drawn(0.2, 6, name="skips", kind="skips", repeats=0)
        still = pick("local", "head", "water")
        yield drawn(0.2, 6, name="same set-up", kind="same set-up", repeats=0, motion=still)
        elsewhere = pick("natural", "smooth", "noise", "faces")
        yield drawn(0.2, 6, name="another scene", kind="another scene", repeats=0, texture=elsewhere)
