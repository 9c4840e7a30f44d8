"""ffmpeg argument lists that prepare what cues play, built with ffmpeg-python. Pure.

The order of filters matters: gaps in the source's own clock are filled while resampling, then time is samples alone, so
that trims cannot be a sample off. What comes out are bare 32-bit floats, little-endian, at 48 kHz.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import ffmpeg

from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.filters import FILL_GAPS
from stitcher.sound.cue_filters import (
    BY_COUNT,
    SIDECHAIN_TAIL,
    Stream,
    compressed,
    crossed_round,
    fitted,
    padded,
    reflected,
    stretched,
    trimmed,
)
from stitcher.sound.graph import compiled, raw_input, raw_output
from stitcher.sound.passages import CompressedPart, SourcePart
from stitcher.timebase import SAMPLE_RATE, format_decimal


def source_parts_args(sources: Sequence[SourcePart], outs: Sequence[Path]) -> list[str]:
    """Makes several sources, each into a file of its own."""
    made = [
        raw_output(_played(source, slot), out)
        for slot, (source, out) in enumerate(zip(sources, outs, strict=True))
    ]
    return compiled(made[0] if len(made) == 1 else ffmpeg.merge_outputs(*made))


def compressed_args(part: CompressedPart, cue: Path, keys: Path, out: Path) -> list[str]:
    """Compresses a cue at its gain, in a file, by what is in another; both are as long as they are together."""
    lowered = compressed(
        fitted(raw_input(cue, part.channels), part.samples + SIDECHAIN_TAIL),
        fitted(raw_input(keys, part.channels), part.samples + SIDECHAIN_TAIL),
        part.sidechain,
    )
    return compiled(raw_output(trimmed(lowered, stop=part.samples), out))


def source_levels_args(sound: Sound) -> list[str]:
    """Counts the peak, the flatness at it and the DC offset of a source, as it is, and of one with a left and a right
    how strong their sum and their difference are.
    """
    values = "Peak_level+Flat_factor+DC_offset"
    whole = {"measure_perchannel": "none", "measure_overall": values}
    if sound.channels != 2:
        return compiled(ffmpeg.output(_decoded(sound, 0).filter("astats", **whole), "-", f="null"))
    twice = _decoded(sound, 0).filter_multi_output("asplit", 2)
    sides = twice.stream(1).filter("pan", args="stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1")
    sides = sides.filter("astats", measure_perchannel="RMS_level", measure_overall="none")
    counted = ffmpeg.output(twice.stream(0).filter("astats", **whole), "-", f="null")
    return compiled(ffmpeg.merge_outputs(counted, ffmpeg.output(sides, "-", f="null")))


def _played(source: SourcePart, slot: int) -> Stream:
    stream = trimmed(
        _decoded(source.sound, slot).filter("aresample", SAMPLE_RATE, **FILL_GAPS),
        source.in_offset_samples,
        source.stop_samples,
    )
    if source.least_samples:
        stream = padded(stream, source.least_samples)
    if source.stretch != 1:
        stream = stretched(stream, source.stretch)
    for factor in _tempo_steps(source.tempo):
        stream = stream.filter("atempo", format_decimal(factor, 9))
    if source.loop_crossfade_samples:
        stream = crossed_round(stream, source.loop_crossfade_samples)
    head, tail = source.reflected_head_samples, source.reflected_tail_samples
    if head or tail:
        stream = reflected(stream, source.reflected_samples, head, tail)
    return trimmed(stream, stop=source.samples).filter("asetpts", BY_COUNT)


def _decoded(sound: Sound, slot: int) -> Stream:
    """A sound's samples as floats, the two streams of a dual mono one as its two channels."""
    # Commands with the same input twice would read it once for both and hold back what the later cue does not
    # want yet, in memory. A queue size of its own (any will do) keeps each cue's reading to itself.
    opened = ffmpeg.input(
        file_url(sound.path),
        f=sound.container,
        protocol_whitelist="file",
        thread_queue_size=8 + slot,
        threads=1,
        err_detect="crccheck",
        **({"ignore_length": 1} if sound.stream.open_ended else {}),
    )
    stream = opened[str(sound.stream.index)].filter("aformat", sample_fmts="fltp")
    if sound.right is not None:
        right = opened[str(sound.right.index)].filter("aformat", sample_fmts="fltp")
        stream = ffmpeg.filter(
            [stream, right], "join", inputs=2, channel_layout="stereo", map="0.0-FL|1.0-FR"
        )
    return stream


def _tempo_steps(tempo: Fraction) -> list[Fraction]:
    """Factors from 1/2 to 2, beyond which `atempo` drops samples instead of blending them."""
    steps = []
    while tempo > 2:
        steps.append(Fraction(2))
        tempo /= 2
    while tempo < Fraction(1, 2):
        steps.append(Fraction(1, 2))
        tempo *= 2
    return [*steps, tempo] if tempo != 1 else steps
