"""Stems and mixes as files: 24-bit broadcast WAV or FLAC, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from stitcher.errors import DiskFull, InputError, OutputError
from stitcher.media.bwf import BITS, BroadcastInfo, write_bwf
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import free_bytes, publish
from stitcher.media.wav import WavData, read_raw, read_samples, to_24_bits
from stitcher.rendering.context import RenderContext
from stitcher.rendering.output import check_place, locked_output
from stitcher.sound.kept_mix import KeptMix
from stitcher.sound.report import Levels
from stitcher.timebase import SAMPLE_RATE, frames_to_samples
from stitcher.timeline.model import Timeline

SoundFormat = Literal["wav", "flac"]
_ROOM = 1_000_000


def format_of(out: Path | None, wanted: str | None) -> SoundFormat:
    """The kind of files to write: what is asked for, or what the name says; WAV where neither does.

    Raises `InputError` for a kind that is none, `OutputError` for a name that says another.
    """
    kinds: tuple[SoundFormat, ...] = get_args(SoundFormat)
    if wanted is not None and wanted not in kinds:
        raise InputError(f"A mix is written as {' or '.join(kinds)}, and not as {wanted!r}.")
    named = out.suffix.lower().removeprefix(".") if out is not None else (wanted or "wav")
    for kind in kinds:
        if named == kind and wanted in (None, kind):
            return kind
    usual = str(out.parent / f"{out.stem or 'mix'}.{wanted or 'wav'}") if out is not None else ""
    raise OutputError(
        f"A mix is written as {' or '.join(kinds)}: name it {usual!r}, or let 'stitcher render' make {str(out)!r}."
    )


@dataclass(frozen=True, slots=True)
class SoundOutput:
    """One file to be written."""

    path: Path
    name: str
    """What is in it: a stem's name, or `mix`."""
    source: KeptMix | WavData | None
    """Samples of the film's length; `None` until they are made."""
    levels: Levels | None
    lowered_db: float = 0.0
    """Decibels taken off, so that it fits."""


def check_outputs(
    outputs: Iterable[SoundOutput], timeline: Timeline, *, channels: int, overwrite: bool
) -> None:
    """Refuse, before anything is written, places that cannot be. Raises `OutputError` and `DiskFull`."""
    needed: dict[Path, int] = {}
    for output in outputs:
        check_place(output.path, timeline.files, overwrite=overwrite, example="mix.wav")
        folder = output.path.parent
        needed[folder] = needed.get(folder, _ROOM) + timeline.samples * channels * BITS // 8
    for folder, size in needed.items():
        if (free := free_bytes(folder)) < size:
            raise DiskFull(
                f"{str(folder)!r} has {free / 1e6:.0f} MB free and the sound needs {size / 1e6:.0f} MB; make room, or "
                "name another place. Nothing was written."
            )


def write_sound(output: SoundOutput, timeline: Timeline, context: RenderContext) -> Path:
    """Write one file: exactly the film's length, with the film's start as its time reference.

    Raises `VerifyError` for sound that is not as long, `OutputBusy`, `DiskFull`, `OutputError`, `Interrupted`.
    """
    out = Path(os.path.abspath(output.path))
    levels = output.levels
    loudness = (
        {}
        if levels is None
        else {
            "integrated_lufs": _lowered(levels.integrated_lufs, output.lowered_db),
            "range_lu": levels.range_lu,
            "true_peak_dbtp": _lowered(levels.true_peak_dbtp, output.lowered_db),
            "momentary_max_lufs": _lowered(levels.momentary_max_lufs, output.lowered_db),
            "short_term_max_lufs": _lowered(levels.short_term_max_lufs, output.lowered_db),
        }
    )
    info = BroadcastInfo(
        project=timeline.title,
        name=output.name,
        rate=timeline.rate,
        drop_frame=timeline.drop_frame,
        time_reference=frames_to_samples(timeline.start_frame, timeline.rate),
        **loudness,
    )
    with locked_output(out) as temp:
        if out.suffix.lower() == ".flac":
            with context.cache.scratch() as scratch:
                wav = Path(scratch) / "stem.wav"
                _write(wav, output, info, timeline, context)
                # It takes over what `bext` says as tags of the same names.
                codec = ("-c:a", "flac", "-fflags", "+bitexact", "-f", "flac")
                run(["-f", "wav", "-i", file_url(wav), *codec, file_url(temp)], cancel=context.stop)
        else:
            _write(temp, output, info, timeline, context)
        publish(temp, out)
    return out


def _lowered(value: float | None, by_db: float) -> float | None:
    return None if value is None else value - by_db


def _write(
    path: Path, output: SoundOutput, info: BroadcastInfo, timeline: Timeline, context: RenderContext
) -> None:
    write_bwf(
        path,
        _blocks(output, context),
        info,
        samples=timeline.samples,
        channels=_made(output).channels,
        sample_rate=SAMPLE_RATE,
    )


def _made(output: SoundOutput) -> KeptMix | WavData:
    assert output.source is not None
    return output.source


def _blocks(output: SoundOutput, context: RenderContext) -> Iterator[bytes]:
    """24-bit samples: as they are, where they are that already."""
    source = _made(output)
    if isinstance(source, WavData) and source.bits == BITS:
        for raw in read_raw(source):
            context.check_cancelled()
            yield raw
        return
    factor = np.float32(10 ** (-output.lowered_db / 20))
    blocks = source.read(0, source.samples) if isinstance(source, KeptMix) else read_samples(source)
    for block in blocks:
        context.check_cancelled()
        yield to_24_bits(block if factor == 1 else block * factor)
