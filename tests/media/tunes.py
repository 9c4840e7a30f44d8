"""Tunes made of drums, bass, chords and a melody, with where their beats are, for tests of finding them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
Tune = Literal["band", "machine", "piano", "clicks"]
_CHORDS = ((220, 261.6, 329.6), (174.6, 220, 261.6), (261.6, 329.6, 392), (196, 246.9, 293.7))

Wave = NDArray[np.float64]


def beat_times(first: float, last: float, seconds: float, begin: float = 0.7) -> Wave:
    """The beats of a tune that goes from one tempo to another, in beats a minute."""
    times = [begin]
    while times[-1] < seconds - 1:
        share = (times[-1] - begin) / seconds
        times.append(times[-1] + 60 / (first + (last - first) * share))
    return np.array(times)


def tune(kind: Tune, beats: Wave, seconds: float) -> NDArray[np.float32]:
    """A tune with its beats there, as samples at `RATE`."""
    random = np.random.default_rng(7)
    sound = random.standard_normal(round(seconds * RATE)) * 1e-3
    for number, at in enumerate(beats[:-1]):
        for after, wave in _PLAYED[kind](number, beats[number + 1] - at, random):
            start = round((at + after) * RATE)
            part = sound[start : start + len(wave)]
            part += wave[: len(part)]
    return (0.7 * sound / np.abs(sound).max()).astype(np.float32)


def _dying(seconds: float, half: float) -> Wave:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.minimum(1, time / 0.002) * np.exp(-time / half)


def _kick() -> Wave:
    time = np.arange(round(0.25 * RATE)) / RATE
    return np.sin(2 * np.pi * (50 * time + 1.8 * (1 - np.exp(-time / 0.03)))) * _dying(0.25, 0.1)


def _hiss(random: np.random.Generator, seconds: float, half: float) -> Wave:
    return random.standard_normal(round(seconds * RATE)) * _dying(seconds, half) * 0.4


def _note(hertz: float, seconds: float) -> Wave:
    time = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hertz * part * time) / part for part in range(1, 6))
    return tone * _dying(seconds, seconds / 2) * 0.3


_Strokes = Iterator[tuple[float, Wave]]


def _band(number: int, beat: float, random: np.random.Generator) -> _Strokes:
    chord = _CHORDS[number // 4 % 4]
    yield 0, 0.8 * (_kick() if number % 2 == 0 else _hiss(random, 0.2, 0.06))
    yield from ((half * beat / 2, _hiss(random, 0.06, 0.02)) for half in range(2))
    yield from ((half * beat / 2, 0.4 * _note(chord[0] / 2, 0.3)) for half in range(2))
    if number % 4 == 0:
        yield from ((0, 0.25 * _note(hertz, 4 * beat)) for hertz in chord)
    quarters = [quarter for quarter in range(4) if random.random() < 0.4]
    yield from (
        (quarter * beat / 4, 0.35 * _note(2 * chord[random.integers(3)], 0.25)) for quarter in quarters
    )


def _machine(number: int, beat: float, random: np.random.Generator) -> _Strokes:
    yield 0, _kick()
    yield beat / 2, _hiss(random, 0.06, 0.02)
    yield beat / 2, 0.4 * _note(_CHORDS[number // 4 % 4][0] / 2, 0.2)


def _piano(number: int, beat: float, random: np.random.Generator) -> _Strokes:
    chord = _CHORDS[number // 4 % 4]
    yield from ((0, 0.4 * _note(hertz, 0.8)) for hertz in (chord if number % 4 == 0 else chord[:1]))
    yield from ((half * beat / 2, 0.3 * _note(2 * chord[random.integers(3)], 0.4)) for half in range(2))


def _clicks(number: int, beat: float, random: np.random.Generator) -> _Strokes:
    yield 0, np.sin(2 * np.pi * 1000 * np.arange(240) / RATE) * np.exp(-np.arange(240) / 50)


_PLAYED = {"band": _band, "machine": _machine, "piano": _piano, "clicks": _clicks}
