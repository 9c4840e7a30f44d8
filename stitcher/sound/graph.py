"""ffmpeg graphs and argument lists of what is done to a whole mix, built with ffmpeg-python: levelled, encoded, decoded
to be measured. Pure: paths go in, argument lists come out.

A mix comes as bare 32-bit floats, little-endian, at 48 kHz, of one, two or six channels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from stitcher.delivery.spec import SoundSpec
from stitcher.media.ffmpeg import file_url
from stitcher.sound.channels import BUS_LAYOUTS, joined_map
from stitcher.sound.cue_filters import Stream, fitted, trimmed
from stitcher.sound.level_filters import decibels, levelled
from stitcher.sound.loudness import GainPlan
from stitcher.sound.mix_file import SoundFile
from stitcher.timebase import SAMPLE_RATE, round_half_up

_RUN_IN_SAMPLES = SAMPLE_RATE // 10
"""Fed before and after what another sample rate is made of: the resampler looks at some hundredths of that."""


def encoded_samples(film_samples: int, spec: SoundSpec) -> int:
    """The film's length at the deliverable's own sample rate."""
    return round_half_up(Fraction(film_samples * spec.sample_rate, SAMPLE_RATE))


@dataclass(frozen=True, slots=True)
class Feed:
    """Which samples of a mix an encoder is fed, so that it encodes those of a span, and none else are read."""

    start: int
    """At 48 kHz, as `stop`; half-open."""
    stop: int
    skipped: int
    """Samples at the encoder's rate that come before the span."""
    samples: int
    """Of the span."""


def feed_of(span: tuple[int, int] | None, film_samples: int, spec: SoundSpec, file: SoundFile) -> Feed:
    """What to feed for a span, half-open, of what the encoder takes in; `None` for all of it."""
    whole = encoded_samples(film_samples, spec)
    first, last = (
        (file.dropped_samples, whole) if span is None else (at + file.dropped_samples for at in span)
    )
    if spec.sample_rate == SAMPLE_RATE:
        return Feed(first, min(last, film_samples), 0, last - first)
    # Only from where both rates meet does the resampler do what it does from the beginning.
    ratio = Fraction(SAMPLE_RATE, spec.sample_rate)
    beat = ratio.denominator
    begins = max(0, first - _RUN_IN_SAMPLES) // beat * beat
    stop = film_samples if last == whole else min(film_samples, math.ceil(last * ratio) + _RUN_IN_SAMPLES)
    return Feed(int(begins * ratio), stop, first - begins, last - first)


def levelled_args(channels: int, samples: int, plan: GainPlan, out: Path) -> list[str]:
    """Brings the mix that is fed to the level of a plan, in a file as long."""
    return compiled(raw_output(fitted(levelled(raw_input(None, channels), plan), samples), out))


def encode_args(fed: Feed, gain_db: float, spec: SoundSpec, out: Path, file: SoundFile) -> list[str]:
    """Encodes the samples of a mix that are fed."""
    bus = raw_input(None, spec.channels)
    if gain_db:
        bus = bus.filter("volume", decibels(gain_db), precision="double")
    if spec.sample_rate != SAMPLE_RATE:
        bus = bus.filter("aresample", spec.sample_rate)
    bus = trimmed(fitted(bus, fed.skipped + fed.samples), fed.skipped).filter("asetpts", "PTS-STARTPTS")
    options: dict[str, object] = {
        "f": file.muxer,
        "c:a": spec.encoder,
        "map_metadata": -1,
        "fflags": "+bitexact",
    }
    options |= dict(file.options)
    options |= option_pairs(spec.options)
    if file.dropped_samples:
        options["use_editlist"] = 0
    if spec.mono_tracks and spec.channels > 1:
        copies = bus.filter_multi_output("asplit", spec.channels)
        tracks = [
            copies.stream(index).filter("pan", args=f"mono|c0=c{index}") for index in range(spec.channels)
        ]
    else:
        tracks = [bus]
    return compiled(ffmpeg.output(*tracks, file_url(out), **options))


def decode_args(encoded: Path, demuxer: str, streams: int, out: Path) -> list[str]:
    """Decodes an encoded mix to its end, to be measured."""
    source = ffmpeg.input(file_url(encoded), f=demuxer, protocol_whitelist="file")
    if streams > 1:
        stream = ffmpeg.filter(
            [source[str(index)] for index in range(streams)],
            "join",
            inputs=streams,
            channel_layout=BUS_LAYOUTS[streams],
            map=joined_map(streams),
        )
    else:
        stream = source["0"]
    return compiled(raw_output(stream.filter("aresample", SAMPLE_RATE), out))


def raw_input(path: Path | None, channels: int) -> Stream:
    """Bare samples from a file, or those that are fed."""
    if path is None:
        opened = ffmpeg.input("pipe:0", f="f32le", ar=SAMPLE_RATE, ac=channels, protocol_whitelist="pipe")
    else:
        opened = ffmpeg.input(
            file_url(path), f="f32le", ar=SAMPLE_RATE, ac=channels, protocol_whitelist="file"
        )
    return opened["0"]


def raw_output(stream: Stream, out: Path) -> Stream:
    """Bare samples into a file."""
    return ffmpeg.output(stream, file_url(out), f="f32le", **{"c:a": "pcm_f32le"})


def option_pairs(options: Sequence[str]) -> dict[str, object]:
    """Encoder options given as an argument list, as ffmpeg-python takes them; a repeated one keeps all values."""
    pairs: dict[str, Any] = {}
    at = 0
    while at < len(options):
        name = options[at].removeprefix("-")
        has_value = at + 1 < len(options) and not _is_option(options[at + 1])
        value = options[at + 1] if has_value else None
        pairs[name] = [*pairs[name], value] if name in pairs else [value] if has_value else None
        at += 2 if has_value else 1
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in pairs.items()
    }


def _is_option(text: str) -> bool:
    return text.startswith("-") and not text[1:2].isdigit() and len(text) > 1


def compiled(output: Stream) -> list[str]:
    """The arguments of a graph, without the program."""
    argv: list[str] = ffmpeg.compile(output)
    return argv[1:]
