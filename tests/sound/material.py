"""Sounds made for tests: arrays written to files of every kind, described as a probe would, and read back."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stitcher.delivery.spec import SoundSpec
from stitcher.media.clip import AudioStream, Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.timeline.model import Cue

Samples = NDArray[np.float32]
"""`(samples, channels)` float32 in [-1, 1]."""

WAV = SoundSpec("pcm_f32le", (), 2, 48_000, "none")
AAC = SoundSpec("aac", ("-b:a", "192k"), 2, 48_000, "none")

_LAYOUTS = {
    1: "mono",
    2: "stereo",
    3: "2.1",
    4: "4.0",
    5: "5.0",
    6: "5.1",
    7: "6.1",
    8: "7.1",
}


def clicks(
    positions: list[int], length: int, channels: int = 1, *, rate: int = 48_000, over: float = 1.0
) -> Samples:
    """Silence with a short burst of `over` full scale whose middle is at each position, band-limited to 6 kHz."""
    made = np.zeros((length, channels), np.float32)
    reach = rate // 2000
    shape = np.hanning(2 * reach + 1).astype(np.float32) * np.cos(
        np.arange(-reach, reach + 1) / rate * 2 * np.pi * 3000
    )
    for position in positions:
        made[position - reach : position + reach + 1] += (over * shape)[:, None]
    return made.astype(np.float32)


def tone(
    length: int, *, channels: int = 2, level: float = 0.25, hertz: float = 997.0, rate: int = 48_000
) -> Samples:
    """A sine that is the same in all channels."""
    wave = level * np.sin(np.arange(length) * (2 * np.pi * hertz / rate))
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def write(
    path: Path, data: Samples, *, rate: int = 48_000, codec: str = "pcm_f32le", options: tuple[str, ...] = ()
) -> Path:
    """The array as a file of the kind its suffix and `codec` say."""
    raw = path.with_name(path.name + ".f32")
    raw.write_bytes(np.ascontiguousarray(data, "<f4").tobytes())
    layout = _LAYOUTS[data.shape[1]]
    source = ("-f", "f32le", "-ar", str(rate), "-channel_layout", layout, "-i", file_url(raw))
    run([*source, "-c:a", codec, *options, file_url(path)])
    raw.unlink()
    return path


def described(
    path: Path,
    samples: int | None,
    *,
    demuxer: str = "wav",
    rate: int = 48_000,
    channels: int = 2,
    codec: str = "pcm",
) -> Sound:
    """The file as a probe describes it."""
    duration = None if samples is None else Fraction(samples, rate)
    stream = AudioStream(0, codec, rate, channels, _LAYOUTS[channels], Fraction(0), duration)
    return Sound(path, hashlib.sha256(path.read_bytes()).hexdigest(), demuxer, stream)


def sound(path: Path, data: Samples, *, rate: int = 48_000) -> Sound:
    """The array as a float WAV, described."""
    write(path, data, rate=rate)
    return described(path, len(data), rate=rate, channels=data.shape[1])


def cue(source: Sound, start: int, length: int, **more: object) -> Cue:
    """A cue of `source` with a name that does not matter."""
    return Cue(name="cue", role="music", sound=source, start_sample=start, length_samples=length, **more)  # type: ignore[arg-type]  # passed through as given


def read(path: Path, *, channels: int = 2, options: tuple[str, ...] = (), stream: int = 0) -> Samples:
    """What a decoder hears, at the file's own rate."""
    raw = path.with_name(path.name + ".heard")
    run(
        [
            *options,
            "-i",
            file_url(path),
            "-map",
            f"0:a:{stream}",
            "-f",
            "f32le",
            "-c:a",
            "pcm_f32le",
            file_url(raw),
        ]
    )
    heard = np.fromfile(raw, "<f4").reshape(-1, channels)
    raw.unlink()
    return heard


def ffmpegs_meter(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP) of a WAV file by ffmpeg's `ebur128`, in steps of 0.1."""
    meter = "adelay=64S:all=1,apad=pad_len=64,ebur128=peak=true:framelog=quiet"
    report = run(["-f", "wav", "-i", file_url(path), "-af", meter, "-f", "null", "-"]).rpartition("Summary:")[
        2
    ]
    integrated, peak = (re.search(rf"{name}:\s+(\S+) ", report) for name in ("I", "Peak"))
    assert integrated is not None
    assert peak is not None
    return float(integrated[1]), float(peak[1])


def loudest(heard: Samples, near: int, reach: int = 2400) -> int:
    """Where the highest peak within `reach` samples of `near` is."""
    start = max(0, near - reach)
    return start + int(np.argmax(np.abs(heard[start : near + reach]).max(axis=1)))
