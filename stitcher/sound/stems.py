"""Stems: the mix of each role at film length. Pure; a stem has the cues it has in the film, with their gains and ducks.

dialogue  --####--##-----     the stems add up to the mix, before its gain and limiter
music     ##############      the music-and-effects track (M&E) is all of them but dialogue
effects   -----#-------
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stitcher.errors import InputError
from stitcher.sound.mix import Mix, plan_mix
from stitcher.storyboard.choices import Role
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.storyboard.suggest import meant_or_known
from stitcher.timeline.model import Cue, FurtherSound, Timeline

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
    stems = plan_mix(cues, film_samples).stems
    return tuple(Stem(stem[0].stem, stem[0].role, Mix(stem, film_samples)) for stem in stems)


def stem_tracks(film: Timeline) -> tuple[FurtherSound, ...]:
    """A further sound track of each stem of a film. Raises as `plan_mix`."""
    return tuple(
        FurtherSound(stem.name, stem.mix.cues, film.language if stem.is_spoken else "", is_stem=True)
        for stem in stems_of(film.cues, film.samples)
    )


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
            hint = meant_or_known(wanted, known)
            raise InputError(f"Nothing in the film has the role {wanted!r}{hint}")
        written |= fitting
    with_me = MUSIC_AND_EFFECTS in only
    return Selection(
        tuple(stem for stem in stems if stem.name in written or (with_me and not stem.is_spoken)),
        tuple(stem for stem in stems if stem.name in written),
        with_me,
    )
