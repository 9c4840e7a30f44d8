"""Twenty programmes for loudness to be proved on: speech, music, bursts, sweeps, silence, and what is recorded badly.

All are `(samples, 2)` at 48 kHz, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.sound.material import Samples

RATE = 48_000

Wave = NDArray[np.float64]


def _time(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE)) / RATE


def _stereo(left: Wave, right: Wave | None = None) -> Samples:
    return np.stack([left, left if right is None else right], axis=1).astype(np.float32)


def _noise(seconds: float, seed: int, exponent: float = 0.5) -> Wave:
    """Noise of rms 1 whose amplitude falls with the frequency to that power (1/2: pink)."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
    spectrum /= np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20) ** exponent
    made = np.fft.irfft(spectrum, count)
    return made / made.std()


def speech(*, level: float = 0.1, pauses: float = 0.1, seconds: float = 6, seed: int = 1) -> Wave:
    """Syllables of a voice: harmonics of 120 Hz in bursts that come and go, words of a few, a breath between them."""
    rng = np.random.default_rng(seed)
    made = np.zeros(round(seconds * RATE))
    at = RATE // 10
    while True:
        for _ in range(int(rng.integers(2, 6))):
            length = int(rng.uniform(0.1, 0.25) * RATE)
            if at + length >= len(made):
                return made + _noise(seconds, seed) * level * 0.005
            time = np.arange(length) / RATE
            pitch = rng.uniform(100, 160)
            voice = sum(np.sin(2 * np.pi * pitch * n * time + n) / n**1.2 for n in range(1, 20))
            made[at : at + length] += level * rng.uniform(0.5, 1.6) * voice * np.hanning(length)
            at += length
        at += int(rng.uniform(0.5, 1.5) * pauses * RATE)


def music(seconds: float = 5, level: float = 0.08) -> Samples:
    """Chords, wider than mono, with a pulse."""
    time = _time(seconds)
    beat = np.exp(-(time % 0.5) * 4)
    left, right = (
        sum(
            level * np.sin(2 * np.pi * hertz * time * (1 + side / 1000) + side)
            for hertz in (110, 165, 220, 277, 440)
        )
        for side in (0, 1)
    )
    return _stereo(left * (0.4 + beat), right * (0.4 + beat))


def drums(seconds: float = 5) -> Wave:
    """A kick twice a second and a hat between."""
    time = _time(seconds)
    kick = np.sin(2 * np.pi * 55 * (time % 0.5)) * np.exp(-(time % 0.5) * 12)
    hat = _noise(seconds, 5, 0) * np.exp(-((time + 0.25) % 0.5) * 60)
    return 0.6 * kick + 0.12 * hat


def sweep(seconds: float = 6, level: float = 0.25) -> Wave:
    """From 20 Hz to 20 kHz, each octave as long."""
    time = _time(seconds)
    octaves = np.log(1000) / seconds
    return level * np.sin(2 * np.pi * 20 * (np.exp(octaves * time) - 1) / octaves)


def _tone(hertz: float, level: float, seconds: float = 4) -> Wave:
    return level * np.sin(2 * np.pi * hertz * _time(seconds))


def _dynamic() -> Wave:
    whisper, shout = speech(level=0.004, seconds=5, seed=3), speech(level=0.3, seconds=3, seed=4)
    return np.concatenate([whisper, shout])


def _late(seconds: float = 8) -> Wave:
    """Nothing for the most part, then a line that is cut off by the film's end at full voice."""
    made = np.zeros(round(seconds * RATE))
    made[-3 * RATE :] = _tone(300, 0.2, 3)
    return made


def _last_peak() -> Wave:
    made = speech(level=0.05)
    made[-3:] = [0.9, -0.95, 0.9]
    return made


def _slammed() -> Wave:
    return speech(level=0.05) + np.where(np.arange(6 * RATE) == 3 * RATE, 0.9, 0.0)


def _sparse() -> Wave:
    time = _time(6) % 1.0
    return 0.4 * np.sin(2 * np.pi * 2500 * time) * np.exp(-time * 800)


PROGRAMMES: dict[str, Callable[[], Samples]] = {
    "speech": lambda: _stereo(speech()),
    "speech with long pauses": lambda: _stereo(speech(pauses=1.2, seconds=9, seed=2)),
    "speech on the left only": lambda: _stereo(speech(), np.zeros(6 * RATE)),
    "music": music,
    "music under speech": lambda: (music(6, 0.02) + _stereo(speech(seed=6))).astype(np.float32),
    "drums": lambda: _stereo(drums()),
    "sweep": lambda: _stereo(sweep()),
    "line-up tone": lambda: _stereo(_tone(1000, 10 ** (-18 / 20))),
    "hum": lambda: _stereo(_tone(50, 0.3)),
    "sea": lambda: _stereo(0.02 * _noise(5, 7), 0.02 * _noise(5, 8)),
    "out of phase": lambda: _stereo(speech(seed=9), -speech(seed=9)),
    "off centre": lambda: (_stereo(speech(seed=10)) + 0.2).astype(np.float32),
    "clipped": lambda: np.clip(8 * music(), -1, 1),
    "over full scale": lambda: 30 * music(),
    "whisper and shout": lambda: _stereo(_dynamic()),
    "a click in speech": lambda: _stereo(_slammed()),
    "a peak at the very end": lambda: _stereo(_last_peak()),
    "cut off by the end": lambda: _stereo(_late()),
    "half a second": lambda: _stereo(_tone(440, 0.3, 0.5)),
    "a clock": lambda: _stereo(_sparse()),
    "three tenths of a second": lambda: 3 * _stereo(_tone(440, 0.5, 0.3)),
    "near silence": lambda: _stereo(0.00004 * _noise(4, 11)),
    "silence": lambda: np.zeros((4 * RATE, 2), np.float32),
}
