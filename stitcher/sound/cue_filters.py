"""Filters that make a cue of its source: loops with a crossfaded join, reflected ends, stretching. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import ffmpeg

from stitcher.timebase import SAMPLE_RATE, format_decimal
from stitcher.timeline.model import Sidechain

Stream = Any
"""A stream of ffmpeg-python, which has no types."""

BY_COUNT = "N"
"""Time stamps are the samples counted so far; every stream here is in units of its sample. The usual `N/SR/TB` goes
through floats, and a stamp that comes out one too low costs the last packet a sample."""

_ROUNDED_SAMPLES = SAMPLE_RATE // 100


def trimmed(stream: Stream, start: int = 0, stop: int | None = None) -> Stream:
    """The samples from `start` up to, not including, `stop`; counted from then on where something is taken away."""
    arguments = {}
    if start:
        arguments["start_sample"] = start
    if stop is not None:
        arguments["end_sample"] = stop
    return stream.filter("atrim", **arguments) if arguments else stream


def fitted(stream: Stream, samples: int) -> Stream:
    """Exactly `samples` long, and its time begins at 0."""
    return padded(stream, samples).filter("atrim", end_sample=samples).filter("asetpts", BY_COUNT)


def padded(stream: Stream, samples: int) -> Stream:
    """The stream, with silence after it where it has fewer samples than that."""
    return stream.filter("apad", whole_len=samples)


def delayed(stream: Stream, samples: int) -> Stream:
    """The stream after so many samples of silence."""
    return stream.filter("adelay", delays=f"{samples}S", all=1) if samples else stream


def crossed_round(stream: Stream, crossfade: int) -> Stream:
    """The stream, its end crossed with its beginning: what is left without its first `crossfade` samples comes round
    without a join.
    """
    twice = stream.filter_multi_output("asplit", 2)
    head = trimmed(twice.stream(1), stop=crossfade)
    # Two moments of a sound have little in common, so equal power keeps their level.
    return ffmpeg.filter([twice.stream(0), head], "acrossfade", nb_samples=crossfade, c1="qsin", c2="qsin")


def stretched(stream: Stream, stretch: Fraction) -> Stream:
    """The stream at the same pitch, this many times as long. All channels are stretched alike, or their phases part."""
    return stream.filter("rubberband", tempo=format_decimal(1 / stretch, 9), channels="together")


SIDECHAIN_TAIL = SAMPLE_RATE
"""By how much both inputs of a sidechain are longer than what is taken of it: it loses its end, each time elsewhere."""

_MOST_ATTACK_MS, _MOST_RELEASE_MS = 2000, 9000
_LEAST_THRESHOLD = 0.000976563


def compressed(stream: Stream, key: Stream, sidechain: Sidechain) -> Stream:
    """The stream, lowered by the level of `key`; both are `SIDECHAIN_TAIL` longer than what may be taken of it."""
    return ffmpeg.filter(
        [stream, key],
        "sidechaincompress",
        threshold=format_decimal(
            Fraction(max(_LEAST_THRESHOLD, min(1.0, 10 ** (sidechain.threshold_db / 20)))), 9
        ),
        ratio=format_decimal(Fraction(sidechain.ratio)),
        knee=1,
        attack=_milliseconds(sidechain.attack_samples, _MOST_ATTACK_MS),
        release=_milliseconds(sidechain.release_samples, _MOST_RELEASE_MS),
    )


def _milliseconds(samples: int, most: int) -> str:
    return format_decimal(min(Fraction(most), Fraction(1000 * samples, SAMPLE_RATE)))


def reflected(stream: Stream, samples: int, head: int, tail: int) -> Stream:
    """The first `samples` of a stream with the first `head` of them before and the last `tail` after them, backwards.

    Where the stream ends some milliseconds early, as the length of a sound in Matroska is rounded, its tail begins so
    much earlier, and at least as much comes of it.
    """
    stream = trimmed(stream, stop=samples).filter("asetpts", BY_COUNT)
    parts = stream.filter_multi_output("asplit", 1 + bool(head) + bool(tail))
    pieces = [parts.stream(0)]
    if head:
        pieces.insert(0, _backwards(trimmed(parts.stream(1), stop=head)))
    if tail:
        end = trimmed(parts.stream(1 + bool(head)), start=max(0, samples - tail - _ROUNDED_SAMPLES))
        pieces.append(_backwards(end))
    return one_after_another(pieces)


def one_after_another(pieces: Sequence[Stream]) -> Stream:
    """The pieces in a row. `concat` counts in microseconds, and everything here in samples."""
    row = ffmpeg.filter(list(pieces), "concat", n=len(pieces), v=0, a=1)
    return row.filter("asettb", f"1/{SAMPLE_RATE}").filter("asetpts", BY_COUNT)


def _backwards(stream: Stream) -> Stream:
    return stream.filter("asetpts", "PTS-STARTPTS").filter("areverse").filter("asetpts", BY_COUNT)
