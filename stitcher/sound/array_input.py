"""The bridge from numpy: an array of samples made in Python becomes a file that a cue can play."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import InputError, MediaRefused
from stitcher.media.files import atomic_write, disk_errors
from stitcher.media.wav import float_header

_RATES = range(1_000, 768_001)
_MOST_CHANNELS = 8
_FULL_SCALE = {"int16": 2.0**15, "int32": 2.0**31}


def sound_from_array(samples: NDArray[Any], rate: int, folder: Path) -> Path:
    """A WAV file of 32-bit floats in `folder` with these samples, `(samples,)` or `(samples, channels)`, named by their
    content.

    Full scale is 1 for floats, and what their kind holds for `int16` and `int32`. The same samples give the same file,
    which is not written again. Raises `InputError` for what is no sound, and `DiskFull` or `OutputError`.
    """
    data = np.ascontiguousarray(_checked(samples, rate), "<f4")
    count, channels = data.shape
    try:
        header = float_header(folder, count, channels, rate)
    except MediaRefused as exc:
        raise InputError("The array holds more than 4 GiB; give the cue a file instead.") from exc
    digest = hashlib.sha256(header)
    digest.update(data.data)
    path = folder / f"array-{digest.hexdigest()[:32]}.wav"
    if path.exists():
        return path
    with disk_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temp, temp.open("wb") as file:
            file.write(header)
            file.write(data.data)
    return path


def _checked(samples: NDArray[Any], rate: int) -> NDArray[Any]:
    """The samples with full scale at 1, `(samples, channels)`."""
    if rate not in _RATES:
        raise InputError(f"The rate of an array is samples a second, as 48000, and not {rate}.")
    kind, shape = samples.dtype.name, samples.shape
    if kind not in _FULL_SCALE and samples.dtype.kind != "f":
        raise InputError(f"An array of sound holds floats, int16 or int32, and not {kind}.")
    if not samples.size:
        raise InputError("The array is empty; a cue needs at least one sample.")
    if samples.ndim > 2 or (samples.ndim == 2 and shape[1] > _MOST_CHANNELS):
        raise InputError(
            f"An array of sound is (samples,) or (samples, channels) with up to {_MOST_CHANNELS} channels, "
            f"and not {shape}: turn it over with '.T' where channels come first."
        )
    if samples.dtype.kind == "f" and not np.isfinite(samples).all():
        raise InputError("The array holds samples that are no numbers (NaN or infinite).")
    made = samples.reshape(len(samples), -1)
    return made / _FULL_SCALE[kind] if kind in _FULL_SCALE else made
