"""Sounds that stand in for bought ones: bursts like syllables, noise that fades, a soft hum.

The same words give the same samples.
"""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mono = NDArray[np.float32]
    """Samples at 48 kHz; 1 is full scale."""

_LEVEL = 0.2
_PAUSES = ",;:.!?…–—"


def speech_like(text: str, samples: int) -> Mono:
    """Bursts of a voice's pitch, one for about each syllable of `text` and none for its pauses; so long in all."""
    import numpy as np

    letters = [letter for letter in text if letter.isalnum() or letter in _PAUSES] or ["a"]
    chance = _chance(text)
    voiced = np.zeros(samples, np.float32)
    pitch = chance.uniform(95, 210)
    for number in range(0, len(letters), 3):
        group = letters[number : number + 3]
        begin, end = (samples * at // len(letters) for at in (number, min(number + 3, len(letters))))
        if end <= begin or any(letter in _PAUSES for letter in group):
            continue
        times = np.arange(end - begin) / SAMPLE_RATE
        bend = pitch * chance.uniform(0.9, 1.15)
        tone = sum(np.sin(2 * np.pi * bend * partial * times) / partial for partial in range(1, 9))
        voiced[begin:end] = tone * np.sin(np.pi * np.arange(end - begin) / (end - begin)) ** 0.5
    return _levelled(voiced)


def noise_like(text: str, samples: int) -> Mono:
    """Noise that begins at once and fades away."""
    import numpy as np

    noise = _chance(text).standard_normal(samples).astype(np.float32)
    fade = np.exp(-3 * np.arange(samples, dtype=np.float32) / max(1, samples))
    noise[: SAMPLE_RATE // 200] *= np.linspace(0, 1, min(samples, SAMPLE_RATE // 200), dtype=np.float32)
    return _levelled(noise * fade)


def hum(text: str, samples: int) -> Mono:
    """A soft, even tone."""
    import numpy as np

    pitch = _chance(text).uniform(110, 330)
    edge = np.minimum(1, np.minimum(np.arange(samples), np.arange(samples)[::-1]) / 2400)
    return _levelled((np.sin(2 * np.pi * pitch * np.arange(samples) / SAMPLE_RATE) * edge).astype(np.float32))


def write_wav(path: Path, blocks: Iterable[Mono]) -> None:
    """Write samples as a mono WAV of 16 bits."""
    import numpy as np

    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        for block in blocks:
            sound.writeframes((np.clip(block, -1, 1) * 32767).astype("<i2").tobytes())


def _chance(text: str) -> np.random.Generator:
    import numpy as np

    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]))


def _levelled(samples: Mono) -> Mono:
    import numpy as np

    peak = float(np.abs(samples).max(initial=0.0))
    return (samples * (_LEVEL / peak if peak else 1.0)).astype(np.float32)
