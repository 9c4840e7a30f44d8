"""The mix plan of a film's sound: which cues, in which order, in which stems. Pure; nothing is opened.

A mix is the sum of its stems, and a stem the sum of its cues, each in one order whoever asks: floats added up in
another order are another sum. So stems, added up, are the mix to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
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

RECIPE = 8
"""Raised whenever the same plan would be mixed to other samples, so that old cache entries are not taken."""

ENCODING = 1
"""Raised whenever the same mix would be encoded to other bytes."""

_ROLE_ORDER = {role: number for number, role in enumerate(ROLE_TABLE)}


@dataclass(frozen=True, slots=True)
class Mix:
    """A film's sound, planned."""

    cues: tuple[Cue, ...]
    """Audible ones, in canonical order."""
    film_samples: int
    """Length of the film at 48 kHz."""
    excerpt: tuple[int, int] | None = None
    """What of it is to be heard, half-open, at the level it has in the film; `None` for all of it."""

    @property
    def heard(self) -> tuple[int, int]:
        """What of it is to be heard, half-open."""
        return self.excerpt or (0, self.film_samples)

    @property
    def stems(self) -> tuple[tuple[Cue, ...], ...]:
        """The cues of each stem, in the order of the roles and then of their names."""
        by_stem: dict[tuple[int, str], list[Cue]] = {}
        for cue in self.cues:
            by_stem.setdefault(_stem_order(cue), []).append(cue)
        return tuple(tuple(by_stem[stem]) for stem in sorted(by_stem))


NOT_IN_KEY: Exclusions = {
    # How a cue usually fades, and with which others it is a stem, is said beside it. Its role says where it is in 5.1.
    Cue: frozenset({"name", "role_name", "shot"}),
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
    return Mix(ordered, film_samples)


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


def _stem_order(cue: Cue) -> tuple[int, str]:
    """Where the stem of a cue stands among stems."""
    return _ROLE_ORDER.get(cue.role, len(_ROLE_ORDER)), cue.stem


def fade_curves(cue: Cue) -> tuple[FadeCurve, FadeCurve]:
    """The curves by which a cue comes and goes.

    Placed sounds fade linearly unless told otherwise, as faders do. A shot's own sound fades with equal power: under
    a dissolve it crosses with its neighbour's, which it has nothing in common with, and linear fades would dip by 3 dB.
    """
    usual = cue.usual_fade
    return cue.fade_in_curve or usual, cue.fade_out_curve or usual


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

    # Cues are mixed stem by stem.
    stems = [[(cue, cue.usual_fade) for cue in stem] for stem in mix.stems]
    length = mix.film_samples if mix.excerpt is None else (mix.film_samples, *mix.excerpt)
    return content_key(
        RECIPE, ENCODING, ffmpeg_version, length, stems, spec, target, into, excluded=NOT_IN_KEY
    )
