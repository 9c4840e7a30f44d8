"""ffmpeg graphs and argument lists of a mix, built with ffmpeg-python. Pure: paths go in, argument lists come out.

Every position is counted in samples at 48 kHz, on a float bus of one, two or six channels. The order of a cue's filters
matters: gaps in the source's own clock are filled while resampling, then time is samples alone, so that trims,
fades and delays cannot be a sample off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from stitcher.delivery.spec import SoundSpec
from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.filters import FILL_GAPS
from stitcher.sound.channels import BUS_LAYOUTS, joined_map, on_every_channel, pan_expression
from stitcher.sound.cue_filters import (
    BY_COUNT,
    SIDECHAIN_TAIL,
    Stream,
    compressed,
    crossed_round,
    delayed,
    looped,
    one_after_another,
    reflected,
    stretched,
    trimmed,
)
from stitcher.sound.level_filters import decibels, levelled, measured
from stitcher.sound.loudness import METER, PEAK_METER, GainPlan
from stitcher.sound.mix import CueGroup, Mix, Part, available_samples, cue_shares, fade_curves
from stitcher.sound.mix_file import SoundFile
from stitcher.timebase import SAMPLE_RATE, format_decimal, round_half_up, seconds_to_samples
from stitcher.timeline.model import Cue

LOOP_MEMORY_SAMPLES = 120 * SAMPLE_RATE
"""Loops held in memory by one command, together; longer ones are written to a file first and read again and again."""

_WORK_FORMAT = "w64"


@dataclass(frozen=True, slots=True)
class WorkFiles:
    """Files made for a mix before its last command."""

    parts: Mapping[Part, Path] = field(default_factory=dict)
    """Groups, mixed, and sources of loops."""
    curves: Mapping[Cue, Path] = field(default_factory=dict)
    """What each cue with key frames of its gain is multiplied by, as long as the cue (`sound.gain_curve`)."""
    sidechains: Mapping[Cue, tuple[Path, int]] = field(default_factory=dict)
    """What each cue with a sidechain is compressed by, and where in the film it begins, in samples."""


def cue_loops(cue: Cue) -> bool:
    """Whether the cue needs its source more than once."""
    if not cue.loop:
        return False
    samples = _round_samples(cue)
    if samples is None:
        return True
    if cue.loop_crossfade_samples or cue.loop_end_samples is not None:
        return cue.length_samples > samples
    # Half a second of doubt: containers round durations, and a loop that is never reached costs nothing.
    return cue.length_samples * cue.tempo > samples - SAMPLE_RATE // 2


def _round_samples(cue: Cue) -> int | None:
    """How much of its source a loop plays before it comes round; `None` when the file does not tell."""
    if cue.loop_end_samples is not None:
        return cue.loop_end_samples - cue.in_offset_samples
    return available_samples(cue)


def loops_by_file(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """The looping cues whose source is to be written to a file first, because memory is not for them."""
    chosen: list[Cue] = []
    left = LOOP_MEMORY_SAMPLES
    for cue in cues:
        if not cue_loops(cue):
            continue
        samples = _round_samples(cue)
        if samples is None or samples / cue.tempo > left:
            chosen.append(cue)
        else:
            left -= math.ceil(samples / cue.tempo)
    return tuple(dict.fromkeys(chosen))


def source_args(cue: Cue, channels: int, out: Path) -> list[str]:
    """Writes the part of a cue's source that is looped, once, as a work file."""
    stream, crossfade = _source(cue, channels, 0), cue.loop_crossfade_samples
    if crossfade:
        stream = trimmed(crossed_round(stream, crossfade), crossfade).filter("asetpts", BY_COUNT)
    return _work_args(stream, out)


def group_args(group: CueGroup, channels: int, files: WorkFiles, out: Path) -> list[str]:
    """Mixes a group into a work file as long as its span."""
    mixed = _sum(group.parts, group.start_sample, channels, files)
    return _work_args(_fit(mixed, group.length_samples), out)


def mix_args(mix: Mix, channels: int, files: WorkFiles, out: Path) -> list[str]:
    """Mixes the film into a work file of exactly its length, and measures it on the way."""
    bus = _bus(mix, channels, files).filter_multi_output("asplit", 2)
    return _compiled(ffmpeg.merge_outputs(_work_output(bus.stream(0), out), measured(bus.stream(1))))


def encoded_samples(film_samples: int, spec: SoundSpec) -> int:
    """The film's length at the deliverable's own sample rate."""
    return round_half_up(Fraction(film_samples * spec.sample_rate, SAMPLE_RATE))


def encode_mix_args(
    mix: Mix,
    spec: SoundSpec,
    files: WorkFiles,
    out: Path,
    file: SoundFile,
    *,
    span: tuple[int, int] | None = None,
    gain_db: float = 0.0,
) -> list[str]:
    """Straight from the cues to the encoder, in one command; it reports the sample peak.

    `span` limits it to some samples, half-open, of what the encoder would be given.
    """
    # Left to themselves, filters take the format of the encoder, and cut off what is above full scale unmeasured.
    bus = _bus(mix, spec.channels, files).filter("astats", **PEAK_METER).filter("aformat", sample_fmts="fltp")
    if gain_db:
        bus = bus.filter("volume", decibels(gain_db), precision="float")
    return _encode(bus, mix.film_samples, spec=spec, out=out, file=file, span=span)


def encode_work_args(
    work: Path,
    film_samples: int,
    plan: GainPlan | None,
    spec: SoundSpec,
    out: Path,
    file: SoundFile,
    *,
    span: tuple[int, int] | None = None,
) -> list[str]:
    """From a mixed work file through gain and limiter to the encoder."""
    return _encode(_set(work, film_samples, plan), film_samples, spec=spec, out=out, file=file, span=span)


def measure_gain_args(work: Path, film_samples: int, plan: GainPlan) -> list[str]:
    """Measures what a plan makes of a mixed work file, without encoding it."""
    return _compiled(measured(_set(work, film_samples, plan)))


def _set(work: Path, film_samples: int, plan: GainPlan | None) -> Stream:
    stream = _work_input(work, 0)
    return _fit(stream if plan is None else levelled(stream, plan), film_samples)


def measure_args(encoded: Path, demuxer: str, streams: int) -> list[str]:
    """Decodes an encoded mix to its end and measures its loudness."""
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
    return _compiled(measured(stream))


def curve_args(mix: Mix, channels: int, curve: str) -> list[str]:
    """Measures a mix, and writes its loudness along time to the file `curve`, as `level_filters.measured` does."""
    return _compiled(measured(_bus(mix, channels, WorkFiles()), curve))


def fold_args(mix: Mix, channels: int) -> list[str]:
    """Measures the loudness of a mix folded down to so many channels, mono as it is heard from two loudspeakers."""
    meter = METER | {"peak": "sample", "dualmono": "true"}
    return _compiled(
        ffmpeg.output(_bus(mix, channels, WorkFiles()).filter("ebur128", **meter), "-", f="null")
    )


def source_levels_args(sound: Sound) -> list[str]:
    """Counts the peak, the flatness at it and the DC offset of a source, as it is, and of one with a left and a right
    how strong their sum and their difference are.
    """
    values = "Peak_level+Flat_factor+DC_offset"
    whole = {"measure_perchannel": "none", "measure_overall": values}
    if sound.channels != 2:
        return _compiled(ffmpeg.output(_decoded(sound, 0).filter("astats", **whole), "-", f="null"))
    twice = _decoded(sound, 0).filter_multi_output("asplit", 2)
    sides = twice.stream(1).filter("pan", args="stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1")
    sides = sides.filter("astats", measure_perchannel="RMS_level", measure_overall="none")
    counted = ffmpeg.output(twice.stream(0).filter("astats", **whole), "-", f="null")
    return _compiled(ffmpeg.merge_outputs(counted, ffmpeg.output(sides, "-", f="null")))


def _source(cue: Cue, channels: int, slot: int) -> Stream:
    """A cue's source on the bus: decoded, folded, resampled, without its skipped head, at its tempo."""
    stream = _decoded(cue.sound, slot)
    pan = pan_expression(cue_shares(cue, channels))
    if pan is not None:
        stream = stream.filter("pan", args=pan)
    stream = trimmed(
        stream.filter("aresample", SAMPLE_RATE, **FILL_GAPS), cue.in_offset_samples, _source_end(cue)
    )
    if cue.stretch != 1:
        stream = stretched(stream, cue.stretch)
    for factor in _tempo_steps(cue.tempo):
        stream = stream.filter("atempo", format_decimal(factor, 9))
    return stream


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


def _source_end(cue: Cue) -> int | None:
    """Where in its source what is stretched or looped ends, where it is not the decoder's own end.

    The last packet of AAC and Opus is as long as all others, and the container tells how much of it is sound: MP4 to
    the sample, Matroska to the millisecond and only for AAC not to the decoder as well.
    """
    if cue.stretch != 1:
        return cue.in_offset_samples + round_half_up(cue.length_samples / cue.stretch)
    if cue.loop and cue.loop_end_samples is not None:
        return cue.loop_end_samples
    sound = cue.sound
    if not cue_loops(cue) or sound.stream.duration is None:
        return None
    is_exact = sound.container == "mov" or sound.stream.codec == "aac"
    return seconds_to_samples(sound.stream.duration) if is_exact else None


def _cue(cue: Cue, origin: int, channels: int, slot: int, files: WorkFiles) -> Stream:
    stream = trimmed(_played(cue, channels, slot, files), stop=cue.length_samples).filter("asetpts", BY_COUNT)
    if cue.gain_db:
        stream = stream.filter("volume", decibels(cue.gain_db), precision="float")
    if cue.gain_keys:
        stream = _drawn_gain(stream, files.curves[cue], channels, slot)
    if cue.sidechain is not None:
        path, begins = files.sidechains[cue]
        stream = compressed(
            _fit(stream, cue.length_samples + SIDECHAIN_TAIL),
            _fit(
                _moved(_work_input(path, slot), begins - cue.start_sample),
                cue.length_samples + SIDECHAIN_TAIL,
            ),
            cue.sidechain,
        )
        stream = trimmed(stream, stop=cue.length_samples).filter("asetpts", BY_COUNT)
    comes, goes = fade_curves(cue)
    if cue.fade_in_samples:
        stream = stream.filter("afade", t="in", ss=0, ns=cue.fade_in_samples, curve=comes)
    if cue.fade_out_samples:
        start = cue.length_samples - cue.fade_out_samples
        stream = stream.filter("afade", t="out", ss=start, ns=cue.fade_out_samples, curve=goes)
    return delayed(stream, cue.start_sample - origin)


def _played(cue: Cue, channels: int, slot: int, files: WorkFiles) -> Stream:
    """What a cue plays of its source, at least as long as the cue is or the source has it."""
    crossfade = cue.loop_crossfade_samples
    if cue in files.parts:
        rounds = _work_input(files.parts[cue], slot, stream_loop=-1)
        if not crossfade:
            return rounds
        first = trimmed(_source(cue, channels, slot), stop=crossfade).filter("asetpts", BY_COUNT)
        return one_after_another([first, rounds])
    stream = _source(cue, channels, slot)
    if cue_loops(cue):
        return looped(stream, crossfade)
    head, tail = cue.reflected_head_samples, cue.reflected_tail_samples
    if head or tail:
        return reflected(stream, cue.length_samples - head - tail, head, tail)
    return stream


def _drawn_gain(stream: Stream, curve: Path, channels: int, slot: int) -> Stream:
    """A cue times its gain curve, which `amultiply` wants in the bus's own layout: it lowers a mono one by 3 dB."""
    drawn = _raw_curve(curve, slot)
    if channels > 1:
        drawn = drawn.filter("pan", args=on_every_channel(channels))
    return ffmpeg.filter([stream, drawn], "amultiply")


def _moved(stream: Stream, samples: int) -> Stream:
    """The stream later by so many samples, or without as many of its first ones."""
    if samples >= 0:
        return delayed(stream, samples)
    return trimmed(stream, -samples).filter("asetpts", BY_COUNT)


def _sum(parts: Sequence[Part], origin: int, channels: int, files: WorkFiles) -> Stream:
    streams = []
    for slot, part in enumerate(parts):
        if isinstance(part, CueGroup):
            streams.append(delayed(_work_input(files.parts[part], slot), part.start_sample - origin))
        else:
            streams.append(_cue(part, origin, channels, slot=slot, files=files))
    if len(streams) == 1:
        return streams[0]
    return ffmpeg.filter(
        streams, "amix", inputs=len(streams), normalize=0, duration="longest", dropout_transition=0
    )


def _bus(mix: Mix, channels: int, files: WorkFiles) -> Stream:
    if mix.parts:
        stream = _sum(mix.parts, 0, channels, files)
    else:
        stream = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl={BUS_LAYOUTS[channels]}", f="lavfi")["0"]
        stream = stream.filter("aformat", sample_fmts="fltp")
    return _fit(stream, mix.film_samples)


def _fit(stream: Stream, samples: int) -> Stream:
    """Exactly `samples` long, and its time begins at 0."""
    return (
        stream.filter("apad", whole_len=samples)
        .filter("atrim", end_sample=samples)
        .filter("asetpts", BY_COUNT)
    )


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


def _work_input(path: Path, slot: int, **options: int) -> Stream:
    opened = ffmpeg.input(
        file_url(path), f=_WORK_FORMAT, protocol_whitelist="file", thread_queue_size=8 + slot, **options
    )
    return opened["0"]


def _raw_curve(path: Path, slot: int) -> Stream:
    opened = ffmpeg.input(
        file_url(path),
        f="f32le",
        sample_rate=SAMPLE_RATE,
        protocol_whitelist="file",
        thread_queue_size=8 + slot,
    )
    return opened["0"]


def _work_args(stream: Stream, out: Path) -> list[str]:
    return _compiled(_work_output(stream, out))


def _work_output(stream: Stream, out: Path) -> Stream:
    return ffmpeg.output(stream, file_url(out), f=_WORK_FORMAT, **{"c:a": "pcm_f32le"})


def _encode(
    bus: Stream,
    film_samples: int,
    spec: SoundSpec,
    out: Path,
    file: SoundFile,
    span: tuple[int, int] | None,
) -> list[str]:
    samples = encoded_samples(film_samples, spec)
    if spec.sample_rate != SAMPLE_RATE:
        bus = _fit(bus.filter("aresample", spec.sample_rate), samples)
    options: dict[str, object] = {
        "f": file.muxer,
        "c:a": spec.encoder,
        "map_metadata": -1,
        "fflags": "+bitexact",
    }
    options |= dict(file.options)
    options |= option_pairs(spec.options)
    if file.dropped_samples:
        bus = bus.filter("atrim", start_sample=file.dropped_samples).filter("asetpts", "PTS-STARTPTS")
        options["use_editlist"] = 0
    if span is not None:
        bus = trimmed(bus, *span).filter("asetpts", "PTS-STARTPTS")
    if spec.mono_tracks and spec.channels > 1:
        copies = bus.filter_multi_output("asplit", spec.channels)
        tracks = [
            copies.stream(index).filter("pan", args=f"mono|c0=c{index}") for index in range(spec.channels)
        ]
    else:
        tracks = [bus]
    return _compiled(ffmpeg.output(*tracks, file_url(out), **options))


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


def _compiled(output: Stream) -> list[str]:
    argv: list[str] = ffmpeg.compile(output)
    return argv[1:]
