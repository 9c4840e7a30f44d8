"""Sounds extracted from files: the stream that is heard, alone and lossless."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.timebase import SAMPLE_RATE, seconds_to_samples


def extract_sound(
    sound: Sound, target: Path, *, at_least: Fraction = Fraction(0), cancel: threading.Event | None = None
) -> None:
    """Write what is heard of a file as FLAC, 48 kHz, 16 bits, in stereo or mono, silence behind it up to `at_least`
    seconds. The same sound gives the same bytes.

    Raises `FfmpegFailed`, `DiskFull` and `Interrupted`.
    """
    argv = [
        "-loglevel",
        "warning",
        "-protocol_whitelist",
        "file",
        "-f",
        sound.container,
        "-i",
        file_url(sound.path),
    ]
    streams = [stream for stream in (sound.stream, sound.right) if stream is not None]
    graph = "".join(f"[0:{stream.index}]" for stream in streams)
    if len(streams) > 1:
        graph += "join=inputs=2:channel_layout=stereo,"
    layout = "mono" if sound.channels == 1 else "stereo"
    graph += f"aresample={SAMPLE_RATE},aformat=sample_fmts=s16:channel_layouts={layout}"
    graph += f",apad=whole_len={seconds_to_samples(at_least)}[out]"
    argv += ["-filter_complex", graph, "-map", "[out]", "-map_metadata", "-1", "-fflags", "+bitexact"]
    run([*argv, "-flags:a", "+bitexact", "-c:a", "flac", "-f", "flac", file_url(target)], cancel=cancel)
