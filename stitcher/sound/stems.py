"""Stems: the mix of each role at film length. Pure; a stem has the cues it has in the film, with their gains and ducks.

dialogue  --####--##-----     the stems add up to the mix, before its gain and limiter
music     ##############      the music-and-effects track (M&E) is all of them but dialogue
effects   -----#-------
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stitcher.errors import InputError
from stitcher.media.clip import AudioStream, Sound
from stitcher.sound.channels import BUS_LAYOUTS
from stitcher.sound.mix import Mix, plan_mix
from stitcher.storyboard.choices import Role
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.storyboard.suggest import did_you_mean
from stitcher.timebase import SAMPLE_RATE
from stitcher.timeline.model import Cue

MUSIC_AND_EFFECTS = "me"


@dataclass(frozen=True, slots=True)
class Stem:
    """What is heard of one role."""

    name: str
    """The role's name, as the storyboard has it."""
    role: Role
    mix: Mix

    @property
    def is_spoken(self) -> bool:
        """Whether it is left out of the music-and-effects track."""
        return ROLE_TABLE[self.role].is_spoken


def stems_of(cues: Iterable[Cue], film_samples: int) -> tuple[Stem, ...]:
    """A stem for each role that is heard, in the order of the roles. Raises as `plan_mix`."""
    by_name: dict[tuple[Role, str], list[Cue]] = {}
    for cue in cues:
        by_name.setdefault((cue.role, cue.stem), []).append(cue)
    order = list(ROLE_TABLE)
    names = sorted(by_name, key=lambda one: (order.index(one[0]), one[1]))
    stems = (Stem(name, role, plan_mix(by_name[role, name], film_samples)) for role, name in names)
    return tuple(stem for stem in stems if stem.mix.cues)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stems are mixed, and which files are made of them."""

    stems: tuple[Stem, ...]
    """All that is mixed."""
    written: tuple[Stem, ...]
    """Those that are files of their own."""
    music_and_effects: bool
    """Whether all of them but dialogue are one more file."""


def select(stems: Sequence[Stem], only: Sequence[str]) -> Selection:
    """The stems of the names or roles in `only`, with `me` for all but dialogue; all where it is empty.

    Raises `InputError` for what is not heard in the film.
    """
    if not only:
        spoken = [stem.is_spoken for stem in stems]
        return Selection(tuple(stems), tuple(stems), any(spoken) and not all(spoken))
    written: set[str] = set()
    for wanted in only:
        fitting = {stem.name for stem in stems if wanted in (stem.name, stem.role)}
        is_me = wanted == MUSIC_AND_EFFECTS and not all(stem.is_spoken for stem in stems)
        if not fitting and not is_me:
            known = [*(stem.name for stem in stems), MUSIC_AND_EFFECTS]
            hint = did_you_mean(wanted, known) or f"; there are {', '.join(known)}."
            raise InputError(f"Nothing in the film has the role {wanted!r}{hint}")
        written |= fitting
    with_me = MUSIC_AND_EFFECTS in only
    return Selection(
        tuple(stem for stem in stems if stem.name in written or (with_me and not stem.is_spoken)),
        tuple(stem for stem in stems if stem.name in written),
        with_me,
    )


def sum_of(sounds: Sequence[Sound], film_samples: int) -> Mix:
    """The mix of stems that are files of the film's length."""
    cues = (
        Cue(name=sound.path.stem, role="effects", sound=sound, start_sample=0, length_samples=film_samples)
        for sound in sounds
    )
    return plan_mix(cues, film_samples)


def stem_stream(channels: int, film_samples: int, codec: str) -> AudioStream:
    """The one stream of a stem's file."""
    layout = BUS_LAYOUTS[channels]
    duration = Fraction(film_samples, SAMPLE_RATE)
    return AudioStream(0, codec, SAMPLE_RATE, channels, layout, Fraction(0), duration)
