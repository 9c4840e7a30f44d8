"""The mix plan of a film's sound: which cues, in which order, in which groups. Pure; nothing is opened.

Up to `FAN_IN` sounds are mixed by one ffmpeg command. More are mixed in groups of neighbours first, each into a
file as long as the group's span, and those again, so that memory depends neither on the number of cues nor on the
length of the film:

    film     |-----------------------------------------------|
    beds     |===============================================|     the longest cues join the last mix directly
    group 1  |--c-cc---c-c--|
    group 2                |-c--ccc-c---c-|
    group 3                                  |-cc--c---c-c-|
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from stitcher.content_key import Exclusions, all_but, canonical_json, content_key
from stitcher.delivery.spec import LoudnessTarget, SoundSpec
from stitcher.errors import PlanError
from stitcher.media.clip import AudioStream, Sound
from stitcher.sound.channels import Shares, bus_shares
from stitcher.sound.mix_file import MP4, Destination
from stitcher.storyboard.choices import FadeCurve
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.timebase import SAMPLE_RATE, format_decimal
from stitcher.timeline.model import Cue

FAN_IN = 32
"""Sounds mixed by one command at most."""
_BEDS = 8
"""Longest cues that join the last mix directly, so that a bed does not make a film-length file of its group."""

RECIPE = 7
"""Raised whenever the same plan would be mixed to other samples, so that old cache entries are not taken."""


@dataclass(frozen=True, slots=True)
class CueGroup:
    """Neighbours that are mixed into one file first."""

    parts: tuple[Part, ...]
    start_sample: int
    """Record clock."""
    stop_sample: int

    @property
    def length_samples(self) -> int:
        """Length of the group's file."""
        return self.stop_sample - self.start_sample


Part = Cue | CueGroup


@dataclass(frozen=True, slots=True)
class Mix:
    """A film's sound, planned."""

    cues: tuple[Cue, ...]
    """Audible ones, in canonical order."""
    film_samples: int
    """Length of the film at 48 kHz."""
    parts: tuple[Part, ...]
    """What the last command mixes; empty for a silent film."""


NOT_IN_KEY: Exclusions = {
    # How a cue usually fades is said beside it; the groups follow from the cues. Its role says where it is in 5.1.
    Cue: frozenset({"name", "role_name", "shot"}),
    Mix: frozenset({"parts"}),
    Sound: all_but(Sound, "sha256", "container", "stream", "right"),
    AudioStream: frozenset({"default", "language", "title"}),
}
"""What does not decide how a mix sounds."""


def plan_mix(cues: Iterable[Cue], film_samples: int) -> Mix:
    """The mix of `cues` under a film of `film_samples` samples at 48 kHz.

    The order in which cues are given does not matter. Cues are cut at the film's end; those that begin after it
    are left out. Raises `PlanError`, naming the cue, for positions and lengths that cannot be played, and
    `MediaRefused` for channel layouts that cannot be folded down.
    """
    if film_samples < 0:
        raise PlanError(f"A film cannot be {film_samples} samples long.")
    audible = []
    for cue in cues:
        _check(cue)
        if cue.start_sample < film_samples:
            audible.append(cue)
    ordered = tuple(sorted(audible, key=_order))
    return Mix(ordered, film_samples, _parts(ordered, film_samples))


def _check(cue: Cue) -> None:
    reason = next(_faults(cue), None)
    if reason is not None:
        raise PlanError(f"The cue {cue.name!r} ({cue.sound.name}) {reason}.")
    cue_shares(cue)
    available = available_samples(cue)
    if available is not None and available <= 0:
        raise PlanError(
            f"The cue {cue.name!r} ({cue.sound.name}) skips all of its source; choose an earlier start in it."
        )


def _faults(cue: Cue) -> Iterator[str]:
    """Why a cue cannot be played."""
    if cue.start_sample < 0:
        yield f"starts {-cue.start_sample} samples before the film; start it at 0 and skip its head"
    if cue.length_samples <= 0:
        yield f"is {cue.length_samples} samples long; it must have a length"
    if cue.in_offset_samples < 0:
        yield "skips a negative part of its source"
    if min(cue.fade_in_samples, cue.fade_out_samples) < 0:
        yield "has a negative fade"
    if max(cue.fade_in_samples, cue.fade_out_samples) > cue.length_samples:
        yield "has a fade longer than itself; shorten the fade"
    if not Fraction(1, 16) <= cue.tempo <= 16:
        yield f"is played at {format_decimal(cue.tempo)} times its speed; 1/16 to 16 is possible"
    yield from _level_faults(cue)


def _level_faults(cue: Cue) -> Iterator[str]:
    for gain in (cue.gain_db, *(key.gain_db for key in cue.gain_keys)):
        if not math.isfinite(gain):
            yield f"has a gain of {gain} dB; leave it out instead"
    if any(later.sample <= key.sample for key, later in pairwise(cue.gain_keys)):
        yield "has key frames of its gain that are not in order"
    if not -1 <= cue.pan <= 1:
        yield f"is panned to {cue.pan:g}; -1 (left) to 1 (right) is possible"


def available_samples(cue: Cue) -> int | None:
    """How much of its source a cue has, at 48 kHz and the source's own tempo; `None` when the file does not tell."""
    duration = cue.sound.stream.duration
    return None if duration is None else math.ceil(duration * SAMPLE_RATE) - cue.in_offset_samples


def _order(cue: Cue) -> tuple[int, int, str, str]:
    return cue.start_sample, cue.length_samples, cue.usual_fade, canonical_json(cue, NOT_IN_KEY)


def _parts(cues: Sequence[Cue], film_samples: int) -> tuple[Part, ...]:
    if len(cues) <= FAN_IN:
        return tuple(cues)
    beds = set(sorted(range(len(cues)), key=lambda index: (-cues[index].length_samples, index))[:_BEDS])
    level: list[Part] = [cue for index, cue in enumerate(cues) if index not in beds]
    while len(level) > FAN_IN - _BEDS:
        level = [_group(tuple(level[at : at + FAN_IN]), film_samples) for at in range(0, len(level), FAN_IN)]
    return (*(cues[index] for index in sorted(beds)), *level)


def _group(parts: tuple[Part, ...], film_samples: int) -> CueGroup:
    return CueGroup(
        parts,
        min(part.start_sample for part in parts),
        min(film_samples, max(part.stop_sample for part in parts)),
    )


def sidechain_keys(mix: Mix) -> tuple[Cue, ...]:
    """The sounds by which those of a mix are compressed."""
    return tuple(key for cue in mix.cues if cue.sidechain is not None for key in cue.sidechain.keys)


def sidechain_group(cue: Cue, film_samples: int) -> CueGroup | None:
    """What the sound that a cue is compressed by is mixed as; `None` for a cue that is not."""
    if cue.sidechain is None:
        return None
    return _group(_parts(sorted(cue.sidechain.keys, key=_order), film_samples), film_samples)


_FADE_CURVES: dict[FadeCurve, str] = {
    "linear": "tri",
    "equal-power": "qsin",
    "s-curve": "hsin",
    "logarithmic": "log",
    "exponential": "exp",
}
"""ffmpeg's names."""


def fade_curves(cue: Cue) -> tuple[str, str]:
    """The names of ffmpeg's curves by which a cue comes and goes.

    Placed sounds fade linearly unless told otherwise, as faders do. A shot's own sound fades with equal power: under
    a dissolve it crosses with its neighbour's, which it has nothing in common with, and linear fades would dip by 3 dB.
    """
    usual = cue.usual_fade
    return _FADE_CURVES[cue.fade_in_curve or usual], _FADE_CURVES[cue.fade_out_curve or usual]


def cue_shares(cue: Cue, bus: int = 2) -> Shares:
    """For each channel of a cue's source its share of each channel of the bus, panned.

    Raises `MediaRefused` as `bus_shares` does.
    """
    sound = cue.sound
    spoken = ROLE_TABLE[cue.role].is_spoken
    return bus_shares(sound.path, sound.layout, sound.channels, bus=bus, pan=cue.pan, spoken=spoken)


def mix_key(
    mix: Mix,
    spec: SoundSpec,
    target: LoudnessTarget,
    *,
    into: Destination = MP4,
    ffmpeg_version: str | None = None,
) -> str:
    """The content key of a rendered mix: sha256, in hex, of everything that decides its bytes and of nothing else.

    Files count by their content, not their names. Without `ffmpeg_version` the program in use is asked.
    """
    if ffmpeg_version is None:
        from stitcher.media.ffmpeg import find

        ffmpeg_version = find().version

    curves = [cue.usual_fade for cue in mix.cues]
    return content_key(RECIPE, ffmpeg_version, mix, curves, spec, target, into, excluded=NOT_IN_KEY)
